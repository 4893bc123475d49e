package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.pgclient.PgException;

/** A lane's way to the ledger: connections of its own, one after the other. */
public interface LaneLedger {

  /** What the block needs of the definitions is not known: learn it and fly again. */
  final class DefinitionsChanged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DefinitionsChanged() {
      super("definitions changed", null, false, false);
    }
  }

  /** How a commit ended that did not succeed. */
  enum Failure {
    /** Rolled back because of another lane's work: the same block may fly again. */
    CONFLICT,
    /** Rolled back by a time limit or a shortage of the database: nothing happened. */
    OVERLOADED,
    /** What the session prepared is out of date, nothing happened: fly again on a new one. */
    OUTDATED,
    /** This server takes no writes: nothing happened, a new connection may find one that does. */
    UNWRITABLE,
    /** The connection is gone: whether it landed must be asked. */
    LOST,
    /** Another connection holds the chain. */
    FENCED,
    /** What the block needs of the definitions is not known: learn it and fly again. */
    DEFINITIONS_CHANGED,
    /** A constraint or statement that should hold does not: a bug. */
    BUG
  }

  /**
   * A connection that is not open yet.
   *
   * @param onLoss told once if it is lost after it was open, though nothing was asked of it
   */
  LaneConnection connect(Runnable onLoss);

  /** What a failed prefetch or commit means. */
  static Failure failure(Throwable cause) {
    if (cause instanceof DefinitionsChanged) {
      return Failure.DEFINITIONS_CHANGED;
    }
    if (cause instanceof Prefetch.Overtaken) {
      return Failure.CONFLICT;
    }
    if (cause instanceof PgException e && FlightSql.FENCED.equals(e.getSqlState())) {
      return Failure.FENCED;
    }
    return switch (StoreFailure.of(cause)) {
      case CONFLICT -> Failure.CONFLICT;
      case OVERLOADED -> Failure.OVERLOADED;
      case OUTDATED -> Failure.OUTDATED;
      case UNWRITABLE -> Failure.UNWRITABLE;
      case UNREACHABLE, LOST -> Failure.LOST;
      case BUG -> Failure.BUG;
    };
  }
}
