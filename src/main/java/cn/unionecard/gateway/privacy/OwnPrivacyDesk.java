package cn.unionecard.gateway.privacy;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Written;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * The routes by which a member's phone asks for what is his own. The edge has looked whether it has
 * its card still. One for each event loop.
 */
final class OwnPrivacyDesk implements Desk {
  static final int WORDS_MAX = 500;
  private static final int VERSION_MAX = 32_767;
  private static final String MINE = "/v1/cards/mine";

  private static final String UNION =
      "select m.org from card c join member m on m.id = c.member where c.serial = $1";

  private final Pool pool;
  private final MemberVault vault;
  private final RequestBook requests;
  private final Clock clock;

  OwnPrivacyDesk(Pool pool, MemberVault vault, RequestBook requests, Clock clock) {
    this.pool = pool;
    this.vault = vault;
    this.requests = requests;
    this.clock = clock;
  }

  @Override
  public void open(DeskRoutes routes) {
    routes.member(HttpMethod.GET, MINE + "/consents", this::consents);
    routes.member(HttpMethod.POST, MINE + "/consents", this::consent);
    routes.member(HttpMethod.GET, MINE + "/data", this::data);
    routes.member(HttpMethod.GET, MINE + "/requests", this::list);
    routes.member(HttpMethod.POST, MINE + "/requests", this::ask);
    routes.member(HttpMethod.POST, MINE + "/requests/:dataRequest/withdrawal", this::withdraw);
  }

  private Future<DeskReply> consents(DeskCall call, Caller.Member member) {
    call.onlyQuery();
    return serve(tx -> ConsentBook.read(tx, member.card()));
  }

  private Future<DeskReply> consent(DeskCall call, Caller.Member member) {
    Fields fields = call.fields("purpose", "version", "given", "channel");
    ConsentBook.Said said =
        new ConsentBook.Said(
            fields.oneOf("purpose", ConsentBook.Purpose.class),
            (int) fields.whole("version", 1, VERSION_MAX),
            fields.truth("given"),
            fields.oneOf("channel", ConsentBook.Channel.class));
    return serve(tx -> ConsentBook.say(tx, member.card(), said));
  }

  private Future<DeskReply> data(DeskCall call, Caller.Member member) {
    call.onlyQuery("format");
    boolean csv = PrivacyDesk.isCsv(call);
    return serve(
        tx ->
            tx.first(UNION, member.card().serial())
                .compose(
                    row ->
                        tx.note(
                            "personal.copied",
                            member.card().digits(),
                            List.of(Objects.requireNonNull(row).getInteger("org")),
                            new JsonObject().put("by", "MEMBER")))
                .compose(noted -> OwnData.copy(tx, member.card(), vault, csv)));
  }

  private Future<DeskReply> list(DeskCall call, Caller.Member member) {
    call.onlyQuery();
    return serve(tx -> requests.mine(tx, member.card()));
  }

  private Future<DeskReply> ask(DeskCall call, Caller.Member member) {
    Fields fields = call.fields("kind", "words");
    RequestBook.Kind kind = fields.oneOf("kind", RequestBook.Kind.class);
    String words = fields.optionalWords("words", WORDS_MAX);
    return serve(tx -> requests.ask(tx, member.card(), kind, words, null));
  }

  private Future<DeskReply> withdraw(DeskCall call, Caller.Member member) {
    long id = Long.parseLong(call.path("dataRequest", Written.ROW));
    Fields unused = call.fields();
    return serve(tx -> requests.withdraw(tx, member.card(), id));
  }

  private Future<DeskReply> serve(Function<DeskTransaction, Future<DeskReply>> work) {
    return DeskTransaction.run(pool, clock, DeskTransaction.By.OPENER, work);
  }
}
