package cn.unionecard.gateway.complaint;

import static cn.unionecard.gateway.complaint.ComplaintState.ACCEPTED;
import static cn.unionecard.gateway.complaint.ComplaintState.ANSWERED;
import static cn.unionecard.gateway.complaint.ComplaintState.ANSWERING;
import static cn.unionecard.gateway.complaint.ComplaintState.CLOSED;
import static cn.unionecard.gateway.complaint.ComplaintState.ESCALATED;
import static cn.unionecard.gateway.complaint.ComplaintState.NONE;
import static cn.unionecard.gateway.complaint.ComplaintState.OPENED;
import static cn.unionecard.gateway.complaint.ComplaintState.SATISFIED;
import static cn.unionecard.gateway.complaint.ComplaintState.UNSATISFIED;
import static cn.unionecard.gateway.complaint.ComplaintState.WITHDRAWN;

import cn.unionecard.gateway.model.Caller.Role;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What moves a complaint, as a table: from which states, to which (null: it stays), which clock
 * runs then, which role of an account takes it (null: none), whether the opener may.
 */
enum ComplaintStep {
  OPEN(EnumSet.of(NONE), OPENED, Clock.ACCEPT, null, false),
  ACCEPT(EnumSet.of(OPENED, ESCALATED), ACCEPTED, Clock.ANSWER, Role.CLERK, false),
  /** Puts it to the merchant. */
  ASK(EnumSet.of(ACCEPTED), ANSWERING, Clock.KEEP, Role.CLERK, false),
  /** The merchant says what it has to say. */
  SAY(EnumSet.of(ANSWERING), null, Clock.KEEP, Role.MERCHANT, false),
  ANSWER(EnumSet.of(ANSWERING), ANSWERED, Clock.CONFIRM, Role.CLERK, false),
  SATISFY(EnumSet.of(ANSWERED), SATISFIED, Clock.CONFIRM, null, true),
  DISSATISFY(EnumSet.of(ANSWERED), UNSATISFIED, Clock.ESCALATE, null, true),
  ESCALATE(
      EnumSet.of(OPENED, ACCEPTED, ANSWERING, UNSATISFIED, ESCALATED),
      ESCALATED,
      Clock.ACCEPT,
      Role.SUPERVISOR,
      false),
  TRANSFER(EnumSet.of(OPENED, ACCEPTED, ESCALATED), null, Clock.KEEP, Role.CLERK, false),
  EXTEND(EnumSet.of(ACCEPTED, ANSWERING), null, Clock.EXTEND, Role.SUPERVISOR, false),
  CHASE(
      EnumSet.of(OPENED, ACCEPTED, ANSWERING, UNSATISFIED, ESCALATED),
      null,
      Clock.KEEP,
      Role.SUPERVISOR,
      true),
  /** Its time is over and nobody stands above. */
  OVERDUE(
      EnumSet.of(OPENED, ACCEPTED, ANSWERING, UNSATISFIED, ESCALATED),
      null,
      Clock.STOP,
      null,
      false),
  /** A ticket that stands for it was answered. */
  RELAY(
      EnumSet.of(OPENED, ACCEPTED, ANSWERING, ANSWERED, SATISFIED, UNSATISFIED, ESCALATED, CLOSED),
      null,
      Clock.KEEP,
      null,
      false),
  /** A calendar came, and the deadline was made anew with it. */
  RECKON(
      EnumSet.of(OPENED, ACCEPTED, ANSWERING, ANSWERED, SATISFIED, UNSATISFIED, ESCALATED),
      null,
      Clock.KEEP,
      null,
      false),
  WITHDRAW(
      EnumSet.of(OPENED, ACCEPTED, ANSWERING, ANSWERED, UNSATISFIED, ESCALATED),
      WITHDRAWN,
      Clock.STOP,
      null,
      true),
  CLOSE(EnumSet.of(ANSWERED, SATISFIED, UNSATISFIED), CLOSED, Clock.STOP, Role.SUPERVISOR, false);

  /** What becomes of the deadline. */
  enum Clock {
    KEEP,
    STOP,
    ACCEPT,
    ANSWER,
    EXTEND,
    CONFIRM,
    ESCALATE;

    boolean isLimit() {
      return this != KEEP && this != STOP;
    }
  }

  final Set<ComplaintState> from;
  private final @Nullable ComplaintState to;
  final Clock clock;
  final @Nullable Role role;
  final boolean openers;

  ComplaintStep(
      Set<ComplaintState> from,
      @Nullable ComplaintState to,
      Clock clock,
      @Nullable Role role,
      boolean openers) {
    this.from = from;
    this.to = to;
    this.clock = clock;
    this.role = role;
    this.openers = openers;
  }

  /** The state it leads to, or null if it cannot be taken from there. */
  @Nullable ComplaintState from(ComplaintState state) {
    if (!from.contains(state)) {
      return null;
    }
    return to == null ? state : to;
  }
}
