package cn.unionecard.gateway.supervision;

/** How hard a complaint is; weighs 1, 3 and 10. */
public enum ComplaintSeverity {
  GENERAL,
  DIFFICULT,
  COMPLEX
}
