package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.RatingKeys;
import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.Refusal;
import io.vertx.core.Future;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a member said with the till's rating keys (评价器): which purchase, four digits. */
final class MemberRating {
  private static final String PATH = "F59." + Field59Tags.RATING;
  private static final int DIGITS = 4;

  private final RatingKeys keys;

  MemberRating(RatingKeys keys) {
    this.keys = keys;
  }

  /**
   * Answers a rating.
   *
   * @throws FormatError when the purchase or one of the digits is missing or cannot be
   */
  Future<Response> answer(IsoRequest asked) {
    Field59Tags tags = Field59Tags.read(asked.message());
    RatingKeys.Figures figures = figures(tags.get(Field59Tags.RATING));
    OriginalRef purchase = RequestReader.original(asked, tags);
    return keys.rate(asked.terminal(), purchase, figures)
        .map(reply -> answer(figures, reply))
        .recover(
            failure ->
                failure instanceof Fault.NotFound
                    ? Future.succeededFuture(Response.refused(Refusal.ORIGINAL_NOT_FOUND))
                    : Future.failedFuture(failure));
  }

  /** Stars, 品控, 服务, 售后: a digit each. */
  static RatingKeys.Figures figures(@Nullable String digits) {
    if (digits == null) {
      throw new FormatError(PATH, Reason.ABSENT, 0, 1);
    }
    if (digits.length() != DIGITS) {
      throw new FormatError(PATH, Reason.LENGTH_WRONG, digits.length(), DIGITS, "digits");
    }
    return new RatingKeys.Figures(
        figure(digits, 0), figure(digits, 1), figure(digits, 2), figure(digits, 3));
  }

  private static int figure(String digits, int at) {
    int figure = digits.charAt(at) - '0';
    if (figure < 0 || figure > 9) {
      throw new FormatError(PATH, Reason.NOT_DECIMAL, digits.charAt(at), at + 1L);
    }
    if (figure < 1 || figure > RatingKeys.BEST) {
      throw new FormatError(PATH, Reason.OUT_OF_RANGE, figure, RatingKeys.BEST);
    }
    return figure;
  }

  static Response answer(RatingKeys.Figures figures, DeskReply reply) {
    if (reply instanceof DeskReply.Refused refused) {
      DeskRefusal refusal = refused.refusal();
      return new Response(code(refusal), FrameHead.NOTHING, refusal.chinese, fields -> {});
    }
    long review = ((DeskReply.Said) reply).document().getLong("review");
    String slip =
        String.format(
            Locale.ROOT,
            "已评价%d星 品控%d 服务%d 售后%d\n评价号%d，凭回执可修改一次",
            figures.stars(),
            figures.quality(),
            figures.service(),
            figures.afterSales(),
            review);
    return new Response("00", FrameHead.NOTHING, slip, fields -> {});
  }

  /** Field 39 of what a desk does not do. */
  static String code(DeskRefusal refusal) {
    return switch (refusal) {
      case REVIEW_RIGHT_EXPIRED -> "54";
      case REVIEW_RIGHT_LOST -> "57";
      default -> "12";
    };
  }
}
