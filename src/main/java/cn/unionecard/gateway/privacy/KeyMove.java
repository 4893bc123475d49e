package cn.unionecard.gateway.privacy;

import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a key to whoever was entered before members had keys: some hundreds at a time, each page in
 * a database transaction of its own, while the node serves. What is left stands in the rows
 * themselves, so whoever is interrupted goes on, and several nodes share the work. A row that
 * cannot be read keeps what it has, aloud; one that holds nothing that could be read is passed
 * over. Belongs to one event loop.
 */
public final class KeyMove {
  private static final Logger LOG = LoggerFactory.getLogger(KeyMove.class);
  private static final int PAGE_ROWS = 500;

  /** A row that was made for trying things out has no cipher text: nothing can be read of it. */
  static final String HOLDS_SOMETHING = "octet_length(identity_cipher) >= " + SealedText.BYTES_MIN;

  private static final String NEXT =
      "select id, name_cipher, identity_cipher from member where identity_index is not null and "
          + HOLDS_SOMETHING
          + " and id > $1 order by id limit $2 for update skip locked";

  private static final String KEYS =
      """
      insert into member_key (member, wrapped, identity_index, identity_index_2)
      select * from unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[])
      """;

  private static final String MOVE =
      """
      update member m set name_cipher = w.name, identity_cipher = w.identity, identity_index = null
      from unnest($1::bigint[], $2::bytea[], $3::bytea[]) as w (id, name, identity)
      where m.id = w.id
      """;

  private final Pool pool;
  private final MemberVault vault;
  private boolean running;
  private int unreadable;
  private long firstUnreadable;
  private boolean told;

  KeyMove(Pool pool, MemberVault vault) {
    this.pool = pool;
    this.vault = vault;
  }

  /** One page: how many were moved, and behind whom to go on. */
  private record Page(int seen, int moved, long last) {}

  /** Moves whoever is left: how many. Nothing while the round before still runs. Fails never. */
  public Future<Integer> run() {
    if (running) {
      return Future.succeededFuture(0);
    }
    running = true;
    unreadable = 0;
    return pages(0, 0)
        .recover(
            failure -> {
              if (StoreFailure.of(failure) == StoreFailure.BUG) {
                LOG.error("members are given no keys", failure);
              } else {
                LOG.warn("members are given keys by the next round: {}", failure.toString());
              }
              return Future.succeededFuture(0);
            })
        .onComplete(over -> running = false);
  }

  /** Rows that could not be read in the last round. */
  int unreadable() {
    return unreadable;
  }

  private Future<Integer> pages(long behind, int before) {
    return pool.withTransaction(connection -> page(connection, behind))
        .compose(
            page -> {
              int moved = before + page.moved;
              if (page.seen == PAGE_ROWS) {
                return pages(page.last, moved);
              }
              if (moved > 0) {
                LOG.info("{} members have keys of their own now", moved);
              }
              if (unreadable > 0 && !told) {
                told = true; // once: they are met again in each round
                LOG.error(
                    "{} members of before keep what they have, for no key of this gateway reads it;"
                        + " the first is {}. Is this the keyring of another database? Else their"
                        + " unions' lists bring them in again (members import --whole)",
                    unreadable,
                    firstUnreadable);
              }
              return Future.succeededFuture(moved);
            });
  }

  private Future<Page> page(SqlConnection connection, long behind) {
    return connection
        .preparedQuery(NEXT)
        .execute(Tuple.of(behind, PAGE_ROWS))
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.succeededFuture(new Page(0, 0, behind))
                    : move(connection, rows));
  }

  private Future<Page> move(SqlConnection connection, RowSet<Row> rows) {
    List<Long> members = new ArrayList<>(rows.size());
    List<Buffer> wrapped = new ArrayList<>(rows.size());
    List<@Nullable Buffer> first = new ArrayList<>(rows.size());
    List<@Nullable Buffer> second = new ArrayList<>(rows.size());
    List<Buffer> names = new ArrayList<>(rows.size());
    List<Buffer> identities = new ArrayList<>(rows.size());
    long last = 0;
    for (Row row : rows) {
      long member = row.getLong("id");
      last = member;
      try {
        String name =
            vault.decryptAsBefore(Column.NAME, member, row.getBuffer("name_cipher").getBytes());
        String identity =
            vault.decryptAsBefore(
                Column.IDENTITY, member, row.getBuffer("identity_cipher").getBytes());
        MemberKey key = vault.make(member);
        names.add(Buffer.buffer(key.encrypt(Column.NAME, name)));
        identities.add(Buffer.buffer(key.encrypt(Column.IDENTITY, identity)));
        wrapped.add(Buffer.buffer(key.wrapped()));
        BlindIndex index = vault.indexes(identity);
        first.add(index.first());
        second.add(index.second());
        members.add(member);
      } catch (IllegalArgumentException notOurs) {
        if (unreadable++ == 0) {
          firstUnreadable = member;
        }
      }
    }
    Page page = new Page(rows.size(), members.size(), last);
    if (members.isEmpty()) {
      return Future.succeededFuture(page);
    }
    Long[] ids = members.toArray(Long[]::new);
    return connection
        .preparedQuery(KEYS)
        .execute(
            Tuple.of(
                ids,
                wrapped.toArray(Buffer[]::new),
                first.toArray(Buffer[]::new),
                second.toArray(Buffer[]::new)))
        .compose(
            added ->
                connection
                    .preparedQuery(MOVE)
                    .execute(
                        Tuple.of(
                            ids, names.toArray(Buffer[]::new), identities.toArray(Buffer[]::new))))
        .map(moved -> page);
  }
}
