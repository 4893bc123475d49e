package cn.unionecard.workbench.demo;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's own HTTPS client, as anybody's program might use it; trusts the demo's authority and
 * nothing else. Asks again when it hears BUSY, as the contract says: nothing happened. Blocking;
 * what keeps a call from being answered is an {@link UncheckedIOException}.
 */
public final class Https {
  private static final char[] NO_PASSWORD = {};

  /** How often is asked again, each time after twice as long. */
  private static final int TRIES_MORE = 5;

  private static final long FIRST_WAIT_MS = 200;

  private final HttpClient client;
  private final String base;
  private final String ca;

  private Https(HttpClient client, String base, String ca) {
    this.client = client;
    this.base = base;
    this.ca = ca;
  }

  /**
   * An answer.
   *
   * @param body as it came
   */
  public record Answer(int status, byte[] body) {
    /** The body as JSON; empty if it is none. */
    public JsonObject json() {
      try {
        return new JsonObject(new String(body, StandardCharsets.UTF_8));
      } catch (DecodeException none) {
        return new JsonObject();
      }
    }

    /** The name of the problem; empty if there is none. */
    public String problem() {
      return json().getString("code", "");
    }

    /** Nothing happened; to be asked again. */
    private boolean isBusy() {
      return status == 503 && problem().equals("BUSY");
    }

    @Override
    public String toString() {
      return status + " " + new String(body, StandardCharsets.UTF_8);
    }
  }

  /**
   * A client that shows no certificate.
   *
   * @param base {@code https://host:port}
   * @param ca PEM of the authority to trust
   */
  public static Https to(String base, String ca) {
    return new Https(client(ca, null), base, ca);
  }

  /** The same with a client certificate (PEM) and its key. */
  public Https showing(PrivateKey key, String certificate) {
    try {
      KeyStore own = empty();
      own.setKeyEntry("own", key, NO_PASSWORD, new Certificate[] {read(certificate)});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, NO_PASSWORD);
      return new Https(client(ca, keys.getKeyManagers()), base, ca);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpClient client(String ca, KeyManager @Nullable [] own) {
    try {
      KeyStore trusted = empty();
      trusted.setCertificateEntry("ca", read(ca));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(own, trust.getTrustManagers(), null);
      return HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).build();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    return store;
  }

  private static Certificate read(String pem) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  /** The client itself, for streams. */
  public HttpClient client() {
    return client;
  }

  /** The address of a path. */
  public URI at(String path) {
    return URI.create(base + path);
  }

  /** A request with a token, or without one. */
  public HttpRequest.Builder request(String path, @Nullable String token) {
    HttpRequest.Builder request = HttpRequest.newBuilder(at(path));
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  /** GET. */
  public Answer get(String path, @Nullable String token) {
    return send(request(path, token));
  }

  /**
   * POST of JSON.
   *
   * @param key {@code Idempotency-Key}, or null
   */
  public Answer post(String path, @Nullable String token, @Nullable String key, JsonObject body) {
    HttpRequest.Builder request =
        request(path, token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.encode()));
    return send(key == null ? request : request.header("Idempotency-Key", key));
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      Answer answer = once(request);
      for (int more = 0; more < TRIES_MORE && answer.isBusy(); more++) {
        TimeUnit.MILLISECONDS.sleep(FIRST_WAIT_MS << more); // the pause that BUSY asks for
        answer = once(request);
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private Answer once(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    return new Answer(response.statusCode(), response.body());
  }
}
