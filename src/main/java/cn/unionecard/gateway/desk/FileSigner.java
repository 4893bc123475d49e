package cn.unionecard.gateway.desk;

import cn.unionecard.gateway.runtime.Sm3;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/**
 * Signs files with the node's receipt key.
 *
 * @param kid names the key in {@code GET /v1/keys}
 * @param algorithm {@code SM2-SM3} or {@code Ed25519-SHA256}
 * @param sign gives r and s after one another, or what Ed25519 gives
 */
public record FileSigner(String kid, String algorithm, UnaryOperator<byte[]> sign) {
  private static final int HALF = 32;

  /** The signature of a file and what goes with it, as the contract has it. */
  public JsonObject document(String name, byte[] file) {
    return new JsonObject()
        .put("file", name)
        .put("algorithm", algorithm)
        .put("kid", kid)
        .put("sm3", HexFormat.of().formatHex(Sm3.of(file)))
        .put("signature", Base64.getEncoder().encodeToString(signature(file)));
  }

  /** The signature as OpenSSL takes it: DER for SM2, plain for Ed25519. */
  private byte[] signature(byte[] file) {
    byte[] plain = sign.apply(file);
    if (!algorithm.equals("SM2-SM3")) {
      return plain;
    }
    BigInteger r = new BigInteger(1, Arrays.copyOf(plain, HALF));
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(plain, HALF, plain.length));
    try {
      // an order above all others: the range has been seen to when it was signed
      return StandardDSAEncoding.INSTANCE.encode(
          BigInteger.ONE.shiftLeft(2 * HALF * Byte.SIZE), r, s);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
