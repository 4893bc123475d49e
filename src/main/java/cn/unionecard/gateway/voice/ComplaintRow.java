package cn.unionecard.gateway.voice;

import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
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
 * @param upheld whether the last answer says that it is right; null before
 * @param acts whether the viewer's union has it, or stands above the one that has
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
    @Nullable Boolean upheld,
    boolean acts) {
  ComplaintRow {
    sides = List.copyOf(sides);
  }

  private static final String COLUMNS =
      """
      select c.id, c.no, c.lane, c.kind, c.severity, c.state, c.merchant, c.owner, o.parent,
        c.deadline, c.extended, c.chases, c.upheld, m.authorising_org, m.signing_org,
      """;

  private static final String STAFFS =
      COLUMNS
          + """
            $1 = any (o.path) as acts
          from complaint c join org o on o.id = c.owner left join merchant m on m.id = c.merchant
          where c.no = $2 and complaint_seen(c.lane, c.owner, c.merchant, $1)
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
      COLUMNS
          + """
            false as acts
          from complaint c join org o on o.id = c.owner left join merchant m on m.id = c.merchant
          where c.deadline <= $1
          order by c.deadline
          for update of c skip locked limit 1
          """;

  /** Made with an older calendar than there is by now. */
  private static final String STALE =
      COLUMNS
          + """
            false as acts
          from complaint c join org o on o.id = c.owner left join merchant m on m.id = c.merchant
          where c.deadline is not null
            and c.calendar < (select coalesce(max(id), 0) from calendar_edition)
          order by c.deadline
          for update of c skip locked limit 1
          """;

  /** One whose deadline is to be made anew and that nobody is at, or null. */
  static Future<@Nullable ComplaintRow> stale(Hand hand) {
    return hand.first(STALE).map(row -> row == null ? null : of(row));
  }

  /** As a union sees it; fails with NotFound if it may not. */
  static Future<ComplaintRow> lock(Hand hand, int viewer, String no) {
    return hand.first(STAFFS, viewer, no).map(ComplaintRow::found);
  }

  /** As its opener sees it. */
  static Future<ComplaintRow> lock(Hand hand, String no, byte[] tokenHash) {
    return hand.first(OPENERS, no, Forms.bytes(tokenHash)).map(ComplaintRow::found);
  }

  /** The one that is due longest and that nobody is at, or null. */
  static Future<@Nullable ComplaintRow> due(Hand hand) {
    return hand.first(DUE, hand.at()).map(row -> row == null ? null : of(row));
  }

  private static ComplaintRow found(@Nullable Row row) {
    if (row == null) {
      throw new Fault.NotFound("no such complaint");
    }
    return of(row);
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
