package cn.unionecard.gateway.privacy;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a member, in plain text: lives no longer than the call, and says nothing when it
 * is printed.
 *
 * @param phone null: he gave none
 */
public record Holder(String name, String identity, @Nullable String phone) {
  /** The columns that {@link #of} reads, of {@code member m} and {@code member_key k}. */
  public static final String COLUMNS =
      "m.id as member, m.name_cipher, m.identity_cipher, m.phone_cipher, k.wrapped";

  private static final int PHONE_FIRST = 3;
  private static final int PHONE_LAST = 4;
  private static final int IDENTITY_FIRST = 6;
  private static final int IDENTITY_LAST = 4;

  /**
   * Reads a row.
   *
   * @return null: he was forgotten, or what stands there cannot be read by anybody
   */
  public static @Nullable Holder of(Row row, MemberVault vault) {
    long member = row.getLong("member");
    Buffer name = row.getBuffer("name_cipher");
    Buffer identity = row.getBuffer("identity_cipher");
    if (name == null || identity == null) {
      return null;
    }
    Buffer wrapped = row.getBuffer("wrapped");
    Buffer phone = row.getBuffer("phone_cipher");
    try {
      if (wrapped == null) {
        return new Holder(
            vault.decryptAsBefore(Column.NAME, member, name.getBytes()),
            vault.decryptAsBefore(Column.IDENTITY, member, identity.getBytes()),
            null);
      }
      MemberKey key = vault.open(member, wrapped.getBytes());
      return new Holder(
          key.decrypt(Column.NAME, name.getBytes()),
          key.decrypt(Column.IDENTITY, identity.getBytes()),
          phone == null ? null : key.decrypt(Column.PHONE, phone.getBytes()));
    } catch (IllegalArgumentException unreadable) {
      return null;
    }
  }

  /** The name as a till may show it: the first character, and one {@code *} for each further. */
  public static String mask(String name) {
    int points = name.codePointCount(0, name.length());
    return name.substring(0, name.offsetByCodePoints(0, 1)) + "*".repeat(Math.max(1, points - 1));
  }

  /** A mobile number as staff see it: the first three digits and the last four. */
  static String phoneMask(String phone) {
    return masked(phone, PHONE_FIRST, PHONE_LAST);
  }

  /** A resident number as staff see it who have said why. */
  static String identityForStaff(String identity) {
    return masked(identity, IDENTITY_FIRST, IDENTITY_LAST);
  }

  private static String masked(String text, int first, int last) {
    int hidden = Math.max(0, text.length() - first - last);
    return hidden == 0
        ? "*".repeat(text.length())
        : text.substring(0, first) + "*".repeat(hidden) + text.substring(text.length() - last);
  }

  @Override
  public String toString() {
    return "Holder[***]";
  }
}
