package cn.unionecard.gateway.merchant;

import cn.unionecard.gateway.desk.Actor;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.UnionSide;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Objects;

/**
 * One merchant with all that is on file about it: who prepared what, what the dossier lacks, and
 * which steps lead on from here, whose they are, and why this caller could not take one of his now.
 */
final class MerchantFile {
  private static final List<String> PARTS =
      List.of(
          "steps",
          "documents",
          "selections",
          "declarations",
          "labourFacts",
          "violations",
          "stores",
          "terminals");

  private static final String FILE =
      """
      select m.id, m.status, org_within(m.authorising_org, $2) as authorises,
        org_within(m.signing_org, $2) as signs,
        (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('step', t.step,
            'from', t.from_state, 'to', t.to_state, 'by', coalesce(f.login, 'gateway'),
            'at', to_char(t.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
            'reason', t.reason, 'documentNo', t.document_no)) order by t.id), '[]')
          from merchant_step t left join staff f on f.id = t.staff
          where t.merchant = m.id) as steps,
        (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('kind', d.kind,
            'number', d.number, 'reference', d.reference, 'digest', encode(d.digest, 'hex'),
            'validFrom', d.valid_from, 'validUntil', d.valid_until, 'by', f.login,
            'at', to_char(d.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
            order by d.id), '[]')
          from merchant_document d join staff f on f.id = d.staff
          where d.merchant = m.id) as documents,
        (select coalesce(jsonb_agg(jsonb_build_object('candidates', c.candidates,
            'criteria', c.criteria, 'score', c.score, 'meeting', c.meeting,
            'decidedOn', c.decided_on, 'reference', c.reference,
            'digest', encode(c.digest, 'hex'), 'by', f.login,
            'at', to_char(c.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
            order by c.id), '[]')
          from merchant_selection c join staff f on f.id = c.staff
          where c.merchant = m.id) as selections,
        (select coalesce(jsonb_agg(jsonb_build_object('conflict', i.conflict,
            'statement', i.statement, 'by', f.login,
            'at', to_char(i.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
            order by i.id), '[]')
          from merchant_declaration i join staff f on f.id = i.staff
          where i.merchant = m.id) as declarations,
        (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('asOf', l.as_of,
            'employees', l.employees, 'members', l.members, 'unionCode', l.union_code,
            'reference', l.reference, 'digest', encode(l.digest, 'hex'), 'by', f.login,
            'at', to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
            order by l.as_of, l.id), '[]')
          from merchant_labour l join staff f on f.id = l.staff
          where l.merchant = m.id) as "labourFacts",
        (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('violation', v.id,
            'source', v.source, 'documentNo', v.document_no, 'decidedOn', v.decided_on,
            'reference', v.reference, 'digest', encode(v.digest, 'hex'),
            'at', to_char(v.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
            'yours', v.staff = $3,
            'annulledAt',
              to_char(v.annulled_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
            'annulledWhy', v.annulled_why, 'annulledDocumentNo', v.annulled_document_no))
            order by v.id), '[]')
          from labour_violation v where v.credit_code = m.credit_code) as violations,
        (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name,
            'areaCode', s.area_code, 'address', s.address, 'status', s.status) order by s.id), '[]')
          from store s where s.merchant = m.id) as stores,
        (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'terminal', t.terminal_no, 'serialNo', t.serial_no, 'status', t.status,
            'scene', t.scene,
            'store', b.store, 'settlementAccount', b.account_mask, 'address', b.address))
            order by t.terminal_no), '[]')
          from terminal t left join terminal_binding b on b.terminal = t.id and b.unbound_at is null
          where t.merchant = m.id) as terminals
      from merchant m where m.merchant_no = $1
      """;

  private MerchantFile() {}

  static Future<DeskReply> show(DeskTransaction tx, String no) {
    return Register.find(tx, no)
        .compose(
            merchant ->
                tx.first(FILE, no, tx.actor().org(), tx.actor().id())
                    .compose(row -> show(tx, merchant, Objects.requireNonNull(row))));
  }

  private static Future<DeskReply> show(DeskTransaction tx, JsonObject merchant, Row file) {
    PARTS.forEach(part -> merchant.put(part, file.getJsonArray(part)));
    State state = State.valueOf(file.getString("status"));
    return Life.standing(tx, file.getInteger("id"), state)
        .map(
            standing -> {
              JsonArray next = new JsonArray();
              for (Step step : Step.values()) {
                if (step.from(state) != null) {
                  next.add(next(tx.actor(), file, merchant, step, standing));
                }
              }
              return DeskReply.ok(
                  merchant.put("missing", new JsonArray(standing.missing())).put("next", next));
            });
  }

  private static JsonObject next(
      Actor actor, Row file, JsonObject merchant, Step step, Standing standing) {
    boolean authorises = step.side == UnionSide.AUTHORISING;
    boolean isTheirs =
        actor.roles().contains(step.role) && file.getBoolean(authorises ? "authorises" : "signs");
    JsonObject next =
        new JsonObject()
            .put("step", step.name())
            .put("to", step.to.name())
            .put("role", step.role.name())
            .put("union", merchant.getString(authorises ? "authorisingOrg" : "signingOrg"))
            .put("needsDocumentNo", step.needs(Step.Need.DOCUMENT_NO))
            .put("yours", isTheirs);
    DeskReply.Refused refused = isTheirs ? standing.refusal(step) : null;
    return refused == null
        ? next
        : next.put(
            "refusal",
            new JsonObject()
                .put("code", refused.refusal().name())
                .put("title", refused.refusal().chinese)
                .put("detail", refused.detail()));
  }
}
