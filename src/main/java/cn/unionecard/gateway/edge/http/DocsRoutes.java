package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * The contract as a file ({@code /openapi.yaml}) and as a page ({@code /docs}): Swagger UI from the
 * class path, nothing fetched from elsewhere.
 */
final class DocsRoutes {
  private static final String WEBJAR = "META-INF/resources/webjars/swagger-ui/";
  private static final String WEBJAR_VERSION =
      "META-INF/maven/org.webjars/swagger-ui/pom.properties";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
          + "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
          + "frame-ancestors 'none'";
  private static final String PAGE =
      """
      <!doctype html>
      <html lang="zh-CN">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>工会E卡商户网关接口 · Union E-card Gateway API</title>
        <link rel="icon" href="/docs/favicon-32x32.png">
        <link rel="stylesheet" href="/docs/swagger-ui.css">
      </head>
      <body>
        <div id="swagger-ui"></div>
        <script src="/docs/swagger-ui-bundle.js"></script>
        <script src="/docs/start.js"></script>
      </body>
      </html>
      """;
  private static final String START =
      """
      SwaggerUIBundle({
        url: '/openapi.yaml',
        dom_id: '#swagger-ui',
        deepLinking: true,
        validatorUrl: null,
        docExpansion: 'list',
        defaultModelsExpandDepth: 0
      });
      """;
  private static final Map<String, String> TYPES =
      Map.of(
          "swagger-ui.css", "text/css; charset=utf-8",
          "swagger-ui-bundle.js", "text/javascript; charset=utf-8",
          "favicon-32x32.png", "image/png");

  private final Endpoint endpoint;
  private final Map<String, Future<Buffer>> files = new HashMap<>();

  DocsRoutes(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  void contract(RoutingContext ctx) {
    file(ctx, "openapi.yaml", "application/yaml");
  }

  void page(RoutingContext ctx) {
    endpoint.anybody(ctx, exchange -> send(exchange, "text/html; charset=utf-8", PAGE));
  }

  void start(RoutingContext ctx) {
    endpoint.anybody(ctx, exchange -> send(exchange, "text/javascript; charset=utf-8", START));
  }

  void asset(RoutingContext ctx) {
    String name = ctx.pathParam("file");
    String type = TYPES.get(name);
    if (type == null) {
      endpoint.anybody(ctx, exchange -> Future.failedFuture(new Fault.NotFound("no such page")));
    } else {
      file(ctx, WEBJAR + version() + "/" + name, type);
    }
  }

  private void file(RoutingContext ctx, String resource, String type) {
    endpoint.anybody(
        ctx,
        exchange ->
            files
                .computeIfAbsent(
                    resource, r -> ctx.vertx().executeBlocking(() -> Buffer.buffer(bytes(r))))
                .compose(content -> send(exchange, type, content)));
  }

  private static Future<?> send(Exchange exchange, String type, String content) {
    return send(exchange, type, Buffer.buffer(content, StandardCharsets.UTF_8.name()));
  }

  private static Future<?> send(Exchange exchange, String type, Buffer content) {
    HttpServerResponse unused =
        exchange
            .headers(200)
            .putHeader(HttpHeaders.CONTENT_TYPE, type)
            .putHeader("Content-Security-Policy", POLICY)
            .putHeader("Referrer-Policy", "no-referrer");
    return exchange.end(content);
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = open(WEBJAR_VERSION)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  private static byte[] bytes(String resource) {
    try (InputStream in = open(resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String resource) {
    InputStream in = DocsRoutes.class.getClassLoader().getResourceAsStream(resource);
    if (in == null) {
      throw new IllegalStateException("not on the class path: " + resource);
    }
    return in;
  }
}
