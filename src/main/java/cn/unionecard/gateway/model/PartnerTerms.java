package cn.unionecard.gateway.model;

import java.util.Set;

/**
 * What a partner's program may do, as its token says. Whatever changes of it ends the token.
 *
 * @param trial whether nothing that it does counts
 * @param requestsPerMinute on each node
 */
public record PartnerTerms(boolean trial, Set<Scope> scopes, int requestsPerMinute) {
  /** What a program can be let do. */
  public enum Scope {
    /** Sends what customers say of purchases that were made through it. */
    REVIEWS,
    /** Reads the feed of its union. */
    EVENTS,
    /** Verifies and redeems, as terminals that are placed with it. */
    REDEEM
  }

  public PartnerTerms {
    scopes = Set.copyOf(scopes);
  }

  /** Whether that counts. */
  public boolean allows(Scope scope) {
    return !trial && scopes.contains(scope);
  }
}
