package cn.unionecard.gateway.model;

/** What a client may do after an answer that was not an approval. */
public enum Retry {
  /** The answer will not change. */
  NEVER,
  /** Send the very same request with the same key again. */
  SAME_KEY,
  /** A new attempt with a new key (a new code, another amount) can succeed. */
  NEW_KEY
}
