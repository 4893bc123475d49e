package cn.unionecard.gateway.progress;

import static cn.unionecard.gateway.model.Caller.Role.APPROVER;
import static cn.unionecard.gateway.model.Caller.Role.CLERK;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.Objects;
import java.util.Set;

/** The routes of who is responsible, and of name lists. One for each event loop. */
final class ResponsibleDesk implements Desk {
  private static final String LISTS = "/v1/name-lists";
  private static final int NAME_MAX = 80;
  private static final int PHONE_MAX = 20;
  private static final int REASON_MAX = 500;

  private final Office office;
  private final ResponsibleBook book;

  ResponsibleDesk(Office office, ResponsibleBook book) {
    this.office = office;
    this.book = book;
  }

  @Override
  public void open(DeskRoutes routes) {
    Set<Caller.Role> readers = ProgressDesk.READERS;
    String one = "/v1/responsible/:org";
    routes.staff(HttpMethod.GET, one, readers, this::read);
    routes.staff(HttpMethod.POST, one, Set.of(CLERK), this::name);
    routes.staff(HttpMethod.POST, one + "/contact", readers, this::contact);
    routes.staff(HttpMethod.GET, "/v1/receiving-desk", readers, this::desk);
    routes.staff(HttpMethod.GET, LISTS, readers, this::lists);
    routes.staff(HttpMethod.POST, LISTS, Set.of(APPROVER), this::demand);
    routes.staff(HttpMethod.GET, LISTS + "/:nameList", readers, this::list);
    routes.staff(HttpMethod.POST, LISTS + "/:nameList/report", Set.of(CLERK), this::report);
  }

  private Future<DeskReply> read(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    String org = call.path("org", Written.ORG);
    return office.serve(caller, tx -> ResponsibleBook.read(tx, org));
  }

  private Future<DeskReply> name(DeskCall call, Caller.Staff caller) {
    String org = call.path("org", Written.ORG);
    Fields fields = call.fields("post", "department", "name", "phone", "since", "handedOver");
    Post post = fields.oneOf("post", Post.class);
    String department = fields.optionalText("department", 60);
    if (post.isDepartment() != (department != null)) {
      throw new Fault.Malformed("department", "a department has a name, and nobody else");
    }
    ResponsibleBook.Naming naming =
        new ResponsibleBook.Naming(
            post,
            department,
            Contact.of(fields.text("name", NAME_MAX), fields.text("phone", PHONE_MAX)),
            fields.optionalDate("since"),
            fields.optionalWords("handedOver", REASON_MAX));
    return office.serve(caller, tx -> book.name(tx, org, naming));
  }

  private Future<DeskReply> contact(DeskCall call, Caller.Staff caller) {
    String org = call.path("org", Written.ORG);
    Fields fields = call.fields("post", "reason");
    Post post = fields.oneOf("post", Post.class);
    String reason = fields.words("reason", REASON_MAX);
    return office.serve(caller, tx -> book.contact(tx, org, post, reason));
  }

  private Future<DeskReply> desk(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    return office.serve(caller, book::desk);
  }

  private Future<DeskReply> lists(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("before");
    long before = before(call);
    return office.serve(caller, tx -> NameLists.list(tx, before));
  }

  static long before(DeskCall call) {
    return Long.parseLong(
        Objects.requireNonNullElse(
            call.query("before", Written.ROW_OR_ZERO), Written.ABOVE_ALL_ROWS));
  }

  private Future<DeskReply> demand(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("org", "title", "documentNo", "dueOn");
    NameLists.Wish wish =
        new NameLists.Wish(
            fields.matching("org", Written.ORG),
            fields.text("title", 100),
            fields.text("documentNo", ProgressDesk.DOCUMENT_NO_LENGTH_MAX),
            fields.date("dueOn"));
    return office.serve(caller, tx -> NameLists.demand(tx, wish));
  }

  private Future<DeskReply> list(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    long id = Long.parseLong(call.path("nameList", Written.ROW));
    return office.serve(caller, tx -> NameLists.find(tx, id));
  }

  private Future<DeskReply> report(DeskCall call, Caller.Staff caller) {
    long id = Long.parseLong(call.path("nameList", Written.ROW));
    String org = call.fields("org").matching("org", Written.ORG);
    return office.serve(caller, tx -> NameLists.report(tx, id, org));
  }
}
