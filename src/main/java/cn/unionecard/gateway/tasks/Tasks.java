package cn.unionecard.gateway.tasks;

import static cn.unionecard.gateway.model.Caller.Role.APPROVER;
import static cn.unionecard.gateway.model.Caller.Role.AUDITOR;
import static cn.unionecard.gateway.model.Caller.Role.CLERK;
import static cn.unionecard.gateway.model.Caller.Role.SUPERVISOR;
import static cn.unionecard.gateway.model.Caller.Role.SYSTEM;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.Office;
import io.vertx.core.http.HttpMethod;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.Set;

/** The room of tasks of one node: one address, for any event loop. */
public final class Tasks implements Desk {
  private final Office office;

  public Tasks(Pool desks, Clock clock) {
    this.office = new Office(desks, clock);
  }

  @Override
  public void open(DeskRoutes routes) {
    routes.staff(
        HttpMethod.GET,
        "/v1/tasks",
        Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR, SYSTEM),
        (call, caller) -> {
          call.onlyQuery();
          return office.serve(caller, TaskList::read);
        });
  }
}
