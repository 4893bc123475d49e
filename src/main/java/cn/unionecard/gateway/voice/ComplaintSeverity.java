package cn.unionecard.gateway.voice;

/** How hard a complaint is; weighs 1, 3 and 10. */
enum ComplaintSeverity {
  GENERAL,
  DIFFICULT,
  COMPLEX
}
