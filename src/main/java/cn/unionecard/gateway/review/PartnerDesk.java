package cn.unionecard.gateway.review;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.PartnerTerms;
import cn.unionecard.gateway.runtime.config.Config;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The route of platforms that sell for merchants. One instance for each event loop. */
final class PartnerDesk implements Desk {
  private static final Pattern REFERENCE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final String[] FIELDS =
      Stream.concat(Stream.of("reference", "transaction", "receiptDigest"), Rating.FIELDS.stream())
          .toArray(String[]::new);

  private final PartnerBook book;
  private final Config.Review limits;

  PartnerDesk(Office office, ReviewBook reviews, Config.Review limits) {
    this.book = new PartnerBook(office, reviews);
    this.limits = limits;
  }

  @Override
  public void open(DeskRoutes routes) {
    routes.staff(HttpMethod.POST, "/v1/partner-reviews", Set.of(Role.PARTNER), this::post);
  }

  private Future<DeskReply> post(DeskCall call, Caller.Staff caller) {
    PartnerTerms terms = caller.terms();
    if (terms != null && !terms.scopes().contains(PartnerTerms.Scope.REVIEWS)) {
      throw new Fault.Forbidden("its terms do not let this program send reviews");
    }
    List<PartnerBook.Sent> sent = new ArrayList<>();
    for (Map<String, Object> one :
        call.fields("reviews").objects("reviews", limits.partnerReviewsMax())) {
      sent.add(sent(one, sent.size()));
    }
    return book.take(caller, sent);
  }

  /**
   * Without a reference there is nothing to answer by; what else is wrong spoils that one alone.
   */
  private PartnerBook.Sent sent(Map<String, Object> one, int at) {
    if (!(one.get("reference") instanceof String reference)
        || !REFERENCE.matcher(reference).matches()) {
      throw new Fault.Malformed(
          "reviews[" + at + "].reference", "reference does not match " + REFERENCE);
    }
    DeskCall entry = new DeskCall(Map.of(), Map.of(), one, List.of(), "");
    try {
      Fields fields = entry.fields(FIELDS);
      return new PartnerBook.Review(
          reference,
          ReviewDesk.transaction(fields),
          fields.digest("receiptDigest"),
          Rating.of(entry, fields, limits.textCharactersMax()));
    } catch (Fault.Malformed e) {
      return new PartnerBook.Unreadable(reference, e);
    }
  }
}
