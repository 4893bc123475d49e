package cn.unionecard.gateway.member;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.member.MemberEntry.Outcome;
import cn.unionecard.gateway.member.MemberSheet.Bad;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.privacy.BlindIndex;
import cn.unionecard.gateway.privacy.MemberVault;
import cn.unionecard.gateway.privacy.Reads;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes members in, one or a sheet of them, and says what came of it. */
final class MemberBook {
  private static final String CARDS =
      """
      select c.serial, m.org as org_id, o.code as org, m.category, c.holder_mask, c.status, c.epoch
      from member_found($2) as f (id)
      join member m on m.id = f.id join org o on o.id = m.org join card c on c.member = m.id
      where $1 = any (o.path)
      order by c.serial
      """;

  private final MemberVault vault;
  private final VaultWork ofMany;
  private final Reads reads;

  /**
   * @param vault of this event loop
   * @param ofMany for sheets
   */
  MemberBook(MemberVault vault, VaultWork ofMany, Reads reads) {
    this.vault = vault;
    this.ofMany = ofMany;
    this.reads = reads;
  }

  /** One member; the same again is answered with what is there. */
  Future<DeskReply> add(DeskTransaction tx, Person person) {
    MemberEntry entry = MemberEntry.ofOne(vault, tx, person, false);
    return entry
        .judge()
        .compose(judged -> entry.write())
        .compose(
            written ->
                switch (entry.outcome(0)) {
                  case CREATED -> added(tx, entry.card(0));
                  case UNCHANGED, CHANGED ->
                      Future.succeededFuture(DeskReply.ok(entry.card(0).json()));
                  case NO_SUCH_ORG -> throw new Fault.NotFound(DeskTransaction.NO_ORG);
                  // who is told that has learned who is a member elsewhere, as by a search
                  case IDENTITY_TAKEN ->
                      reads.through(
                          tx,
                          new Reads.Look(Reads.What.SEARCH, null, 1, null),
                          () -> refuse(tx, person, entry.outcome(0)));
                  case NAMED_TWICE, CARD_TAKEN -> refuse(tx, person, entry.outcome(0));
                });
  }

  /**
   * The cards of whoever has this resident number, if he is a member under the caller's union. The
   * audit has a line of each search, for it tells who is a member; the number is not in it.
   */
  Future<DeskReply> search(DeskTransaction tx, String identity) {
    return tx.ask(CARDS, tx.actor().org(), vault.indexes(identity).array())
        .compose(
            rows -> {
              JsonArray cards = new JsonArray();
              rows.forEach(row -> cards.add(Card.of(row).json()));
              JsonObject detail = new JsonObject().put("cards", cards.size());
              int people = cards.isEmpty() ? 0 : 1;
              return reads.through(
                  tx,
                  new Reads.Look(Reads.What.SEARCH, null, people, null),
                  () ->
                      tx.note(
                              "cards.searched",
                              tx.actor().orgCode(),
                              List.of(tx.actor().org()),
                              detail)
                          .map(noted -> DeskReply.ok(new JsonObject().put("cards", cards))));
            });
  }

  private static Future<DeskReply> added(DeskTransaction tx, Card card) {
    JsonObject detail =
        new JsonObject().put("org", card.org()).put("category", card.category().name());
    return tx.note("member.added", card.no().digits(), List.of(card.orgId()), detail)
        .map(noted -> DeskReply.made(card.json(), card.path()));
  }

  private static Future<DeskReply> refuse(DeskTransaction tx, Person person, Outcome outcome) {
    DeskReply.Refused refused =
        new DeskReply.Refused(DeskRefusal.ALREADY_TAKEN, outcome.column + ": " + outcome.reason);
    return tx.noteRefused("member.added", person.org(), List.of(tx.actor().org()), refused)
        .map(noted -> refused);
  }

  /**
   * A sheet that was read.
   *
   * @param indexes of its good rows
   */
  record Sheet(MemberSheet rows, List<BlindIndex> indexes) {
    List<Person> people() {
      return rows.good().stream().map(MemberSheet.Line::person).toList();
    }
  }

  /**
   * Reads a sheet.
   *
   * @return fails with {@link Fault.Malformed} as {@link MemberSheet#read}
   */
  Future<Sheet> read(String csv) {
    return ofMany.with(
        vault -> {
          MemberSheet rows = MemberSheet.read(csv);
          return new Sheet(
              rows,
              rows.good().stream().map(line -> vault.indexes(line.person().identity())).toList());
        });
  }

