package cn.unionecard.loadtest;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The tills: feeders of {@code token}, the tokens got by proof of the device keys and renewed. */
final class Tills implements AutoCloseable {
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
  private static final int RENEWAL_MINUTES = 5;

  private final Demo demo;
  private final Https https;
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
    this.https = new Https(demo);
    renew();
    renewal.scheduleAtFixedRate(this::renew, RENEWAL_MINUTES, RENEWAL_MINUTES, TimeUnit.MINUTES);
  }

  /** Tills of that kind, the first ones most often. */
  Iterator<Map<String, Object>> of(Predicate<Demo.Terminal> which) {
    List<Demo.Terminal> some = demo.terminals().stream().filter(which).toList();
    if (some.isEmpty()) {
      throw new IllegalStateException("no till of the kind that this simulation needs");
    }
    return feeder(some);
  }

  /** The token of a till, which is renewed while the simulation runs. */
  String token(String terminal) {
    return tokens.get(terminal);
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
      tokens.put(
          terminal.id(), terminal.token().isEmpty() ? proved(terminal) : terminal.token());
    }
  }

  private String proved(Demo.Terminal terminal) {
    try {
      return https.token(
          "/v1/terminal-tokens", "{\"assertion\":\"" + assertion(terminal) + "\"}");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no token for " + terminal.id(), e);
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

  @Override
  public void close() {
    renewal.shutdownNow();
  }
}
