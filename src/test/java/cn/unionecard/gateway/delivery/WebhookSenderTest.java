package cn.unionecard.gateway.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.runtime.tls.Certificates;
import cn.unionecard.gateway.runtime.tls.Certificates.Identity;
import com.standardwebhooks.Webhook;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One attempt at a time, over real HTTPS, against receivers of all kinds. */
class WebhookSenderTest {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final WebhookKey KEY = WebhookKey.make(WebhookKey.Algorithm.HMAC, RANDOM);
  private static Vertx vertx;
  private static Identity authority;
  private static Certificates certificates;

  @BeforeAll
  static void start(Vertx given) {
    vertx = given;
    certificates = new Certificates(CLOCK, RANDOM);
    authority = certificates.ca("Receivers", Duration.ofDays(1));
  }

  private static Receiver receiver(String name) throws Exception {
    Identity identity = certificates.server(authority, List.of(name), Duration.ofDays(1));
    return new Receiver(
        vertx,
        new PemKeyCertOptions()
            .addCertValue(Buffer.buffer(identity.certificate()))
            .addKeyValue(Buffer.buffer(identity.privateKey())));
  }

  private static WebhookSender.Answer post(String url, String networks, int timeoutMs)
      throws Exception {
    String port = Integer.toString(URI.create(url).getPort());
    WebhookSender sender =
        new WebhookSender(
            vertx,
            new AddressGuard("https", port, networks),
            host -> Future.succeededFuture(InetAddress.getLoopbackAddress()),
            new PemTrustOptions().addCertValue(Buffer.buffer(authority.certificate())),
            timeoutMs,
            CLOCK);
    WebhookKey second = WebhookKey.make(WebhookKey.Algorithm.ED25519, RANDOM);
    WebhookMessage message = new WebhookMessage(url, "42", "{\"say\":\"一\"}", List.of(second, KEY));
    return Loops.await(sender.post(message).onComplete(done -> sender.close()));
  }

  private static WebhookSender.Answer post(Receiver receiver) throws Exception {
    return post(receiver.url(), "127.0.0.0/8", 20_000);
  }

  @Test
  void whatArrivesIsSigned() throws Exception {
    Receiver receiver = receiver("localhost");
    assertEquals(new WebhookSender.Answer(204, null), post(receiver));
    Receiver.Message message = receiver.next();
    Map<String, List<String>> headers = new HashMap<>();
    message.headers().forEach((name, value) -> headers.put(name, List.of(value)));
    new Webhook(KEY.shown()).verify(message.body(), HttpHeaders.of(headers, (n, v) -> true));
    assertEquals("42", message.header("webhook-id"));
  }

  @Test
  void aStatusIsAnAnswer() throws Exception {
    Receiver receiver = receiver("localhost");
    receiver.behave(Receiver.says(503));
    assertEquals(new WebhookSender.Answer(503, "the receiver answered 503"), post(receiver));
    receiver.behave(Receiver.says(410));
    assertTrue(post(receiver).isGone());
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    Receiver other = receiver("localhost");
    Receiver receiver = receiver("localhost");
    receiver.behave(
        (message, response) ->
            response.setStatusCode(307).putHeader("location", other.url()).end());
    assertEquals("a redirect, which is never followed", post(receiver).problem());
    assertTrue(other.isQuiet());
  }

  @Test
  void silenceEndsInTime() throws Exception {
    Receiver receiver = receiver("localhost");
    receiver.behave((message, response) -> {});
    assertEquals(
        new WebhookSender.Answer(0, "no answer in time"),
        post(receiver.url(), "127.0.0.0/8", 1_000));
  }

  @Test
  void anEndlessAnswerIsCut() throws Exception {
    Receiver receiver = receiver("localhost");
    receiver.behave(
        (message, response) ->
            response.setChunked(true).write("x".repeat(WebhookSender.ANSWER_BYTES_MAX + 1)));
    assertTrue(post(receiver).isDelivered());
  }

  @Test
  void anInternalAddressIsNeverConnectedTo() throws Exception {
    Receiver receiver = receiver("localhost");
    assertEquals(
        "the address is an internal one, no request was made",
        post(receiver.url(), "", 20_000).problem());
    assertTrue(receiver.isQuiet());
  }

  @Test
  void aCertificateOfAnotherNameIsNotTrusted() throws Exception {
    Receiver receiver = receiver("elsewhere.example");
    assertEquals(0, post(receiver).status());
    assertTrue(receiver.isQuiet());
  }
}
