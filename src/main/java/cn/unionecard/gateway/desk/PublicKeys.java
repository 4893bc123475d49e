package cn.unionecard.gateway.desk;

import cn.unionecard.gateway.model.Fault;
import java.io.IOException;
import java.util.Base64;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;

/** The public key of a device or program, as it sends it: a point on P-256. */
public final class PublicKeys {
  private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
  private static final String END = "-----END PUBLIC KEY-----";

  private PublicKeys() {}

  /**
   * SubjectPublicKeyInfo in its one form: DER of 91 bytes, the point uncompressed.
   *
   * @param text the same in Base64, or as PEM
   * @throws Fault.Malformed if it is none of a point on that curve
   */
  public static byte[] p256(String text) {
    String bare = text.strip();
    if (bare.startsWith(BEGIN) && bare.endsWith(END)) {
      bare = bare.substring(BEGIN.length(), bare.length() - END.length());
    }
    try {
      byte[] der = Base64.getDecoder().decode(bare.replaceAll("[\\r\\n ]", ""));
      SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(der);
      boolean p256 =
          info.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
              && SECObjectIdentifiers.secp256r1.equals(info.getAlgorithm().getParameters());
      if (p256 && PublicKeyFactory.createKey(info) instanceof ECPublicKeyParameters point) {
        byte[] whole = point.getQ().getEncoded(false);
        return new SubjectPublicKeyInfo(info.getAlgorithm(), whole).getEncoded();
      }
    } catch (IOException | IllegalArgumentException | IllegalStateException broken) {
      throw notP256();
    }
    throw notP256();
  }

  private static Fault.Malformed notP256() {
    return new Fault.Malformed(
        "publicKey", "publicKey is no SubjectPublicKeyInfo of P-256 in Base64 or PEM");
  }
}
