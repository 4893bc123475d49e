package cn.unionecard.gateway.union;

import cn.unionecard.gateway.desk.DeskTransaction;
import io.vertx.core.Future;

/**
 * Tells the feed that something happened to the accounts of a union. The event names the line of
 * the audit and no account: who may read the audit looks there.
 */
final class StaffEvents {
  /** The line of the audit is the one just written, whose place is held until the commit. */
  private static final String TELL =
      """
      select merchant_event(-$1::integer, 'staff.changed', h.seq, $2,
        jsonb_build_object('action', $3::text, 'audit', h.seq))
      from audit_head h
      """;

  private StaffEvents() {}

  /**
   * To be called behind the note in the audit.
   *
   * @param org id of the account's organisation
   */
  static Future<Void> tell(DeskTransaction tx, int org, String action) {
    return tx.ask(TELL, org, tx.at(), action).mapEmpty();
  }
}
