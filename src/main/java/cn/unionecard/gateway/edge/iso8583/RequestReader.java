package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.Field61Original;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Offline;
import cn.unionecard.gateway.model.OrderLine;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.terminal.TerminalClocks;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a message asks of the line. */
final class RequestReader {
  private static final Pattern COUNTER = Pattern.compile("0{0,11}[1-9][0-9]{0,11}");
  private static final Pattern LINE = Pattern.compile("([A-Z0-9-]{1,24})=([0-9]{1,12})(?:,|$)");
  private static final String F59_LINES = "F59." + Field59Tags.LINES;
  private static final List<String> WISHES =
      List.of(Field59Tags.BENEFIT, Field59Tags.WITHOUT, Field59Tags.LINES);
  private static final Field59Tags NOTHING = new Field59Tags(Map.of());

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
   * @param now tells the year that the terminal's date does not
   * @throws FormatError when a field that it needs is missing or says what cannot be
   */
  static Request read(TransactionType type, IsoRequest asked, Instant now) {
    IsoMessage message = asked.message();
    int batch = asked.field60().batch();
    RequestId key = key(batch, (int) message.number(11));
    return switch (type) {
      case VERIFY, SALE, HOLD -> standing(type, asked, key).inBatch(batch);
      case COMPLETION -> following(type, asked, wishless(tags(message)), key).inBatch(batch);
      case RELEASE, VOID -> following(type, asked, tags(message), key).inBatch(batch);
      case REFUND -> refund(asked, tags(message), key).inBatch(batch);
      case ADVICE -> advice(asked, key, now);
      case REVERSAL -> Request.reversal(asked.terminal(), key, amount(message));
      case EXPIRY -> throw new IllegalArgumentException("no message asks for an " + type);
    };
  }

  private static Request standing(TransactionType type, IsoRequest asked, RequestId key) {
    IsoMessage message = asked.message();
    Field59Tags tags = Field59Tags.read(message);
    boolean priced = type == TransactionType.VERIFY;
    String benefit = benefit(tags);
    Fen order = priced ? amount(message) : Fen.of(message.number(4));
    return new Request(
            type,
            asked.terminal(),
            key,
            code(tags),
            order,
            benefit,
            withoutBenefit(tags, benefit == null ? WithoutBenefit.APPROVE : WithoutBenefit.UNSAID))
        .with(lines(tags, order));
  }

  // ---- what came before

  private static Request following(
      TransactionType type, IsoRequest asked, Field59Tags tags, RequestId key) {
    return Request.following(
        type, asked.terminal(), key, original(asked, tags), amount(asked.message()));
  }

  /** Of the whole, or of what one benefit or one mark of lines gave. */
  private static Request refund(IsoRequest asked, Field59Tags tags, RequestId key) {
    Request refund = following(TransactionType.REFUND, asked, tags, key);
    String benefit = code(tags, Field59Tags.ONLY_BENEFIT);
    String mark = code(tags, Field59Tags.ONLY_LINES);
    if (benefit != null && mark != null) {
      throw new FormatError("F59." + Field59Tags.ONLY_LINES, Reason.ABSENT, 1, 0);
    }
    return benefit != null
        ? refund.ofBenefit(benefit)
        : mark != null ? refund.ofLines(mark) : refund;
  }

  /**
   * By field 59 A4 or field 37, the transaction's id; else by field 61, its key.
   *
   * @param tags field 59, empty when it is not there
   */
  static OriginalRef original(IsoRequest asked, Field59Tags tags) {
    IsoMessage message = asked.message();
    String id = tags.get(Field59Tags.TRANSACTION_ID);
    if (id != null) {
      return byId("F59.A4", id);
    }
    if (message.has(37)) {
      return byId("F37", message.text(37));
    }
    Field61Original original = Field61Original.read(message);
    return new OriginalRef.Key(asked.terminal(), key(original.batch(), original.trace()));
  }

  private static OriginalRef byId(String path, String id) {
    try {
      return new OriginalRef.Id(TransactionId.parse(id));
    } catch (IllegalArgumentException isNone) {
      throw new FormatError(path, Reason.NO_ID, id.length(), 12);
    }
  }

  // ---- offline

  /** No benefit is given offline: whoever names one learns that it was none. */
  private static Request advice(IsoRequest asked, RequestId key, Instant now) {
    IsoMessage message = asked.message();
    Field59Tags tags = Field59Tags.read(message);
    String benefit = benefit(tags);
    return Request.advice(
        asked.terminal(),
        key,
        code(tags),
        Fen.of(message.number(4)),
        benefit,
        withoutBenefit(tags, benefit == null ? WithoutBenefit.APPROVE : WithoutBenefit.REFUSE),
        new Offline(sentAt(message, now).toEpochMilli(), counter(tags)));
  }

