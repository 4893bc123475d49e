package cn.unionecard.gateway.model;

/**
 * Why there is no answer. A small closed family without stack traces: faults are expected, and are
 * mapped by the edges to HTTP statuses and DE 39. Never stored, never a decision.
 */
public abstract sealed class Fault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private Fault(String message) {
    super(message, null, false, false);
  }

  /** Nothing happened; safe to send again. HTTP 503 with Retry-After, DE 39 91. */
  public static final class Busy extends Fault {
    private static final long serialVersionUID = 1L;

    public Busy(String message) {
      super(message);
    }
  }

  /** It may have happened: repeat the same key, or reverse. HTTP 504, DE 39 96. */
  public static final class Unknown extends Fault {
    private static final long serialVersionUID = 1L;

    public Unknown(String message) {
      super(message);
    }
  }

  /** The same key is still being worked on. HTTP 409 with Retry-After, DE 39 09. */
  public static final class InFlight extends Fault {
    private static final long serialVersionUID = 1L;

    public InFlight(String message) {
      super(message);
    }
  }

  /** The bytes are no request. HTTP 400 (or 413, 415), DE 39 30. */
  public static final class Malformed extends Fault {
    private static final long serialVersionUID = 1L;

    /** The path of the field at fault, such as {@code orderFen}; empty when it is the whole. */
    public final String field;

    public Malformed(String field, String message) {
      super(message);
      this.field = field;
    }
  }

  /** Who is calling is not proved. HTTP 401. */
  public static final class Unauthenticated extends Fault {
    private static final long serialVersionUID = 1L;

    public Unauthenticated(String message) {
      super(message);
    }

    /** A token that was given out for an account as it no longer is. */
    public static Unauthenticated accountChanged() {
      return new Unauthenticated("the account has changed or ended since; sign in again");
    }

    /** A token that was given to a phone which has the card no longer. */
    public static Unauthenticated phoneEnded() {
      return new Unauthenticated(
          "this phone has the card no longer; a card token's refusal tells why");
    }
  }

  /** Who is calling may not do this. HTTP 403. */
  public static final class Forbidden extends Fault {
    private static final long serialVersionUID = 1L;

    public Forbidden(String message) {
      super(message);
    }
  }

  /** A browser sent it for a page that is not ours. HTTP 403. */
  public static final class Foreign extends Fault {
    private static final long serialVersionUID = 1L;

    public Foreign(String message) {
      super(message);
    }
  }

  /** There is no such thing, or none the caller may know of. HTTP 404. */
  public static final class NotFound extends Fault {
    private static final long serialVersionUID = 1L;

    public NotFound(String message) {
      super(message);
    }
  }

  /** More requests than the limit allows. HTTP 429 with Retry-After. */
  public static final class TooMany extends Fault {
    private static final long serialVersionUID = 1L;

    /** When to try again, in seconds, at least 1. */
    public final int retryAfterSeconds;

    public TooMany(String message, int retryAfterSeconds) {
      super(message);
      this.retryAfterSeconds = retryAfterSeconds;
    }
  }
}
