package cn.unionecard.workbench.simulate;

import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import org.jspecify.annotations.Nullable;

/** One till: how it proves who it is, and the keys it gives its requests. */
final class Till {
  /** A wrong code is shown to one till only so often: who shows many is slowed by the gateway. */
  private static final long WRONG_CODE_PAUSE_NANOS = 20_000_000_000L;

  final TerminalId id;
  final ClientSSLOptions tls;
  private final DeviceKey deviceKey;
  private final boolean certificate;
  private final String keyPrefix;
  private int keys;
  private int assertions;
  private long wrongCodeAgainNanos;
  private @Nullable Future<String> token;

  /**
   * @param trust whom to trust; a till with a certificate adds its own
   * @param certificate whether it uses mutual TLS, if it can, rather than tokens
   * @param run distinguishes the keys of this run from those of all others
   */
  Till(Testbed.Terminal terminal, ClientSSLOptions trust, boolean certificate, String run) {
    this.id = terminal.id();
    this.certificate = certificate && terminal.certificate() != null;
    this.deviceKey = new DeviceKey(terminal.privateKey());
    this.keyPrefix = run + "-";
    this.tls =
        certificate && terminal.certificate() != null
            ? withCertificate(trust, terminal.certificate(), terminal.privateKey())
            : trust;
  }

  private static ClientSSLOptions withCertificate(
      ClientSSLOptions trust, String certificate, String privateKey) {
    return trust
        .copy()
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(certificate))
                .addKeyValue(Buffer.buffer(privateKey)));
  }

  boolean hasCertificate() {
    return certificate;
  }

  /** A key never used before. */
  String newKey() {
    return keyPrefix + ++keys;
  }

  String assertion(long nowSeconds) {
    return deviceKey.assertion(id, nowSeconds, keyPrefix + id + "-" + ++assertions);
  }

  /** Whether a wrong code may be shown now; if so, the next one must wait. */
  boolean takesWrongCode(long nowNanos) {
    if (wrongCodeAgainNanos != 0 && nowNanos - wrongCodeAgainNanos < 0) {
      return false;
    }
    wrongCodeAgainNanos = nowNanos + WRONG_CODE_PAUSE_NANOS;
    return true;
  }

  @Nullable Future<String> token() {
    return token;
  }

  void token(@Nullable Future<String> token) {
    this.token = token;
  }
}
