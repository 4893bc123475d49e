package cn.unionecard.gateway.model;

/**
 * How something is sold: told by who sells it, for a terminal sells in one scene for as long as it
 * has its number.
 */
public enum Scene {
  /** At a counter, by a till that reads the member's code; the ordinary one. */
  OFFLINE_POS,
  /** By a merchant's printed code, which the member reads; whoever stands behind it sells. */
  QR_STATIC,
  /** In a mall, which sells by the same contract as a till and under the same rules. */
  ONLINE_MALL;

  /** Whether it is the one of which nothing is said where nothing is said. */
  public boolean isOrdinary() {
    return this == OFFLINE_POS;
  }

  /** As people say it. */
  public String chinese() {
    return switch (this) {
      case OFFLINE_POS -> "线下收银";
      case QR_STATIC -> "静态码";
      case ONLINE_MALL -> "网上商城";
    };
  }

  /** The same. */
  public String english() {
    return switch (this) {
      case OFFLINE_POS -> "at a till";
      case QR_STATIC -> "by a printed code";
      case ONLINE_MALL -> "in the online mall";
    };
  }
}
