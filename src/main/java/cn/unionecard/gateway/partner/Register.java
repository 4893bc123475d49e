package cn.unionecard.gateway.partner;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.PartnerTerms.Scope;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes applications, and tells what partners there are and how they came to be so. */
final class Register {
  static final int PAGE_ROWS = 100;

  private static final String LIST =
      PartnerRow.COLUMNS
          + """
          where $1 = any (o.path) and ($2::text is null or p.state = $2) and p.id < $3
          order by p.id desc limit $4
          """;

  private static final String FIND = PartnerRow.COLUMNS + " where p.no = $2 and $1 = any (o.path)";

  private static final String OWN = PartnerRow.COLUMNS + " where p.account = $1";

  private static final String ADD =
      """
      insert into partner (no, org, kind, name, purpose, contact, scopes, requests_per_minute, state,
        applied_by)
      values ($1, $2, $3, $4, $5, $6, $7, $8, 'APPLIED', $9) returning id
      """;

  private static final String KEYS =
      "select hash, since, until from partner_key where partner = $1 order by id";

  private static final String STEPS =
      """
      select s.id, s.step, s.what, s.detail, s.from_state, s.to_state, t.login, s.at, s.reason
      from partner_step s left join staff t on t.id = s.staff where s.partner = $1 order by s.id
      """;

  private static final String TERMINALS =
      """
      select t.terminal_no, t.status, m.merchant_no from partner_terminal p
      join terminal t on t.id = p.terminal join merchant m on m.id = t.merchant
      where p.partner = $1 order by t.terminal_no
      """;

  /** What it is. */
  enum Kind {
    /** 自建智慧工会平台. */
    UNION_PLATFORM,
    /** It sells for merchants. */
    SELLING_PLATFORM
  }

  /** What is applied for. */
  record Application(
      String org,
      Kind kind,
      String name,
      String purpose,
      String contact,
      Set<Scope> scopes,
      int requestsPerMinute,
      String reason) {
    Application {
      scopes = Set.copyOf(scopes);
    }
  }

  private Register() {}

