package cn.unionecard.gateway.voucher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A round that phones may claim, as it was read a moment ago. Whatever it says at once never
 * changes any more, or is said by the clock; the rest the database decides.
 *
 * @param opensMs first moment, ms since 1970
 * @param closesMs first moment after the last, ms since 1970
 * @param places how many persons it has something for
 * @param winners by card what its holder was given, once nothing more is given; null before
 */
record ClaimRound(
    int id,
    boolean isLottery,
    boolean isStopped,
    boolean isGone,
    long opensMs,
    long closesMs,
    int places,
    @Nullable Map<Long, Long[]> winners) {

  /** What came of a claim; the name is what the database says, but for {@link #GRANTED}. */
  enum Outcome {
    GRANTED,
    SOLD_OUT,
    NOT_OPEN,
    CLOSED,
    STOPPED,
    NOT_FOR_MEMBER,
    HAS_ENOUGH,
    OVER_CAP,
    TICKET,
    WON,
    LOST
  }

  /** Whether nothing more is given, whoever asks. */
  boolean isOver(long nowMs) {
    return isStopped || isGone || nowMs >= closesMs;
  }

  /** Whether it opens later. */
  boolean isEarly(long nowMs) {
    return !isStopped && nowMs < opensMs;
  }

  /** The answer that needs nobody to be asked; null: there is none. */
  @Nullable JsonObject atOnce(long card, long nowMs) {
    if (isEarly(nowMs)) {
      return answer(Outcome.NOT_OPEN, null).put("waitMs", opensMs - nowMs);
    }
    Map<Long, Long[]> closed = winners;
    if (isLottery || closed == null) {
      return null;
    }
    Long[] given = closed.get(card);
    if (given != null) {
      return answer(Outcome.GRANTED, given);
    }
    return answer(isGone ? Outcome.SOLD_OUT : isStopped ? Outcome.STOPPED : Outcome.CLOSED, null);
  }

  /**
   * An answer.
   *
   * @param ids what he was given, or the number of his ticket
   */
  JsonObject answer(Outcome outcome, Long @Nullable [] ids) {
    JsonObject answer = new JsonObject().put("round", id).put("outcome", outcome.name());
    switch (outcome) {
      case GRANTED -> {
        JsonArray vouchers = new JsonArray();
        for (Long one : ids == null ? new Long[0] : ids) {
          vouchers.add(Long.toString(one));
        }
        answer.put("vouchers", vouchers);
      }
      case TICKET, WON, LOST -> {
        if (ids != null && ids.length > 0 && ids[0] != null) {
          answer.put("ticket", ids[0]);
        }
      }
      case NOT_OPEN -> answer.put("opensAt", GrantBook.time(opensMs));
      case SOLD_OUT, CLOSED, STOPPED, NOT_FOR_MEMBER, HAS_ENOUGH, OVER_CAP -> {}
    }
    return answer;
  }
}
