package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.Offer;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision to be recorded: one leaf of the block, approved or refused.
 *
 * @param id the transaction's id
 * @param key where the answer stands for ever
 * @param fingerprint hash of the request's business fields, 16 bytes
 * @param refusal why not, or null if approved
 * @param merchant the merchant's row
 * @param card the card found, or null
 * @param code the code that pays, or null
 * @param orderFen the order, fen; 0 when nothing happened to it
 * @param memberPaysFen what the member pays, fen
 * @param allocations who pays the rest; negative in a reversal
 * @param uses what is used up
 * @param original what a reversal takes back, or null
 * @param offers every benefit weighed
 */
public record Entry(
    long id,
    Request request,
    KeyRef key,
    byte[] fingerprint,
    @Nullable Refusal refusal,
    int merchant,
    @Nullable Card card,
    @Nullable CodeUse code,
    long orderFen,
    long memberPaysFen,
    List<Allocation> allocations,
    List<Use> uses,
    @Nullable Original original,
    List<Offer> offers)
    implements Decision {

  /** One campaign used by one member for one order. */
  public record Use(Campaign campaign, long member, long fen) {}

  public Entry {
    allocations = List.copyOf(allocations);
    uses = List.copyOf(uses);
    offers = List.copyOf(offers);
  }

  /** The discount, fen; of a reversal what it took back. */
  public long discountFen() {
    return orderFen - memberPaysFen;
  }

  /** The double entry: empty when nothing happened. */
  public List<Posting> postings() {
    if (refusal != null || orderFen == 0) {
      return List.of();
    }
    if (original != null) {
      long serial = original.card() == null ? 0 : original.card();
      return Posting.of(serial, merchant, -orderFen, -memberPaysFen, allocations);
    }
    return Posting.of(
        card == null ? 0 : card.serial(), merchant, orderFen, memberPaysFen, allocations);
  }

  Answered asAnswer() {
    return new Answered(id, request.type(), fingerprint);
  }

  Original asOriginal() {
    return new Original(
        id,
        refusal == null,
        merchant,
        card == null ? null : card.serial(),
        card == null ? null : card.member(),
        orderFen,
        memberPaysFen,
        false,
        allocations);
  }
}
