package cn.unionecard.gateway.feed;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber gets of the feed.
 *
 * @param org id of the organisation in whose subtree the authorising or the signing one must lie
 * @param merchant id of the only merchant, or null for all
 * @param kinds the only kinds, or empty for all
 */
public record FeedFilter(int org, @Nullable Integer merchant, Set<String> kinds) {
  public FeedFilter {
    kinds = Set.copyOf(kinds);
  }
}
