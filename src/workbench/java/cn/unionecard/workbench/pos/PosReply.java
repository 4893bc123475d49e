package cn.unionecard.workbench.pos;

import cn.unionecard.gateway.edge.iso8583.codec.Field54Amounts;
import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import org.jspecify.annotations.Nullable;

/** A reply as the terminal reads it. */
public record PosReply(FrameHead head, IsoMessage message) {
  /** Field 39 of what was done. */
  public static final String APPROVED = "00";

  /** Nothing happened; send it again later. */
  public static final String BUSY = "91";

  /** Nobody knows; send it again or reverse it. */
  public static final String UNKNOWN = "96";

  /** Still at work on the first; send it again. */
  public static final String IN_FLIGHT = "09";

  /** Field 39. */
  public String code() {
    return message.text(39);
  }

  public boolean approved() {
    return code().equals(APPROVED);
  }

  /** Whether it is no answer to what was asked: the same request must be sent again. */
  public boolean undecided() {
    return switch (code()) {
      case BUSY, UNKNOWN, IN_FLIGHT -> true;
      default -> false;
    };
  }

  /** Whether the gateway asks the terminal to sign on again. */
  public boolean wantsSignOn() {
    return head.processingRequirement() == FrameHead.SIGN_ON;
  }

  /** Field 37, the transaction's id; null if nothing was recorded. */
  public @Nullable String id() {
    return message.has(37) ? message.text(37) : null;
  }

  /** Field 54; null if the reply has none. */
  public @Nullable Field54Amounts amounts() {
    return message.has(54) ? Field54Amounts.read(message) : null;
  }

  /** The receipt's short code, eight hex digits; null if nothing was recorded. */
  public @Nullable String shortCode() {
    return message.has(59) ? Field59Tags.read(message).get(Field59Tags.RECEIPT) : null;
  }

  /** What the slip or the display says; may be empty. */
  public String text() {
    try {
      return message.has(63) ? Field63Slip.read(message).text() : "";
    } catch (FormatError unreadable) {
      return "";
    }
  }
}
