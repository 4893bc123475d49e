package cn.unionecard.gateway.member;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.privacy.BlindIndex;
import cn.unionecard.gateway.privacy.Column;
import cn.unionecard.gateway.privacy.Holder;
import cn.unionecard.gateway.privacy.MemberKey;
import cn.unionecard.gateway.privacy.MemberVault;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The entering of some people within one transaction: looks which of them and which cards are
 * there, judges each, then writes the new ones. If somebody else enters the same meanwhile, a
 * unique key rolls it back, and the caller hears BUSY.
 */
final class MemberEntry {
  private static final String ORGS =
      "select code, id from org where $1 = any (path) and code = any ($2)";

  /** Of a person's cards the one in use first. */
  private static final String PEOPLE =
      """
      select k.identity_index, k.identity_index_2, m.identity_index as index_before, m.id as member,
        m.name_cipher, m.identity_cipher, m.phone_cipher, k.wrapped, m.org as org_id,
        o.code as org, o.path, m.left_at, m.category, c.serial, c.holder_mask, c.status, c.epoch
      from member_found($1) as f (id)
      join member m on m.id = f.id left join member_key k on k.member = m.id
      join org o on o.id = m.org left join card c on c.member = m.id
      order by array_position(
          array['ACTIVE', 'ISSUED', 'SUSPENDED', 'LOST', 'CANCELLED'], c.status),
        c.serial
      """;

  private static final String CARDS = "select serial from card where serial = any ($1)";

  private static final String NUMBERS =
      "select nextval('member_id') as id from generate_series(1, $1::integer)";

  private static final String ADD_MEMBERS =
      """
      insert into member (id, org, category, name_cipher, identity_cipher, phone_cipher)
      select * from unnest($1::bigint[], $2::integer[], $3::text[], $4::bytea[], $5::bytea[],
        $6::bytea[])
      """;

  /** The index is unique: who is entered by two at once has one key. */
  private static final String ADD_KEYS =
      """
      insert into member_key (member, wrapped, identity_index, identity_index_2)
      select * from unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[])
      """;

  /** Those with a number first: whoever gets a new one must see that it is taken. */
  private static final String ADD_CARDS =
      """
      insert into card (serial, member, status, epoch, holder_mask)
      select coalesce(n.serial, new_card_serial()), n.member, 'ISSUED', 1, n.mask
      from (
        select * from unnest($1::bigint[], $2::bigint[], $3::text[]) as w (serial, member, mask)
        order by w.serial nulls last) n
      returning serial, member
      """;

  /** What becomes of somebody. */
  enum Outcome {
    CREATED("", ""),
    /** Is there with the same data. */
    UNCHANGED("", ""),
    /** Is there with other data, which are corrected. */
    CHANGED("", ""),
    NO_SUCH_ORG("org", "本级工会范围内没有该组织 · no such organisation under the caller's"),
    IDENTITY_TAKEN(
        "identity",
        "该人员已登记，但资料或所属工会不同 · registered already, with other data or under another union"),
    /** Of a whole list: another row names him, too. */
    NAMED_TWICE("identity", "第%1$d行已是此人，一人只列一行 · row %1$d names the same person; name each once"),
    CARD_TAKEN("cardNo", "卡号已被占用 · the card number is taken");

    /** What stands in the way; empty if nothing does. */
    final String column;

    final String reason;

    Outcome(String column, String reason) {
      this.column = column;
      this.reason = reason;
    }
  }

  /**
   * Somebody who gets a card.
   *
   * @param known id of one who is a member and has none, or null
   */
  private record Fresh(int place, Person person, BlindIndex index, @Nullable Long known) {
    /** The number the card has already, or null. */
    @Nullable Long serial() {
      CardNo no = person.cardNo();
      return no == null ? null : no.serial();
    }
  }

