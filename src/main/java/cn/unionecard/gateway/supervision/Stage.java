package cn.unionecard.gateway.supervision;

/** How far supervision goes, in this order. */
public enum Stage {
  NONE,
  WARN,
  RECTIFY,
  SUSPEND
}
