package cn.unionecard.workbench.demo;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
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

  /** The members that the city counted in 2023, each with an active card. */
  static final int MEMBERS = 145_000;

  City {
    orgs = List.copyOf(orgs);
    merchants = List.copyOf(merchants);
    terminals = List.copyOf(terminals);
    campaigns = List.copyOf(campaigns);
  }

  /**
   * @param members how many members with an active card, 1 to 1,000,000
   * @param today the day from which the windows of the campaigns are counted
   */
  static City generate(long seed, int members, LocalDate today) {
    if (members < 1 || members > 1_000_000) {
      throw new IllegalArgumentException(members + " members; 1 to 1,000,000 are possible");
    }
    // One source per part: a change in one part leaves the others as they are.
    SplittableRandom seeds = new SplittableRandom(seed);
    List<Org> orgs = UnionTree.grow(seeds.split());
    List<Merchant> merchants = Market.merchants(seeds.split());
    List<Terminal> terminals = Market.terminals(merchants, seeds.split());
    People people = new People(seeds.nextLong(), members, orgs);
    return new City(orgs, merchants, terminals, Campaigns.around(today), people);
  }

  /**
   * The terminals that a newcomer is given certificates for: some at live merchants, and two at
   * suspended ones to see them refused.
   */
  List<Terminal> shownTerminals() {
    Stream<Terminal> live = terminals.stream().limit(Market.SHOWN_TERMINALS);
    Stream<Terminal> refused =
        terminals.stream()
            .filter(terminal -> !terminal.suspended())
            .filter(terminal -> merchantOf(terminal).status() == Merchant.Status.SUSPENDED)
            .limit(Market.SHOWN_REFUSED_TERMINALS);
    return Stream.concat(live, refused).toList();
  }

  private Merchant merchantOf(Terminal terminal) {
    return merchants.get(terminal.merchant() - 1);
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
