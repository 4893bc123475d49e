package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.model.TerminalId;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bouncycastle.crypto.digests.SM3Digest;

/**
 * The demo city: the same seed, size and day make the same city, to the last name.
 *
 * @param people the members and cards, generated while one walks over them
 */
record City(
    List<Org> orgs,
    List<Merchant> merchants,
    List<Terminal> terminals,
    List<Campaign> campaigns,
    People people) {

  /** The seed of the demo. */
  static final long SEED = 410800;

  City {
    orgs = List.copyOf(orgs);
    merchants = List.copyOf(merchants);
    terminals = List.copyOf(terminals);
    campaigns = List.copyOf(campaigns);
  }

  /**
   * @param today the day from which the windows of the campaigns are counted
   * @throws IllegalArgumentException if it cannot be of that size
   */
  static City generate(long seed, Size size, LocalDate today) {
    size.requirePossible();
    // One source per part: a change in one part leaves the others as they are.
    SplittableRandom seeds = new SplittableRandom(seed);
    List<Org> orgs = UnionTree.grow(seeds.split());
    List<Merchant> merchants = Market.merchants(size.merchants(), seeds.split());
    List<Terminal> terminals = Market.terminals(size.terminals(), merchants, seeds.split());
    People people = new People(seeds.nextLong(), size.members(), orgs);
    return new City(orgs, merchants, terminals, Campaigns.around(today), people);
  }

  /**
   * The terminals that a newcomer is given certificates for: some at live merchants, and some that
   * are refused, for each reason.
   */
  List<Terminal> shownTerminals() {
    return Stream.concat(terminals.stream().limit(Market.SHOWN_TERMINALS), refused()).toList();
  }

  /**
   * Those of them that have master keys, too: the first, that nobody but the newcomer uses; one for
   * the demo's own shift; and those that are refused.
   */
  List<TerminalId> posTerminals() {
    return Stream.concat(terminals.stream().limit(Market.DESK_TERMINALS + 1L), refused())
        .map(Terminal::number)
        .toList();
  }

  /** Two at suspended merchants, one each at others that may not sell, one suspended itself. */
  private Stream<Terminal> refused() {
    return Stream.of(
            at(Merchant.Status.SUSPENDED, false).limit(2),
            at(Merchant.Status.APPLIED, false).limit(1),
            at(Merchant.Status.TERMINATED, false).limit(1),
            at(Merchant.Status.LIVE, true).limit(1))
        .flatMap(some -> some)
        .sorted(Comparator.comparingInt(Terminal::id));
  }

  private Stream<Terminal> at(Merchant.Status status, boolean suspended) {
    return terminals.stream()
        .filter(terminal -> terminal.suspended() == suspended)
        .filter(terminal -> merchants.get(terminal.merchant() - 1).status() == status);
  }

  /** The SM3 hash of everything in the city, 64 hex digits. */
  String digest() {
    SM3Digest sm3 = new SM3Digest();
    orgs.forEach(org -> update(sm3, org.toString()));
    merchants.forEach(merchant -> update(sm3, merchant.toString()));
    terminals.forEach(terminal -> update(sm3, terminal.toString()));
    campaigns.forEach(campaign -> update(sm3, campaign.toString()));
    people.forEach(
        (member, cards) -> {
          update(sm3, member.id() + member.name() + member.identity());
          update(sm3, member.org() + member.category().name() + cards);
        });
    byte[] hash = new byte[sm3.getDigestSize()];
    sm3.doFinal(hash, 0);
    return HexFormat.of().formatHex(hash);
  }

  private static void update(SM3Digest sm3, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sm3.update(bytes, 0, bytes.length);
    sm3.update((byte) '\n');
  }
}
