package cn.unionecard.gateway.complaint;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.runtime.Secrets;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The routes of those who complain. They need no name: a receipt opens a complaint, or the phone
 * that paid; its token follows it, in the body and never in a URL. One instance for each event
 * loop.
 */
final class OpenersDesk implements Desk {
  static final Pattern MEDIA_TYPE = Pattern.compile("[a-z]+/[a-z0-9.+-]{1,80}");
  static final int TEXT_MAX = 2000;
  private static final Pattern TOKEN = Written.SHA_256;
  private static final int TOKEN_BYTES = 32;

  private final Pool pool;
  private final Clock clock;
  private final SecureRandom random;

  OpenersDesk(Pool pool, Clock clock, SecureRandom random) {
    this.pool = pool;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public void open(DeskRoutes routes) {
    routes.memberOrAnybody(HttpMethod.POST, "/v1/complaints", this::add);
    routes.anybody(HttpMethod.POST, "/v1/complaint-views", this::view);
    routes.anybody(HttpMethod.POST, "/v1/complaint-words", this::word);
    routes.anybody(HttpMethod.POST, "/v1/complaint-papers", this::paper);
  }

  /** The number and token of a new complaint. */
  static ComplaintOpening.Names names(SecureRandom random) {
    return new ComplaintOpening.Names(Spelling.no(random), Secrets.hex(random, TOKEN_BYTES));
  }

  private Future<DeskReply> add(DeskCall call, Caller.@Nullable Member member) {
    Fields fields = call.fields("kind", "text", "transaction", "digest", "org");
    String receipt = fields.optionalMatching("transaction", Written.TRANSACTION);
    ComplaintOpening.Draft draft =
        new ComplaintOpening.Draft(
            fields.oneOf("kind", ComplaintKind.class),
            fields.words("text", TEXT_MAX),
            transaction(receipt),
            fields.optionalMatching("digest", Written.SHA_256),
            member == null ? null : member.card(),
            null,
            fields.optionalMatching("org", Written.ORG));
    return serve(tx -> ComplaintOpening.byOpener(tx, draft, names(random)));
  }

  private static @Nullable TransactionId transaction(@Nullable String receipt) {
    if (receipt == null) {
      return null;
    }
    try {
      return TransactionId.parse(receipt);
    } catch (IllegalArgumentException e) {
      throw new Fault.Malformed("transaction", String.valueOf(e.getMessage()));
    }
  }

  private Future<DeskReply> view(DeskCall call) {
    Fields fields = call.fields("complaint", "token");
    String no = fields.matching("complaint", Written.CASE_NO);
    byte[] hash = token(fields);
    return serve(tx -> ComplaintBook.own(tx, no, hash));
  }

  private Future<DeskReply> word(DeskCall call) {
    Fields fields = call.fields("complaint", "token", "step", "text");
    String no = fields.matching("complaint", Written.CASE_NO);
    byte[] hash = token(fields);
    ComplaintStep step = fields.oneOf("step", ComplaintStep.class);
    if (!step.openers) {
      throw new Fault.Malformed("step", step + " is not the opener's");
    }
    ComplaintLife.Wish wish =
        ComplaintLife.Wish.plain(step, fields.optionalWords("text", TEXT_MAX));
    return serve(
        tx -> ComplaintRow.lock(tx, no, hash).compose(row -> ComplaintLife.take(tx, row, wish)));
  }

  private Future<DeskReply> paper(DeskCall call) {
    Fields fields =
        call.fields("complaint", "token", "reference", "digest", "sizeBytes", "mediaType");
    String no = fields.matching("complaint", Written.CASE_NO);
    byte[] hash = token(fields);
    ComplaintBook.Paper paper = paper(fields);
    return serve(
        tx -> ComplaintRow.lock(tx, no, hash).compose(row -> ComplaintBook.file(tx, row, paper)));
  }

  static ComplaintBook.Paper paper(Fields fields) {
    return new ComplaintBook.Paper(
        fields.text("reference", 200),
        fields.digest("digest"),
        fields.integer("sizeBytes", 1_000_000_000),
        fields.matching("mediaType", MEDIA_TYPE));
  }

  private static byte[] token(Fields fields) {
    return Sha256.of(fields.matching("token", TOKEN));
  }

  private Future<DeskReply> serve(Function<DeskTransaction, Future<DeskReply>> work) {
    return DeskTransaction.run(pool, clock, DeskTransaction.By.OPENER, work);
  }
}
