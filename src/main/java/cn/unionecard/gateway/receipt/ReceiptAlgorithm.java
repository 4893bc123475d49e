package cn.unionecard.gateway.receipt;

import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;

/** How a block is hashed and signed. {@link #header} is the stored form and never changes. */
public enum ReceiptAlgorithm {
  /** SM2 on sm2p256v1 with SM3 and user id 1234567812345678; signature r‖s (GB/T 32918). */
  SM2("SM2-SM3") {
    @Override
    public TreeHash treeHash() {
      return new DigestTreeHash(new SM3Digest());
    }
  },
  /** Ed25519 (RFC 8032) with SHA-256 for the tree. */
  ED25519("Ed25519-SHA256") {
    @Override
    public TreeHash treeHash() {
      return new DigestTreeHash(SHA256Digest.newInstance());
    }
  };

  /** Length of a signature of either algorithm. */
  public static final int SIGNATURE_BYTES = 64;

  static final ECDomainParameters SM2_CURVE =
      new ECNamedDomainParameters(
          GMObjectIdentifiers.sm2p256v1, CustomNamedCurves.getByOID(GMObjectIdentifiers.sm2p256v1));

  private static final ReceiptAlgorithm[] ALL = values();

  /** The name in block headers and key lists. */
  public final String header;

  ReceiptAlgorithm(String header) {
    this.header = header;
  }

  /** A new hash; not thread-safe. */
  public abstract TreeHash treeHash();

  /**
   * The algorithm of that header name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ReceiptAlgorithm named(String header) {
    for (ReceiptAlgorithm algorithm : ALL) {
      if (algorithm.header.equals(header)) {
        return algorithm;
      }
    }
    throw new IllegalArgumentException("no receipt algorithm of that name");
  }

  /**
   * The algorithm of a key, {@code SM2} or {@code Ed25519}, as the keyring and the configuration
   * name it.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ReceiptAlgorithm ofKey(String keyAlgorithm) {
    for (ReceiptAlgorithm algorithm : ALL) {
      if (algorithm.name().equalsIgnoreCase(keyAlgorithm)) {
        return algorithm;
      }
    }
    throw new IllegalArgumentException("no receipt key algorithm " + keyAlgorithm);
  }
}
