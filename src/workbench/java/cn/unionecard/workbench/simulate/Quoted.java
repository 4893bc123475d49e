package cn.unionecard.workbench.simulate;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The answer to a verification, as far as it can be checked by adding up. */
record Quoted(boolean eligible, long orderFen, long memberPaysFen, long discountFen) {

  /** Null if it is no such answer. */
  static @Nullable Quoted read(Buffer answer) {
    try {
      JsonObject quote = answer.toJsonObject();
      return new Quoted(
          "ELIGIBLE".equals(quote.getString("outcome")),
          quote.getLong("orderFen", -1L),
          quote.getLong("memberPaysFen", -1L),
          quote.getLong("discountFen", -1L));
    } catch (DecodeException | ClassCastException e) {
      return null;
    }
  }

  boolean addsUp(long askedFen) {
    return orderFen == askedFen
        && memberPaysFen >= 0
        && discountFen >= 0
        && memberPaysFen + discountFen == askedFen;
  }
}
