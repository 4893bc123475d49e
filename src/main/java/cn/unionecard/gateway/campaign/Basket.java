package cn.unionecard.gateway.campaign;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.OrderLine;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.rules.Allowance;
import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.rules.CampaignRule;
import cn.unionecard.gateway.rules.Card;
import cn.unionecard.gateway.rules.Entitlement;
import cn.unionecard.gateway.rules.Grants;
import cn.unionecard.gateway.rules.Merchant;
import cn.unionecard.gateway.rules.Recount;
import cn.unionecard.gateway.rules.WhatIf;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An order that nobody has brought to a till: what a member of the caller's union would get on it
 * at a merchant of the caller's union, by what is stored now. Reads only.
 */
record Basket(String merchantNo, Scene scene, long cardNo, long orderFen, List<OrderLine> lines) {
  private static final long ORDER_FEN_MAX = 100_000_000L;

  private static final String MERCHANT =
      """
      select m.id, m.merchant_no, m.name, m.category, m.authorising_org, m.status, o.path
      from merchant m join org o on o.id = m.authorising_org join org s on s.id = m.signing_org
      where m.merchant_no = $2 and ($1 = any (o.path) or $1 = any (s.path))
      """;

  private static final String CARD =
      """
      select c.serial, c.member, c.status, m.org, m.category, o.path
      from card c join member m on m.id = c.member join org o on o.id = m.org
      where c.serial = $2 and $1 = any (o.path)
      """;

  private static final String RUNNING =
      """
      select id, code, name, public_name, starts_at, ends_at, rule::text as rule, grants::text as grants,
        narrowed::text as narrowed, o.path
      from campaign join (select id as org_id, path from org) o on o.org_id = campaign.org
      where status = 'RUNNING' order by id
      """;

  private static final String ALLOWANCES =
      """
      select holder, kind, owner, limit_fen, limit_count, day_limit_fen, day_limit_count, used_fen, used_count,
        day, day_fen, day_count
      from allowance
      where owner = any ($2::bigint[]) and (holder = 0 and kind = 1 or holder = $1 and kind = 2)
      union all
      select a.holder, a.kind, a.owner, a.limit_fen, a.limit_count, a.day_limit_fen, a.day_limit_count, a.used_fen,
        a.used_count, a.day, a.day_fen, a.day_count
      from entitlement e join allowance a on a.holder = e.id and a.kind = 11 and a.owner = $3
      where e.member = $1 and e.kind = 3 and e.campaign = any ($2::bigint[])
      """;

  private static final String ENTITLEMENTS =
      """
      select id, campaign, kind, from_ms, until_ms, limit_fen, limit_count, used_fen, used_count,
        void_at is not null as void, returned_ms, late_fen, late_count
      from entitlement where member = $1 and campaign = any ($2::bigint[]) and until_ms > $3
      """;

  Basket {
    lines = List.copyOf(lines);
  }

  static Basket of(Fields fields, List<Map<String, Object>> marked) {
    long order = fields.whole("orderFen", 1, ORDER_FEN_MAX);
    List<OrderLine> lines = new ArrayList<>();
    long sum = 0;
    for (Map<String, Object> one : marked) {
      Fields line = Fields.of(one, "mark", "fen");
      long fen = line.whole("fen", 0, ORDER_FEN_MAX);
      sum += fen;
      lines.add(new OrderLine(line.matching("mark", Written.BENEFIT), Fen.of(fen)));
    }
    if (sum > order) {
      throw new Fault.Malformed("lines", "lines sum to " + sum + " fen, more than orderFen");
    }
    return new Basket(
        fields.matching("merchantNo", Written.MERCHANT_NO),
        fields.oneOf("scene", Scene.OFFLINE_POS),
        Long.parseLong(fields.matching("cardNo", Written.CARD_NO)),
        order,
        lines);
  }

  // ---- decided

  Future<DeskReply> decide(DeskTransaction tx, String reason) {
    int org = tx.actor().org();
    return Future.all(
            tx.first(MERCHANT, org, merchantNo)
                .map(found("no such merchant under the caller's union")),
            tx.first(CARD, org, cardNo).map(found("no such card under the caller's union")),
            tx.ask(RUNNING))
        .compose(
            read -> {
              Row merchant = read.resultAt(0);
              Row card = read.resultAt(1);
              if (!card.getString("status").equals(Card.Status.ACTIVE.name())) {
                return Future.succeededFuture(
                    DeskReply.refused(
                        DeskRefusal.STATE_DOES_NOT_ALLOW,
                        "the card is " + card.getString("status")));
              }
              WhatIf.Basket basket = basket(merchant, card);
              RowSet<Row> running = read.resultAt(2);
              return Vertx.currentContext()
                  .executeBlocking(() -> WhatIf.at(basket, campaigns(running)))
                  .compose(
                      whatIf ->
                          decide(tx, whatIf, basket)
                              .compose(outcome -> told(tx, outcome, running, basket, reason)));
            });
  }

