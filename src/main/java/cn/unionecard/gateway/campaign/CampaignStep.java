package cn.unionecard.gateway.campaign;

import static cn.unionecard.gateway.campaign.CampaignState.APPROVED;
import static cn.unionecard.gateway.campaign.CampaignState.DRAFT;
import static cn.unionecard.gateway.campaign.CampaignState.ENDED;
import static cn.unionecard.gateway.campaign.CampaignState.PAUSED;
import static cn.unionecard.gateway.campaign.CampaignState.RUNNING;
import static cn.unionecard.gateway.campaign.CampaignState.SUBMITTED;

import cn.unionecard.gateway.model.Caller.Role;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What moves a campaign, as a table: from which states, to which, who, what the audit calls it. */
public enum CampaignStep {
  /** Handed in for approval. */
  SUBMIT(EnumSet.of(DRAFT), SUBMITTED, EnumSet.of(Role.CLERK), "campaign.submitted"),
  /** Taken back before anybody has approved it. */
  WITHDRAW(EnumSet.of(SUBMITTED), DRAFT, EnumSet.of(Role.CLERK), "campaign.withdrawn"),
  APPROVE(EnumSet.of(SUBMITTED), APPROVED, EnumSet.of(Role.APPROVER), "campaign.approved"),
  /** Back to who prepared it. */
  RETURN(EnumSet.of(SUBMITTED, APPROVED), DRAFT, EnumSet.of(Role.APPROVER), "campaign.returned"),
  RUN(EnumSet.of(APPROVED), RUNNING, EnumSet.of(Role.APPROVER), "campaign.run"),
  PAUSE(EnumSet.of(RUNNING), PAUSED, EnumSet.of(Role.APPROVER, Role.SUPERVISOR), "campaign.paused"),
  RESUME(EnumSet.of(PAUSED), RUNNING, EnumSet.of(Role.APPROVER), "campaign.resumed"),
  END(
      EnumSet.of(DRAFT, SUBMITTED, APPROVED, RUNNING, PAUSED),
      ENDED,
      EnumSet.of(Role.APPROVER, Role.SUPERVISOR),
      "campaign.ended");

  final Set<CampaignState> from;
  final CampaignState to;
  final Set<Role> roles;
  final String action;

  CampaignStep(Set<CampaignState> from, CampaignState to, Set<Role> roles, String action) {
    this.from = from;
    this.to = to;
    this.roles = roles;
    this.action = action;
  }

  /** What can be done with a campaign that stands so. */
  static List<CampaignStep> possibleIn(CampaignState state) {
    return Arrays.stream(values()).filter(step -> step.from.contains(state)).toList();
  }
}
