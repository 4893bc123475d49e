package cn.unionecard.gateway.merchant;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Objects;

/**
 * A merchant as it sees itself: where it stands and with whom, its papers' days, stores, terminals.
 * Not why staff took a step, who did, nor where papers lie.
 */
final class OwnView {
  private static final String SHOW =
      """
      select m.merchant_no, m.name, m.credit_code, m.credit_code_reference,
        m.category, m.area_code, m.status,
        a.code as authorising, a.name as authorising_name, s.code as signing,
        s.name as signing_name, coalesce(v.grounds, '{}') as grounds,
        (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('kind', d.kind,
            'number', d.number, 'validFrom', d.valid_from, 'validUntil', d.valid_until))
            order by d.id), '[]')
          from merchant_document d where d.merchant = m.id) as papers,
        (select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name,
            'areaCode', t.area_code, 'address', t.address, 'status', t.status) order by t.id), '[]')
          from store t where t.merchant = m.id) as stores,
        (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'terminal', t.terminal_no, 'serialNo', t.serial_no, 'status', t.status,
            'scene', t.scene,
            'store', b.store, 'settlementAccount', b.account_mask, 'address', b.address,
            'batch', n.batch,
            'codeUntil', (select to_char(c.expires_at at time zone 'UTC',
                'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
              from terminal_activation c
              where c.id = (select max(id) from terminal_activation where terminal = t.id)
                and c.used_at is null and c.expires_at > $2)))
            order by t.terminal_no), '[]')
          from terminal t
          left join terminal_binding b on b.terminal = t.id and b.unbound_at is null
          left join terminal_batch n on n.terminal = t.id
          where t.merchant = m.id) as terminals
      from merchant m
      join org a on a.id = m.authorising_org join org s on s.id = m.signing_org
      left join merchant_veto v on v.merchant = m.id and v.lifted_at is null
      where m.id = $1
      """;

  private OwnView() {}

  static Future<DeskReply> show(DeskTransaction tx, String no) {
    return tx.first(SHOW, tx.actor().require(no), tx.at())
        .map(row -> DeskReply.ok(json(Objects.requireNonNull(row))));
  }

  private static JsonObject json(Row row) {
    return new JsonObject()
        .put("merchantNo", row.getString("merchant_no"))
        .put("name", row.getString("name"))
        .put("creditCode", row.getString("credit_code"))
        .put("creditCodeByPaper", row.getString("credit_code_reference") != null)
        .put("category", row.getString("category"))
        .put("areaCode", row.getString("area_code"))
        .put("status", row.getString("status"))
        .put("authorisingOrg", row.getString("authorising"))
        .put("authorisingName", row.getString("authorising_name"))
        .put("signingOrg", row.getString("signing"))
        .put("signingName", row.getString("signing_name"))
        .put("vetoGrounds", new JsonArray(List.of((Object[]) row.getArrayOfStrings("grounds"))))
        .put("papers", row.getJsonArray("papers"))
        .put("stores", row.getJsonArray("stores"))
        .put("terminals", row.getJsonArray("terminals"));
  }
}