  private final VaultWork keys;
  private final DeskTransaction tx;
  private final List<Person> people;
  private final List<BlindIndex> indexes;
  private final Map<Buffer, Buffer> newest = new HashMap<>();
  private final Map<String, Integer> orgs = new HashMap<>();
  private final Map<Buffer, List<Row>> there = new HashMap<>();
  private final Set<Long> takenCards = new HashSet<>();
  private final Outcome[] outcomes;
  private final @Nullable Card[] cards;
  private final @Nullable Long[] members;
  private final List<Fresh> fresh = new ArrayList<>();
  private final MemberChanges changes;
  private final boolean corrects;
  private final MemberLists.@Nullable Named named;

  /**
   * @param indexes of the people, place by place
   * @param corrects whether who is there with other data, in the caller's subtree, is corrected
   * @param named by which rows of a whole list people were named before; null: it is no whole list
   */
  MemberEntry(
      VaultWork keys,
      DeskTransaction tx,
      List<Person> people,
      List<BlindIndex> indexes,
      boolean corrects,
      MemberLists.@Nullable Named named) {
    this.keys = keys;
    this.corrects = corrects;
    this.named = named;
    this.changes = new MemberChanges(tx);
    this.tx = tx;
    this.people = people;
    this.indexes = indexes;
    indexes.forEach(index -> index.all().forEach(each -> newest.put(each, index.newest())));
    this.outcomes = new Outcome[people.size()];
    this.cards = new Card[people.size()];
    this.members = new Long[people.size()];
  }

  /**
   * Of one alone.
   *
   * @param vault of this event loop
   */
  static MemberEntry ofOne(MemberVault vault, DeskTransaction tx, Person person, boolean corrects) {
    return new MemberEntry(
        VaultWork.here(vault),
        tx,
        List.of(person),
        List.of(vault.indexes(person.identity())),
        corrects,
        null);
  }

  /** What stands in the way of the one at that place, in words. */
  String reason(int place) {
    String reason = outcomes[place].reason;
    return outcomes[place] == Outcome.NAMED_TWICE && named != null
        ? String.format(Locale.ROOT, reason, named.otherRow(indexes.get(place), place))
        : reason;
  }

  /** Whoever of them is a member: those that were there, and after {@link #write} the new ones. */
  List<Long> members() {
    return Stream.of(members).filter(Objects::nonNull).toList();
  }

  /** What becomes of the one at that place; after {@link #judge}. */
  Outcome outcome(int place) {
    return outcomes[place];
  }

  /** The card of one who is there or was made; after {@link #write}. */
  Card card(int place) {
    return Objects.requireNonNull(cards[place]);
  }

  /** The cards that were made. */
  List<Card> made() {
    return fresh.stream().map(one -> card(one.place)).toList();
  }

  /** Looks and judges; changes nothing. */
  Future<Void> judge() {
    String[] codes = people.stream().map(Person::org).distinct().toArray(String[]::new);
    Long[] serials =
        people.stream()
            .map(Person::cardNo)
            .filter(Objects::nonNull)
            .map(CardNo::serial)
            .toArray(Long[]::new);
    return tx.ask(ORGS, tx.actor().org(), codes)
        .map(
            rows -> {
              rows.forEach(row -> orgs.put(row.getString("code"), row.getInteger("id")));
              return rows;
            })
        .compose(found -> tx.ask(PEOPLE, (Object) newest.keySet().toArray(Buffer[]::new)))
        .map(
            rows -> {
              rows.forEach(
                  row -> there.computeIfAbsent(index(row), i -> new ArrayList<>()).add(row));
              return rows;
            })
        .compose(found -> tx.ask(CARDS, (Object) serials))
        .compose(
            rows -> {
              rows.forEach(row -> takenCards.add(row.getLong("serial")));
              return keys.with(this::judgeAll);
            })
        .mapEmpty();
  }

  private Outcome[] judgeAll(MemberVault vault) {
    Map<Buffer, Person> twins = new HashMap<>();
    for (int i = 0; i < outcomes.length; i++) {
      outcomes[i] = judgeOnce(vault, i, twins);
    }
    return outcomes;
  }

