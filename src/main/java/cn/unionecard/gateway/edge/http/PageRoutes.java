package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.pages.Bundle;
import cn.unionecard.gateway.pages.PageFile;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The files of the pages, and what a browser is told to forbid them. */
final class PageRoutes {
  /**
   * Nothing from elsewhere, nothing inline, no markup from text: what a person entered is shown as
   * text, whatever it says.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
          + "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
          + "require-trusted-types-for 'script'; trusted-types lit-html ecard";

  private static final String PERMISSIONS =
      "camera=(), microphone=(), geolocation=(), serial=(), usb=(), payment=()";

  /** IMF-fixdate (RFC 9110 section 5.6.7). */
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Endpoint endpoint;
  private final Bundle bundle;
  private final Clock clock;

  PageRoutes(Endpoint endpoint, HttpEdge.Pages pages) {
    this.endpoint = endpoint;
    this.bundle = pages.files();
    this.clock = pages.clock();
  }

  void mount(Routes routes) {
    bundle.shells().forEach(path -> routes.at(path).get(this::file).only());
    routes.at("/p/*").get(this::file).only();
  }

  private void file(RoutingContext ctx) {
    endpoint.browser(
        ctx,
        exchange -> {
          PageFile file = bundle.at(exchange.request().path());
          if (file == null) {
            throw new Fault.NotFound("no such page");
          }
          return send(exchange, file);
        });
  }

  private Future<?> send(Exchange exchange, PageFile file) {
    HttpServerRequest request = exchange.request();
    boolean known = isNamed(request.getHeader(HttpHeaders.IF_NONE_MATCH), file.tag());
    HttpServerResponse response =
        exchange
            .headers(known ? 304 : 200)
            .putHeader(HttpHeaders.CACHE_CONTROL, file.caching())
            .putHeader(HttpHeaders.DATE, HTTP_DATE.format(clock.instant()))
            .putHeader(HttpHeaders.ETAG, file.tag())
            .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
            .putHeader("Content-Security-Policy", POLICY)
            .putHeader("Cross-Origin-Opener-Policy", "same-origin")
            .putHeader("Cross-Origin-Resource-Policy", "same-origin")
            .putHeader("Permissions-Policy", PERMISSIONS)
            .putHeader("Referrer-Policy", "no-referrer");
    if (known) {
      return exchange.end(Buffer.buffer());
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, file.mediaType());
    Buffer zipped = file.zipped();
    if (zipped != null && takesGzip(request.getHeader(HttpHeaders.ACCEPT_ENCODING))) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
      return exchange.end(zipped);
    }
    return exchange.end(file.plain());
  }

  private static boolean isNamed(@Nullable String tags, String tag) {
    return tags != null && tags.contains(tag);
  }

  /** As every browser says it; who weighs it by {@code q} is sent what needs no unpacking. */
  private static boolean takesGzip(@Nullable String encodings) {
    if (encodings == null) {
      return false;
    }
    for (String encoding : encodings.split(",")) {
      if (encoding.strip().equals("gzip")) {
        return true;
      }
    }
    return false;
  }
}
