package cn.unionecard.gateway.runtime;

import org.jspecify.annotations.Nullable;

/**
 * What keeps the gateway from starting, in words for the operator. No stack trace: the cause lies
 * outside the program (a file, a port, a key, a schema).
 */
public final class CannotStart extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CannotStart(String message) {
    this(message, null);
  }

  public CannotStart(String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
