package cn.unionecard.gateway.complaint;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.supervision.ComplaintSeverity;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A complaint, locked.
 *
 * @param merchant the merchant it is about, or null
 * @param owner who has to act
 * @param above the level above the owner, or null
 * @param sides the unions that answer for the merchant; none in the whistle-blowing lane
 * @param says how often the merchant has said something
 * @param upheld whether the last answer says that it is right; null before
 * @param acts whether the viewer's union has it, or stands above the one that has, or it was put to
 *     the viewer
 */
record ComplaintRow(
    long id,
    String no,
    boolean whistle,
    ComplaintKind kind,
    ComplaintSeverity severity,
    ComplaintState state,
    @Nullable Integer merchant,
    int owner,
    @Nullable Integer above,
    List<Integer> sides,
    @Nullable OffsetDateTime deadline,
    boolean extended,
    int chases,
    int says,
    @Nullable Boolean upheld,
    boolean acts) {
  ComplaintRow {
    sides = List.copyOf(sides);
  }

  private static final String COLUMNS =
      """
      select c.id, c.no, c.lane, c.kind, c.severity, c.state, c.merchant, c.owner, o.parent,
        c.deadline, c.extended, c.chases, c.upheld, m.authorising_org, m.signing_org,
        (select count(*) from complaint_step s where s.complaint = c.id and s.step = 'SAY')::integer
          as says,
      """;

  private static final String STAFFS =
      COLUMNS
          + """
            $1 = any (o.path) as acts
          from complaint c join org o on o.id = c.owner left join merchant m on m.id = c.merchant
          where c.no = $2 and complaint_seen(c.lane, c.owner, c.merchant, $1)
          for update of c
          """;

  /** The merchant's, once a union has put it to it: before, it is between opener and union. */
  private static final String MERCHANTS =
      COLUMNS
          + """
            true as acts
          from complaint c join org o on o.id = c.owner left join merchant m on m.id = c.merchant
          where c.no = $2 and c.merchant = $1 and c.lane = 'OPEN'
            and exists (select from complaint_step s where s.complaint = c.id and s.step = 'ASK')
          for update of c
          """;

  private static final String OPENERS =
      COLUMNS
          + """
            false as acts
          from complaint c join org o on o.id = c.owner left join merchant m on m.id = c.merchant
          where c.no = $1 and c.token_hash = $2
          for update of c
          """;

  private static final String DUE =
      """
      select c.no, c.deadline from complaint c
      where c.deadline <= $1 and (c.deadline, c.no) > ($2, $3)
      order by c.deadline, c.no limit $4
      """;

  /** Made with an older calendar than there is by now. */
  private static final String STALE =
      """
      select c.no, c.deadline from complaint c
      where c.deadline < 'infinity'
        and c.calendar < (select coalesce(max(id), 0) from calendar_edition)
        and (c.deadline, c.no) > ($1, $2)
      order by c.deadline, c.no limit $3
      """;

  private static final String ONE =
      COLUMNS
          + """
            false as acts
          from complaint c join org o on o.id = c.owner left join merchant m on m.id = c.merchant
          where c.no = $1 and c.deadline <= $2
          for update of c skip locked
          """;

  private static final String ONE_STALE =
      COLUMNS
          + """
            false as acts
          from complaint c join org o on o.id = c.owner left join merchant m on m.id = c.merchant
          where c.no = $1 and c.deadline is not null
            and c.calendar < (select coalesce(max(id), 0) from calendar_edition)
          for update of c skip locked
          """;

  /** As a union, or the merchant it is about, sees it; fails with NotFound if it may not. */
  static Future<ComplaintRow> lock(DeskTransaction tx, String no) {
    Integer merchant = tx.actor().merchantId();
    return (merchant == null
            ? tx.first(STAFFS, tx.actor().org(), no)
            : tx.first(MERCHANTS, merchant, no))
        .map(found("no such complaint"))
        .map(ComplaintRow::of);
  }

  /** As its opener sees it. */
  static Future<ComplaintRow> lock(DeskTransaction tx, String no, byte[] tokenHash) {
    return tx.first(OPENERS, no, Spelling.bytes(tokenHash))
        .map(found("no such complaint"))
        .map(ComplaintRow::of);
  }

  /**
   * A complaint that the sweep has to look at.
   *
   * @param deadline as it was when it was found
   */
  record Due(String no, OffsetDateTime deadline) {
    private static final Due FIRST = new Due("", Instant.EPOCH.atOffset(ZoneOffset.UTC));

    private static List<Due> all(RowSet<Row> rows) {
      List<Due> found = new ArrayList<>();
      rows.forEach(
          row -> found.add(new Due(row.getString("no"), row.getOffsetDateTime("deadline"))));
      return found;
    }
  }

  /** Those whose time is over, the longest due first. */
  static Future<List<Due>> due(DeskTransaction tx, @Nullable Due last, int most) {
    Due behind = last == null ? Due.FIRST : last;
    return tx.ask(DUE, tx.at(), behind.deadline, behind.no, most).map(Due::all);
  }

  /** Those whose deadline is to be made anew. */
  static Future<List<Due>> stale(DeskTransaction tx, @Nullable Due last, int most) {
    Due behind = last == null ? Due.FIRST : last;
    return tx.ask(STALE, behind.deadline, behind.no, most).map(Due::all);
  }

  /** Null when somebody is at it, or its time is not over. */
  static Future<@Nullable ComplaintRow> lockDue(DeskTransaction tx, Due due) {
    return tx.first(ONE, due.no, tx.at()).map(row -> row == null ? null : of(row));
  }

  /** Null when somebody is at it, or its deadline is made with the calendar of today. */
  static Future<@Nullable ComplaintRow> lockStale(DeskTransaction tx, Due due) {
    return tx.first(ONE_STALE, due.no).map(row -> row == null ? null : of(row));
  }

  private static ComplaintRow of(Row row) {
    boolean whistle = row.getString("lane").equals("WHISTLE");
    List<Integer> sides = new ArrayList<>();
    if (!whistle) {
      sides.add(row.getInteger("authorising_org"));
      sides.add(row.getInteger("signing_org"));
    }
    return new ComplaintRow(
        row.getLong("id"),
        row.getString("no"),
        whistle,
        ComplaintKind.valueOf(row.getString("kind")),
        ComplaintSeverity.valueOf(row.getString("severity")),
        ComplaintState.valueOf(row.getString("state")),
        row.getInteger("merchant"),
        row.getInteger("owner"),
        row.getInteger("parent"),
        sides,
        row.getOffsetDateTime("deadline"),
        row.getBoolean("extended"),
        row.getInteger("chases"),
        row.getInteger("says"),
        row.getBoolean("upheld"),
        row.getBoolean("acts"));
  }

  /** All unions that may read in the audit what was done with it. */
  List<Integer> orgs() {
    List<Integer> orgs = new ArrayList<>(sides);
    orgs.add(owner);
    return orgs;
  }
}
