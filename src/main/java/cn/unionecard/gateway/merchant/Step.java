package cn.unionecard.gateway.merchant;

import static cn.unionecard.gateway.merchant.State.APPLIED;
import static cn.unionecard.gateway.merchant.State.APPROVED;
import static cn.unionecard.gateway.merchant.State.DUE_DILIGENCE;
import static cn.unionecard.gateway.merchant.State.LIVE;
import static cn.unionecard.gateway.merchant.State.NEGOTIATING;
import static cn.unionecard.gateway.merchant.State.NONE;
import static cn.unionecard.gateway.merchant.State.RECOMMENDED;
import static cn.unionecard.gateway.merchant.State.RECTIFYING;
import static cn.unionecard.gateway.merchant.State.SIGNED;
import static cn.unionecard.gateway.merchant.State.SUSPENDED;
import static cn.unionecard.gateway.merchant.State.TERMINATED;

import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.UnionSide;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What moves a merchant, as a table: from which states, to which, whose matter, who, whether under
 * a document number (文号), what must be in order, and what the feed calls it.
 */
enum Step {
  RECOMMEND(EnumSet.of(NONE), RECOMMENDED, UnionSide.SIGNING, Role.CLERK, "recommended"),
  NEGOTIATE(EnumSet.of(RECOMMENDED), NEGOTIATING, UnionSide.SIGNING, Role.CLERK, "negotiating"),
  SIGN(EnumSet.of(NEGOTIATING), SIGNED, UnionSide.SIGNING, Role.CLERK, "signed", Need.DOCUMENT_NO),
  APPLY(EnumSet.of(SIGNED), APPLIED, UnionSide.SIGNING, Role.CLERK, "applied"),
  INVESTIGATE(
      EnumSet.of(APPLIED),
      DUE_DILIGENCE,
      UnionSide.SIGNING,
      Role.CLERK,
      "investigated",
      Need.DECLARATION),
  APPROVE(
      EnumSet.of(DUE_DILIGENCE),
      APPROVED,
      UnionSide.AUTHORISING,
      Role.APPROVER,
      "approved",
      Need.DOCUMENT_NO,
      Need.NO_VETO,
      Need.OTHER_THAN_PREPARED,
      Need.DECLARATION,
      Need.DOSSIER),
  REJECT(
      EnumSet.of(RECOMMENDED, NEGOTIATING, SIGNED, APPLIED, DUE_DILIGENCE),
      TERMINATED,
      UnionSide.AUTHORISING,
      Role.APPROVER,
      "rejected"),
  GO_LIVE(EnumSet.of(APPROVED), LIVE, UnionSide.SIGNING, Role.CLERK, "live", Need.NO_VETO),
  RENEW(
      EnumSet.of(LIVE),
      LIVE,
      UnionSide.AUTHORISING,
      Role.APPROVER,
      "renewed",
      Need.DOCUMENT_NO,
      Need.NO_VETO,
      Need.DECLARATION,
      Need.DOSSIER),
  ORDER_RECTIFICATION(
      EnumSet.of(LIVE), RECTIFYING, UnionSide.AUTHORISING, Role.SUPERVISOR, "rectifying"),
  CONFIRM_RECTIFIED(
      EnumSet.of(RECTIFYING),
      LIVE,
      UnionSide.AUTHORISING,
      Role.SUPERVISOR,
      "rectified",
      Need.NO_VETO),
  SUSPEND(
      EnumSet.of(LIVE, RECTIFYING), SUSPENDED, UnionSide.AUTHORISING, Role.SUPERVISOR, "suspended"),
  REINSTATE(
      EnumSet.of(SUSPENDED),
      LIVE,
      UnionSide.AUTHORISING,
      Role.APPROVER,
      "reinstated",
      Need.DOCUMENT_NO,
      Need.NO_VETO,
      Need.OTHER_THAN_SUSPENDED,
      Need.DECLARATION),
  TERMINATE(
      EnumSet.of(APPROVED, LIVE, RECTIFYING, SUSPENDED),
      TERMINATED,
      UnionSide.AUTHORISING,
      Role.APPROVER,
      "terminated",
      Need.DOCUMENT_NO);

  /** What must be in order. */
  enum Need {
    DOCUMENT_NO,
    /** The merchant falls under no ground of the veto. */
    NO_VETO,
    /** Whoever does this took no step before the approval. */
    OTHER_THAN_PREPARED,
    /** Whoever does this did not suspend. */
    OTHER_THAN_SUSPENDED,
    /** Whoever does this has declared to have no interest in the merchant. */
    DECLARATION,
    /** Valid licence and contract, a selection record, facts about the employer. */
    DOSSIER
  }

  private final Set<State> from;
  final State to;
  final UnionSide side;
  final Role role;

  /** Behind {@code merchant.} in the event's kind. */
  final String event;

  private final Set<Need> needs;

  Step(Set<State> from, State to, UnionSide side, Role role, String event, Need... needs) {
    this.from = from;
    this.to = to;
    this.side = side;
    this.role = role;
    this.event = event;
    this.needs = EnumSet.noneOf(Need.class);
    for (Need need : needs) {
      this.needs.add(need);
    }
  }

  /** The state it leads to, or null if it cannot be taken from there. */
  @Nullable State from(State state) {
    return from.contains(state) ? to : null;
  }

  boolean needs(Need need) {
    return needs.contains(need);
  }
}
