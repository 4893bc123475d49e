package cn.unionecard.gateway.rules;

import java.util.Map;
import java.util.Set;

/**
 * What Redis remembers of codes: hints that slow guessing and keep a verified code for its till.
 * All of it may vanish and no fen moves.
 *
 * @param wrongByAlias wrong one-time passwords seen lately, by alias
 * @param claims terminal that verified a code last, by code
 * @param wrongMax wrong ones that lock an alias
 * @param slowed terminals that have shown so many wrong ones that a new one must wait
 */
public record CodeHints(
    Map<String, Integer> wrongByAlias,
    Map<CodeUse, String> claims,
    int wrongMax,
    Set<String> slowed) {
  /** Nothing is remembered. */
  public static final CodeHints UNKNOWN = new CodeHints(Map.of(), Map.of(), 1, Set.of());

  boolean locked(String alias) {
    return wrongByAlias.getOrDefault(alias, 0) >= wrongMax;
  }

  boolean claimedByAnother(CodeUse code, String terminal) {
    String claimant = claims.get(code);
    return claimant != null && !claimant.equals(terminal);
  }
}
