package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.edge.iso8583.FormatError.Reason;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a message asks of the line. */
final class RequestReader {
  private static final Pattern BENEFIT = Pattern.compile("[A-Z0-9-]{1,24}");
  private static final QrData NOTHING = new QrData(Map.of());

  private RequestReader() {}

  /**
   * The client's key of a transaction: batch and trace number, as in {@code b000123-000045}.
   *
   * @param batch field 60.2
   * @param trace field 11
   */
  static RequestId key(int batch, int trace) {
    return new RequestId(String.format(Locale.ROOT, "b%06d-%06d", batch, trace));
  }

  /**
   * Reads a request.
   *
   * @throws FormatError when a field that it needs is missing or says what cannot be
   */
  static Request read(TransactionType type, IsoMessage message, TerminalId terminal) {
    RequestId key = key(TypeAndBatch.read(message).batch(), (int) message.number(11));
    return switch (type) {
      case REVERSAL -> Request.reversal(terminal, key, amount(message));
      case VERIFY, SALE -> standing(type, message, terminal, key);
    };
  }

  private static Request standing(
      TransactionType type, IsoMessage message, TerminalId terminal, RequestId key) {
    QrData data = QrData.read(message);
    boolean priced = type == TransactionType.VERIFY;
    return new Request(
        type,
        terminal,
        key,
        code(data),
        priced ? amount(message) : Fen.of(message.number(4)),
        benefit(data),
        WithoutBenefit.APPROVE);
  }

  /** Field 4, or zero when it is not there. */
  private static Fen amount(IsoMessage message) {
    return message.has(4) ? Fen.of(message.number(4)) : Fen.ZERO;
  }

  private static String code(QrData data) {
    String code = data.get(QrData.CODE);
    if (code == null) {
      throw new FormatError("F59.A3", Reason.ABSENT, 0, 1);
    }
    if (code.length() > Request.CODE_LENGTH_MAX) {
      throw new FormatError(
          "F59.A3", Reason.TOO_LONG, code.length(), Request.CODE_LENGTH_MAX, "characters");
    }
    return code;
  }

  private static @Nullable String benefit(QrData data) {
    String benefit = data.get(QrData.BENEFIT);
    if (benefit != null && !BENEFIT.matcher(benefit).matches()) {
      throw new FormatError("F59.A5", Reason.TOO_LONG, benefit.length(), 24, "of A-Z 0-9 -");
    }
    return benefit;
  }

  /** Field 59, or nothing when it is not there. */
  static QrData data(IsoMessage message) {
    return message.has(59) ? QrData.read(message) : NOTHING;
  }
}
