package cn.unionecard.workbench.simulate;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The end of a demo's play: its tills close the batches they have sold in, so that whoever takes
 * one of them over begins with an empty one. The tills keep no count; what they say is what the
 * demo's database holds, which also knows of a play that was broken off.
 */
public final class ShiftEnd {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String OPEN =
      """
      select t.terminal_no, l.batch,
             coalesce(sum(l.fen) filter (where l.side = 'DEBIT'), 0),
             count(*) filter (where l.side = 'DEBIT'),
             coalesce(sum(l.fen) filter (where l.side = 'CREDIT'), 0),
             count(*) filter (where l.side = 'CREDIT')
      from terminal t
        left join terminal_batch b on b.terminal = t.id
        join batch_line l on l.terminal = t.id and l.batch = coalesce(b.batch, 1)
      where t.terminal_no = any (?)
      group by t.terminal_no, l.batch
      order by t.terminal_no
      """;

  private ShiftEnd() {}

  private record Open(Till till, int batch, JsonObject totals) {}

  /**
   * Closes what is open.
   *
   * @param testbed its tills are meant, but for those that a POS terminal may stand for
   * @param database the demo's; read before this returns
   * @return how many batches were closed; fails when one does not balance
   */
  public static Future<Integer> play(Vertx vertx, Clock clock, Testbed testbed, Connection database)
      throws SQLException {
    List<Open> open = open(testbed, database);
    Wire wire = new Wire(vertx, testbed.gateway(), clock, new Tally(), PATIENCE);
    return Future.all(open.stream().map(each -> close(wire, each)).toList())
        .map(closed -> open.size())
        .eventually(wire::close);
  }

  private static Future<Void> close(Wire wire, Open open) {
    return wire.ask(
            open.till,
            new Question("/v1/batches/" + open.batch + "/close", null, open.totals.toBuffer()))
        .compose(
            answer ->
                answer.status() == Answer.OK
                        && answer.body().toJsonObject().getString("outcome").equals("BALANCED")
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new IllegalStateException(
                            open.till.id + " batch " + open.batch + ": " + answer.summary())));
  }

  private static List<Open> open(Testbed testbed, Connection database) throws SQLException {
    List<Testbed.Terminal> tills =
        testbed.terminals().stream().filter(each -> !each.pos()).toList();
    ClientSSLOptions trust =
        new ClientSSLOptions()
            .setHostnameVerificationAlgorithm("HTTPS")
            .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(testbed.ca())));
    List<Open> open = new ArrayList<>();
    Object[] numbers = tills.stream().map(till -> till.id().value()).toArray();
    try (PreparedStatement select = database.prepareStatement(OPEN)) {
      select.setArray(1, database.createArrayOf("text", numbers));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          String number = row.getString(1);
          Testbed.Terminal till =
              tills.stream()
                  .filter(each -> each.id().value().equals(number))
                  .findFirst()
                  .orElseThrow();
          open.add(
              new Open(
                  new Till(till, trust, true, "end"),
                  row.getInt(2),
                  new JsonObject()
                      .put("debitFen", row.getLong(3))
                      .put("debitCount", row.getInt(4))
                      .put("creditFen", row.getLong(5))
                      .put("creditCount", row.getInt(6))));
        }
      }
    }
    return open;
  }
}
