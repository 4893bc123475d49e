package cn.unionecard.gateway.runtime.tls;

import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.spi.tls.DefaultSslContextFactory;
import io.vertx.core.spi.tls.SslContextFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLException;

/**
 * BoringSSL with session tickets (RFC 5077, RFC 8446 section 4.6.1), which Netty leaves off: a
 * terminal that comes back saves the signature and the certificates of the handshake. Each context
 * draws its own ticket key, so a reload of the certificates ends all tickets given before it, and
 * every ticket ends after an hour.
 */
final class TicketedOpenSsl extends OpenSSLEngineOptions {
  private static final Duration TICKET_LIFETIME = Duration.ofHours(1);
  private final SecureRandom random;

  TicketedOpenSsl(SecureRandom random) {
    this.random = random;
  }

  @Override
  public TicketedOpenSsl copy() {
    return new TicketedOpenSsl(random);
  }

  @Override
  public SslContextFactory sslContextFactory() {
    return new DefaultSslContextFactory(SslProvider.OPENSSL, isSessionCacheEnabled()) {
      @Override
      public SslContext create() throws SSLException {
        SslContext context = super.create();
        if (context.isServer()
            && context.sessionContext() instanceof OpenSslSessionContext sessions) {
          sessions.setSessionTimeout(Math.toIntExact(TICKET_LIFETIME.toSeconds()));
          sessions.setTicketKeys(ticketKey());
        }
        return context;
      }
    };
  }

  private OpenSslSessionTicketKey ticketKey() {
    byte[] drawn = new byte[OpenSslSessionTicketKey.TICKET_KEY_SIZE];
    random.nextBytes(drawn);
    int hmac = OpenSslSessionTicketKey.NAME_SIZE;
    int aes = hmac + OpenSslSessionTicketKey.HMAC_KEY_SIZE;
    return new OpenSslSessionTicketKey(
        Arrays.copyOf(drawn, hmac),
        Arrays.copyOfRange(drawn, hmac, aes),
        Arrays.copyOfRange(drawn, aes, drawn.length));
  }
}
