package cn.unionecard.gateway.member;

import cn.unionecard.gateway.model.CardNo;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;

/**
 * A card with its member, without anything that names one.
 *
 * @param orgId id of the member's organisation
 * @param org its code
 * @param holder the name as a till may show it
 * @param epoch grows whenever an older phone has to die, from 1
 */
record Card(
    CardNo no,
    int orgId,
    String org,
    Category category,
    String holder,
    CardStatus status,
    long epoch) {

  /** From columns {@code serial, org_id, org, category, holder_mask, status, epoch}. */
  static Card of(Row row) {
    return new Card(
        new CardNo(row.getLong("serial")),
        row.getInteger("org_id"),
        row.getString("org"),
        Category.valueOf(row.getString("category")),
        row.getString("holder_mask"),
        CardStatus.valueOf(row.getString("status")),
        row.getLong("epoch"));
  }

  Card moved(CardStatus to, long inEpoch) {
    return new Card(no, orgId, org, category, holder, to, inEpoch);
  }

  JsonObject json() {
    return new JsonObject()
        .put("cardNo", no.digits())
        .put("org", org)
        .put("category", category.name())
        .put("holder", holder)
        .put("status", status.name())
        .put("epoch", epoch);
  }

  /** Where it can be read. */
  String path() {
    return "/v1/cards/" + no.digits();
  }
}