  private WhatIf.Basket basket(Row merchant, Row card) {
    return new WhatIf.Basket(
        new Merchant(
            merchant.getInteger("id"),
            merchant.getString("merchant_no").strip(),
            merchant.getString("name"),
            merchant.getString("category"),
            merchant.getInteger("authorising_org")),
        Arrays.asList(merchant.getArrayOfIntegers("path")),
        scene,
        new Card(
            card.getLong("serial"),
            card.getLong("member"),
            card.getInteger("org"),
            card.getString("category"),
            Card.Status.ACTIVE,
            1,
            ""),
        Arrays.asList(card.getArrayOfIntegers("path")),
        orderFen,
        lines);
  }

  private static List<Campaign> campaigns(RowSet<Row> rows) {
    List<Campaign> campaigns = new ArrayList<>();
    for (Row row : rows) {
      try {
        campaigns.add(
            CampaignRule.parse(
                    row.getInteger("id"),
                    row.getString("code"),
                    row.getString("public_name"),
                    true,
                    ms(row, "starts_at"),
                    ms(row, "ends_at"),
                    row.getString("rule"))
                .giving(Grants.parse(row.getString("grants")))
                .narrowedBy(CampaignRule.narrowings(row.getString("narrowed"))));
      } catch (IllegalArgumentException unreadable) {
        // it is switched off on the line, too, and its union was told
      }
    }
    return campaigns;
  }

  private static long ms(Row row, String column) {
    return row.getOffsetDateTime(column).toInstant().toEpochMilli();
  }

  private static Future<WhatIf.Outcome> decide(
      DeskTransaction tx, WhatIf whatIf, WhatIf.Basket basket) {
    Long[] here = whatIf.here().stream().map(one -> (long) one.id()).toArray(Long[]::new);
    long member = basket.card().member();
    OffsetDateTime at = tx.at();
    long now = at.toInstant().toEpochMilli();
    return Future.all(
            tx.ask(ALLOWANCES, member, here, (long) basket.merchant().id()),
            tx.ask(ENTITLEMENTS, member, here, now))
        .map(
            read -> {
              List<Allowance> allowances = new ArrayList<>();
              for (Row row : read.<RowSet<Row>>resultAt(0)) {
                allowances.add(allowance(row));
              }
              List<Entitlement> entitlements = new ArrayList<>();
              for (Row row : read.<RowSet<Row>>resultAt(1)) {
                entitlements.add(entitlement(row, member));
              }
              return whatIf.decide(allowances, entitlements, now);
            });
  }

  private static Allowance allowance(Row row) {
    return new Allowance(
        new Allowance.Key(
            row.getLong("holder"), Allowance.Kind.of(row.getShort("kind")), row.getLong("owner")),
        true,
        new Allowance.Caps(
            row.getLong("limit_fen"),
            row.getLong("limit_count"),
            row.getLong("day_limit_fen"),
            row.getLong("day_limit_count")),
        row.getLong("used_fen"),
        row.getLong("used_count"),
        row.getInteger("day"),
        row.getLong("day_fen"),
        row.getLong("day_count"));
  }

  private static Entitlement entitlement(Row row, long member) {
    return new Entitlement(
            row.getLong("id"),
            member,
            row.getInteger("campaign"),
            Grants.Kind.of(row.getShort("kind")),
            row.getLong("from_ms"),
            row.getLong("until_ms"),
            row.getLong("limit_fen"),
            row.getLong("limit_count"),
            row.getLong("used_fen"),
            row.getLong("used_count"),
            row.getBoolean("void"),
            row.getLong("returned_ms"))
        .late(row.getLong("late_fen"), row.getLong("late_count"));
  }

  // ---- told

  private Future<DeskReply> told(
      DeskTransaction tx,
      WhatIf.Outcome outcome,
      RowSet<Row> running,
      WhatIf.Basket basket,
      String reason) {
    int org = tx.actor().org();
    Map<String, String> names = new HashMap<>();
    Map<Integer, String> codes = new HashMap<>();
    for (Row row : running) {
      Set<Integer> path = new HashSet<>(Arrays.asList(row.getArrayOfIntegers("path")));
      codes.put(row.getInteger("id"), row.getString("code"));
      names.put(row.getString("code"), row.getString(path.contains(org) ? "name" : "public_name"));
    }
    JsonArray benefits = new JsonArray();
    for (Recount.Said said : outcome.trace()) {
      JsonObject one = BenefitLines.line(said).put("benefit", said.benefit());
      String name = names.get(said.benefit());
      benefits.add(name == null ? one : one.put("name", name));
    }
    JsonArray payers = new JsonArray();
    outcome
        .payers()
        .forEach(part -> payers.add(BenefitLines.payer(part, codes.get(part.campaign()))));
    JsonObject told =
        new JsonObject()
            .put("orderFen", orderFen)
            .put("discountFen", outcome.discountFen())
            .put("memberPaysFen", orderFen - outcome.discountFen())
            .put("benefits", benefits)
            .put("payers", payers);
    return tx.note(
            "decision.tried",
            "merchant " + merchantNo,
            List.of(basket.merchant().authorisingOrg(), basket.card().org()),
            new JsonObject().put("reason", reason).put("orderFen", orderFen))
        .map(noted -> DeskReply.ok(told));
  }
}
