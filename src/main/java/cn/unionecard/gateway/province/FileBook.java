package cn.unionecard.gateway.province;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.FileSigner;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Sm3;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What the province is to know of cards, as files: each has the number behind the last one, and the
 * same bytes whenever it is fetched; what its receipt says of a card counts as an answer to a call
 * does. A card stands in the next file unless one with its revision still waits for its receipt.
 */
final class FileBook {
  /** Their receipt is one call. */
  static final int CARDS_MAX = 2_000;

  private static final int PAGE_ROWS = 50;

  /** The linked union, if the caller's is it or above it. */
  private static final String LINKED =
      """
      select o.id, o.code from province_link l join org o on o.id = l.org where $1 = any (o.path)
      """;

  private static final String DUE =
      """
      select p.card, p.revision, c.status, o.code
      from province_card p join card c on c.serial = p.card join member m on m.id = c.member
      join org o on o.id = m.org
      where p.sent < p.revision and p.refused is distinct from p.revision and $1 = any (o.path)
        and not exists (select from province_file_card f join province_file x on x.no = f.file
          where f.card = p.card and f.revision = p.revision and f.outcome is null
            and x.ended_at is null)
      order by p.card limit $2
      """;

  private static final String NEXT = "select coalesce(max(no), 0) + 1 as no from province_file";

  /** Whoever makes one at the same time has the same number: one of the two asks again. */
  private static final String ADD =
      """
      insert into province_file (no, org, made_at, made_by, cards, sm3) values ($1, $2, $3, $4, $5, $6)
      """;

  private static final String ADD_CARDS =
      """
      insert into province_file_card (file, card, revision, org, state)
      select $1, * from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[])
      """;

  private static final String SHOWN =
      """
      select f.no, o.code, f.made_at, s.login, f.cards, f.sm3, f.ended_at, f.reason,
        n.taken, n.refused, coalesce(r.receipts, 0) as receipts, coalesce(r.strange, 0) as strange
      from province_file f join org o on o.id = f.org join staff s on s.id = f.made_by
      cross join lateral (select count(*) filter (where outcome = 'TAKEN') as taken,
          count(*) filter (where outcome = 'REFUSED') as refused
        from province_file_card where file = f.no) n
      left join lateral (select count(*) as receipts, sum(strange) as strange
        from province_receipt where file = f.no) r on true
      where $1 = any (o.path)
      """;

  private static final String LIST = SHOWN + " and f.no < $2 order by f.no desc limit $3";

  private static final String FIND = SHOWN + " and f.no = $2";

  private static final String LOCK =
      """
      select f.no, f.org, f.sm3, f.ended_at from province_file f join org o on o.id = f.org
      where $1 = any (o.path) and f.no = $2 for update of f
      """;

  private static final String CARDS =
      "select card, revision, org, state, outcome from province_file_card where file = $1 order by card";

  private static final String READ = "select from province_receipt where file = $1 and sm3 = $2";

  private static final String SAID =
      """
      update province_file_card f set outcome = t.outcome
      from unnest($2::bigint[], $3::text[]) t (card, outcome) where f.file = $1 and f.card = t.card
      """;

  private static final String KEEP =
      """
      insert into province_receipt (file, sm3, staff, at, taken, refused, strange)
      values ($1, $2, $3, $4, $5, $6, $7)
      """;

  private static final String END =
      "update province_file set ended_at = $2, ended_by = $3, reason = $4 where no = $1";

  private FileBook() {}

  // ---- shown