  /** By which of those that are asked for somebody was found. */
  private Buffer index(Row row) {
    return Stream.of("identity_index", "identity_index_2", "index_before")
        .map(row::getBuffer)
        .filter(Objects::nonNull)
        .map(newest::get)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }

  /** Of a whole list each is judged by the first good row that names him. */
  private Outcome judgeOnce(MemberVault vault, int place, Map<Buffer, Person> twins) {
    if (named == null) {
      return judge(vault, place, twins);
    }
    BlindIndex index = indexes.get(place);
    if (named.otherRow(index, place) != 0) {
      return Outcome.NAMED_TWICE;
    }
    Outcome outcome = judge(vault, place, twins);
    if (outcome.column.isEmpty()) {
      named.take(index, place);
    }
    return outcome;
  }

  /**
   * @param twins those who are new before this one
   */
  private Outcome judge(MemberVault vault, int place, Map<Buffer, Person> twins) {
    Person person = people.get(place);
    Buffer index = indexes.get(place).newest();
    if (!orgs.containsKey(person.org())) {
      return Outcome.NO_SUCH_ORG;
    }
    Person twin = twins.get(index);
    if (twin != null) {
      return person.says(twin) ? Outcome.UNCHANGED : Outcome.IDENTITY_TAKEN;
    }
    List<Row> rows = there.getOrDefault(index, List.of());
    boolean known = !rows.isEmpty();
    if (known) {
      members[place] = rows.get(0).getLong("member");
    }
    boolean comesBack = known && rows.get(0).getOffsetDateTime("left_at") != null;
    boolean differs = known && !isSame(vault, person, rows.get(0));
    if (differs && !comesBack && !(corrects && isWithin(rows.get(0)))) {
      return Outcome.IDENTITY_TAKEN;
    }
    CardNo wanted = person.cardNo();
    if (known && !comesBack && rows.get(0).getLong("serial") != null) {
      for (Row row : rows) {
        if (wanted == null || wanted.serial() == row.getLong("serial")) {
          cards[place] = Card.of(row);
          return differs ? change(vault, place, row, twins) : Outcome.UNCHANGED;
        }
      }
      return Outcome.IDENTITY_TAKEN;
    }
    if (wanted != null && !takenCards.add(wanted.serial())) {
      return Outcome.CARD_TAKEN;
    }
    if (comesBack || differs) {
      int org = Objects.requireNonNull(orgs.get(person.org()));
      changes.add(vault, person, indexes.get(place), org, rows.get(0));
    }
    twins.put(index, person);
    fresh.add(
        new Fresh(place, person, indexes.get(place), known ? rows.get(0).getLong("member") : null));
    return Outcome.CREATED;
  }

  private Outcome change(MemberVault vault, int place, Row row, Map<Buffer, Person> twins) {
    Person person = people.get(place);
    int org = Objects.requireNonNull(orgs.get(person.org()));
    changes.add(vault, person, indexes.get(place), org, row);
    Card card = card(place);
    cards[place] =
        new Card(
            card.no(),
            org,
            person.org(),
            person.category(),
            person.mask(),
            card.status(),
            card.epoch());
    twins.put(indexes.get(place).newest(), person);
    return Outcome.CHANGED;
  }

  /** Whether somebody is of the caller's subtree. */
  private boolean isWithin(Row row) {
    return List.of(row.getArrayOfIntegers("path")).contains(tx.actor().org());
  }

  private boolean isSame(MemberVault vault, Person person, Row row) {
    Holder holder = Holder.of(row, vault);
    return holder != null
        && person.org().equals(row.getString("org"))
        && person.category().name().equals(row.getString("category"))
        && person.name().equals(holder.name())
        && (person.phone() == null || person.phone().equals(holder.phone()));
  }

  /** Writes those that are new, and what has changed of the others. */
  Future<Void> write() {
    return changes.write().compose(written -> enter());
  }

