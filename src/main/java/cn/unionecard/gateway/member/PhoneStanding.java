package cn.unionecard.gateway.member;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;

/**
 * Tells whether a phone has its card still. Asked of the database with each request: a phone sends
 * few, and a second phone ends the first at once, on every node.
 */
public final class PhoneStanding {
  /** Of a suspended card the phone still may look and complain. */
  static final String STANDS = "c.epoch = $2 and c.status in ('ACTIVE', 'SUSPENDED')";

  private static final String CURRENT = "select from card c where c.serial = $1 and " + STANDS;

  private final Pool pool;

  PhoneStanding(Pool pool) {
    this.pool = pool;
  }

  /** Succeeds while it has; else fails with {@link Fault.Unauthenticated}. */
  public Future<Void> require(Caller.Member member) {
    return StoreFailure.toldOfReading(
        pool.preparedQuery(CURRENT)
            .execute(Tuple.of(member.card().serial(), member.epoch()))
            .map(
                rows -> {
                  if (rows.size() == 0) {
                    throw Fault.Unauthenticated.phoneEnded();
                  }
                  return null;
                }));
  }
}
