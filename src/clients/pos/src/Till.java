import com.solab.iso8583.IsoMessage;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.Queue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A POS terminal's day, written from pos.md and pos-fields.md, and from pos-j8583.xml for the
 * library that reads and writes its messages. {@code Till DEFINITION PROPERTIES}: the properties
 * are host, port, terminal, merchant, mode (SM4, TRIPLE_DES or X9_19), tmk (hex) and codes (nine
 * member codes that nobody has used yet, with blanks between). Ends with 1 when anything is not as
 * the guide says.
 */
public final class Till {
  private static final String SALE = "22";
  private static final String COMPLETION = "20";
  private static final String VOID = "23";
  private static final String REFUND = "25";
  private static final Pattern OFFER =
      Pattern.compile("^([A-Z0-9-]{1,24}) (.*)-([0-9]+\\.[0-9]{2})$");

  /** What is in the batch, for its totals and its list. */
  private record Entry(String kind, int trace, long fen) {
    boolean isCredit() {
      return kind.equals(VOID) || kind.equals(REFUND);
    }
  }

  private final Profile profile;
  private final Properties setup;
  private final Keys keys;
  private final Queue<String> codes;
  private final List<Entry> booked = new ArrayList<>();
  private Line line;
  private int batch;
  private int trace;

  private Till(Path definition, Properties setup) throws Exception {
    this.setup = setup;
    profile = new Profile(definition);
    keys =
        new Keys(
            Keys.Mode.valueOf(setup.getProperty("mode")),
            HexFormat.of().parseHex(setup.getProperty("tmk")));
    codes = new ArrayDeque<>(List.of(setup.getProperty("codes").split(" ")));
    line = dial();
  }

  private Line dial() throws Exception {
    return new Line(
        setup.getProperty("host"), Integer.parseInt(setup.getProperty("port")), profile, keys);
  }

