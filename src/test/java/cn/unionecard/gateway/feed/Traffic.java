package cn.unionecard.gateway.feed;

import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Writers whose transactions overlap in every way, and their own account of what they committed,
 * kept apart from the database. The slow ones hold their transaction open until others have
 * committed a number of times, and then often write the effect of what those wrote.
 */
final class Traffic {
  private final PostgresUrl url;
  private final long seed;
  private final int writers;
  private final int transactions;

  private final Map<Long, Integer> merchantOf = new HashMap<>();
  private final Map<Long, Long> causeOf = new HashMap<>();
  private final Deque<Long> recent = new ArrayDeque<>();
  private int commits;
  private int slow;
  private int finished;
  private long subjects;

  Traffic(PostgresUrl url, long seed, int writers, int transactions) {
    this.url = url;
    this.seed = seed;
    this.writers = writers;
    this.transactions = transactions;
  }

  /** Subject to merchant of all committed events. */
  synchronized Map<Long, Integer> committed() {
    return Map.copyOf(merchantOf);
  }

  /** Subject of an effect to that of its cause, which had been committed by another session. */
  synchronized Map<Long, Long> effects() {
    return Map.copyOf(causeOf);
  }

  /** Waits for the count of commits; false when the writers have finished before. */
  synchronized boolean reachesCommits(int count) throws InterruptedException {
    while (commits < count && finished < writers) {
      wait();
    }
    return commits >= count && finished < writers;
  }

  void write(int writer) throws Exception {
    SplittableRandom chance = new SplittableRandom(seed + writer);
    try (Connection connection = url.jdbcConnection()) {
      connection.setAutoCommit(false);
      long last = 0;
      for (int i = 0; i < transactions; i++) {
        last = transaction(connection, chance, last);
      }
    } finally {
      finish();
    }
  }

  private long transaction(Connection connection, SplittableRandom chance, long last)
      throws Exception {
    Map<Long, Integer> written = new HashMap<>();
    Map<Long, Long> effects = new HashMap<>();
    if (chance.nextInt(3) == 0) {
      takeNumber(connection);
    }
    if (chance.nextBoolean()) {
      last = insertOne(connection, chance, written, effects, last);
    }
    if (chance.nextInt(3) == 0 && enterSlow()) {
      takeNumber(connection);
      Long cause = othersCommit(1 + chance.nextInt(40));
      if (cause != null) {
        last = insertOne(connection, chance, written, effects, cause);
      }
    }
    last = insertOne(connection, chance, written, effects, last);
    if (chance.nextInt(8) == 0) {
      connection.rollback();
      return 0;
    }
    connection.commit();
    account(written, effects, last);
    return last;
  }

  private long insertOne(
      Connection connection,
      SplittableRandom chance,
      Map<Long, Integer> written,
      Map<Long, Long> effects,
      long cause)
      throws SQLException {
    long subject = nextSubject();
    List<Integer> merchants = new ArrayList<>();
    int leaves = chance.nextBoolean() ? 1 + chance.nextInt(9) : 1;
    for (int leaf = 0; leaf < leaves; leaf++) {
      int merchant = 1 + chance.nextInt(FeedDatabase.MERCHANTS);
      merchants.add(merchant);
      written.put(subject + leaf, merchant);
      if (cause != 0) {
        effects.put(subject + leaf, cause);
      }
    }
    if (chance.nextBoolean()) {
      insertFlight(connection, subject, merchants);
    } else {
      for (int leaf = 0; leaf < leaves; leaf++) {
        insert(connection, subject + leaf, merchants.get(leaf));
      }
    }
    return subject + leaves - 1;
  }

  static void insert(Connection connection, long subject, int merchant) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into outbox (kind, merchant, subject, at, body)
            values ('transaction.sale', ?, ?, now(), '{}')
            """)) {
      insert.setInt(1, merchant);
      insert.setLong(2, subject);
      insert.executeUpdate();
    }
  }

  /** As a lane tells of its block: one row for all of its leaves. */
  static void insertFlight(Connection connection, long subject, List<Integer> merchants)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into outbox (subject, merchants, types, at)
            values (?, ?, array_fill(2::smallint, array[?]), now())
            """)) {
      insert.setLong(1, subject);
      insert.setArray(2, connection.createArrayOf("int4", merchants.toArray()));
      insert.setInt(3, merchants.size());
      insert.executeUpdate();
    }
  }

  /** Gives the transaction its number, which makes it older than all that come. */
  static void takeNumber(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("select pg_current_xact_id()");
    }
  }

  private synchronized long nextSubject() {
    return ++subjects << 9;
  }

  /** Two writers always stay fast, so that the slow ones are released. */
  private synchronized boolean enterSlow() {
    if (slow >= writers - 2) {
      return false;
    }
    slow++;
    return true;
  }

  private synchronized @Nullable Long othersCommit(int more) throws InterruptedException {
    int target = commits + more;
    while (commits < target && finished < writers - slow) {
      wait();
    }
    slow--;
    return recent.pollLast();
  }

  private synchronized void account(
      Map<Long, Integer> written, Map<Long, Long> effects, long subject) {
    merchantOf.putAll(written);
    causeOf.putAll(effects);
    recent.addLast(subject);
    commits++;
    notifyAll();
  }

  private synchronized void finish() {
    finished++;
    notifyAll();
  }
}
