package cn.unionecard.gateway.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import cn.unionecard.gateway.model.BatchSide;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** One street of all gateways: whatever happens there, happens in each. */
final class Street implements AutoCloseable {
  private static final int CLOSES_EACH = 12;
  private static final String LINES =
      """
      SELECT side, right(request_id, 6)::int, fen FROM batch_line l JOIN terminal t ON t.id = l.terminal
      WHERE t.terminal_no = ? AND batch = ?
        AND request_id LIKE 'b' || lpad(l.batch::text, 6, '0') || '-%' ORDER BY l.id""";

  private final TwinTown town;
  private final Shifts shifts;
  private final long seed;
  private final List<Till> tills = new ArrayList<>();
  private final List<Ids> ids = new ArrayList<>();
  private final List<Ask> asked = new ArrayList<>();
  private final Map<String, Integer> answers = new TreeMap<>();
  private int walked;

  Street(List<TwinHouse> houses, TwinTown town, TwinClock clock, int number, long seed)
      throws IOException {
    this.town = town;
    this.seed = seed;
    this.shifts = new Shifts(town, clock, number, seed);
    List<String> terminals = new ArrayList<>();
    for (int place = 0; place <= TwinTown.SUSPENDED; place++) {
      terminals.add(TwinTown.terminal(number, place));
    }
    for (TwinHouse house : houses) {
      ids.add(new Ids());
    }
    tills.add(new IsoTill(houses.get(0), terminals, ids.get(0)));
    tills.add(new JsonTill(houses.get(1), ids.get(1)));
    tills.add(
        new MixedTill(
            new IsoTill(houses.get(2), terminals, ids.get(2)),
            new JsonTill(houses.get(2), ids.get(2)),
            new Random(seed - number)));
  }

  /** A day of so many sequences, and sometimes the end of a shift. */
  void walk(int sequences) throws Exception {
    for (int i = 0; i < sequences; i++) {
      for (Ask ask : shifts.next()) {
        ask(ask);
      }
      if (++walked % CLOSES_EACH == 0) {
        close(shifts.closes());
      }
    }
    shifts.nextDay();
  }

  private void ask(Ask ask) throws IOException, InterruptedException {
    asked.add(ask);
    Seen first = null;
    for (int i = 0; i < tills.size(); i++) {
      Seen seen = tills.get(i).send(ask);
      if (first == null) {
        first = seen;
        answers.merge(ask.kind() + " " + seen.code(), 1, Integer::sum);
      } else if (!first.isLike(seen)) {
        fail(
            "seed %d: %s\nwas told %s over ISO 8583, %s by gateway %d; before it:\n%s"
                .formatted(seed, ask, first, seen, i, before()));
      }
      if (seen.id() != null && ids.get(i).knows(ask) && !seen.id().equals(ids.get(i).of(ask))) {
        answers.merge("another answer under one name", 1, Integer::sum);
      }
      ids.get(i).told(ask, seen);
    }
  }

  private String before() {
    List<String> last =
        asked.subList(Math.max(0, asked.size() - 25), asked.size()).stream()
            .map(Ask::toString)
            .toList();
    return String.join("\n", last);
  }

  private void close(String terminal) throws Exception {
    Closing closing = shifts.closing(terminal, recorded(terminal, shifts.batchOf(terminal)));
    boolean first = tills.get(0).close(closing);
    answers.merge(first ? "CLOSE balanced" : "CLOSE not balanced", 1, Integer::sum);
    for (Till till : tills) {
      if (till != tills.get(0)) {
        assertEquals(first, till.close(closing), () -> "seed " + seed + ": " + closing);
      }
    }
  }

  /** What the till's own journal would hold. */
  private List<Closing.Line> recorded(String terminal, int batch) throws SQLException {
    List<Closing.Line> lines = new ArrayList<>();
    try (Connection database = PostgresUrl.parse(town.urls().get(0)).jdbcConnection();
        PreparedStatement query = database.prepareStatement(LINES)) {
      query.setString(1, terminal);
      query.setInt(2, batch);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          lines.add(
              new Closing.Line(
                  BatchSide.valueOf(rows.getString(1)), rows.getInt(2), rows.getLong(3)));
        }
      }
    }
    return lines;
  }

  /** How often what was answered how. */
  Map<String, Integer> answers() {
    return answers;
  }

  @Override
  public void close() throws IOException {
    for (Till till : tills) {
      till.close();
    }
  }
}
