package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.model.ResidentNumber;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The members and their cards, generated one after another and never held together; a second walk
 * meets the same people.
 */
final class People {
  /** Members who have a second card that is not active. */
  static final int EXTRA_CARDS_MAX = 480;

  private static final LocalDate FIRST_BIRTHDAY = LocalDate.of(1966, 1, 1);
  private static final int BIRTHDAYS = 40 * 365;
  private static final int SEQUENCE_FIRST = 900;
  private static final int SEQUENCES = 100;

  /** Odd and no multiple of 5, so that multiplication by it permutes the ten-digit numbers. */
  private static final long SERIAL_STEP = 6_180_339_887L;

  private static final long SERIAL_START = 2_718_281_828L;
  private static final long SERIALS = 10_000_000_000L;

  private static final List<Area> BIRTHPLACES =
      Arrays.stream(Area.values()).filter(area -> area.addressCode() == area.code).toList();

  private static final List<String> BIRTHDAY_TEXTS =
      IntStream.range(0, BIRTHDAYS)
          .mapToObj(FIRST_BIRTHDAY::plusDays)
          .map(DateTimeFormatter.BASIC_ISO_DATE::format)
          .toList();

  private final long seed;
  private final int members;
  private final Weighted<Org> employers;

  /**
   * @param members how many, at least 1
   * @param orgs the whole union tree
   */
  People(long seed, int members, List<Org> orgs) {
    this.seed = seed;
    this.members = members;
    this.employers = new Weighted<>(orgs, People::size);
  }

  int members() {
    return members;
  }

  /** Cards of all kinds: one active per member and the extra ones. */
  int cards() {
    return members + extraCards();
  }

  /**
   * Walks over all members in the order of their ids, each with the cards: the active one first.
   */
  void forEach(BiConsumer<Member, List<Card>> visitor) {
    SplittableRandom random = new SplittableRandom(seed);
    BitSet taken = new BitSet();
    for (int id = 1; id <= members; id++) {
      Member member = member(id, random, taken);
      Card active = card(id, member, Card.Status.ACTIVE, epoch(random));
      visitor.accept(
          member, id <= extraCards() ? List.of(active, extraCard(member)) : List.of(active));
    }
  }

  /** Beside the active card every second of the first members has lost one, others wait for one. */
  private Card extraCard(Member holder) {
    Card.Status status =
        switch ((int) (holder.id() % 4)) {
          case 1 -> Card.Status.SUSPENDED;
          case 3 -> Card.Status.ISSUED;
          default -> Card.Status.LOST;
        };
    return card(members + holder.id(), holder, status, status == Card.Status.LOST ? 2 : 1);
  }

  private static Card card(long number, Member holder, Card.Status status, int epoch) {
    long serial = (SERIAL_START + number * SERIAL_STEP) % SERIALS;
    return new Card(serial, holder.id(), status, epoch, Words.masked(holder.name()));
  }

  private int extraCards() {
    return Math.min(EXTRA_CARDS_MAX, members);
  }

  private static int size(Org org) {
    return switch (org.kind()) {
      case PRIMARY -> UnionTree.isNewForm(org) ? 9 : 4 + org.id() % 7;
      case CITY_DIRECT -> 12;
      default -> 0;
    };
  }

  private Member member(int id, RandomGenerator random, BitSet taken) {
    Org org = employers.draw(random);
    String name = Words.person(random);
    return new Member(id, org.id(), category(org, random), name, identity(random, taken));
  }

  private static Member.Category category(Org org, RandomGenerator random) {
    int dice = random.nextInt(1000);
    if (dice < 25) {
      return Member.Category.HARDSHIP;
    }
    if (dice < 30) {
      return Member.Category.MODEL;
    }
    boolean newForm = dice < (UnionTree.isNewForm(org) ? 950 : 70);
    return newForm ? Member.Category.NEW_EMPLOYMENT_FORM : Member.Category.ORDINARY;
  }

  private static int epoch(RandomGenerator random) {
    int dice = random.nextInt(100);
    return dice < 90 ? 1 : dice < 98 ? 2 : 3;
  }

  private static String identity(RandomGenerator random, BitSet taken) {
    int slot;
    do {
      slot = random.nextInt(BIRTHPLACES.size() * BIRTHDAYS * SEQUENCES);
    } while (taken.get(slot));
    taken.set(slot);
    int area = BIRTHPLACES.get(slot / (BIRTHDAYS * SEQUENCES)).code;
    int sequence = SEQUENCE_FIRST + slot % SEQUENCES;
    String birthday = BIRTHDAY_TEXTS.get(slot / SEQUENCES % BIRTHDAYS);
    String payload = area + birthday + sequence;
    return payload + ResidentNumber.checkCharacter(payload);
  }
}
