package cn.unionecard.gateway.merchant;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.model.DeskRefusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a step is decided by, read under the merchant's lock.
 *
 * @param grounds of the veto that stand
 * @param conflict what the actor last declared about his interest, or null if nothing
 * @param prepared whether the actor took a step before the approval
 * @param suspended whether the actor suspended the merchant last
 * @param missing what the dossier lacks
 */
record Standing(
    State state,
    List<String> grounds,
    @Nullable Boolean conflict,
    boolean prepared,
    boolean suspended,
    List<String> missing) {
  Standing {
    grounds = List.copyOf(grounds);
    missing = List.copyOf(missing);
  }

  /** Why the step cannot be taken, or null; the first that applies. */
  DeskReply.@Nullable Refused refusal(Step step) {
    if (step.from(state) == null) {
      return refused(DeskRefusal.STATE_DOES_NOT_ALLOW, step + " cannot be taken from " + state);
    }
    if (step.needs(Step.Need.NO_VETO) && !grounds.isEmpty()) {
      return refused(DeskRefusal.VETOED, String.join(", ", grounds));
    }
    if (Boolean.TRUE.equals(conflict)) {
      return refused(DeskRefusal.CONFLICT_OF_INTEREST);
    }
    if ((step.needs(Step.Need.OTHER_THAN_PREPARED) && prepared)
        || (step.needs(Step.Need.OTHER_THAN_SUSPENDED) && suspended)) {
      return refused(DeskRefusal.SAME_PERSON);
    }
    if (step.needs(Step.Need.DECLARATION) && conflict == null) {
      return refused(DeskRefusal.CONFLICT_NOT_DECLARED);
    }
    if (step.needs(Step.Need.DOSSIER) && !missing.isEmpty()) {
      return refused(DeskRefusal.EVIDENCE_MISSING, "missing: " + String.join(", ", missing));
    }
    return null;
  }

  private static DeskReply.Refused refused(DeskRefusal refusal) {
    return refused(refusal, refusal.english);
  }

  private static DeskReply.Refused refused(DeskRefusal refusal, String detail) {
    return new DeskReply.Refused(refusal, detail);
  }
}
