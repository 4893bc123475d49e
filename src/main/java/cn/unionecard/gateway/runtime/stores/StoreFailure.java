package cn.unionecard.gateway.runtime.stores;

import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.sqlclient.DatabaseException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What it means that a statement failed: the one table of PostgreSQL's SQLSTATEs, and the one place
 * that puts such a failure into words. Only states and types are looked at, never a message: those
 * come in the server's language.
 */
public enum StoreFailure {
  /** Rolled back because of somebody else's work: it may be done again at once. */
  CONFLICT,
  /** Rolled back by a time limit or a shortage: nothing happened, later it may well succeed. */
  OVERLOADED,
  /** There was no connection to begin with: nothing happened. */
  UNREACHABLE,
  /** This server takes no writes now, perhaps another one does: nothing happened. */
  UNWRITABLE,
  /** What the session had prepared is out of date: nothing happened, a new session may do it. */
  OUTDATED,
  /** The connection went while something was under way: it may have happened. */
  LOST,
  /** The statement itself is wrong, or this is no failure of the store at all. */
  BUG;

  /** Where single states differ from their class. Appendix A of PostgreSQL's manual. */
  private static final Map<String, StoreFailure> STATES =
      Map.ofEntries(
          Map.entry("23505", CONFLICT), // unique: somebody was quicker
          Map.entry("23P01", CONFLICT), // exclusion
          Map.entry("40003", LOST), // statement completion unknown
          Map.entry("53100", UNWRITABLE), // disk full
          Map.entry("25006", UNWRITABLE), // read-only transaction: a standby, or told to be so
          Map.entry("25P03", LOST), // idle in transaction, ended with its session
          Map.entry("25P04", LOST), // transaction timeout, the same
          Map.entry("42501", UNWRITABLE), // the role may not (any more)
          Map.entry("42P05", OUTDATED), // prepared twice
          Map.entry("42804", OUTDATED), // a column's type is not that of what was prepared
          Map.entry("42846", OUTDATED),
          Map.entry("42883", OUTDATED),
          Map.entry("55P02", BUG), // a parameter that cannot be changed
          Map.entry("55000", BUG),
          Map.entry("57014", OVERLOADED), // cancelled, mostly by the statement's time limit
          Map.entry("57P03", UNWRITABLE), // starting up, shutting down, recovering
          Map.entry("57P04", UNWRITABLE), // database dropped
          Map.entry("XX001", BUG), // data or index corrupted: one row, for ever
          Map.entry("XX002", BUG));

  /** The rest of a class; classes that are missing here say that the statement is wrong. */
  private static final Map<String, StoreFailure> CLASSES =
      Map.ofEntries(
          Map.entry("08", LOST), // connection
          Map.entry("0A", OUTDATED), // "cached plan must not change result type"
          Map.entry("24", OUTDATED), // cursors, transactions, prepared statements that are not so
          Map.entry("25", OUTDATED),
          Map.entry("26", OUTDATED),
          Map.entry("28", UNREACHABLE), // login
          Map.entry("34", OUTDATED),
          Map.entry("3B", OUTDATED),
          Map.entry("3D", UNREACHABLE), // no such database
          Map.entry("40", CONFLICT), // serialization, deadlock
          Map.entry("53", OVERLOADED), // memory, connections
          Map.entry("55", OVERLOADED), // locks
          Map.entry("57", LOST), // ended by an operator or a crash
          Map.entry("58", UNWRITABLE), // input and output
          Map.entry("72", CONFLICT), // snapshot too old
          Map.entry("F0", UNWRITABLE), // configuration
          Map.entry("XX", OUTDATED)); // such as a relation that is gone from under a plan

  /** The store failed before anything could be done, or what was done is undone. */
  public static final class NothingDone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Throwable why;

    /**
     * @param why there is no connection, or no longer
     */
    public NothingDone(Throwable why) {
      super(why.toString(), why, false, false);
      this.why = why;
    }
  }

  /** What a failure means. */
  public static StoreFailure of(Throwable failure) {
    if (failure instanceof NothingDone nothing) {
      StoreFailure why = of(nothing.why);
      return why == LOST || why == BUG ? UNREACHABLE : why;
    }
    if (failure instanceof DatabaseException e) {
      return ofState(e.getSqlState());
    }
    if (failure instanceof ConnectionPoolTooBusyException) {
      return OVERLOADED;
    }
    return failure instanceof VertxException
            || failure instanceof IOException
            || failure instanceof TimeoutException
        ? LOST
        : BUG;
  }

  /**
   * What an SQLSTATE means.
   *
   * @param state five characters; null: the server named none
   */
  public static StoreFailure ofState(@Nullable String state) {
    if (state == null || state.length() != 5) {
      return LOST;
    }
    StoreFailure exact = STATES.get(state);
    return exact != null ? exact : CLASSES.getOrDefault(state.substring(0, 2), BUG);
  }

  /** Of what was undone, or never begun: a lost connection leaves nothing open. */
  public static Throwable nothingDone(Throwable failure) {
    return failure instanceof Fault || of(failure) != LOST ? failure : new NothingDone(failure);
  }

  // ---- words

  /** Of what writes: a lost connection leaves open whether it was done. */
  public static <T> Future<T> told(Future<T> answer) {
    return answer.recover(failure -> Future.failedFuture(told(failure)));
  }

  /** Of what only reads, or comes before anything is done: nothing happened in any case. */
  public static <T> Future<T> toldOfReading(Future<T> answer) {
    return answer.recover(
        failure ->
            Future.failedFuture(
                of(failure) == LOST && !(failure instanceof Fault)
                    ? new Fault.Busy("the database does not answer, nothing happened; ask again")
                    : told(failure)));
  }

  /** The fault that a failure of the store is; anything else as it is. */
  public static Throwable told(Throwable failure) {
    if (failure instanceof Fault) {
      return failure;
    }
    return switch (of(failure)) {
      case CONFLICT, OVERLOADED ->
          new Fault.Busy("the database is busy, nothing happened; ask again");
      case UNREACHABLE ->
          new Fault.Busy("the database cannot be reached, nothing happened; ask again");
      case UNWRITABLE ->
          new Fault.Busy("the database takes no writes now, nothing happened; ask again");
      case LOST -> new Fault.Unknown("the database does not answer; look whether it was done");
      case OUTDATED, BUG -> failure;
    };
  }
}
