package cn.unionecard.gateway.progress;

import static cn.unionecard.gateway.model.Caller.Role.APPROVER;
import static cn.unionecard.gateway.model.Caller.Role.CLERK;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.runtime.watch.Masking;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.Set;

/** The routes of notices. One for each event loop. */
final class NoticeDesk implements Desk {
  private static final String NOTICES = "/v1/notices";
  private static final String SCHEDULES = "/v1/notice-schedules";
  private static final int SCHEDULED_TITLE_MAX = 80;
  private static final long VALUE_MAX = 1_000_000_000;

  private final Office office;
  private final SecureRandom random;

  NoticeDesk(Office office, SecureRandom random) {
    this.office = office;
    this.random = random;
  }

  @Override
  public void open(DeskRoutes routes) {
    Set<Caller.Role> readers = ProgressDesk.READERS;
    routes.staff(HttpMethod.GET, NOTICES, readers, this::list);
    routes.staff(HttpMethod.POST, NOTICES, Set.of(CLERK), this::draft);
    routes.staff(HttpMethod.GET, NOTICES + "/:notice", readers, this::find);
    routes.staff(HttpMethod.POST, NOTICES + "/:notice/steps", Set.of(CLERK, APPROVER), this::take);
    routes.staff(HttpMethod.GET, SCHEDULES, readers, this::schedules);
    routes.staff(HttpMethod.POST, SCHEDULES, Set.of(CLERK), this::order);
    routes.staff(HttpMethod.POST, SCHEDULES + "/:schedule/end", Set.of(CLERK), this::end);
  }

  private Future<DeskReply> list(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("before");
    long before = ResponsibleDesk.before(call);
    return office.serve(caller, tx -> NoticeBook.list(tx, before));
  }

  private Future<DeskReply> draft(DeskCall call, Caller.Staff caller) {
    Fields fields =
        call.fields(
            "org",
            "year",
            "kind",
            "title",
            "text",
            "documentNo",
            "from",
            "to",
            "criteria",
            "corrects");
    LocalDate from = fields.optionalDate("from");
    LocalDate to = fields.optionalDate("to");
    if ((from == null) != (to == null) || from != null && to != null && to.isBefore(from)) {
      throw new Fault.Malformed("to", "a period has both ends, in their order");
    }
    NoticeBook.Draft draft =
        new NoticeBook.Draft(
            fields.matching("org", Written.ORG),
            ProgressDesk.year(fields),
            new Frozen.Words(
                fields.oneOf("kind", NoticeBook.Kind.class),
                fields.text("title", 100),
                Masking.mask(fields.words("text", 2_000)),
                fields.text("documentNo", ProgressDesk.DOCUMENT_NO_LENGTH_MAX),
                from == null ? null : from.toString(),
                to == null ? null : to.toString()),
            criteria(fields.object("criteria", "direct", "measure", "relation", "value")),
            fields.optionalMatching("corrects", Written.CASE_NO));
    String no = Spelling.no(random);
    return office.serve(caller, tx -> NoticeBook.draft(tx, draft, no));
  }

  private static Criteria criteria(Fields fields) {
    return new Criteria(
        fields.truth("direct"),
        fields.oneOf("measure", Criteria.Measure.class),
        fields.oneOf("relation", Criteria.Relation.class),
        fields.whole("value", 1, VALUE_MAX));
  }

  private Future<DeskReply> find(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("format");
    String no = call.path("notice", Written.CASE_NO);
    boolean csv = ProgressDesk.isCsv(call);
    return office.serve(caller, tx -> NoticeBook.find(tx, no, csv));
  }

  private Future<DeskReply> take(DeskCall call, Caller.Staff caller) {
    String no = call.path("notice", Written.CASE_NO);
    Fields fields = call.fields("step", "hash");
    NoticeBook.Step step = fields.oneOf("step", NoticeBook.Step.class);
    String hash = fields.digest("hash");
    return office.serve(caller, tx -> NoticeBook.take(tx, no, step, hash));
  }

  private Future<DeskReply> schedules(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("before");
    long before = ResponsibleDesk.before(call);
    return office.serve(caller, tx -> NoticeSchedules.list(tx, before));
  }

  private Future<DeskReply> order(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("org", "every", "kind", "title", "text", "documentNo", "criteria");
    NoticeSchedules.Order order =
        new NoticeSchedules.Order(
            fields.matching("org", Written.ORG),
            fields.oneOf("every", NoticeSchedules.Every.class),
            new Frozen.Words(
                fields.oneOf("kind", NoticeBook.Kind.class),
                fields.text("title", SCHEDULED_TITLE_MAX),
                Masking.mask(fields.words("text", 2_000)),
                fields.text("documentNo", ProgressDesk.DOCUMENT_NO_LENGTH_MAX),
                null,
                null),
            criteria(fields.object("criteria", "direct", "measure", "relation", "value")));
    return office.serve(caller, tx -> NoticeSchedules.order(tx, order));
  }

  private Future<DeskReply> end(DeskCall call, Caller.Staff caller) {
    long id = Long.parseLong(call.path("schedule", Written.ROW));
    Fields unused = call.fields();
    return office.serve(caller, tx -> NoticeSchedules.end(tx, id));
  }
}
