package cn.unionecard.gateway.progress;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Unions of the caller's subtree; all others are not there. */
final class Orgs {
  private static final String FIND =
      "select id, code, name, parent, path from org where code = $1 and $2 = any (path)";

  private Orgs() {}

  /**
   * One of them.
   *
   * @param parent id of the union above; null: the top
   */
  record Org(int id, String code, String name, @Nullable Integer parent, Integer[] path) {}

  /** Fails with {@link Fault.NotFound} for a union outside the caller's. */
  static Future<Org> require(DeskTransaction tx, String code) {
    return tx.first(FIND, code, tx.actor().org())
        .map(found(DeskTransaction.NO_ORG))
        .map(
            row ->
                new Org(
                    row.getInteger("id"),
                    row.getString("code"),
                    row.getString("name"),
                    row.getInteger("parent"),
                    row.getArrayOfIntegers("path")));
  }
}
