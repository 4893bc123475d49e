package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.cli.DecodeCommand;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.RatingKeys;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Details;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Entry;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.edge.iso8583.codec.SampleFrames;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.BatchSide;
import cn.unionecard.gateway.model.BenefitName;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.Offer;
import cn.unionecard.gateway.model.Quote;
import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import cn.unionecard.gateway.terminal.BatchReply;
import cn.unionecard.workbench.pos.PosIdentity;
import cn.unionecard.workbench.pos.PosLine;
import cn.unionecard.workbench.pos.PosReply;
import cn.unionecard.workbench.pos.PosRequest;
import cn.unionecard.workbench.pos.PosTerminal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * The samples of the integrator's guide are made by the code that answers terminals; {@code
 * -Dsamples.write=true} writes them anew.
 */
class PosSamplesTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_795_392_000L);
  private static final byte[] TMK = SampleFrames.hex("00112233445566778899AABBCCDDEEFF");
  private static final byte[] PIK = SampleFrames.hex("A0A1A2A3A4A5A6A7A8A9AAABACADAEAF");
  private static final byte[] MAK = SampleFrames.hex("0123456789ABCDEFFEDCBA9876543210");
  private static final int BATCH = 7;
  private static final Fen ORDER = Fen.of(12_800);
  private static final Fen DISCOUNT = Fen.of(2_000);
  private static final String NAME = "餐饮满100减20";
  private static final Offer OFFER = new Offer("EAT-02", NAME, DISCOUNT);
  private static final String HOLD_ID = new TransactionId(1_795_392_000_000L << 14).toString();

  private final PosTerminal terminal =
      new PosTerminal(
          new PosIdentity(
              new TerminalId("T0000001"),
              "841088210000012",
              KeyAlgorithm.SM4,
              MacMode.XOR_ECB,
              TMK,
              0));
  private final ResponseWriter replies = new ResponseWriter(Clock.fixed(NOW, ZoneOffset.UTC));
  private final StringBuilder text = new StringBuilder();
  private @Nullable Mac mac;
  private long ids = 1_795_392_000_000L << 14;

  @Test
  void theSamplesAreWhatTheCodeSays() throws IOException {
    head();
    signOn();
    trade();
    rating();
    batch();
    refusals();
    new GuidePage("pos-samples.md", PosSamplesTest.class).is(text.toString());
  }

  private void head() {
    text.append(
        """
        # Sample frames

        Made by the code that answers terminals and kept true by a test. Terminal `T0000001` speaks SM4; the keys stand here in the clear because they are nobody's:

        | key | value | check value |
        |---|---|---|
        """);
    key("TMK", TMK);
    key("PIK", PIK);
    key("MAK", MAK);
    text.append(
        """

        Each frame as it goes over the line, length first, then as `decode` explains it (`decode --help` tells how to check field 64 with the MAK).
        """);
  }

  private void key(String name, byte[] key) {
    text.append("| ")
        .append(name)
        .append(" | `")
        .append(hex(key))
        .append("` | `")
        .append(hex(EcbCipher.checkValue(KeyAlgorithm.SM4, key)))
        .append("` |\n");
  }

  // ---- the shift

  private void signOn() {
    text.append("\n## Sign-on\n");
    Response keys =
        Response.approved(
            message -> {
              new Field60Batch(0, BATCH, PosTerminal.DOUBLE_KEYS).write(message);
              message.set(62, sealed());
            });
    terminal.takeKeys(
        sample("sign-on, double-length keys", terminal.signOn(PosTerminal.DOUBLE_KEYS), keys));
    mac = Mac.Algorithm.XOR_SM4.under(MAK);
    text.append(
        """

        Field 62 of the reply: PIK under the TMK (SM4, ECB, no padding), its check value, MAK under
        the TMK, its check value. Decrypt each key, encrypt a block of zeros with it, compare the
        first four bytes. Field 60.2 is the batch from now on; 12, 13 set the clock.
        """);
  }

  private static byte[] sealed() {
    ByteArrayOutputStream field = new ByteArrayOutputStream();
    for (byte[] key : List.of(PIK, MAK)) {
      field.writeBytes(EcbCipher.encrypt(KeyAlgorithm.SM4, TMK, key));
      field.writeBytes(EcbCipher.checkValue(KeyAlgorithm.SM4, key));
    }
    return field.toByteArray();
  }

  private void trade() {
    text.append("\n## Transactions\n");
    Quote quote = new Quote(null, "4685", "高**", ORDER, DISCOUNT, NAME, List.of(OFFER), 0);
    PosRequest verify = terminal.verify(SampleFrames.CODE, 12_800);
    sample("verify", verify, Response.of(new Reply.Quoted(quote)));
    PosRequest sale = terminal.sale(SampleFrames.CODE, 12_800);
    sample("sale of 128.00", sale, recorded("SALE", 1, null));
    sample("reversal of the sale", terminal.reversal(sale, "98"), recorded("REVERSAL", -1, null));
    PosRequest second = terminal.sale(SampleFrames.CODE, 12_800);
    sample("a code that was used already", second, recorded("SALE", 0, Refusal.CODE_ALREADY_USED));
    sample("void, by batch and trace", terminal.voidOf(second, 12_800), recorded("VOID", -1, null));
    sample("refund of all", terminal.refund(HOLD_ID, 12_800), recorded("REFUND", -1, null));
    sample("hold", terminal.hold(SampleFrames.CODE, 12_800), recorded("HOLD", 1, null));
    sample(
        "completion of the hold",
        terminal.completion(HOLD_ID, 12_800),
        recorded("COMPLETION", 1, null));
    sample("release of a hold", terminal.release(HOLD_ID, 12_800), recorded("RELEASE", -1, null));
    sample(
        "offline sale, reported later: at the full price",
        terminal.advice(SampleFrames.CODE, 12_800, NOW.minusSeconds(600)),
        recorded("ADVICE", 1, Fen.ZERO, null));
  }

  private void rating() {
    text.append("\n## Rating keys\n");
    sample(
        "four stars, 品控 5, 服务 4, 售后 4",
        terminal.rating(HOLD_ID, 4, 5, 4, 4),
        MemberRating.answer(
            new RatingKeys.Figures(4, 5, 4, 4), DeskReply.ok(new JsonObject().put("review", 128))));
    text.append(
        """

        Refused besides with 25 when the purchase is not this terminal's, and with

        | F39 | name | member | |
        |---|---|---|---|
        """);
    for (DeskRefusal each :
        List.of(
            DeskRefusal.REVIEW_RIGHT_USED,
            DeskRefusal.REVIEW_RIGHT_EXPIRED,
            DeskRefusal.REVIEW_RIGHT_LOST)) {
      text.append(
          String.join(
              " | ",
              "| " + MemberRating.code(each),
              "`" + each.name() + "`",
              each.chinese,
              each.english + " |\n"));
    }
  }

  private void batch() {
    text.append("\n## Batch\n");
    Sums counted = new Sums(Fen.of(25_600), 2, Fen.of(12_800), 1, Sums.ASKED);
    sample(
        "totals that do not agree",
        terminal.totals(counted),
        new Response(
            "00",
            FrameHead.NOTHING,
            "对账不平，请上送明细",
            message ->
                new Totals(counted.flagged(Sums.UNBALANCED), Sums.NONE.flagged(Sums.BALANCED))
                    .write(message)));
    Entry entry = new Entry(22, 2, "0".repeat(20), Fen.of(12_800));
    sample("one list", terminal.list(new Details(List.of(entry))), Response.approved(reply -> {}));
    BatchReply.Difference missing =
        new BatchReply.Difference(
            BatchReply.Finding.MISSING_AT_TILL,
            BatchSide.DEBIT,
            RequestReader.key(BATCH, 4),
            Fen.of(3_000),
            null);
    sample(
        "end of the list: 202, whatever was asked",
        terminal.endOfList(207),
        new Response(
            "00",
            FrameHead.NOTHING,
            BatchSettlement.differences(List.of(missing)),
            message -> new Field60Batch(0, BATCH, 202).write(message)));
  }

  private void refusals() {
    text.append(
        """

        ## Refusals

        In order of precedence. `NEVER`: the same request will not pass. `NEW_KEY`: correct it and send it with a new trace number.

        | F39 | name | next | cashier | |
        |---|---|---|---|---|
        """);
    for (Refusal each : Refusal.values()) {
      text.append(
          String.join(
              " | ",
              "| " + each.responseCode,
              "`" + each.name() + "`",
              each.retry.name(),
              each.chinese,
              each.english + " |\n"));
    }
  }

  // ---- samples

  private Response recorded(String type, int sign, @Nullable Refusal refusal) {
    return recorded(type, sign, sign == 0 ? Fen.ZERO : DISCOUNT, refusal);
  }

  private Response recorded(String type, int sign, Fen discount, @Nullable Refusal refusal) {
    String amounts =
        "\"orderFen\":%d,\"discountFen\":%d,\"memberPaysFen\":%d"
            .formatted(
                refusal == null ? sign * ORDER.value() : ORDER.value(),
                sign * discount.value(),
                refusal == null ? sign * ORDER.minus(discount).value() : ORDER.value());
    String body =
        "{\"type\":\"%s\",%s,\"merchantName\":\"瑞丰快餐店\",\"card\":\"4685\",\"benefitName\":\"%s\"%s}"
            .formatted(
                type,
                amounts,
                discount.equals(Fen.ZERO) ? BenefitName.NONE : NAME,
                refusal == null
                    ? ""
                    : ",\"refusal\":\"" + refusal + "\",\"say\":\"" + refusal.chinese + "\"");
    ids += 1 << 14;
    Receipt receipt =
        new Receipt(
            new TransactionId(ids),
            body.getBytes(StandardCharsets.UTF_8),
            0,
            List.of(),
            new byte[0],
            new byte[0]);
    return Response.of(new Reply.Recorded(receipt, false));
  }

  @CanIgnoreReturnValue
  private PosReply sample(String title, PosRequest request, Response answer) {
    text.append("\n### ").append(title).append("\n\nRequest\n");
    shown(PosLine.frame(request.message(), mac));
    FrameHead head = new FrameHead(3, 7, 0x6031_0031_0000L);
    Buffer reply = replies.write(head, request.message(), answer, mac);
    ByteBuf frame = Unpooled.wrappedBuffer(reply.getBytes());
    text.append("\nReply\n");
    shown(frame);
    IsoMessage message = new IsoMessage();
    message.read(frame, 2 + FrameHead.BYTES, frame.writerIndex());
    return new PosReply(FrameHead.read(frame, 2, frame.writerIndex()), message);
  }

  /** In hex, and as {@code decode} explains it. */
  private void shown(ByteBuf frame) {
    String hex = ByteBufUtil.hexDump(frame).toUpperCase(Locale.ROOT);
    text.append("\n```text\n");
    for (int at = 0; at < hex.length(); at += 96) {
      text.append(hex, at, Math.min(hex.length(), at + 96)).append('\n');
    }
    StringWriter out = new StringWriter();
    CommandLine decode = new CommandLine(new DecodeCommand()).setOut(new PrintWriter(out));
    assertEquals(0, decode.execute(hex));
    text.append('\n').append(out.toString().replaceFirst("(?m)^.*frame 1.*\\R", ""));
    text.append("```\n");
  }

  private static String hex(byte[] octets) {
    return ByteBufUtil.hexDump(octets).toUpperCase(Locale.ROOT);
  }
}
