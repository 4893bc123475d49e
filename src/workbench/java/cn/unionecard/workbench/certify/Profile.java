package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.workbench.pos.PosIdentity;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is wrong with a request's fields. Tells values only of fields that hold nothing secret. */
final class Profile {
  private static final int QR = 3;
  private static final String FIGURES = "[1-5]{4}";

  private final PosIdentity terminal;

  Profile(PosIdentity terminal) {
    this.terminal = terminal;
  }

  /**
   * What is not as the profile says, or null.
   *
   * @param batch that of the sign-on
   */
  @Nullable String wrong(Seen request, Kind kind, int batch) {
    IsoMessage message = request.message();
    try {
      return first(
          kind.wrong(message),
          is(message, 41, terminal.terminal().value()),
          is(message, 42, terminal.merchant()),
          request.trace() > 0 ? null : "F11 is zero",
          request.isPurchase() ? purchase(message, kind) : null,
          data(request, kind),
          request.batch() == batch ? null : is(request.batch(), batch));
    } catch (FormatError e) {
      return e.getMessage();
    }
  }

  /** What follows a sale need not say amount and currency again. */
  private static @Nullable String purchase(IsoMessage message, Kind kind) {
    boolean amount = message.has(4) || !kind.mayLeaveOutTheAmount();
    return first(
        amount && message.number(4) == 0 ? "F4 is zero" : null,
        !message.has(22) || message.number(22) / 10 == QR ? null : "F22 must begin with 03 (QR)",
        message.has(49) || kind == Kind.SALE ? is(message, 49, "156") : null);
  }

  private static @Nullable String data(Seen request, Kind kind) {
    return switch (kind) {
      case VERIFY, SALE, HOLD, ADVICE ->
          request.tag(Field59Tags.CODE) == null ? "F59 has no code (A3)" : null;
      case COMPLETION ->
          request.tag(Field59Tags.BENEFIT) == null && request.tag(Field59Tags.WITHOUT) == null
              ? null
              : "F59 must have no A5 and no A9";
      case RATING -> {
        String figures = request.tag(Field59Tags.RATING);
        yield figures != null && figures.matches(FIGURES)
            ? null
            : "F59 A8 must be four digits, each 1 to 5";
      }
      default -> null;
    };
  }

  private static String is(int said, int batch) {
    return String.format(
        Locale.ROOT, "F60.2 is %06d, must be the batch of the sign-on, %06d", said, batch);
  }

  /** What a field is, if it is not what it must be. */
  static @Nullable String is(IsoMessage message, int field, String must) {
    if (!message.has(field)) {
      return "F" + field + " is missing, must be " + must;
    }
    String found = message.text(field);
    return found.equals(must) ? null : "F" + field + " is " + found + ", must be " + must;
  }

  static @Nullable String first(@Nullable String... complaints) {
    for (String each : complaints) {
      if (each != null) {
        return each;
      }
    }
    return null;
  }
}
