package cn.unionecard.gateway.delivery;

import static cn.unionecard.gateway.model.Caller.Role.APPROVER;
import static cn.unionecard.gateway.model.Caller.Role.AUDITOR;
import static cn.unionecard.gateway.model.Caller.Role.CLERK;
import static cn.unionecard.gateway.model.Caller.Role.SUPERVISOR;
import static cn.unionecard.gateway.model.Caller.Role.SYSTEM;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.feed.EventType;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The routes of subscriptions, their keys and their deliveries. One for each event loop. */
final class SubscriptionDesk implements Desk {
  static final String PATH = "/v1/subscriptions";

  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
  private static final int TYPES_MAX = 32;
  private static final int URL_CHARS_MAX = 1_000;
  private static final int OVERLAP_S_MAX = 2_592_000;
  private static final Set<Role> READERS = Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR, SYSTEM);
  private static final Set<Role> KEEPERS = Set.of(SYSTEM);

  private final Office office;
  private final SubscriptionBook book;
  private final DeliveryBook deliveries;
  private final AddressGuard guard;
  private final Trial trial;
  private final int trialMs;

  /**
   * @param trialMs the time a test may take with its answer, milliseconds
   */
  SubscriptionDesk(
      Office office,
      SubscriptionBook book,
      DeliveryBook deliveries,
      AddressGuard guard,
      Trial trial,
      int trialMs) {
    this.office = office;
    this.book = book;
    this.deliveries = deliveries;
    this.guard = guard;
    this.trial = trial;
    this.trialMs = trialMs;
  }

  @Override
  public void open(DeskRoutes routes) {
    routes.staff(HttpMethod.GET, PATH, READERS, this::list);
    routes.staff(HttpMethod.POST, PATH, KEEPERS, this::add);
    String one = PATH + "/:subscription";
    routes.staff(HttpMethod.GET, one, READERS, this::find);
    routes.staff(HttpMethod.POST, one + "/change", KEEPERS, this::change);
    routes.staff(HttpMethod.POST, one + "/status", KEEPERS, this::status);
    routes.staff(HttpMethod.POST, one + "/removal", KEEPERS, this::remove);
    routes.staff(HttpMethod.POST, one + "/keys", KEEPERS, this::key);
    routes.staff(HttpMethod.POST, one + "/replay", KEEPERS, this::replay);
    routes.staff(HttpMethod.POST, one + "/test-event", KEEPERS, trialMs, this::test);
    routes.staff(HttpMethod.GET, one + "/deliveries", READERS, this::log);
    routes.staff(HttpMethod.GET, one + "/dead-letters", READERS, this::dead);
    routes.staff(HttpMethod.POST, one + "/dead-letters/:sequence/retry", KEEPERS, this::retryDead);
  }

  private Future<DeskReply> list(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("after");
    long after = number(call.query("after", Written.ROW_OR_ZERO), 0);
    return office.serve(caller, tx -> book.list(tx, after));
  }

  private Future<DeskReply> find(DeskCall call, Caller.Staff caller) {
    long id = id(call);
    return office.serve(caller, tx -> book.show(tx, id));
  }

  private Future<DeskReply> add(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("org", "url", "topic", "types", "after", "algorithm");
    String topic = fields.optionalMatching("topic", TOPIC);
    String url = fields.optionalText("url", URL_CHARS_MAX);
    if ((url == null) == (topic == null)) {
      throw new Fault.Malformed("url", "either url or topic is given");
    }
    String after = fields.optionalMatching("after", Written.FEED_PLACE);
    SubscriptionBook.Draft draft =
        new SubscriptionBook.Draft(
            fields.optionalMatching("org", Written.ORG),
            url == null ? null : guard.url(url).toString(),
            topic,
            kinds(call, fields),
            after == null ? null : number(after, 0),
            algorithm(fields));
    return office.serve(caller, tx -> book.add(tx, draft));
  }

  private Future<DeskReply> change(DeskCall call, Caller.Staff caller) {
    long id = id(call);
    Fields fields = call.fields("url", "types");
    String url = fields.optionalText("url", URL_CHARS_MAX);
    String checked = url == null ? null : guard.url(url).toString();
    List<String> kinds = call.body().containsKey("types") ? kinds(call, fields) : null;
    return office.serve(caller, tx -> book.change(tx, id, checked, kinds));
  }

  private Future<DeskReply> status(DeskCall call, Caller.Staff caller) {
    long id = id(call);
    Fields fields = call.fields("status");
    SubscriptionBook.Status status = fields.oneOf("status", SubscriptionBook.Status.class);
    return office.serve(caller, tx -> book.setStatus(tx, id, status));
  }

  private Future<DeskReply> remove(DeskCall call, Caller.Staff caller) {
    long id = id(call);
    Fields unused = call.fields();
    return office.serve(caller, tx -> book.remove(tx, id));
  }

  private Future<DeskReply> key(DeskCall call, Caller.Staff caller) {
    long id = id(call);
    Fields fields = call.fields("algorithm", "overlapS");
    WebhookKey.Algorithm algorithm = algorithm(fields);
    int overlapS =
        call.body().containsKey("overlapS") ? fields.integer("overlapS", OVERLAP_S_MAX) : 86_400;
    return office.serve(caller, tx -> book.addKey(tx, id, algorithm, overlapS));
  }

  private Future<DeskReply> replay(DeskCall call, Caller.Staff caller) {
    long id = id(call);
    Fields fields = call.fields("after", "since");
    String after = fields.optionalMatching("after", Written.FEED_PLACE);
    OffsetDateTime since = time(fields);
    if ((after == null) == (since == null)) {
      throw new Fault.Malformed("after", "either after or since is given");
    }
    return office.serve(
        caller, tx -> deliveries.replay(tx, id, after == null ? null : number(after, 0), since));
  }

  private Future<DeskReply> test(DeskCall call, Caller.Staff caller) {
    long id = id(call);
    Fields unused = call.fields();
    return trial.of(caller, id);
  }

  private Future<DeskReply> log(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("before");
    long id = id(call);
    long before = number(call.query("before", Written.ROW_OR_ZERO), Long.MAX_VALUE);
    return office.serve(caller, tx -> deliveries.log(tx, id, before));
  }

  private Future<DeskReply> dead(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("after");
    long id = id(call);
    long after = number(call.query("after", Written.FEED_PLACE), -1);
    return office.serve(caller, tx -> deliveries.dead(tx, id, after));
  }

  private Future<DeskReply> retryDead(DeskCall call, Caller.Staff caller) {
    long id = id(call);
    long sequence = number(call.path("sequence", Written.FEED_PLACE), 0);
    Fields unused = call.fields();
    return office.serve(caller, tx -> deliveries.retryDead(tx, id, sequence));
  }

  private static long id(DeskCall call) {
    return Long.parseLong(call.path("subscription", Written.ROW_OR_ZERO));
  }

  /** Places may be padded as {@code sequence} is. */
  private static long number(@Nullable String digits, long otherwise) {
    try {
      return digits == null ? otherwise : Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new Fault.Malformed("after", "is no place in the feed");
    }
  }

  private static List<String> kinds(DeskCall call, Fields fields) {
    if (!call.body().containsKey("types")) {
      return List.of();
    }
    List<String> kinds = new ArrayList<>();
    for (String type : fields.texts("types", TYPES_MAX)) {
      kinds.add(EventType.require("types[" + kinds.size() + "]", type).kind);
    }
    return kinds.stream().distinct().toList();
  }

  private static WebhookKey.Algorithm algorithm(Fields fields) {
    String title = fields.optionalText("algorithm", 20);
    for (WebhookKey.Algorithm one : WebhookKey.Algorithm.values()) {
      if (title == null || one.title.equals(title)) {
        return one;
      }
    }
    throw new Fault.Malformed("algorithm", "algorithm is neither HMAC-SHA256 nor ED25519");
  }

  private static @Nullable OffsetDateTime time(Fields fields) {
    Instant since = fields.optionalTime("since");
    return since == null ? null : since.atOffset(ZoneOffset.UTC);
  }
}
