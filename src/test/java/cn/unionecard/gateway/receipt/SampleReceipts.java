package cn.unionecard.gateway.receipt;

import cn.unionecard.gateway.model.ReceiptDocument;
import cn.unionecard.gateway.model.TransactionId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Keys, bodies and receipts for tests; also for those of other packages. */
public final class SampleReceipts {
  public static final SigningKey SM2 = key("sm2-1", ReceiptAlgorithm.SM2, 7);
  public static final SigningKey ED25519 = key("ed-1", ReceiptAlgorithm.ED25519, 9);

  static final long AT = 1_795_392_000_123L;

  private SampleReceipts() {}

  private static SigningKey key(String kid, ReceiptAlgorithm algorithm, int fill) {
    byte[] secret = new byte[SigningKey.SECRET_BYTES];
    Arrays.fill(secret, (byte) fill);
    return SigningKey.of(kid, algorithm, secret, new SecureRandom());
  }

  static TransactionId id(int leaf) {
    return TransactionId.of(TransactionId.tickOf(AT), 3, leaf);
  }

  /** A body with everything that needs care: Chinese, escapes, a character beyond 16 bits. */
  static byte[] body(int leaf) {
    return new CanonicalJson()
        .object()
        .name("allocations")
        .array()
        .object()
        .member("benefit", "EAT-01")
        .member("fen", 500 + leaf)
        .end()
        .end()
        .member("id", id(leaf).toString())
        .member("merchantName", "老街\"烩面\"\t馆\u0001 𠮷野家 \\ /")
        .member("orderFen", 12_800)
        .member("type", "SALE")
        .end()
        .bytes();
  }

  static SealedBlock block(SigningKey key, int size) {
    List<byte[]> bodies = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      bodies.add(body(i));
    }
    return new Sealer(key, "n1.0").seal(42, Sealer.noPrevious(), AT, bodies);
  }

  /** The document of one receipt of a block of {@code size}. */
  public static byte[] document(SigningKey key, int size, int leaf) {
    return ReceiptDocument.write(block(key, size).receipt(id(leaf), body(leaf), leaf));
  }

  public static String pem(PublicKey key) {
    byte[] newline = {'\n'};
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, newline).encodeToString(key.spki())
        + "\n-----END PUBLIC KEY-----\n";
  }

  /** The published list of these keys. */
  public static byte[] keysJson(PublicKey... keys) {
    CanonicalJson json = new CanonicalJson();
    json.object().name("keys").array();
    for (PublicKey key : keys) {
      json.object()
          .member("algorithm", key.algorithm().header)
          .member("kid", key.kid())
          .member("publicKey", pem(key))
          .end();
    }
    return json.end().end().bytes();
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
