package cn.unionecard.gateway.rules;

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
 * @param batch the terminal's batch it is recorded in
 * @param card the card found, or null
 * @param code the code that pays, or null
 * @param effect what it does
 * @param orderFen the order, fen, not negative; 0 when nothing happened to it
 * @param memberPaysFen what of it is the member's, fen, not negative
 * @param allocations who pays the rest, signed as the effect
 * @param uses what is used up
 * @param named the transaction that it completes or undoes, or null
 * @param deal what that belongs to, or null
 * @param trace what became of each benefit weighed, see {@link Choice#trace}; may be empty
 */
public record Entry(
    long id,
    Request request,
    KeyRef key,
    byte[] fingerprint,
    @Nullable Refusal refusal,
    int merchant,
    int batch,
    @Nullable Card card,
    @Nullable CodeUse code,
    Effect effect,
    long orderFen,
    long memberPaysFen,
    List<Allocation> allocations,
    List<Use> uses,
    @Nullable Original named,
    @Nullable Deal deal,
    String trace)
    implements Decision {

  /**
   * One campaign used by one member for one order.
   *
   * @param lots what of it the member had been given and pays with; empty where nothing is given
   */
  public record Use(Campaign campaign, long member, long fen, List<Lot> lots) {
    public Use {
      lots = List.copyOf(lots);
    }

    public Use(Campaign campaign, long member, long fen) {
      this(campaign, member, fen, List.of());
    }
  }

  /** What one voucher, lot or pass pays, fen. */
  public record Lot(long entitlement, long fen) {}

  public Entry {
    allocations = List.copyOf(allocations);
    uses = List.copyOf(uses);
  }

  /** A refused one: its order is asked for, nothing happens to it. */
  static Entry refused(
      Facts facts,
      Terminal terminal,
      Request request,
      byte[] fingerprint,
      KeyRef key,
      Refusal refusal,
      @Nullable Card card,
      String trace) {
    return new Entry(
        facts.nextId(),
        request,
        key,
        fingerprint,
        refusal,
        terminal.merchant(),
        terminal.batch(),
        card,
        null,
        Effect.NONE,
        request.order().value(),
        request.order().value(),
        List.of(),
        List.of(),
        null,
        null,
        trace);
  }

  /** The discount, fen, not negative. */
  public long discountFen() {
    return orderFen - memberPaysFen;
  }

  Answered asAnswer() {
    return new Answered(id, request.type(), fingerprint);
  }

  Original asOriginal() {
    return new Original(
        id,
        request.type(),
        effect,
        key.terminal(),
        batch,
        merchant,
        orderFen,
        memberPaysFen,
        deal == null ? id : deal.terms.id(),
        effect.allocates ? allocations : List.of());
  }

  /** What begins with it. */
  Deal asDeal() {
    return new Deal(
        new Deal.Terms(
            id,
            request.type(),
            merchant,
            card == null ? null : card.serial(),
            card == null ? null : card.member(),
            orderFen,
            memberPaysFen),
        allocations);
  }
}
