package cn.unionecard.gateway.union;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.desk.Sessions;
import cn.unionecard.gateway.model.Caller;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Signs people in as {@link SignIn} does, and looks up who they are. */
final class StaffSessions implements Sessions {
  private static final String NAMES =
      """
      select s.name, o.name as org_name, s.second_factor_at is not null as second_factor, m.merchant_no, m.name as merchant_name
      from staff s join org o on o.id = s.org left join merchant m on m.id = s.merchant
      where s.id = $1
      """;

  /** What has ended by itself is forgotten with it. */
  private static final String END =
      """
      with over as (delete from session_ended where until < $3)
      insert into session_ended (id, until) values ($1, $2) on conflict (id) do nothing
      """;

  /** Those of before have ended by themselves. */
  private static final String BEGIN =
      """
      with over as (delete from staff_session where began_at < $7)
      insert into staff_session (id, staff, epoch, began_at, used_at, origin, browser, system)
      values ($1, $2, $8, $3, $3, $4, $5, $6)
      """;

  private static final String GONE = "delete from staff_session where id = $1";

  private final Office office;
  private final SignIn signIn;

  StaffSessions(Office office, SignIn signIn) {
    this.office = office;
    this.signIn = signIn;
  }

  @Override
  public Future<Entered> enter(String origin, Proof proof) {
    return signIn.enter(origin, proof);
  }

  @Override
  public Future<Person> person(Caller.Staff caller) {
    return office.serve(
        caller, tx -> tx.first(NAMES, tx.actor().id()).map(row -> person(tx, caller.epoch(), row)));
  }

  @Override
  public Future<Void> begin(Caller.Staff caller, String session, Seat seat, Duration longest) {
    return office.serve(
        caller,
        tx ->
            tx.ask(
                    BEGIN,
                    session,
                    tx.actor().id(),
                    tx.at(),
                    seat.origin(),
                    seat.browser().name(),
                    seat.system().name(),
                    tx.at().minus(longest),
                    caller.epoch())
                .mapEmpty());
  }

  @Override
  public Future<Void> end(Caller.Staff caller, String session, Duration lasts) {
    return office.serve(
        caller,
        tx ->
            tx.ask(END, session, tx.at().plus(lasts), tx.at())
                .compose(ended -> tx.ask(GONE, session))
                .compose(
                    ended ->
                        tx.note(
                            "staff.signed-out",
                            tx.actor().login(),
                            List.of(tx.actor().org()),
                            new JsonObject())));
  }

  private static Person person(DeskTransaction tx, long epoch, @Nullable Row row) {
    Row names = Objects.requireNonNull(row);
    return new Person(
        tx.actor().login(),
        names.getString("name"),
        tx.actor().orgCode(),
        names.getString("org_name"),
        tx.actor().roles(),
        epoch,
        names.getBoolean("second_factor"),
        Person.merchant(names.getString("merchant_no"), names.getString("merchant_name")));
  }
}
