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
import cn.unionecard.gateway.desk.StatutoryHolidays;
import cn.unionecard.gateway.desk.WorkingDays;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The routes of working days and of the limits of complaints. One for each event loop. */
final class CalendarDesk implements Desk {
  private static final Set<Role> READERS = Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR);
  private static final Set<Role> KEEPERS = Set.of(APPROVER);
  private static final int DAYS_MAX = 100;
  private static final Pattern KIND =
      Pattern.compile("\\*|QUALITY|SERVICE|AFTER_SALES|MONEY|LABOUR|PRIVACY|CORRUPTION");
  private static final Pattern SEVERITY = Pattern.compile("\\*|GENERAL|DIFFICULT|COMPLEX");
  private static final Pattern CLOCK = Pattern.compile("ACCEPT|ANSWER|EXTEND|CONFIRM|ESCALATE");

  private final Office office;

  CalendarDesk(Office office) {
    this.office = office;
  }

  @Override
  public void open(DeskRoutes routes) {
    routes.staff(HttpMethod.GET, "/v1/working-days", READERS, this::read);
    routes.staff(HttpMethod.POST, "/v1/working-days", KEEPERS, this::enter);
    routes.staff(HttpMethod.GET, "/v1/complaint-limits", READERS, this::limits);
    routes.staff(HttpMethod.POST, "/v1/complaint-limits", KEEPERS, this::setLimit);
  }

  private Future<DeskReply> read(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    return office.serve(caller, CalendarBook::read);
  }

  private Future<DeskReply> enter(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("year", "source", "holidays", "workdays");
    int year = fields.integer("year", StatutoryHolidays.LAST_YEAR);
    if (year < 2026) {
      throw new Fault.Malformed("year", "year is before 2026");
    }
    CalendarBook.Year entered =
        new CalendarBook.Year(
            year,
            fields.text("source", 200),
            days(fields, "holidays"),
            call.body().containsKey("workdays") ? days(fields, "workdays") : List.of());
    return office.serve(caller, tx -> CalendarBook.enter(tx, entered));
  }

  private static List<LocalDate> days(Fields fields, String name) {
    List<LocalDate> days = new ArrayList<>();
    for (String text : fields.texts(name, DAYS_MAX)) {
      try {
        days.add(LocalDate.parse(text));
      } catch (DateTimeParseException e) {
        throw new Fault.Malformed(name, name + " holds no date like 2026-11-24");
      }
    }
    return days;
  }

  private Future<DeskReply> limits(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    return office.serve(caller, CalendarBook::limits);
  }

  private Future<DeskReply> setLimit(DeskCall call, Caller.Staff caller) {
    Fields fields =
        call.fields("kind", "severity", "clock", "amount", "unit", "source", "validFrom");
    int amount = fields.integer("amount", 400);
    if (amount == 0) {
      throw new Fault.Malformed("amount", "amount is not 1 to 400");
    }
    CalendarBook.Limit limit =
        new CalendarBook.Limit(
            fields.matching("kind", KIND),
            fields.matching("severity", SEVERITY),
            fields.matching("clock", CLOCK),
            amount,
            fields.oneOf("unit", WorkingDays.Unit.class),
            fields.text("source", 200),
            fields.optionalDate("validFrom"));
    return office.serve(caller, tx -> CalendarBook.setLimit(tx, limit));
  }
}
