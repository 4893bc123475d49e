package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.rules.CodeUse;
import java.util.LinkedHashSet;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a block's decisions will have to know: the keys, by which its rows are fetched and locked.
 * Sorted where rows are locked, so that two lanes can never wait for each other in a circle.
 */
public final class Need {
  /** A transaction key without its class; what asks without a key has none. */
  record Key(int terminal, @Nullable String requestId) {}

  final Set<Key> requests = new LinkedHashSet<>();
  final Set<Key> originals = new LinkedHashSet<>();
  final Set<Long> ids = new LinkedHashSet<>();
  final NavigableSet<Integer> counters = new TreeSet<>();
  final Set<CodeUse> oldCodes = new LinkedHashSet<>();
  final NavigableSet<Long> serials = new TreeSet<>();
  final NavigableSet<Integer> budgets = new TreeSet<>();
  final NavigableSet<Integer> granted = new TreeSet<>();
  final NavigableSet<Long> lots = new TreeSet<>();
  final NavigableSet<Integer> sites = new TreeSet<>();
  final long firstStep;
  final long lastStep;
  final long definitions;

  /**
   * @param firstStep the oldest code step that could pay now
   * @param lastStep the newest
   * @param definitions the version of the definitions that is known: what changed after it is told
   */
  public Need(long firstStep, long lastStep, long definitions) {
    this.firstStep = firstStep;
    this.lastStep = lastStep;
    this.definitions = definitions;
  }

  /** Whether any request follows an earlier one, or was made offline. */
  boolean follows() {
    return !originals.isEmpty() || !ids.isEmpty() || !counters.isEmpty();
  }

  /** A registered terminal and the key of its request. */
  public void request(int terminal, String requestId) {
    requests.add(new Key(terminal, requestId));
  }

  /** A registered terminal that asks without a key. */
  public void terminal(int terminal) {
    requests.add(new Key(terminal, null));
  }

  /** The key of a transaction that a request follows. */
  public void original(int terminal, String requestId) {
    requests.add(new Key(terminal, requestId));
    originals.add(new Key(terminal, requestId));
  }

  /** The id of a transaction that a request follows. */
  public void original(long id) {
    ids.add(id);
  }

  /** A terminal that reports an offline sale. */
  public void counter(int terminal) {
    counters.add(terminal);
  }

  /** A code of an offline sale: the card it may be of, and the step it may be of or be next to. */
  public void oldCode(long serial, long step) {
    serials.add(serial);
    oldCodes.add(new CodeUse(serial, step));
  }

  /** A card that the code may be of. */
  public void card(long serial) {
    serials.add(serial);
  }

  /** A campaign that may pay. */
  public void budget(int campaign) {
    budgets.add(campaign);
  }

  /**
   * A campaign that pays with what its members were given.
   *
   * @param site the merchant, where passes count their entries; null: it gives no passes
   */
  public void granted(int campaign, @Nullable Integer site) {
    granted.add(campaign);
    if (site != null) {
      sites.add(site);
    }
  }

  /** What has paid for something that is followed, at a merchant; 0: nothing that was given. */
  public void lot(long entitlement, int site) {
    if (entitlement != 0) {
      lots.add(entitlement);
      sites.add(site);
    }
  }

  /** Whether anything matters that members were given. */
  boolean asksEntitlements() {
    return !granted.isEmpty() || !lots.isEmpty();
  }
}
