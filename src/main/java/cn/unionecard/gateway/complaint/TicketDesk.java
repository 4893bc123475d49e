package cn.unionecard.gateway.complaint;

import static cn.unionecard.gateway.model.Caller.Role.APPROVER;
import static cn.unionecard.gateway.model.Caller.Role.AUDITOR;
import static cn.unionecard.gateway.model.Caller.Role.CLERK;
import static cn.unionecard.gateway.model.Caller.Role.SUPERVISOR;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Written;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The routes of issue tickets. One instance for each event loop. */
final class TicketDesk implements Desk {
  private static final int TITLE_MAX = 100;
  private static final Set<Role> READERS = Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR);

  private final Office office;
  private final SecureRandom random;

  TicketDesk(Office office, SecureRandom random) {
    this.office = office;
    this.random = random;
  }

  @Override
  public void open(DeskRoutes routes) {
    routes.staff(HttpMethod.GET, "/v1/tickets", READERS, this::list);
    routes.staff(HttpMethod.POST, "/v1/tickets", Set.of(CLERK), this::add);
    routes.staff(HttpMethod.GET, "/v1/tickets/:ticket", READERS, this::find);
    routes.staff(HttpMethod.POST, "/v1/tickets/:ticket/steps", Set.of(SUPERVISOR), this::step);
  }

  private Future<DeskReply> list(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("after");
    String after = Objects.requireNonNullElse(call.query("after", Written.CASE_NO), "");
    return office.serve(caller, tx -> TicketBook.list(tx, after));
  }

  private Future<DeskReply> find(DeskCall call, Caller.Staff caller) {
    String no = call.path("ticket", Written.CASE_NO);
    return office.serve(caller, tx -> TicketBook.find(tx, no));
  }

  private Future<DeskReply> add(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("kind", "title", "text", "tickets", "complaints");
    Tickets.Draft draft =
        new Tickets.Draft(
            fields.oneOf("kind", Tickets.Kind.class),
            fields.text("title", TITLE_MAX),
            fields.words("text", OpenersDesk.TEXT_MAX),
            ComplaintDesk.numbers(call, fields, "tickets"),
            ComplaintDesk.numbers(call, fields, "complaints"));
    return office.serve(caller, tx -> Tickets.open(tx, draft, Spelling.no(random)));
  }

  private Future<DeskReply> step(DeskCall call, Caller.Staff caller) {
    String no = call.path("ticket", Written.CASE_NO);
    Fields fields = call.fields("step", "text");
    Tickets.Step step = fields.oneOf("step", Tickets.Step.class);
    @Nullable String text = fields.optionalWords("text", OpenersDesk.TEXT_MAX);
    return office.serve(caller, tx -> Tickets.take(tx, no, step, text));
  }
}
