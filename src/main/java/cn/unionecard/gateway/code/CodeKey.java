package cn.unionecard.gateway.code;

/**
 * One version of the secrets behind member codes.
 *
 * @param kid names the version
 * @param aliasKey AES-256 key of the alias, 32 bytes
 * @param masterKey HMAC-SM3 key from which each card's key is derived, 32 bytes
 */
public record CodeKey(String kid, byte[] aliasKey, byte[] masterKey) {
  public static final int KEY_BYTES = 32;

  public CodeKey {
    if (aliasKey.length != KEY_BYTES || masterKey.length != KEY_BYTES) {
      throw new IllegalArgumentException("code key " + kid + " has not twice 32 bytes");
    }
    aliasKey = aliasKey.clone();
    masterKey = masterKey.clone();
  }

  @Override
  public String toString() {
    return "CodeKey[" + kid + "]";
  }
}
