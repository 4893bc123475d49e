package cn.unionecard.gateway.runtime;

import java.io.IOException;
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

  /**
   * What becomes of the failure to listen: the operator chooses addresses and ports.
   *
   * @param listener the section of the configuration that says where
   */
  public static Throwable listening(String listener, String host, int port, Throwable failure) {
    return failure instanceof IOException
        ? new CannotStart(
            listener + ": cannot listen on " + host + ":" + port + ": " + failure.getMessage(),
            failure)
        : failure;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
