package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Details;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Entry;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.edge.iso8583.codec.Field54Amounts;
import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.Field61Original;
import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoField;
import cn.unionecard.gateway.edge.iso8583.codec.IsoField.Padding;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.IsoSpec;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Offer;
import cn.unionecard.gateway.model.Quote;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tables of fields in the guide say what the profile says. Where a part of a field stands is
 * not believed but found: the field is written twice, with the least and with the greatest value of
 * that part, and what differs is the part.
 */
class FieldsGuideTest {
  private static final GuidePage PAGE = new GuidePage("pos-fields.md", FieldsGuideTest.class);
  private static final String PARTS = "| part | %s | holds |\n|---|---|---|\n";
  private static final FrameHead HEAD = new FrameHead(3, 7, 0x6031_0031_0000L);

  /** One part of a composite field, and the field without and with it. */
  private record Part(
      String path, String holds, Consumer<IsoMessage> least, Consumer<IsoMessage> most) {}

  // ---- the header

  @Test
  void theNibblesOfTheHeaderStandInTheGuide() throws IOException {
    StringBuilder rows = new StringBuilder();
    Map.of(
            FrameHead.NOTHING, "nothing",
            FrameHead.DOWNLOAD, "ask for the status: 0820, F60.3 362",
            FrameHead.SIGN_ON, "sign on again")
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            each ->
                rows.append(
                    String.format(
                        Locale.ROOT,
                        "| %d | `%s` | %s |\n",
                        each.getKey(),
                        spaced(HEAD.reply(each.getKey()).header()),
                        each.getValue())));
    PAGE.has(
        "| requirement | header of the reply | the terminal is to do |\n|---|---|---|\n",
        rows.toString());
  }

  private static String spaced(long header) {
    return String.format(Locale.ROOT, "%012X", header).replaceAll("..(?=.)", "$0 ");
  }

  // ---- the fields

  @Test
  void everyFieldStandsInTheGuide() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (IsoField each : IsoSpec.FIELDS) {
      rows.append(
          String.format(
              Locale.ROOT,
              "| %d | %s | %s | %s | %s | %s |\n",
              each.number(),
              each.name(),
              format(each),
              prefix(each),
              bytes(each),
              coding(each)));
    }
    PAGE.has(
        "| F | name | format | length before it | bytes | coding |\n|---|---|---|---|---|---|\n",
        rows.toString());
  }

  private static String format(IsoField field) {
    String kind = field.encoding().name().toLowerCase(Locale.ROOT);
    return kind + (field.isFixed() ? "" : "..") + field.max();
  }

  private static boolean isOfDigits(IsoField field) {
    return field.bytes(2) == 1;
  }

  private static String prefix(IsoField field) {
    String counts = isOfDigits(field) ? "digits" : "bytes";
    return field.isFixed()
        ? ""
        : field.length() + ", " + field.length().prefixBytes + " BCD, counts " + counts;
  }

  private static String bytes(IsoField field) {
    int most = field.bytes(field.max());
    return field.isFixed() ? Integer.toString(most) : "0 to " + most;
  }

  private static String coding(IsoField field) {
    boolean mayBeOdd = !field.isFixed() || field.max() % 2 == 1;
    String side = field.padding() == Padding.LEFT ? "left" : "right";
    String filled = mayBeOdd ? ", odd: a 0 at the " + side : "";
    return switch (field.encoding()) {
      case N -> "BCD" + filled;
      case Z -> "BCD, D between PAN and expiry" + filled;
      case AN -> "ASCII";
      case ANS -> field.isFixed() ? "ASCII" : "GBK";
      case B -> "binary";
    };
  }

  // ---- replies

  /** Read from the samples, which the code makes. */
  @Test
  void everyFieldOfAReplyStandsInTheGuide() throws IOException {
    Map<String, Set<Integer>> replies = new LinkedHashMap<>();
    Matcher sample =
        Pattern.compile("(?s)\\n### ([^\\n]+)\\n.*?\\nReply\\n\\n```text\\n(.*?)```")
            .matcher(new GuidePage("pos-samples.md", FieldsGuideTest.class).text());
    while (sample.find()) {
      Set<Integer> fields = new TreeSet<>();
      Matcher line = Pattern.compile("(?m)^  F([0-9]+) ").matcher(sample.group(2));
      while (line.find()) {
        fields.add(Integer.valueOf(line.group(1)));
      }
      replies.put(sample.group(1), fields);
    }
    assertTrue(replies.size() > 10, replies::toString);
    Set<Integer> columns = new TreeSet<>();
    replies.values().forEach(columns::addAll);
    StringBuilder table = new StringBuilder("| reply to |");
    columns.forEach(field -> table.append(' ').append(field).append(" |"));
    table.append("\n|---|").append("---|".repeat(columns.size())).append('\n');
    replies.forEach(
        (title, fields) -> {
          table.append("| ").append(title).append(" |");
          columns.forEach(field -> table.append(fields.contains(field) ? " ● |" : "  |"));
          table.append('\n');
        });
    PAGE.has("blank cell: it has not.\n\n", table.toString());
  }

  // ---- their parts

  @Test
  void thePartsOfField48StandInTheGuide() throws IOException {
    parts(
        48,
        "digits of totals",
        part("F48.1.1", "debits, fen", totals(Sums.NONE), totals(sums(FEN, 0, 0, 0, 0))),
        part("F48.1.2", "their number", totals(Sums.NONE), totals(sums(0, 999, 0, 0, 0))),
        part("F48.1.3", "credits, fen", totals(Sums.NONE), totals(sums(0, 0, FEN, 0, 0))),
        part("F48.1.4", "their number", totals(Sums.NONE), totals(sums(0, 0, 0, 999, 0))),
        part(
            "F48.1.5",
            "0 in a request; in the reply 1 balanced, 2 not",
            totals(Sums.NONE),
            totals(sums(0, 0, 0, 0, 2))),
        part(
            "F48.2",
            "the same five of foreign cards: zeros, in the reply the last is 1",
            totals(Sums.NONE),
            message -> new Totals(Sums.NONE, sums(FEN, 999, FEN, 999, 9)).write(message)));
    parts(
        48,
        "digits of a list",
        part(
            "F48.1",
            "how many entries follow, 01 to 08",
            new Details(List.of())::write,
            message -> message.set(48, "99")),
        part("kind", "its F60.1: 20, 22, 23, 25, 30", list(0, 0, "0", 0), list(99, 0, "0", 0)),
        part("trace", "its F11", list(0, 0, "0", 0), list(0, 999_999, "0", 0)),
        part("card", "zeros", list(0, 0, "0", 0), list(0, 0, "9".repeat(20), 0)),
        part("amount", "its F4, fen", list(0, 0, "0", 0), list(0, 0, "0", FEN)));
  }

  private static final long FEN = 999_999_999_999L;

  private static Sums sums(long debit, int debits, long credit, int credits, int flag) {
    return new Sums(Fen.of(debit), debits, Fen.of(credit), credits, flag);
  }

  private static Consumer<IsoMessage> totals(Sums home) {
    return message -> new Totals(home, Sums.NONE).write(message);
  }

  private static Consumer<IsoMessage> list(int kind, int trace, String card, long fen) {
    return message ->
        new Details(List.of(new Entry(kind, trace, card, Fen.of(fen)))).write(message);
  }

  @Test
  void thePartsOfField54StandInTheGuide() throws IOException {
    parts(
        54,
        "bytes",
        part("F54.1", "C: a discount, D: one that is taken back", amounts(1, 1), amounts(-1, 1)),
        part("", "discount, fen, decimal digits", amounts(0, 0), amounts(999_999_999, 0)),
        part("F54.2", "D: the member pays, C: he gets money back", amounts(1, 1), amounts(1, -1)),
        part("", "payable, fen, decimal digits", amounts(0, 0), amounts(0, 999_999_999)));
  }

  private static Consumer<IsoMessage> amounts(long discount, long payable) {
    return message -> new Field54Amounts(Fen.of(discount), Fen.of(payable)).write(message);
  }

  @Test
  void thePartsOfField60StandInTheGuide() throws IOException {
    Field60Batch none = new Field60Batch(0, 0, 0, 0, 0);
    parts(
        60,
        "digits",
        part("F60.1", "what is asked for", none::write, new Field60Batch(99, 0, 0, 0, 0)::write),
        part("F60.2", "batch", none::write, new Field60Batch(0, 999_999, 0, 0, 0)::write),
        part(
            "F60.3",
            "network management code; 000 in a transaction",
            none::write,
            new Field60Batch(0, 0, 999, 0, 0)::write),
        part(
            "F60.4",
            "what the terminal can read; may be left out",
            none::write,
            new Field60Batch(0, 0, 0, 9, 0)::write),
        part(
            "F60.5",
            "chip condition; may be left out",
            none::write,
            new Field60Batch(0, 0, 0, 0, 9)::write));
  }

  @Test
  void thePartsOfField61StandInTheGuide() throws IOException {
    Field61Original none = new Field61Original(0, 0, 1111);
    parts(
        61,
        "digits",
        part(
            "F61.1",
            "F60.2 of the original",
            none::write,
            new Field61Original(999_999, 0, 1111)::write),
        part(
            "F61.2",
            "F11 of the original",
            none::write,
            new Field61Original(0, 999_999, 1111)::write),
        part(
            "F61.3",
            "its date, MMDD; may be left out, nobody reads it",
            none::write,
            new Field61Original(0, 0, 9999)::write));
  }

  @Test
  void thePartsOfField63StandInTheGuide() throws IOException {
    String text = "X".repeat(Field63Slip.TEXT_BYTES_MAX);
    Field63Slip none = new Field63Slip("   ", " ".repeat(text.length()));
    parts(
        63,
        "bytes",
        part(
            "F63.1",
            "operator, printable ASCII; `000` if the request named none",
            none::write,
            new Field63Slip("XXX", none.text())::write),
        part(
            "F63.2",
            "text, GBK, lines end with 0A",
            none::write,
            new Field63Slip("   ", text)::write));
  }

  private static Part part(
      String path, String holds, Consumer<IsoMessage> least, Consumer<IsoMessage> most) {
    return new Part(path, holds, least, most);
  }

  private static void parts(int field, String unit, Part... parts) throws IOException {
    StringBuilder rows = new StringBuilder();
    for (Part each : parts) {
      String least = text(field, each.least);
      String most = text(field, each.most);
      int from = 0;
      while (least.charAt(from) == most.charAt(from)) {
        from++;
      }
      int to = least.length();
      while (least.charAt(to - 1) == most.charAt(to - 1)) {
        to--;
      }
      String place = to == from + 1 ? "" + to : (from + 1) + "–" + to;
      rows.append(String.format("| %s | %s | %s |\n", each.path, place, each.holds));
    }
    PAGE.has(PARTS.formatted(unit + " of F" + field), rows.toString());
  }

  private static String text(int field, Consumer<IsoMessage> write) {
    IsoMessage message = new IsoMessage();
    message.begin(0x0200);
    write.accept(message);
    return message.text(field);
  }

  // ---- tags

  @Test
  void everyTagOfField59StandsInTheGuide() throws IOException {
    Map<String, String> told = new TreeMap<>();
    Matcher row = Pattern.compile("(?m)^\\| `([AB][0-9])` \\| .*").matcher(PAGE.text());
    while (row.find()) {
      assertEquals(null, told.put(row.group(1), row.group()), "twice in " + PAGE.file());
    }
    assertEquals(tags(), told.keySet());
    IsoMessage message = new IsoMessage();
    message.begin(0x0200);
    new Field59Tags(Map.of(Field59Tags.BENEFIT, "EAT-02")).write(message);
    assertEquals("A5006EAT-02", message.text(59));
    assertTrue(PAGE.text().contains("`" + message.text(59) + "`"), "the example");
  }

  private static TreeSet<String> tags() {
    return Arrays.stream(Field59Tags.class.getFields())
        .filter(each -> Modifier.isStatic(each.getModifiers()))
        .map(
            each -> {
              try {
                return (String) each.get(null);
              } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
              }
            })
        .filter(each -> each.length() == 2)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  // ---- a benefit's code

  @Test
  void aBenefitsCodeIsFoundAsTheGuideSays() throws IOException {
    Matcher told = Pattern.compile("(?m)^\\^\\(.*\\$$").matcher(PAGE.text());
    assertTrue(told.find(), "the expression");
    Pattern offer = Pattern.compile(told.group());
    List<Offer> offers =
        List.of(
            new Offer("EAT-02", "餐饮满100减20", Fen.of(2_000)),
            new Offer("X", "5-10 off", Fen.of(5)),
            new Offer("A-1-B", "a -1.00", Fen.of(123_456)));
    Quote quote =
        new Quote(null, "4685", "高**", Fen.of(12_800), Fen.of(2_000), "餐饮满100减20", offers, 0);
    List<String> lines = SlipWriter.of(quote).lines().toList();
    List<String> found =
        lines.stream()
            .skip(4)
            .map(offer::matcher)
            .flatMap(
                each -> each.matches() ? Stream.of(each.group(1) + each.group(3)) : Stream.of())
            .toList();
    assertEquals(
        offers.stream()
            .sorted(Collections.reverseOrder(Comparator.comparing(Offer::discount)))
            .map(each -> each.benefit() + each.discount().yuan())
            .toList(),
        found,
        () -> String.join("\n", lines));
  }
}