  private Future<Void> enter() {
    if (fresh.isEmpty()) {
      return Future.succeededFuture();
    }
    return tx.ask(NUMBERS, fresh.size())
        .compose(
            numbers -> {
              Long[] ids = new Long[fresh.size()];
              int n = 0;
              for (Row row : numbers) {
                Long known = fresh.get(n).known;
                members[fresh.get(n).place] = known == null ? row.getLong("id") : known;
                ids[n] = members[fresh.get(n).place];
                n++;
              }
              return keys.with(vault -> entered(vault, ids))
                  .compose(this::addMembers)
                  .compose(added -> addCards(ids));
            });
  }

  /** What is written of the new ones: of members, and of their keys. */
  private record Entered(Object[] members, Object[] keys) {}

  private Entered entered(MemberVault vault, Long[] ids) {
    int most = ids.length;
    List<Long> members = new ArrayList<>(most);
    List<Integer> unions = new ArrayList<>(most);
    List<String> categories = new ArrayList<>(most);
    List<Buffer> names = new ArrayList<>(most);
    List<Buffer> identities = new ArrayList<>(most);
    List<@Nullable Buffer> phones = new ArrayList<>(most);
    List<Buffer> wrapped = new ArrayList<>(most);
    List<@Nullable Buffer> first = new ArrayList<>(most);
    List<@Nullable Buffer> second = new ArrayList<>(most);
    for (int i = 0; i < most; i++) {
      Fresh one = fresh.get(i);
      if (one.known == null) {
        Person person = one.person;
        members.add(ids[i]);
        unions.add(Objects.requireNonNull(orgs.get(person.org())));
        categories.add(person.category().name());
        MemberKey key = vault.make(ids[i]);
        names.add(Buffer.buffer(key.encrypt(Column.NAME, person.name())));
        identities.add(Buffer.buffer(key.encrypt(Column.IDENTITY, person.identity())));
        String phone = person.phone();
        phones.add(phone == null ? null : Buffer.buffer(key.encrypt(Column.PHONE, phone)));
        wrapped.add(Buffer.buffer(key.wrapped()));
        first.add(one.index.first());
        second.add(one.index.second());
      }
    }
    Long[] numbers = members.toArray(Long[]::new);
    return new Entered(
        new Object[] {
          numbers,
          unions.toArray(Integer[]::new),
          categories.toArray(String[]::new),
          names.toArray(Buffer[]::new),
          identities.toArray(Buffer[]::new),
          phones.toArray(Buffer[]::new)
        },
        new Object[] {
          numbers,
          wrapped.toArray(Buffer[]::new),
          first.toArray(Buffer[]::new),
          second.toArray(Buffer[]::new)
        });
  }

  private Future<Void> addMembers(Entered entered) {
    return tx.ask(ADD_MEMBERS, entered.members)
        .compose(added -> tx.ask(ADD_KEYS, entered.keys))
        .mapEmpty();
  }

  private Future<Void> addCards(Long[] ids) {
    @Nullable Long[] wanted = fresh.stream().map(Fresh::serial).toArray(Long[]::new);
    String[] masks = fresh.stream().map(one -> one.person.mask()).toArray(String[]::new);
    return tx.ask(ADD_CARDS, wanted, ids, masks)
        .map(
            rows -> {
              Map<Long, Long> serials = new HashMap<>();
              rows.forEach(row -> serials.put(row.getLong("member"), row.getLong("serial")));
              for (int i = 0; i < ids.length; i++) {
                Fresh one = fresh.get(i);
                cards[one.place] = card(one.person, Objects.requireNonNull(serials.get(ids[i])));
              }
              return null;
            });
  }

  private Card card(Person person, long serial) {
    return new Card(
        new CardNo(serial),
        Objects.requireNonNull(orgs.get(person.org())),
        person.org(),
        person.category(),
        person.mask(),
        CardStatus.ISSUED,
        1);
  }
}
