package cn.unionecard.gateway.campaign;

/** Where a campaign stands; the name is the stored form. Only a running one gives anything. */
enum CampaignState {
  /** May be rewritten by who prepares it. */
  DRAFT,
  /** Handed in: its terms stand still, and wait for another person. */
  SUBMITTED,
  /** Approved by another person; its terms are fixed from here on. */
  APPROVED,
  RUNNING,
  PAUSED,
  /** For ever. */
  ENDED
}