  public static void main(String[] args) throws Exception {
    Properties setup = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(args[1]))) {
      setup.load(reader);
    }
    new Till(Path.of(args[0]), setup).day();
    System.out.println("all as the guide says");
  }

  private void day() throws Exception {
    signOn();
    int first = batch;
    purchases();
    lostReply();
    undone();
    holds();
    refused();
    require(closed() == 1, "the totals balance");

    signOn();
    require(batch == first + 1, "a batch is closed, the next begins");
    sale(1_000);
    booked.add(new Entry(SALE, 999_999, 1));
    require(closed() == 2, "totals with a sale that was none do not balance");
    booked.remove(1);
    listed();
    signOff();
    line.close();
  }

  // ---- keys

  private void signOn() throws Exception {
    IsoMessage request = message(0x0800, "00", batch, "003");
    Line.Reply reply = ask("sign-on", request);
    require(reply.requirement() == 0, "nothing more is wanted");
    keys.take(Profile.octets(reply.message(), 62));
    int told = Integer.parseInt(reply.text(60).substring(2, 8));
    if (told != batch) {
      batch = told;
      trace = 0;
      booked.clear();
    }
    System.out.println("  batch " + batch);
  }

  private void signOff() throws Exception {
    Line.Reply echo = ask("echo", message(0x0820, "00", batch, "301"));
    require(echo.requirement() == 0, "the terminal may sell");
    ask("sign-off", message(0x0820, "00", batch, "002"));
  }

  // ---- purchases

  private void purchases() throws Exception {
    String code = codes.remove();
    IsoMessage verify = transaction(0x0200, "310000", "00", "01");
    amount(verify, 12_800);
    profile.set(verify, 59, tag("A3", code));
    String benefit = offered(ask("verify", verify));

    IsoMessage sale = transaction(0x0200, "000000", "00", SALE);
    amount(sale, 12_800);
    profile.set(sale, 59, tag("A3", code) + tag("A5", benefit) + tag("A9", "R"));
    Line.Reply sold = ask("sale that names " + benefit, sale);
    long discount = amountOf(sold.text(54), 0, 'C');
    long payable = amountOf(sold.text(54), 10, 'D');
    require(discount > 0 && discount + payable == 12_800, "F54 adds up");
    require(tagOf(sold, "A4").equals(sold.text(37)), "F59 A4 is F37");
    require(tagOf(sold, "A6").matches("[0-9A-F]{8}"), "F59 A6");
    require(sold.text(37).endsWith(sold.text(38)), "F38 ends F37");
    book(SALE, 12_800);

    IsoMessage repeat = profile.request(0x0201);
    for (int field : new int[] {3, 4, 11, 25, 41, 42, 49, 59, 60, 63}) {
      profile.set(repeat, field, Profile.text(sale, field));
    }
    Line.Reply again = ask("the same once more", repeat);
    require(again.text(37).equals(sold.text(37)), "a repeat gets the first reply");
  }

  /** The code of the best benefit that may be named. */
  private static String offered(Line.Reply verified) {
    List<String> lines = verified.text(63).substring(3).lines().toList();
    require(lines.size() > 4, "a benefit is offered");
    Matcher offer = OFFER.matcher(lines.get(4));
    require(offer.matches(), "an offer is code, name, amount: " + lines.get(4));
    return offer.group(1);
  }

  private Line.Reply sale(long fen) throws Exception {
    Line.Reply reply = ask("sale", saleOf(fen));
    book(SALE, fen);
    return reply;
  }

  private IsoMessage saleOf(long fen) {
    IsoMessage sale = transaction(0x0200, "000000", "00", SALE);
    amount(sale, fen);
    profile.set(sale, 59, tag("A3", codes.remove()));
    return sale;
  }

  // ---- what goes wrong, and what is given back

  private void lostReply() throws Exception {
    IsoMessage sale = saleOf(2_000);
    told("→", "sale whose reply is lost", sale);
    line.send(sale);
    line.close();
    line = dial();
    IsoMessage reversal = profile.request(0x0400);
    for (int field : new int[] {3, 4, 11, 25, 41, 42, 49, 60, 63}) {
      profile.set(reversal, field, Profile.text(sale, field));
    }
    profile.set(reversal, 39, "98");
    ask("reversal", reversal);
  }

  private void undone() throws Exception {
    sale(3_000);
    IsoMessage undo = transaction(0x0200, "200000", "00", VOID);
    amount(undo, 3_000);
    profile.set(undo, 61, String.format(Locale.ROOT, "%06d%06d", batch, trace - 1));
    Line.Reply undone = ask("void by F61", undo);
    require(amountOf(undone.text(54), 10, 'C') > 0, "the member gets money back");
    book(VOID, 3_000);

    String id = sale(4_000).text(37);
    IsoMessage refund = transaction(0x0220, "200000", "00", REFUND);
    amount(refund, 1_500);
    profile.set(refund, 59, tag("A4", id));
    ask("refund of a part by F59 A4", refund);
    book(REFUND, 1_500);
  }

  private void holds() throws Exception {
    IsoMessage completion = transaction(0x0200, "000000", "06", COMPLETION);
    profile.set(completion, 59, tag("A4", held(5_000)));
    amount(completion, 5_000);
    renumber(completion);
    ask("completion", completion);
    book(COMPLETION, 5_000);

    String released = held(6_000);
    IsoMessage release = transaction(0x0100, "200000", "06", "11");
    profile.set(release, 37, released);
    ask("release by F37", release);
  }

  private String held(long fen) throws Exception {
    IsoMessage hold = transaction(0x0100, "030000", "06", "10");
    amount(hold, fen);
    profile.set(hold, 59, tag("A3", codes.remove()));
    return ask("hold", hold).text(37);
  }

  private void refused() throws Exception {
    String code = codes.peek();
    sale(500);
    IsoMessage again = transaction(0x0200, "000000", "00", SALE);
    amount(again, 500);
    profile.set(again, 59, tag("A3", code));
    Line.Reply refused = ask("a code that was used", again, "14");
    require(!refused.text(63).substring(3).isEmpty(), "a sentence for the cashier");

    IsoMessage wrong = transaction(0x0200, "000000", "00", SALE);
    profile.set(wrong, 59, tag("A3", code));
    require(ask("no amount", wrong, "30").text(63).endsWith("F4"), "F63.2 names the field");
  }

  // ---- the batch

  /** Flag of the reply to the totals. */
  private int closed() throws Exception {
    long debits = booked.stream().filter(each -> !each.isCredit()).mapToLong(Entry::fen).sum();
    long credits = booked.stream().filter(Entry::isCredit).mapToLong(Entry::fen).sum();
    long credited = booked.stream().filter(Entry::isCredit).count();
    IsoMessage totals = message(0x0500, "00", batch, "201");
    profile.set(
        totals,
        48,
        String.format(
            Locale.ROOT,
            "%012d%03d%012d%03d0%031d",
            debits,
            booked.size() - credited,
            credits,
            credited,
            0));
    return ask("batch totals", totals).text(48).charAt(30) - '0';
  }

  private void listed() throws Exception {
    StringBuilder entries = new StringBuilder(String.format(Locale.ROOT, "%02d", booked.size()));
    for (Entry each : booked) {
      entries.append(
          String.format(Locale.ROOT, "%s%06d%020d%012d", each.kind(), each.trace(), 0, each.fen()));
    }
    IsoMessage list = message(0x0320, "00", batch, "201");
    profile.set(list, 48, entries.toString());
    ask("batch list", list);
    Line.Reply end = ask("end of the list", message(0x0320, "00", batch, "207"));
    require(end.text(60).startsWith("207", 8), "the list balances line by line");
  }

  // ---- messages

  private IsoMessage transaction(int mti, String processing, String condition, String kind) {
    IsoMessage message = message(mti, kind, batch, "000");
    profile.set(message, 3, processing);
    profile.set(message, 25, condition);
    profile.set(message, 49, "156");
    return message;
  }

  private IsoMessage message(int mti, String kind, int inBatch, String network) {
    IsoMessage message = profile.request(mti);
    renumber(message);
    profile.set(message, 41, setup.getProperty("terminal"));
    profile.set(message, 42, setup.getProperty("merchant"));
    profile.set(message, 60, String.format(Locale.ROOT, "%s%06d%s", kind, inBatch, network));
    profile.set(message, 63, "01 ");
    return message;
  }

  private void renumber(IsoMessage message) {
    profile.set(message, 11, String.format(Locale.ROOT, "%06d", ++trace));
  }

  private void amount(IsoMessage message, long fen) {
    profile.set(message, 4, String.format(Locale.ROOT, "%012d", fen));
  }

  private static String tag(String tag, String value) {
    return String.format(Locale.ROOT, "%s%03d%s", tag, value.length(), value);
  }

  private static String tagOf(Line.Reply reply, String wanted) {
    String data = reply.text(59);
    for (int at = 0; at < data.length(); ) {
      int from = at + 5;
      int to = from + Integer.parseInt(data.substring(at + 2, from));
      if (data.startsWith(wanted, at)) {
        return data.substring(from, to);
      }
      at = to;
    }
    throw new IllegalStateException("no " + wanted + " in " + data);
  }

  private static long amountOf(String field54, int at, char sign) {
    require(field54.charAt(at) == sign, sign + " at " + at + " of " + field54);
    return Long.parseLong(field54.substring(at + 1, at + 10));
  }

  private void book(String kind, long fen) {
    booked.add(new Entry(kind, trace, fen));
  }

  // ---- asking

  private Line.Reply ask(String what, IsoMessage request) throws Exception {
    return ask(what, request, "00");
  }

  private Line.Reply ask(String what, IsoMessage request, String code) throws Exception {
    told("→", what, request);
    line.send(request);
    Line.Reply reply = line.reply(request);
    told("←", reply.text(39), reply.message());
    if (reply.has(63)) {
      System.out.println(reply.text(63).substring(3).indent(10).stripTrailing());
    }
    require(reply.text(39).equals(code), "F39 " + reply.text(39) + " instead of " + code);
    require(reply.isProved() || request.getType() == 0x0800, "the reply is proved");
    return reply;
  }

  private static void told(String arrow, String what, IsoMessage message) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s %04x %s %s",
            arrow,
            message.getType(),
            Profile.text(message, 11),
            what));
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("not as the guide says: " + Objects.requireNonNull(what));
    }
  }
}