  static Future<DeskReply> list(DeskTransaction tx, @Nullable String state, long before) {
    return tx.ask(LIST, tx.actor().org(), state, before, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray all = new JsonArray();
              Long last = null;
              for (Row row : rows) {
                all.add(head(row));
                last = row.getLong("id");
              }
              JsonObject said = new JsonObject().put("partners", all);
              return DeskReply.ok(
                  last == null || all.size() < PAGE_ROWS ? said : said.put("next", last));
            });
  }

  private static JsonObject head(Row row) {
    PartnerRow partner = PartnerRow.of(row);
    JsonObject head =
        new JsonObject()
            .put("partner", partner.no())
            .put("org", partner.org())
            .put("kind", row.getString("kind"))
            .put("name", row.getString("name"))
            .put("state", partner.state().name())
            .put("next", partner.next().name())
            .put("scopes", new JsonArray(List.of(row.getArrayOfStrings("scopes"))))
            .put("requestsPerMinute", partner.requestsPerMinute());
    if (partner.agreementUntil() != null) {
      head.put("agreementNo", row.getString("agreement_no"))
          .put("agreementUntil", partner.agreementUntil().toString());
    }
    if (row.getOffsetDateTime("last_token_at") != null) {
      head.put("lastTokenAt", Spelling.time(row.getOffsetDateTime("last_token_at")));
    }
    return head;
  }

  static Future<DeskReply> find(DeskTransaction tx, String no) {
    return document(tx, no).map(DeskReply::ok);
  }

  /** All of it. */
  static Future<JsonObject> document(DeskTransaction tx, String no) {
    return tx.first(FIND, tx.actor().org(), no)
        .map(found(PartnerRow.NONE))
        .compose(
            row -> {
              PartnerRow partner = PartnerRow.of(row);
              JsonObject said =
                  head(row)
                      .put("purpose", row.getString("purpose"))
                      .put("contact", row.getString("contact"))
                      .put("untried", new JsonArray(partner.untried()));
              return keys(tx, partner.id())
                  .map(keys -> said.put("keys", keys))
                  .compose(so -> steps(tx, partner, said))
                  .compose(so -> terminals(tx, partner.id()))
                  .map(terminals -> said.put("terminals", terminals));
            });
  }

  private static Future<JsonArray> keys(DeskTransaction tx, long partner) {
    return tx.ask(KEYS, partner)
        .map(
            rows -> {
              JsonArray keys = new JsonArray();
              for (Row row : rows) {
                String hash = HexFormat.of().formatHex(row.getBuffer("hash").getBytes());
                JsonObject key =
                    new JsonObject()
                        .put("fingerprint", hash)
                        .put("since", Spelling.time(row.getOffsetDateTime("since")));
                String until = Spelling.time(row.getOffsetDateTime("until"));
                keys.add(until == null ? key : key.put("until", until));
              }
              return keys;
            });
  }

  private static Future<JsonObject> steps(DeskTransaction tx, PartnerRow partner, JsonObject said) {
    return tx.ask(STEPS, partner.id())
        .map(
            rows -> {
              JsonArray steps = new JsonArray();
              for (Row row : rows) {
                JsonObject step = step(row);
                steps.add(step);
                if (partner.proposal() != null && partner.proposal().step() == row.getLong("id")) {
                  said.put("proposal", step.copy().put("proposal", row.getLong("id")));
                }
              }
              return said.put("steps", steps);
            });
  }

  private static JsonObject step(Row row) {
    JsonObject step =
        new JsonObject()
            .put("step", row.getString("step"))
            .put("to", row.getString("to_state"))
            .put("by", row.getString("login") == null ? "gateway" : row.getString("login"))
            .put("at", Spelling.time(row.getOffsetDateTime("at")))
            .put("reason", row.getString("reason"));
    if (row.getString("what") != null) {
      step.put("what", row.getString("what"));
    }
    JsonObject detail = row.getJsonObject("detail");
    if (detail != null && !detail.isEmpty()) {
      JsonObject shown = detail.copy();
      shown.remove("spki"); // its fingerprint says as much
      step.put("terms", shown);
    }
    return step;
  }

  private static Future<JsonArray> terminals(DeskTransaction tx, long partner) {
    return tx.ask(TERMINALS, partner)
        .map(
            rows -> {
              JsonArray terminals = new JsonArray();
              rows.forEach(
                  row ->
                      terminals.add(
                          new JsonObject()
                              .put("terminal", row.getString("terminal_no"))
                              .put("merchantNo", row.getString("merchant_no"))
                              .put("status", row.getString("status"))));
              return terminals;
            });
  }

  /** What a program may know of itself. */
  static Future<DeskReply> own(DeskTransaction tx) {
    return tx.first(OWN, tx.actor().id())
        .map(found("this account is no partner's program"))
        .compose(
            row -> {
              PartnerRow partner = PartnerRow.of(row);
              JsonObject said = head(row).put("untried", new JsonArray(partner.untried()));
              return keys(tx, partner.id()).map(keys -> DeskReply.ok(said.put("keys", keys)));
            });
  }

  static Future<DeskReply> apply(DeskTransaction tx, Application wish, String no) {
    return tx.org(wish.org())
        .compose(
            org ->
                tx.first(
                    ADD,
                    no,
                    org,
                    wish.kind().name(),
                    wish.name(),
                    wish.purpose(),
                    wish.contact(),
                    names(wish.scopes()),
                    wish.requestsPerMinute(),
                    tx.actor().id()))
        .compose(added -> PartnerRow.lock(tx, no))
        .compose(partner -> PartnerLife.begun(tx, partner, wish.reason()))
        .compose(noted -> document(tx, no))
        .map(said -> DeskReply.made(said, "/v1/partners/" + no));
  }

  static String[] names(Set<Scope> scopes) {
    return scopes.stream().sorted().map(Scope::name).toArray(String[]::new);
  }
}
