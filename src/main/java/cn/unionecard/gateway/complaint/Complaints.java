package cn.unionecard.gateway.complaint;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.config.Config;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Complaints and tickets of one node: what its event loops share. */
public final class Complaints {
  private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);
  private static final long CALENDAR_LOOK_MS = 86_400_000;

  private final Vertx vertx;
  private final Pool desks;
  private final Pool voices;
  private final Config.Desk limits;
  private final Clock clock;
  private final SecureRandom random;

  /**
   * @param desks for the work of staff
   * @param voices for what anybody sends
   */
  public Complaints(
      Vertx vertx, Pool desks, Pool voices, Config.Desk limits, Clock clock, SecureRandom random) {
    this.vertx = vertx;
    this.desks = desks;
    this.voices = voices;
    this.limits = limits;
    this.clock = clock;
    this.random = random;
  }

  /** The routes for one event loop. */
  public List<Desk> desks() {
    Office office = new Office(desks, clock);
    return List.of(
        new ComplaintDesk(office, random),
        new OpenersDesk(voices, clock, random),
        new TicketDesk(office, random),
        new CalendarDesk(office));
  }

  /** A year that deadlines reach has no calendar yet. */
  public static final class CalendarMissing extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public CalendarMissing() {
      super("a calendar is missing");
    }
  }

  /** Years that deadlines reach and whose calendar nobody has entered. */
  public Future<List<Integer>> missingCalendars() {
    return CalendarBook.missing(desks, LocalDate.ofInstant(clock.instant(), Clocks.CHINA));
  }

  private void tellMissing() {
    missingCalendars()
        .onSuccess(
            years -> {
              if (!years.isEmpty()) {
                LOG.warn("the working days of {} are not entered: POST /v1/working-days", years);
              }
            })
        .onFailure(failure -> LOG.warn("the calendars cannot be looked at", failure));
  }

  /** Looks for complaints whose time is over. */
  public ComplaintSweep sweep() {
    return new ComplaintSweep(desks, clock);
  }

  /** Sweeps again and again until Vert.x ends. */
  public void start() {
    long looks = vertx.setPeriodic(0, CALENDAR_LOOK_MS, timer -> tellMissing());
    ComplaintSweep sweep = sweep();
    long unused =
        vertx.setPeriodic(limits.complaintSweepMs(), timer -> sweep.run().onSuccess(due -> {}));
  }
}
