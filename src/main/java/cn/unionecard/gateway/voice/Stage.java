package cn.unionecard.gateway.voice;

/** How far supervision goes, in this order. */
enum Stage {
  NONE,
  WARN,
  RECTIFY,
  SUSPEND
}
