package cn.unionecard.gateway.desk;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a desk meets its callers: the edge, which has proved who they are. */
public interface DeskRoutes {
  /** Answers a member of staff. */
  interface ForStaff {
    Future<DeskReply> answer(DeskCall call, Caller.Staff staff);
  }

  /** Answers anybody. */
  interface ForAnybody {
    Future<DeskReply> answer(DeskCall call);
  }

  /** Answers the phone of a member. */
  interface ForMember {
    Future<DeskReply> answer(DeskCall call, Caller.Member member);
  }

  /** Answers anybody, who may be a member that shows it. */
  interface ForMemberOrAnybody {
    Future<DeskReply> answer(DeskCall call, Caller.@Nullable Member member);
  }

  /** Answers a terminal. */
  interface ForTerminal {
    Future<DeskReply> answer(DeskCall call, TerminalId terminal);
  }

  /**
   * A route for staff.
   *
   * @param path with parameters as {@code :name}
   * @param roles one of them is needed, or the caller hears 403
   */
  void staff(HttpMethod method, String path, Set<Caller.Role> roles, ForStaff answer);

  /**
   * A route for staff whose answer takes longer than others.
   *
   * @param deadlineMs the time it has, milliseconds
   */
  void staff(
      HttpMethod method, String path, Set<Caller.Role> roles, int deadlineMs, ForStaff answer);

  /** A route for terminals. */
  void terminal(HttpMethod method, String path, ForTerminal answer);

  /** The routes by which people sign in who sit before the pages. */
  void sessions(Sessions sessions);

  /** A route for the phones of members. */
  void member(HttpMethod method, String path, ForMember answer);

  /**
   * A route for the phones of members where the desk itself looks whether the phone has its card
   * still, in the transaction that does the work: many come at once, and each look costs.
   */
  void claim(HttpMethod method, String path, ForMember answer);

  /** A route for anybody, where a member's token counts if one is shown. */
  void memberOrAnybody(HttpMethod method, String path, ForMemberOrAnybody answer);

  /** A route for anybody, so many requests for each address. */
  void anybody(HttpMethod method, String path, ForAnybody answer);
}
