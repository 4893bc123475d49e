package cn.unionecard.gateway.privacy;

/**
 * A key of the vault.
 *
 * @param place 1 or 2: in which of two columns stands what it makes
 * @param secret SM4 key (16 bytes) ‖ HMAC key (32 bytes)
 */
public record VaultKey(int place, byte[] secret) {
  @Override
  public String toString() {
    return "VaultKey[" + place + "]";
  }
}
