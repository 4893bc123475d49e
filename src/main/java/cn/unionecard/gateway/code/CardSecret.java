package cn.unionecard.gateway.code;

import cn.unionecard.gateway.model.CardNo;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * The derivation of a card's key from one master key, and of one-time passwords from a card's key.
 * HMAC-SM3 throughout; the truncation is that of RFC 4226 section 5.3. Not thread-safe.
 */
final class CardSecret {
  private static final byte[] LABEL = "ecard-code".getBytes(StandardCharsets.US_ASCII);
  private static final int MAC_BYTES = 32;

  private final HMac master = new HMac(new SM3Digest());
  private final HMac card = new HMac(new SM3Digest());
  private final byte[] mac = new byte[MAC_BYTES];

  CardSecret(byte[] masterKey) {
    master.init(new KeyParameter(masterKey));
  }

  byte[] cardKey(CardNo no, long epoch) {
    byte[] key = new byte[MAC_BYTES];
    master.update(LABEL, 0, LABEL.length);
    master.update(no.digits().getBytes(StandardCharsets.US_ASCII), 0, MemberCodes.ALIAS_DIGITS);
    update(master, epoch);
    master.doFinal(key, 0);
    return key;
  }

  /** Makes {@link #otp} speak for that card. */
  void choose(CardNo no, long epoch) {
    card.init(new KeyParameter(cardKey(no, epoch)));
  }

  /** The chosen card's one-time password at that step. */
  int otp(long step) {
    update(card, step);
    card.doFinal(mac, 0);
    int offset = mac[MAC_BYTES - 1] & 15;
    int truncated =
        (mac[offset] & 127) << 24
            | (mac[offset + 1] & 255) << 16
            | (mac[offset + 2] & 255) << 8
            | (mac[offset + 3] & 255);
    return truncated % MemberCodes.OTP_END;
  }

  private static void update(HMac hmac, long value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      hmac.update((byte) (value >>> shift));
    }
  }
}
