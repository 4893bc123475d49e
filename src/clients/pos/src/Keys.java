import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** What pos.md and pos-fields.md say of keys, check values and MACs. */
final class Keys {
  /** How a terminal is set up. */
  enum Mode {
    SM4,
    TRIPLE_DES,
    /** 3DES with a MAC after ANSI X9.19. */
    X9_19
  }

  private static final int CHECK_BYTES = 4;
  private static final int MAC_BYTES = 8;

  private final Mode mode;
  private final byte[] tmk;
  private byte[] mak;

  Keys(Mode mode, byte[] tmk) {
    this.mode = mode;
    this.tmk = tmk;
  }

  /** Takes PIK and MAK of sixteen bytes from F62 of the reply to a sign-on. */
  void take(byte[] field62) throws GeneralSecurityException {
    if (field62.length != 40) {
      throw new IllegalStateException("F62 has " + field62.length + " bytes");
    }
    byte[] unused = key(field62, 0);
    mak = key(field62, 20);
  }

  private byte[] key(byte[] field62, int from) throws GeneralSecurityException {
    byte[] key = crypt(Cipher.DECRYPT_MODE, tmk, Arrays.copyOfRange(field62, from, from + 16));
    byte[] check = Arrays.copyOf(crypt(Cipher.ENCRYPT_MODE, key, new byte[block()]), CHECK_BYTES);
    if (!Arrays.equals(check, Arrays.copyOfRange(field62, from + 16, from + 20))) {
      throw new IllegalStateException("a key's check value is wrong");
    }
    return key;
  }

  boolean areTaken() {
    return mak != null;
  }

  /** F64 over the bytes from the MTI to the last field before it. */
  byte[] mac(byte[] proved) throws GeneralSecurityException {
    return mode == Mode.X9_19 ? retail(proved) : folded(proved);
  }

  private byte[] folded(byte[] proved) throws GeneralSecurityException {
    byte[] xored = new byte[block()];
    for (int i = 0; i < proved.length; i++) {
      xored[i % xored.length] ^= proved[i];
    }
    byte[] digits =
        HexFormat.of().withUpperCase().formatHex(xored).getBytes(StandardCharsets.US_ASCII);
    byte[] mixed = crypt(Cipher.ENCRYPT_MODE, mak, Arrays.copyOf(digits, block()));
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] ^= digits[block() + i];
    }
    String hex = HexFormat.of().withUpperCase().formatHex(crypt(Cipher.ENCRYPT_MODE, mak, mixed));
    return hex.substring(0, MAC_BYTES).getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] retail(byte[] proved) throws GeneralSecurityException {
    byte[] left = Arrays.copyOf(mak, 8);
    byte[] right = Arrays.copyOfRange(mak, 8, 16);
    byte[] state = new byte[8];
    for (int at = 0; at < proved.length; at += 8) {
      for (int i = at; i < Math.min(at + 8, proved.length); i++) {
        state[i - at] ^= proved[i];
      }
      state = des(Cipher.ENCRYPT_MODE, left, state);
    }
    return des(Cipher.ENCRYPT_MODE, left, des(Cipher.DECRYPT_MODE, right, state));
  }

  private int block() {
    return mode == Mode.SM4 ? 16 : 8;
  }

  private byte[] crypt(int direction, byte[] key, byte[] octets) throws GeneralSecurityException {
    if (mode == Mode.SM4) {
      Cipher sm4 = Cipher.getInstance("SM4/ECB/NoPadding", new BouncyCastleProvider());
      sm4.init(direction, new SecretKeySpec(key, "SM4"));
      return sm4.doFinal(octets);
    }
    byte[] three = Arrays.copyOf(key, 24);
    System.arraycopy(key, 0, three, 16, 8);
    Cipher des = Cipher.getInstance("DESede/ECB/NoPadding");
    des.init(direction, new SecretKeySpec(three, "DESede"));
    return des.doFinal(octets);
  }

  private static byte[] des(int direction, byte[] key, byte[] octets)
      throws GeneralSecurityException {
    Cipher des = Cipher.getInstance("DES/ECB/NoPadding");
    des.init(direction, new SecretKeySpec(key, "DES"));
    return des.doFinal(octets);
  }
}
