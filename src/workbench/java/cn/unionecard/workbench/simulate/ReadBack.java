package cn.unionecard.workbench.simulate;

import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks the gateway for every acknowledged receipt of a {@link Journal} and compares it, byte for
 * byte by its hash, with what was answered first. Lives on one event loop.
 */
public final class ReadBack {
  private static final int READERS = 16;

  private final Context context;
  private final Wire wire;
  private final Map<String, Till> tills = new HashMap<>();
  private final List<Journal.Entry> entries;
  private final List<String> different = new ArrayList<>();
  private final Promise<List<String>> done = Promise.promise();
  private int next;
  private int reading;

  /** The entries' terminals must be on the testbed. */
  public ReadBack(Vertx vertx, Clock clock, Testbed testbed, List<Journal.Entry> entries) {
    this.context = vertx.getOrCreateContext();
    this.wire = new Wire(vertx, testbed.gateway(), clock, new Tally(), Plan.PATIENCE);
    this.entries = List.copyOf(entries);
    ClientSSLOptions trust =
        new ClientSSLOptions()
            .setHostnameVerificationAlgorithm("HTTPS")
            .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(testbed.ca())));
    String run = "r" + Long.toString(clock.millis(), Character.MAX_RADIX);
    for (List<Testbed.Terminal> terminals : List.of(testbed.terminals(), testbed.suspended())) {
      for (Testbed.Terminal terminal : terminals) {
        tills.put(terminal.id().value(), new Till(terminal, trust, true, run));
      }
    }
  }

  /** Gives a line for each receipt that is missing or reads differently; none is good. */
  public Future<List<String>> run() {
    context.runOnContext(
        ignored -> {
          reading = READERS;
          for (int i = 0; i < READERS; i++) {
            read();
          }
        });
    return done.future().eventually(wire::close);
  }

  private void read() {
    if (next == entries.size()) {
      if (--reading == 0) {
        done.complete(List.copyOf(different));
      }
      return;
    }
    Journal.Entry entry = entries.get(next++);
    Till till = tills.get(entry.terminal());
    if (till == null) {
      different.add(entry + ": its terminal is not on the testbed");
      context.runOnContext(ignored -> read());
    } else {
      compare(till, entry).onComplete(compared -> read());
    }
  }

  private Future<Void> compare(Till till, Journal.Entry entry) {
    return wire.ask(till, Question.receipt(entry.id()))
        .onSuccess(
            answer -> {
              if (!Sha256.hex(answer.body().getBytes()).equals(entry.answerSha256())) {
                different.add(entry + ": " + answer.summary());
              }
            })
        .mapEmpty();
  }
}
