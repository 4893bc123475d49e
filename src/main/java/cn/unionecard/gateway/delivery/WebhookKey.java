package cn.unionecard.gateway.delivery;

import cn.unionecard.gateway.runtime.keys.Kek;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * What the messages of one webhook are signed with, after Standard Webhooks 1.0.
 *
 * @param secret 32 random bytes: the key of the HMAC, or the seed of Ed25519
 */
public record WebhookKey(Algorithm algorithm, byte[] secret) {
  private static final int BYTES = 32;

  /** How it signs. */
  public enum Algorithm {
    HMAC("HMAC-SHA256", "v1"),
    ED25519("ED25519", "v1a");

    /** Its name in the API and in the tables. */
    final String title;

    /** Its name before a signature. */
    final String version;

    Algorithm(String title, String version) {
      this.title = title;
      this.version = version;
    }

    static Algorithm titled(String title) {
      return title.equals(ED25519.title) ? ED25519 : HMAC;
    }
  }

  public WebhookKey {
    if (secret.length != BYTES) {
      throw new IllegalArgumentException("a webhook's key has " + BYTES + " bytes");
    }
  }

  public static WebhookKey make(Algorithm algorithm, SecureRandom random) {
    byte[] secret = new byte[BYTES];
    random.nextBytes(secret);
    return new WebhookKey(algorithm, secret);
  }

  byte[] wrap(long subscription, Kek kek, SecureRandom random) {
    return kek.wrap(secret, context(subscription, algorithm), random);
  }

  static WebhookKey unwrap(long subscription, String algorithm, byte[] wrapped, Kek kek) {
    Algorithm known = Algorithm.titled(algorithm);
    return new WebhookKey(known, kek.unwrap(wrapped, context(subscription, known)));
  }

  /** Bound into the wrapping, so that no row can take another's place. */
  private static String context(long subscription, Algorithm algorithm) {
    return "webhook|" + subscription + "|" + algorithm.title;
  }

  /** What the subscriber is given: its secret, or the public key that goes with ours. */
  public String shown() {
    Base64.Encoder base64 = Base64.getEncoder();
    return algorithm == Algorithm.HMAC
        ? "whsec_" + base64.encodeToString(secret)
        : "whpk_" + base64.encodeToString(publicKey());
  }

  byte[] publicKey() {
    return new Ed25519PrivateKeyParameters(secret).generatePublicKey().getEncoded();
  }

  /** One signature for the header {@code webhook-signature}. */
  public String sign(String id, long timestamp, String body) {
    byte[] content = (id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8);
    byte[] signature = algorithm == Algorithm.HMAC ? hmac(content) : ed25519(content);
    return algorithm.version + "," + Base64.getEncoder().encodeToString(signature);
  }

  private byte[] hmac(byte[] content) {
    HMac mac = new HMac(new SHA256Digest());
    mac.init(new KeyParameter(secret));
    mac.update(content, 0, content.length);
    byte[] out = new byte[mac.getMacSize()];
    int length = mac.doFinal(out, 0);
    if (length != out.length) {
      throw new IllegalStateException("HMAC of " + length + " bytes");
    }
    return out;
  }

  private byte[] ed25519(byte[] content) {
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, new Ed25519PrivateKeyParameters(secret));
    signer.update(content, 0, content.length);
    return signer.generateSignature();
  }

  @Override
  public String toString() {
    return "WebhookKey[" + algorithm + "]";
  }
}