  static Future<DeskReply> list(DeskTransaction tx, int before) {
    return tx.ask(LIST, tx.actor().org(), before, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray files = new JsonArray();
              rows.forEach(row -> files.add(json(row)));
              JsonObject said = new JsonObject().put("files", files);
              return DeskReply.ok(
                  files.size() < PAGE_ROWS
                      ? said
                      : said.put("next", files.getJsonObject(PAGE_ROWS - 1).getInteger("file")));
            });
  }

  static Future<DeskReply> find(DeskTransaction tx, int no) {
    return row(tx, FIND, no).map(row -> DeskReply.ok(json(row)));
  }

  private static Future<Row> row(DeskTransaction tx, String sql, int no) {
    return tx.first(sql, tx.actor().org(), no).map(found("no such file of the caller's unions"));
  }

  private static JsonObject json(Row row) {
    long taken = row.getLong("taken");
    long refused = row.getLong("refused");
    long left = row.getInteger("cards") - taken - refused;
    OffsetDateTime ended = row.getOffsetDateTime("ended_at");
    JsonObject file =
        new JsonObject()
            .put("file", row.getInteger("no"))
            .put("org", row.getString("code"))
            .put("madeAt", Spelling.time(row.getOffsetDateTime("made_at")))
            .put("madeBy", row.getString("login"))
            .put("cards", row.getInteger("cards"))
            .put("taken", taken)
            .put("refused", refused)
            .put("left", left)
            .put("receipts", row.getLong("receipts"))
            .put("strange", row.getLong("strange"))
            .put("sm3", HexFormat.of().formatHex(row.getBuffer("sm3").getBytes()))
            .put("state", left == 0 ? "DONE" : ended == null ? "OPEN" : "GIVEN_UP");
    return ended == null
        ? file
        : file.put("endedAt", Spelling.time(ended)).put("reason", row.getString("reason"));
  }

  // ---- made

  /** A card as it stands in a file. */
  private record Told(long card, long revision, String org, String state) {}

  static Future<DeskReply> make(DeskTransaction tx) {
    return tx.first(LINKED, tx.actor().org())
        .map(found("the caller's union has no link to the province"))
        .compose(
            linked -> {
              int org = linked.getInteger("id");
              return tx.ask(DUE, org, CARDS_MAX)
                  .compose(
                      rows -> {
                        List<Told> told = new ArrayList<>(rows.size());
                        rows.forEach(
                            row ->
                                told.add(
                                    new Told(
                                        row.getLong("card"),
                                        row.getLong("revision"),
                                        row.getString("code"),
                                        row.getString("status"))));
                        return told.isEmpty()
                            ? Future.succeededFuture(
                                DeskReply.refused(
                                    DeskRefusal.STATE_DOES_NOT_ALLOW,
                                    "nothing is to be told that no file waits for"))
                            : make(tx, org, linked.getString("code"), told);
                      });
            });
  }

  private static Future<DeskReply> make(DeskTransaction tx, int org, String code, List<Told> told) {
    return tx.first(NEXT)
        .map(row -> Objects.requireNonNull(row).getInteger("no"))
        .compose(
            no -> {
              byte[] text = text(no, code, tx.at(), told);
              return tx.ask(
                      ADD,
                      no,
                      org,
                      tx.at(),
                      tx.actor().id(),
                      told.size(),
                      Buffer.buffer(Sm3.of(text)))
                  .compose(
                      added ->
                          tx.ask(
                              ADD_CARDS,
                              no,
                              told.stream().map(Told::card).toArray(Long[]::new),
                              told.stream().map(Told::revision).toArray(Long[]::new),
                              told.stream().map(Told::org).toArray(String[]::new),
                              told.stream().map(Told::state).toArray(String[]::new)))
                  .compose(
                      added ->
                          note(
                              tx,
                              "province.file-made",
                              no,
                              org,
                              new JsonObject().put("cards", told.size())))
                  .compose(noted -> row(tx, FIND, no))
                  .map(row -> DeskReply.made(json(row), "/v1/province/files/" + no));
            });
  }

  private static Future<Void> note(
      DeskTransaction tx, String action, int no, int org, JsonObject detail) {
    return tx.note(action, Integer.toString(no), List.of(org), detail);
  }

  /** The last line has the digest of all bytes before it. */
  private static byte[] text(int no, String org, OffsetDateTime at, List<Told> told) {
    StringBuilder text = new StringBuilder(64 * (told.size() + 2));
    text.append("H,1,CARDS,").append(no).append(',').append(org).append(',');
    text.append(Spelling.time(at)).append(',').append(told.size()).append("\r\n");
    for (Told one : told) {
      text.append("D,").append(new CardNo(one.card).digits()).append(',').append(one.revision);
      text.append(',').append(one.org).append(',').append(one.state).append("\r\n");
    }
    text.append("T,").append(told.size()).append(',');
    text.append(Sm3.hex(text.toString())).append("\r\n");
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String name(int no) {
    return "province-" + no + ".csv";
  }

  /** The bytes as they were made; the same whenever they are asked for. */
  private static Future<byte[]> bytes(DeskTransaction tx, int no) {
    return row(tx, FIND, no)
        .compose(
            row -> {
              return tx.ask(CARDS, no)
                  .map(
                      cards -> {
                        List<Told> told = new ArrayList<>(cards.size());
                        cards.forEach(
                            card ->
                                told.add(
                                    new Told(
                                        card.getLong("card"),
                                        card.getLong("revision"),
                                        card.getString("org"),
                                        card.getString("state"))));
                        byte[] text =
                            text(no, row.getString("code"), row.getOffsetDateTime("made_at"), told);
                        if (!Arrays.equals(Sm3.of(text), row.getBuffer("sm3").getBytes())) {
                          throw new IllegalStateException("file " + no + " is not as it was made");
                        }
                        return text;
                      });
            });
  }

  static Future<DeskReply> sheet(DeskTransaction tx, int no) {
    return bytes(tx, no)
        .map(text -> new DeskReply.Sheet("text/csv; charset=utf-8", name(no), text, null));
  }

  static Future<DeskReply> signature(DeskTransaction tx, int no, FileSigner signer) {
    return bytes(tx, no).map(text -> DeskReply.ok(signer.document(name(no), text)));
  }

  // ---- read back

  private static final class Heard {
    private final Map<Long, FileReceipt.Line> believed = new TreeMap<>();
    private int strange;
  }

  static Future<DeskReply> read(DeskTransaction tx, int no, FileReceipt receipt) {
    return row(tx, LOCK, no)
        .compose(
            file -> {
              String sm3 = HexFormat.of().formatHex(file.getBuffer("sm3").getBytes());
              if (receipt.file() != no || !receipt.sm3().equals(sm3)) {
                throw new Fault.Malformed("file", "line 1: it is the receipt of another file");
              }
              return tx.first(READ, no, Buffer.buffer(receipt.own()))
                  .compose(
                      read ->
                          read != null
                              ? Future.succeededFuture()
                              : tx.ask(CARDS, no)
                                  .compose(
                                      cards -> keep(tx, no, file, receipt, heard(cards, receipt))));
            })
        .compose(read -> find(tx, no));
  }

  /** Believes it what it says of cards that it was told, as they were told, and only once. */
  private static Heard heard(Iterable<Row> cards, FileReceipt receipt) {
    Map<Long, Row> told = new HashMap<>();
    cards.forEach(card -> told.put(card.getLong("card"), card));
    Map<Long, List<FileReceipt.Line>> said = new TreeMap<>();
    receipt
        .lines()
        .forEach(line -> said.computeIfAbsent(line.card(), c -> new ArrayList<>()).add(line));
    Heard heard = new Heard();
    said.forEach(
        (card, lines) -> {
          Row as = told.get(card);
          FileReceipt.Line line = lines.get(0);
          String before = as == null ? null : as.getString("outcome");
          boolean isTold =
              as != null
                  && lines.stream()
                      .allMatch(
                          each ->
                              each.taken() == line.taken()
                                  && each.revision() == as.getLong("revision"));
          if (isTold && before == null) {
            heard.believed.put(card, line);
          } else if (!isTold || !outcome(line).equals(before)) {
            heard.strange += lines.size();
          }
        });
    return heard;
  }

  private static String outcome(FileReceipt.Line line) {
    return line.taken() ? "TAKEN" : "REFUSED";
  }

  private static Future<Void> keep(
      DeskTransaction tx, int no, Row file, FileReceipt receipt, Heard heard) {
    List<FileReceipt.Line> lines = List.copyOf(heard.believed.values());
    List<FileReceipt.Line> taken = lines.stream().filter(FileReceipt.Line::taken).toList();
    List<FileReceipt.Line> refused = lines.stream().filter(line -> !line.taken()).toList();
    JsonObject detail =
        new JsonObject()
            .put("taken", taken.size())
            .put("refused", refused.size())
            .put("strange", heard.strange);
    return tx.ask(
            SAID,
            no,
            lines.stream().map(FileReceipt.Line::card).toArray(Long[]::new),
            lines.stream().map(FileBook::outcome).toArray(String[]::new))
        .compose(
            said ->
                tx.ask(
                    SendingOut.TAKEN,
                    taken.stream().map(FileReceipt.Line::card).toArray(Long[]::new),
                    taken.stream().map(FileReceipt.Line::revision).toArray(Long[]::new)))
        .compose(
            said ->
                tx.ask(
                    SendingOut.REFUSED,
                    refused.stream().map(FileReceipt.Line::card).toArray(Long[]::new),
                    refused.stream().map(FileReceipt.Line::revision).toArray(Long[]::new),
                    refused.stream().map(FileReceipt.Line::reason).toArray(String[]::new)))
        .compose(
            said ->
                tx.ask(
                    KEEP,
                    no,
                    Buffer.buffer(receipt.own()),
                    tx.actor().id(),
                    tx.at(),
                    taken.size(),
                    refused.size(),
                    heard.strange))
        .compose(kept -> note(tx, "province.receipt-read", no, file.getInteger("org"), detail));
  }

  /** Gives a file up whose receipt does not come: its cards go with the next one. */
  static Future<DeskReply> end(DeskTransaction tx, int no, String reason) {
    return row(tx, LOCK, no)
        .compose(
            file -> {
              return row(tx, FIND, no)
                  .compose(
                      row ->
                          json(row).getString("state").equals("OPEN")
                              ? tx.ask(END, no, tx.at(), tx.actor().id(), reason)
                                  .compose(
                                      ended ->
                                          note(
                                              tx,
                                              "province.file-given-up",
                                              no,
                                              file.getInteger("org"),
                                              new JsonObject().put("reason", reason)))
                                  .compose(noted -> find(tx, no))
                              : Future.succeededFuture(
                                  DeskReply.refused(
                                      DeskRefusal.STATE_DOES_NOT_ALLOW,
                                      "nothing of it waits for a receipt")));
            });
  }
}
