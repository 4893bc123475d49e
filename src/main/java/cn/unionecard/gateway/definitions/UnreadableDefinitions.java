package cn.unionecard.gateway.definitions;

import cn.unionecard.gateway.model.Unreadable;
import cn.unionecard.gateway.runtime.stores.Columns;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says aloud which definitions cannot be understood: in the log when that changes, in a metric and
 * for readiness all the time. Looks at all once, then at what changed when a lane has seen a newer
 * version, over the node's pool and away from the lanes. May be told and asked from any thread.
 */
public final class UnreadableDefinitions {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadableDefinitions.class);
  private static final long AGAIN_MS = 1_000;

  private final Vertx vertx;
  private final Pool pool;
  private final Context home;
  private final AtomicReference<List<Unreadable>> told = new AtomicReference<>(List.of());

  // What follows belongs to the home context.
  private final Map<Change.Kind, Map<Integer, Unreadable>> found = new EnumMap<>(Change.Kind.class);
  private long looked = Changes.NEVER;
  private long seen = Changes.NEVER;
  private boolean looking;
  private boolean ended;

  /**
   * @param vertx has a context for it, where the pool's answers come
   */
  public UnreadableDefinitions(Vertx vertx, Pool pool, MeterRegistry registry) {
    this.vertx = vertx;
    this.pool = pool;
    this.home = vertx.getOrCreateContext();
    for (Change.Kind kind : Change.Kind.values()) {
      found.put(kind, new TreeMap<>());
      Unreadable.Kind named = named(kind);
      Gauge.builder("ecard.definitions.unreadable", () -> count(named))
          .description("definitions that cannot be understood and are switched off")
          .tag("kind", named.word())
          .register(registry);
    }
  }

  /** What is switched off, as far as it was looked at. */
  public List<Unreadable> all() {
    return Objects.requireNonNull(told.get());
  }

  /** There is a version of the definitions that is new to somebody. */
  public void seen(long version) {
    home.runOnContext(
        there -> {
          seen = Math.max(seen, version);
          look();
        });
  }

  /** Looks at nothing more. */
  public void end() {
    home.runOnContext(there -> ended = true);
  }

  private long count(Unreadable.Kind kind) {
    return all().stream().filter(one -> one.kind() == kind).count();
  }

  private static Unreadable.Kind named(Change.Kind kind) {
    return Unreadable.Kind.valueOf(kind.name());
  }

  // ---- look

  private void look() {
    if (ended || looking || looked >= seen) {
      return;
    }
    looking = true;
    long aim = seen;
    pool.preparedQuery(DefinitionsSql.CHANGED)
        .execute(Tuple.of(looked))
        .map(this::changes)
        .compose(changes -> lookAt(changes).map(over -> changes.version()))
        .onComplete(
            version -> {
              looked = version;
              seen = seen == aim ? version : seen; // also of a store that went back
              looking = false;
              tell();
              look();
            },
            failure -> {
              looking = false;
              if (!ended) {
                LOG.warn("definitions could not be looked at: {}", failure.toString());
                long unused = vertx.setTimer(AGAIN_MS, due -> look());
              }
            });
  }

  private Changes changes(RowSet<Row> rows) {
    ChangeRows changes = new ChangeRows(looked);
    rows.forEach(row -> changes.add(row.getArrayOfLongs(0)));
    return changes.changes();
  }

  private Future<Void> lookAt(Changes changes) {
    List<Future<?>> looks = new ArrayList<>();
    for (Change.Kind kind : Change.Kind.values()) {
      Set<Integer> ids = new HashSet<>();
      boolean all = changes.isAnything();
      for (Change change : changes.changes()) {
        if (change.kind() == kind) {
          all |= change.id() == null;
          ids.add(change.id());
        }
      }
      if (all || !ids.isEmpty()) {
        looks.add(lookAt(kind, all ? null : ids.toArray(Integer[]::new)));
      }
    }
    return Future.all(looks).mapEmpty();
  }

  /**
   * @param ids rows, or null: all
   */
  private Future<Void> lookAt(Change.Kind kind, Integer @Nullable [] ids) {
    Map<Integer, Unreadable> now = new TreeMap<>();
    Future<Void> read =
        kind != Change.Kind.CAMPAIGN
            ? lacking(kind, ids, now)
            : ids == null ? campaignsFrom(Integer.MIN_VALUE, now) : campaigns(ids, now);
    return read.map(
        over -> {
          Map<Integer, Unreadable> before = Objects.requireNonNull(found.get(kind));
          if (ids == null) {
            before.clear();
          } else {
            before.keySet().removeAll(List.of(ids));
          }
          before.putAll(now);
          return over;
        });
  }

  private Future<Void> lacking(
      Change.Kind kind, Integer @Nullable [] ids, Map<Integer, Unreadable> now) {
    return pool.preparedQuery(DefinitionsSql.lacking(kind, ids == null))
        .execute(ids == null ? Tuple.tuple() : tuple(ids))
        .map(
            rows -> {
              for (Row row : rows) {
                String why = row.getString(2) + " has no usable value";
                String name = String.valueOf(row.getString(1));
                now.put(row.getInteger(0), new Unreadable(named(kind), name, why));
              }
              return null;
            });
  }

  private static Tuple tuple(Integer[] ids) {
    return new Columns<>(List.of(ids)).ints(id -> id).tuple();
  }

  private Future<Void> campaigns(Integer[] ids, Map<Integer, Unreadable> now) {
    return pool.preparedQuery(DefinitionsSql.CAMPAIGNS)
        .execute(tuple(ids))
        .compose(rows -> parse(rows, now))
        .mapEmpty();
  }

  private Future<Void> campaignsFrom(int behind, Map<Integer, Unreadable> now) {
    return pool.preparedQuery(DefinitionsSql.CAMPAIGNS_FROM)
        .execute(Tuple.of(behind))
        .compose(rows -> parse(rows, now))
        .compose(last -> last == null ? Future.succeededFuture() : campaignsFrom(last, now));
  }

  /** Off the event loops, on which lanes fly; brings the last row if there may be more of them. */
  private Future<@Nullable Integer> parse(RowSet<Row> rows, Map<Integer, Unreadable> now) {
    return vertx.executeBlocking(
        () -> {
          Integer last = null;
          for (Row row : rows) {
            Long[] numbers = row.getArrayOfLongs(1);
            String[] texts = row.getArrayOfStrings(2);
            last = numbers[0].intValue();
            try {
              Object unused = DefinitionRows.campaign(numbers, texts);
            } catch (IllegalArgumentException e) {
              String name = texts[0] == null ? "row " + last : texts[0];
              String why = String.valueOf(e.getMessage());
              now.put(last, new Unreadable(Unreadable.Kind.CAMPAIGN, name, why));
            }
          }
          return rows.size() < DefinitionsSql.CAMPAIGNS_AT_ONCE ? null : last;
        });
  }

  // ---- tell

  private void tell() {
    List<Unreadable> now =
        found.values().stream().map(Map::values).flatMap(Collection::stream).toList();
    List<Unreadable> before = Objects.requireNonNull(told.getAndSet(now));
    Set<Unreadable> known = new HashSet<>(before);
    Set<Unreadable> still = new HashSet<>(now);
    for (Unreadable one : now) {
      if (!known.contains(one)) {
        LOG.error("{} cannot be understood and is switched off: {}", one, one.why());
      }
    }
    for (Unreadable one : before) {
      if (!still.contains(one)) {
        LOG.info("{} is no longer what could not be understood", one);
      }
    }
  }
}
