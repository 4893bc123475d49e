package cn.unionecard.loadtest;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The tills: feeders of {@code token}, the tokens got by proof of the device keys and renewed. */
final class Tills implements AutoCloseable {
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
  private static final int RENEWAL_MINUTES = 5;

  private final Demo demo;
  private final HttpClient client;
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private final ScheduledExecutorService renewal =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "token renewal");
            thread.setDaemon(true);
            return thread;
          });

  Tills(Demo demo) {
    this.demo = demo;
    this.client = HttpClient.newBuilder().sslContext(trusting(demo.ca())).build();
    renew();
    renewal.scheduleAtFixedRate(this::renew, RENEWAL_MINUTES, RENEWAL_MINUTES, TimeUnit.MINUTES);
  }

  Iterator<Map<String, Object>> live() {
    return feeder(demo.at("LIVE"));
  }

  Iterator<Map<String, Object>> suspended() {
    return feeder(demo.at("SUSPENDED"));
  }

  private Iterator<Map<String, Object>> feeder(List<Demo.Terminal> terminals) {
    Zipf zipf = new Zipf(terminals.size());
    return Stream.generate(
            () -> {
              String id = terminals.get(zipf.draw(ThreadLocalRandom.current())).id();
              return Map.<String, Object>of("terminal", id, "token", tokens.get(id));
            })
        .iterator();
  }

  private void renew() {
    for (Demo.Terminal terminal : demo.terminals()) {
      tokens.put(terminal.id(), token(terminal));
    }
  }

  private String token(Demo.Terminal terminal) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(demo.base() + "/v1/terminal-tokens"))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString("{\"assertion\":\"" + assertion(terminal) + "\"}"))
              .build();
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      if (response.statusCode() == 429) { // all tills stand behind one address here
        long seconds = response.headers().firstValueAsLong("Retry-After").orElse(1);
        TimeUnit.SECONDS.sleep(seconds);
        return token(terminal);
      }
      if (response.statusCode() != 200) {
        throw new IllegalStateException("no token for " + terminal.id() + ": " + response.body());
      }
      return new ObjectMapper().readTree(response.body()).required("accessToken").asText();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("no token for " + terminal.id(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String assertion(Demo.Terminal terminal) throws GeneralSecurityException {
    long now = Instant.now().getEpochSecond();
    String claims =
        """
        {"iss":"%1$s","sub":"%1$s","aud":"urn:ecard:gateway","iat":%2$d,"exp":%3$d,"jti":"%1$s-%4$x"}"""
            .formatted(terminal.id(), now, now + 60, ThreadLocalRandom.current().nextLong());
    String signed =
        encode("{\"alg\":\"ES256\",\"typ\":\"ecard-assertion+jwt\"}") + "." + encode(claims);
    Signature es256 = Signature.getInstance("SHA256withECDSAinP1363Format");
    es256.initSign(privateKey(terminal.key()));
    es256.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + URL.encodeToString(es256.sign());
  }

  private static PrivateKey privateKey(String pem) throws GeneralSecurityException {
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  private static String encode(String json) {
    return URL.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private static SSLContext trusting(String ca) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry(
          "ca",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(ca.getBytes(StandardCharsets.US_ASCII))));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    renewal.shutdownNow();
  }
}
