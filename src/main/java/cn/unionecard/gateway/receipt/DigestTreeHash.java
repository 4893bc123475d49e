package cn.unionecard.gateway.receipt;

import org.bouncycastle.crypto.Digest;

/** The tree hash over a Bouncy Castle digest of 32 bytes. */
final class DigestTreeHash implements TreeHash {
  private final Digest digest;

  DigestTreeHash(Digest digest) {
    this.digest = digest;
  }

  @Override
  public byte[] leaf(byte[] body) {
    digest.update((byte) 0);
    return hash(body);
  }

  @Override
  public byte[] node(byte[] left, byte[] right) {
    digest.update((byte) 1);
    digest.update(left, 0, BYTES);
    return hash(right);
  }

  @Override
  public byte[] hash(byte[] data) {
    digest.update(data, 0, data.length);
    byte[] result = new byte[BYTES];
    digest.doFinal(result, 0);
    return result;
  }
}
