package cn.unionecard.gateway.receipt;

import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Signer;

/**
 * A signer that keeps its key, and of SM2 the hash Z of the signer's identity, between signatures.
 * Not thread-safe.
 */
final class HeaderSigner {
  private final Signer signer;

  HeaderSigner(Signer signer) {
    this.signer = signer;
  }

  /** The signature, 64 bytes. */
  byte[] sign(byte[] message) {
    signer.reset();
    signer.update(message, 0, message.length);
    try {
      return signer.generateSignature();
    } catch (CryptoException e) {
      throw new IllegalStateException("cannot sign", e);
    }
  }
}
