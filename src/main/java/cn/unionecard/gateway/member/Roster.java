package cn.unionecard.gateway.member;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.member.MemberEntry.Outcome;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.privacy.BlindIndex;
import cn.unionecard.gateway.privacy.MemberVault;
import cn.unionecard.gateway.privacy.PersonalText;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Members that somebody else keeps the list of: entered, corrected and parted with one by one, in
 * the caller's transaction. Belongs to one event loop, as its vault does.
 */
public final class Roster {
  private static final String PART =
      """
      with who as materialized (
        select m.id, m.org from member_found($1) as f (id)
        join member m on m.id = f.id join org o on o.id = m.org
        where $2 = any (o.path) and m.left_at is null and m.forgotten_at is null),
      parted as (
        update member set left_at = $3 where id in (select id from who) returning id),
      ended as (
        update card set status = 'CANCELLED', device_key = null
        where member in (select id from who) and status <> 'CANCELLED' returning serial),
      codes as (
        delete from card_enrolment where used_at is null and card in (
          select serial from card where member in (select id from who)))
      select w.org, (select count(*) from parted) as people, (select count(*) from ended) as cards
      from who w
      """;

  /**
   * What became of somebody.
   *
   * @param field what stands in the way; null: nothing
   * @param reason Chinese first; holds nothing of what was given
   */
  public record Taken(@Nullable String field, @Nullable String reason) {
    static final Taken WELL = new Taken(null, null);

    public boolean isBad() {
      return field != null;
    }
  }

  /** Somebody as the list has him; what he has not is empty. Says nothing when it is printed. */
  public record Entry(
      String identity, String name, String category, String org, String cardNo, String phone) {
    @Override
    public String toString() {
      return "Entry[***]";
    }
  }

  /**
   * Marks of one text.
   *
   * @param all under each key that is taken, the newest first
   * @param place of the newest key
   */
  public record Mark(List<Buffer> all, int place) {}

  private final MemberVault vault;

  Roster(MemberVault vault) {
    this.vault = vault;
  }

  /**
   * Marks of a text that only this gateway can make, for finding and comparing: under each key of
   * the vault that is taken.
   */
  public Mark mark(String text) {
    BlindIndex index = vault.indexes(text);
    return new Mark(index.all(), index.newestPlace());
  }

  /** Enters somebody, or corrects what is there of him under the caller's union. */
  public Future<Taken> enter(DeskTransaction tx, Entry entry) {
    Person person;
    try {
      person =
          Person.of(
              entry.identity(),
              entry.name(),
              entry.category(),
              entry.org(),
              entry.cardNo(),
              entry.phone());
    } catch (Fault.Malformed e) {
      return Future.succeededFuture(new Taken(e.field, e.getMessage()));
    }
    MemberEntry entering = MemberEntry.ofOne(vault, tx, person, true);
    return entering
        .judge()
        .compose(judged -> entering.write())
        .compose(
            written -> {
              Outcome outcome = entering.outcome(0);
              return switch (outcome) {
                case UNCHANGED -> Future.succeededFuture(Taken.WELL);
                case CREATED -> noted(tx, "member.added", entering.card(0));
                case CHANGED -> noted(tx, "member.corrected", entering.card(0));
                case NO_SUCH_ORG, IDENTITY_TAKEN, NAMED_TWICE, CARD_TAKEN ->
                    Future.succeededFuture(new Taken(outcome.column, outcome.reason));
              };
            });
  }

  private static Future<Taken> noted(DeskTransaction tx, String action, Card card) {
    JsonObject detail =
        new JsonObject().put("org", card.org()).put("category", card.category().name());
    return tx.note(action, card.no().digits(), List.of(card.orgId()), detail)
        .map(noted -> Taken.WELL);
  }

  /** Parts with somebody, whose cards end with it; whoever is not there has left already. */
  public Future<Taken> part(DeskTransaction tx, String identity) {
    String number;
    try {
      number = PersonalText.identity(identity);
    } catch (Fault.Malformed e) {
      return Future.succeededFuture(new Taken(e.field, e.getMessage()));
    }
    return tx.first(PART, vault.indexes(number).array(), tx.actor().org(), tx.at())
        .compose(
            row ->
                row == null
                    ? Future.succeededFuture(Taken.WELL)
                    : tx.note(
                            "member.left",
                            "org " + row.getInteger("org"),
                            List.of(row.getInteger("org")),
                            new JsonObject().put("cards", row.getLong("cards")))
                        .map(noted -> Taken.WELL));
  }
}
