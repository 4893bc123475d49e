package cn.unionecard.gateway.merchant;

/** Where a merchant stands; NONE before it is recommended. LIVE and RECTIFYING may sell. */
enum State {
  NONE,
  RECOMMENDED,
  NEGOTIATING,
  SIGNED,
  APPLIED,
  DUE_DILIGENCE,
  APPROVED,
  LIVE,
  RECTIFYING,
  SUSPENDED,
  TERMINATED
}
