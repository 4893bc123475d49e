package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.Loops;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An HTTPS client that believes no answer which {@code openapi.yaml} does not describe: every
 * response, its headers and its body are validated against the operation it answers.
 */
public final class ContractClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final String JSON = "application/json";
  private static final String PROBLEM = "application/problem+json";
  private static final String CSV = "text/csv";
  private static final String STREAM = "text/event-stream";

  private final URI base;
  private final SSLContext tls;
  private final HttpClient client;
  private final OpenAPIContract contract;
  private final ResponseValidator validator;

  /** One validated answer. */
  public record Answer(int status, HttpHeaders headers, byte[] body) {
    public JsonObject json() {
      return new JsonObject(Buffer.buffer(body));
    }

    public String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    /** The problem's code, or empty. */
    public String code() {
      return header("content-type").equals(PROBLEM) ? json().getString("code", "") : "";
    }
  }

  /**
   * @param base such as {@code https://localhost:8443}
   * @param tls what to trust, and which certificate to show
   */
  public ContractClient(Vertx vertx, URI base, SSLContext tls) {
    this(base, tls, HttpClient.Version.HTTP_1_1, contract(vertx), vertx);
  }

  private ContractClient(
      URI base, SSLContext tls, HttpClient.Version version, OpenAPIContract contract, Vertx vertx) {
    this.base = base;
    this.tls = tls;
    this.client =
        HttpClient.newBuilder().sslContext(tls).version(version).connectTimeout(TIMEOUT).build();
    this.contract = contract;
    this.validator = ResponseValidator.create(vertx, contract);
  }

  /** The same client over HTTP/2. */
  public ContractClient overHttp2(Vertx vertx) {
    return new ContractClient(base, tls, HttpClient.Version.HTTP_2, contract, vertx);
  }

  /** The contract as the validator has it. */
  public static OpenAPIContract contract(Vertx vertx) {
    return Loops.await(OpenAPIContract.from(vertx, adapted()));
  }

  private static JsonObject adapted() {
    JsonObject contract = written();
    contract.remove("servers");
    adapt(contract.getJsonObject("paths"));
    adapt(contract.getJsonObject("components").getJsonObject("responses"));
    return contract;
  }

  /** The operations that answer with a table, too; vertx-openapi cannot be told of it. */
  private static Set<String> tables() {
    Set<String> tables = new HashSet<>();
    written()
        .getJsonObject("paths")
        .forEach(
            path ->
                ((JsonObject) path.getValue())
                    .forEach(
                        method -> {
                          JsonObject operation = (JsonObject) method.getValue();
                          JsonObject ok = operation.getJsonObject("responses").getJsonObject("200");
                          if (ok != null
                              && ok.getJsonObject("content", new JsonObject()).containsKey(CSV)) {
                            tables.add(operation.getString("operationId"));
                          }
                        }));
    return tables;
  }

  /** The contract as it is written. */
  private static JsonObject written() {
    try {
      return new JsonObject(Contract.strictly(Contract.written()).toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Puts responses into the words of vertx-openapi 5.0, which knows no {@code problem+json}, does
   * not validate text, looks headers up in lower case, and cannot read a challenge; nor a server
   * without a host.
   */
  private static void adapt(JsonObject node) {
    for (String name : List.copyOf(node.fieldNames())) {
      Object child = node.getValue(name);
      if (name.equals("headers")) {
        node.put(name, headers((JsonObject) child));
      } else if (name.equals("content")) {
        node.put(name, content((JsonObject) child));
      } else if (child instanceof JsonObject object) {
        adapt(object);
      }
    }
  }

  private static JsonObject headers(JsonObject declared) {
    JsonObject lower = new JsonObject();
    declared.forEach(h -> lower.put(h.getKey().toLowerCase(Locale.ROOT), h.getValue()));
    lower.remove("www-authenticate");
    return lower;
  }

  private static JsonObject content(JsonObject declared) {
    JsonObject json = new JsonObject();
    for (String type : List.of(JSON, PROBLEM)) {
      if (declared.containsKey(type)) {
        json.put(JSON, declared.getValue(type));
      }
    }
    return json;
  }

  /** A request to that path with a JSON body. */
  public HttpRequest.Builder post(String path, String json) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json, StandardCharsets.UTF_8));
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(TIMEOUT);
  }

  public Answer get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  /** Sends, and validates what comes back. */
  public Answer send(HttpRequest.Builder builder) throws IOException, InterruptedException {
    HttpRequest request = builder.build();
    HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    Answer answer = new Answer(response.statusCode(), response.headers(), response.body());
    Operation operation = operation(request.uri().getPath(), request.method());
    if (operation != null) {
      validate(answer, operation.getOperationId());
    } else if (answer.status() >= 400 && answer.body().length > 0) {
      validate(answer, "getContract");
    }
    return answer;
  }

  /**
   * Sends, and validates what comes back as the answer of that operation, wherever the path led. Of
   * a stream the head is enough.
   */
  public Answer send(HttpRequest.Builder builder, String operationId)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        client.send(builder.build(), HttpResponse.BodyHandlers.ofInputStream());
    boolean endless = response.headers().firstValue("content-type").orElse("").startsWith(STREAM);
    byte[] body;
    try (InputStream in = response.body()) {
      body = endless ? new byte[0] : in.readAllBytes();
    }
    Answer answer = new Answer(response.statusCode(), response.headers(), body);
    if (!endless) {
      validate(answer, operationId);
    }
    return answer;
  }

  /**
   * The lines of an answer that does not end, until the last one wanted has come; it is closed
   * then. Its head is 200.
   */
  public List<String> lines(HttpRequest.Builder builder, Predicate<String> last)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        client.send(builder.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body();
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      if (response.statusCode() != 200) {
        throw new AssertionError(response.statusCode() + " " + reader.readLine());
      }
      return Loops.await(
          Future.fromCompletionStage(CompletableFuture.supplyAsync(() -> until(reader, last))));
    }
  }

  private static List<String> until(BufferedReader reader, Predicate<String> last) {
    List<String> lines = new ArrayList<>();
    try {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
        if (last.test(line)) {
          return lines;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError("it ended: " + lines);
  }

  private @Nullable Operation operation(String path, String method) {
    try {
      return contract.findOperation(path, HttpMethod.valueOf(method));
    } catch (RuntimeException unknownPath) {
      return null;
    }
  }

  /** Validates an answer that came another way. */
  public void validate(Answer answer, String operationId) {
    Map<String, String> headers = new HashMap<>();
    answer.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
    String type = answer.header("content-type");
    if (type.startsWith(CSV)) {
      if (!tables().contains(operationId)) {
        throw new AssertionError(operationId + " declares no " + CSV);
      }
      return;
    }
    ValidatableResponse response =
        ValidatableResponse.create(
            answer.status(),
            headers,
            Buffer.buffer(answer.body()),
            type.equals(PROBLEM) ? JSON : type);
    Object validated =
        Loops.await(
            validator
                .validate(response, operationId)
                .recover(
                    failure ->
                        Future.failedFuture(
                            new AssertionError(
                                operationId
                                    + " answered what the contract does not allow: "
                                    + answer.status()
                                    + " "
                                    + new String(answer.body(), StandardCharsets.UTF_8),
                                failure))));
    if (validated == null) {
      throw new AssertionError(operationId + " was not validated");
    }
  }
}