  /**
   * A sheet: what is good is entered, whatever else is in it.
   *
   * @param dryRun nothing is entered; the audit has a line of it all the same, for it tells who is
   *     a member
   * @param part where it stands in a whole list, by which those that are there are corrected; null:
   *     it is no part of one
   */
  Future<DeskReply> take(
      DeskTransaction tx, Sheet sheet, boolean dryRun, MemberLists.@Nullable Part part) {
    Future<JsonObject> taken =
        part == null
            ? take(
                tx,
                sheet.rows,
                dryRun,
                new MemberEntry(ofMany, tx, sheet.people(), sheet.indexes, false, null))
            : takePart(tx, sheet, dryRun, part);
    return taken.compose(answer -> known(tx, answer, () -> noted(tx, answer, dryRun)));
  }

  private Future<JsonObject> takePart(
      DeskTransaction tx, Sheet sheet, boolean dryRun, MemberLists.Part part) {
    return MemberLists.lock(tx, part, dryRun)
        .compose(
            list ->
                MemberLists.named(tx, part, sheet.indexes)
                    .compose(
                        named -> {
                          MemberEntry entry =
                              new MemberEntry(
                                  ofMany, tx, sheet.people(), sheet.indexes, true, named);
                          return take(tx, sheet.rows, dryRun, entry)
                              .compose(
                                  answer ->
                                      MemberLists.mark(
                                              tx, part, list, named, entry.members(), answer)
                                          .map(answer));
                        }));
  }

  /** Whoever is told that somebody is another union's has learned of him. */
  private Future<DeskReply> known(
      DeskTransaction tx, JsonObject answer, Supplier<Future<DeskReply>> told) {
    int people = 0;
    for (Object bad : answer.getJsonArray("bad")) {
      people +=
          ((JsonObject) bad).getString("reason").equals(Outcome.IDENTITY_TAKEN.reason) ? 1 : 0;
    }
    return people == 0
        ? told.get()
        : reads.through(tx, new Reads.Look(Reads.What.IMPORT, null, people, null), told);
  }

  private static Future<DeskReply> noted(DeskTransaction tx, JsonObject answer, boolean dryRun) {
    JsonObject detail =
        answer.copy().put("bad", answer.getJsonArray("bad").size()).put("dryRun", dryRun);
    return tx.note("members.imported", tx.actor().orgCode(), List.of(tx.actor().org()), detail)
        .map(done -> DeskReply.ok(answer));
  }

  private static Future<JsonObject> take(
      DeskTransaction tx, MemberSheet sheet, boolean dryRun, MemberEntry entry) {
    return entry
        .judge()
        .compose(judged -> dryRun ? Future.succeededFuture() : entry.write())
        .compose(written -> dryRun ? Future.succeededFuture() : noteAdded(tx, entry))
        .map(noted -> answer(sheet, entry));
  }

  private static JsonObject answer(MemberSheet sheet, MemberEntry entry) {
    List<Bad> bad = new ArrayList<>(sheet.bad());
    int created = 0;
    int changed = 0;
    int unchanged = 0;
    for (int i = 0; i < sheet.good().size(); i++) {
      Outcome outcome = entry.outcome(i);
      switch (outcome) {
        case CREATED -> created++;
        case CHANGED -> changed++;
        case UNCHANGED -> unchanged++;
        case NO_SUCH_ORG, IDENTITY_TAKEN, NAMED_TWICE, CARD_TAKEN ->
            bad.add(new Bad(sheet.good().get(i).row(), outcome.column, entry.reason(i)));
      }
    }
    bad.sort(Comparator.comparingInt(Bad::row));
    return new JsonObject()
        .put("created", created)
        .put("changed", changed)
        .put("unchanged", unchanged)
        .put("bad", new JsonArray(bad.stream().map(Bad::json).toList()));
  }

  /** A line for each union, which no other union reads. */
  private static Future<Void> noteAdded(DeskTransaction tx, MemberEntry entry) {
    Map<String, List<Card>> byOrg = new TreeMap<>();
    entry
        .made()
        .forEach(card -> byOrg.computeIfAbsent(card.org(), o -> new ArrayList<>()).add(card));
    Future<Void> noted = Future.succeededFuture();
    for (Map.Entry<String, List<Card>> one : byOrg.entrySet()) {
      JsonObject cards = new JsonObject();
      one.getValue().forEach(card -> cards.put(card.no().digits(), card.category().name()));
      List<Integer> org = List.of(one.getValue().get(0).orgId());
      noted =
          noted.compose(
              before ->
                  tx.note(
                      "members.added", one.getKey(), org, new JsonObject().put("cards", cards)));
    }
    return noted;
  }
}
