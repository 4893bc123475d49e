package cn.unionecard.gateway.twin;

import cn.unionecard.gateway.model.TransactionId;
import java.util.HashMap;
import java.util.Map;

/** The transactions a street's tills were told of by one gateway, as their slips show them. */
final class Ids {
  private static final String NOBODYS = new TransactionId(1).toString();

  private final Map<String, String> byName = new HashMap<>();

  /** The id of what answered that request, or one that nobody has. */
  String of(Ask ask) {
    return byName.getOrDefault(ask.name(), NOBODYS);
  }

  boolean knows(Ask ask) {
    return byName.containsKey(ask.name());
  }

  /** The first one stays: a repeat must tell the same. */
  void told(Ask ask, Seen seen) {
    if (seen.id() != null) {
      byName.putIfAbsent(ask.name(), seen.id());
    }
  }
}
