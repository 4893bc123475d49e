package cn.unionecard.gateway.edge.http;

import static cn.unionecard.gateway.model.Retry.NEVER;
import static cn.unionecard.gateway.model.Retry.SAME_KEY;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Retry;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import cn.unionecard.gateway.runtime.watch.RequestMeters.Outcome;
import io.vertx.ext.web.handler.HttpException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why there is no answer, ready to be written as RFC 9457.
 *
 * @param code stable name
 * @param status HTTP status
 * @param responseCode ISO 8583 data element 39
 * @param retry what may be tried next
 * @param title short Chinese sentence, the same for every problem of that code
 * @param nextAction Chinese, what whoever reads it does now
 * @param detail English, for whoever wrote the client
 * @param field header, parameter or JSON field at fault, or null
 * @param retryAfterSeconds when to try again; 0 = not said
 * @param kind null: a refusal, whose words fit whoever is refused
 */
record Problem(
    String code,
    int status,
    String responseCode,
    Retry retry,
    String title,
    String nextAction,
    String detail,
    @Nullable String field,
    int retryAfterSeconds,
    @Nullable Kind kind) {
  private static final int BUSY_RETRY_SECONDS = 1;

  /** The problems that are not refusals. */
  enum Kind {
    MALFORMED(400, "30", NEVER, "请求内容有误", "请检查收银软件发送的内容；交易没有发生", "请按接口说明检查发送的内容"),
    UNAUTHENTICATED(401, "97", SAME_KEY, "身份未通过验证", "请更换有效的终端证书或令牌后，用同一流水号重发", "请重新登录，或更换有效的令牌"),
    FORBIDDEN(403, "58", NEVER, "无权进行此操作", "请联系管理员开通权限", "请联系管理员开通权限"),
    FOREIGN_PAGE(403, "58", NEVER, "请求不是从本系统的页面发出", "请从本系统的页面操作", "请关闭原来的页面，从本系统的页面重新操作"),
    NOT_FOUND(404, "25", NEVER, "没有找到", "请核对编号和地址", "请核对编号和地址"),
    METHOD_NOT_ALLOWED(405, "40", NEVER, "不支持的操作", "请检查收银软件的接口设置", "请核对接口地址与方法"),
    REQUEST_TIMEOUT(408, "30", SAME_KEY, "请求没有传完", "交易没有发生；请检查网络后，用同一流水号重发", "请检查网络后重新发送"),
    IN_FLIGHT(409, "09", SAME_KEY, "正在处理", "请稍候，用同一流水号查询或重发，不要另起一笔", "请稍候再试"),
    TOO_LARGE(413, "30", NEVER, "请求过大", "请检查收银软件发送的内容；交易没有发生", "请减少一次发送的内容"),
    URI_TOO_LONG(414, "30", NEVER, "地址过长", "请检查收银软件的接口设置", "请核对接口地址"),
    UNSUPPORTED_MEDIA_TYPE(
        415,
        "30",
        NEVER,
        "内容格式不支持",
        "请以 UTF-8 编码的 application/json 发送；交易没有发生",
        "请以 UTF-8 编码的 application/json 发送"),
    TOO_MANY(429, "91", SAME_KEY, "请求过于频繁", "交易没有发生，请稍后用同一流水号重发", "请稍后再试"),
    HEADERS_TOO_LARGE(431, "30", NEVER, "请求头过大", "请检查收银软件的接口设置", "请减少请求头"),
    INTERNAL(
        500, "96", SAME_KEY, "系统内部错误", "交易可能已发生：请用同一流水号重发，或发起冲正；并报告追踪号", "请报告追踪号；如有提交，请先查询是否已生效"),
    BUSY(503, "91", SAME_KEY, "系统繁忙", "交易没有发生，请稍后用同一流水号重发", "请稍后再试"),
    UNKNOWN(504, "96", SAME_KEY, "结果未知", "交易可能已发生：请用同一流水号重发，或发起冲正，不要另起一笔", "请先查询是否已生效，再决定是否重新提交");

    final int status;
    final String responseCode;
    final Retry retry;
    final String title;

    /** What the cashier does whose transaction it was. */
    final String cashiers;

    /** What anybody else does. */
    final String others;

    Kind(
        int status,
        String responseCode,
        Retry retry,
        String title,
        String cashiers,
        String others) {
      this.status = status;
      this.responseCode = responseCode;
      this.retry = retry;
      this.title = title;
      this.cashiers = cashiers;
      this.others = others;
    }
  }

  static Problem of(Kind kind, String detail) {
    return of(kind, detail, null, 0);
  }

  private static Problem of(
      Kind kind, String detail, @Nullable String field, int retryAfterSeconds) {
    return new Problem(
        kind.name(),
        kind.status,
        kind.responseCode,
        kind.retry,
        kind.title,
        kind.others,
        detail,
        field,
        retryAfterSeconds,
        kind);
  }

  /** The same for the till whose transaction it was: only it has a key to repeat. */
  Problem atTheTill() {
    return kind == null
        ? this
        : new Problem(
            code,
            status,
            responseCode,
            retry,
            title,
            kind.cashiers,
            detail,
            field,
            retryAfterSeconds,
            kind);
  }

  /** A refusal that left nothing in the ledger. */
  static Problem declined(Refusal refusal) {
    int comma = refusal.chinese.indexOf('，');
    String title = comma < 0 ? refusal.chinese : refusal.chinese.substring(0, comma);
    return new Problem(
        refusal.name(),
        status(refusal),
        refusal.responseCode,
        refusal.retry,
        title,
        comma < 0 ? refusal.chinese : refusal.chinese.substring(comma + 1),
        refusal.english,
        null,
        0,
        null);
  }

  private static int status(Refusal refusal) {
    if (refusal == Refusal.CANNOT_PROCESS) {
      return 500; // an error of ours, whatever was sent
    }
    return refusal == Refusal.TERMINAL_UNKNOWN ? 403 : 422;
  }

  /** What a desk refuses. */
  static Problem refused(DeskReply.Refused refused) {
    DeskRefusal refusal = refused.refusal();
    int comma = refusal.chinese.indexOf('，');
    return new Problem(
        refusal.name(),
        409,
        "12",
        NEVER,
        refusal.chinese.substring(0, comma),
        refusal.chinese.substring(comma + 1),
        refused.detail(),
        null,
        0,
        null);
  }

  /** What became of a fault; of anything else {@code INTERNAL}, which is a bug. */
  static Problem of(Throwable failure) {
    if (failure instanceof Rejected rejected) {
      return of(rejected.kind, rejected.detail());
    }
    if (failure instanceof HttpException web && web.getStatusCode() < 500) {
      return of(Kind.MALFORMED, "path or query is not well-formed");
    }
    return StoreFailure.told(failure) instanceof Fault fault
        ? ofFault(fault)
        : of(Kind.INTERNAL, "the gateway failed; the trace id finds why");
  }

  private static Problem ofFault(Fault fault) {
    String detail = String.valueOf(fault.getMessage());
    if (fault instanceof Fault.Malformed malformed) {
      String field = malformed.field.isEmpty() ? null : malformed.field;
      return of(Kind.MALFORMED, detail, field, 0);
    }
    if (fault instanceof Fault.TooMany tooMany) {
      return of(Kind.TOO_MANY, detail, null, tooMany.retryAfterSeconds);
    }
    Kind kind = kindOf(fault);
    boolean wait = kind == Kind.BUSY || kind == Kind.IN_FLIGHT;
    return of(kind, detail, null, wait ? BUSY_RETRY_SECONDS : 0);
  }

  private static Kind kindOf(Fault fault) {
    if (fault instanceof Fault.Busy) {
      return Kind.BUSY;
    } else if (fault instanceof Fault.Unknown) {
      return Kind.UNKNOWN;
    } else if (fault instanceof Fault.InFlight) {
      return Kind.IN_FLIGHT;
    } else if (fault instanceof Fault.Unauthenticated) {
      return Kind.UNAUTHENTICATED;
    } else if (fault instanceof Fault.Forbidden) {
      return Kind.FORBIDDEN;
    } else if (fault instanceof Fault.Foreign) {
      return Kind.FOREIGN_PAGE;
    } else if (fault instanceof Fault.NotFound) {
      return Kind.NOT_FOUND;
    }
    return Kind.INTERNAL;
  }

  /** What it is counted as. */
  Outcome outcome() {
    if (kind == null) {
      return status == 500
          ? Outcome.FAULT
          : status == 403 ? Outcome.UNAUTHENTICATED : Outcome.REFUSED;
    }
    return switch (kind) {
      case UNAUTHENTICATED -> Outcome.UNAUTHENTICATED;
      case FORBIDDEN, FOREIGN_PAGE -> Outcome.FORBIDDEN;
      case TOO_MANY -> Outcome.LIMITED;
      case BUSY, IN_FLIGHT -> Outcome.BUSY;
      case UNKNOWN -> Outcome.UNKNOWN;
      case INTERNAL -> Outcome.FAULT;
      case MALFORMED,
          NOT_FOUND,
          METHOD_NOT_ALLOWED,
          REQUEST_TIMEOUT,
          TOO_LARGE,
          URI_TOO_LONG,
          UNSUPPORTED_MEDIA_TYPE,
          HEADERS_TOO_LARGE ->
          Outcome.MALFORMED;
    };
  }

  /** The problem's type as a URI. */
  String type() {
    return "urn:ecard:problem:" + code.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
