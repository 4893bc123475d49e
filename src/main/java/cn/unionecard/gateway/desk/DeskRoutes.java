package cn.unionecard.gateway.desk;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.Set;

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

  /** A route for anybody, so many requests for each address. */
  void anybody(HttpMethod method, String path, ForAnybody answer);
}
