package cn.unionecard.gateway.merchant;

import cn.unionecard.gateway.desk.Sweep;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks from time to time whether a merchant falls under a ground of the veto, or no longer does,
 * that nothing has noticed. One transaction for each; may run on every node at once.
 */
public final class VetoSweep {
  private static final String DUE =
      """
      select m.id from merchant m
      left join merchant_veto v on v.merchant = m.id and v.lifted_at is null
      where m.id > $1 and m.status <> 'TERMINATED'
        and (merchant_veto_grounds(m.id) <> coalesce(v.grounds, '{}')
          or (v.id is not null and m.status in ('APPROVED', 'LIVE', 'RECTIFYING')))
      order by m.id limit $2
      """;

  private static final String APPLY = "select merchant_veto_apply($1, null, $2)";

  private final Pool pool;
  private final Clock clock;
  private final Sweep<Integer> sweep;

  VetoSweep(Pool pool, Clock clock) {
    this.pool = pool;
    this.clock = clock;
    this.sweep = new Sweep<>("vetoes of merchants", this::due, this::apply);
  }

  /** One round: how many were looked at. Fails never: the next round tries again. */
  public Future<Integer> run() {
    return sweep.run();
  }

  private Future<List<Integer>> due(@Nullable Integer last, int most) {
    return pool.preparedQuery(DUE)
        .execute(Tuple.of(last == null ? Integer.MIN_VALUE : last, most))
        .map(
            rows -> {
              List<Integer> found = new ArrayList<>();
              for (Row row : rows) {
                found.add(row.getInteger("id"));
              }
              return found;
            });
  }

  private Future<Boolean> apply(Integer merchant) {
    return pool.preparedQuery(APPLY)
        .execute(Tuple.of(merchant, clock.instant().atOffset(ZoneOffset.UTC)))
        .map(true);
  }
}
