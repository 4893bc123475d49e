package cn.unionecard.gateway.privacy;

/** What of a member lies encrypted. The order is bound into cipher texts: new ones come last. */
public enum Column {
  NAME,
  IDENTITY,
  PHONE,
  /** What he says to a request. */
  WORDS
}