  /** When the sale was made, from fields 12 and 13. */
  private static Instant sentAt(IsoMessage message, Instant now) {
    message.requireDigits(12);
    message.requireDigits(13);
    int time = (int) message.number(12);
    int date = (int) message.number(13);
    Instant sent;
    try {
      sent =
          TerminalClocks.nearest(
              date / 100,
              date % 100,
              LocalTime.of(time / 10_000, time / 100 % 100, time % 100),
              now);
    } catch (DateTimeException noTime) {
      throw new FormatError("F12", Reason.OUT_OF_RANGE, time, 235_959);
    }
    if (sent == null) {
      throw new FormatError("F13", Reason.OUT_OF_RANGE, date, 1_231);
    }
    return sent;
  }

  private static long counter(Field59Tags tags) {
    String counter = tags.get(Field59Tags.COUNTER);
    if (counter == null) {
      throw new FormatError("F59.A7", Reason.ABSENT, 0, 1);
    }
    if (counter.length() > 12 || !COUNTER.matcher(counter).matches()) {
      throw new FormatError("F59.A7", Reason.TOO_LONG, counter.length(), 12, "digits, not 0");
    }
    return Long.parseLong(counter);
  }

  // ---- parts

  /** Field 4, or zero when it is not there. */
  private static Fen amount(IsoMessage message) {
    return message.has(4) ? Fen.of(message.number(4)) : Fen.ZERO;
  }

  /** As the scanner read it, whatever that is: the line says whether it is a code. */
  private static String code(Field59Tags tags) {
    String code = tags.get(Field59Tags.CODE);
    if (code == null) {
      throw new FormatError("F59.A3", Reason.ABSENT, 0, 1);
    }
    return code;
  }

  private static @Nullable String benefit(Field59Tags tags) {
    return code(tags, Field59Tags.BENEFIT);
  }

  /** A benefit's code, or a mark, which is written as one. */
  private static @Nullable String code(Field59Tags tags, String tag) {
    String code = tags.get(tag);
    if (code != null && !Written.BENEFIT.matcher(code).matches()) {
      throw new FormatError("F59." + tag, Reason.TOO_LONG, code.length(), 24, "of A-Z 0-9 -");
    }
    return code;
  }

  private static List<OrderLine> lines(Field59Tags tags, Fen order) {
    String text = tags.get(Field59Tags.LINES);
    if (text == null) {
      return List.of();
    }
    List<OrderLine> lines = new ArrayList<>();
    Matcher next = LINE.matcher(text);
    int at = 0;
    long sum = 0;
    while (at < text.length() && next.region(at, text.length()).lookingAt()) {
      OrderLine line = new OrderLine(next.group(1), Fen.of(Long.parseLong(next.group(2))));
      lines.add(line);
      sum += line.amount().value();
      at = next.end();
    }
    if (at < text.length() || text.isEmpty() || text.endsWith(",")) {
      throw new FormatError(F59_LINES, Reason.NO_WORD, text.length(), 20, "MARK=fen,MARK=fen");
    }
    if (lines.size() > OrderLine.LINES_MAX) {
      throw new FormatError(F59_LINES, Reason.TOO_LONG, lines.size(), OrderLine.LINES_MAX, "lines");
    }
    if (sum > order.value()) {
      throw new FormatError(F59_LINES, Reason.OUT_OF_RANGE, sum, order.value());
    }
    return lines;
  }

  private static WithoutBenefit withoutBenefit(Field59Tags tags, WithoutBenefit absent) {
    String word = tags.get(Field59Tags.WITHOUT);
    if (word == null) {
      return absent;
    }
    return switch (word) {
      case Field59Tags.APPROVE -> WithoutBenefit.APPROVE;
      case Field59Tags.REFUSE -> WithoutBenefit.REFUSE;
      default ->
          throw new FormatError(
              "F59." + Field59Tags.WITHOUT, Reason.NO_WORD, word.length(), 1, "A R");
    };
  }

  /** What a hold reserved cannot be chosen anew; an undo is not stopped by what was left over. */
  private static Field59Tags wishless(Field59Tags tags) {
    for (String tag : WISHES) {
      if (tags.get(tag) != null) {
        throw new FormatError("F59." + tag, Reason.ABSENT, 1, 0);
      }
    }
    return tags;
  }

  /** Field 59, or nothing when it is not there. */
  private static Field59Tags tags(IsoMessage message) {
    return message.has(59) ? Field59Tags.read(message) : NOTHING;
  }
}
