package cn.unionecard.workbench.simulate;

import cn.unionecard.gateway.code.MemberCodes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Sales written to files beforehand, for load generators that cannot make member codes or sign
 * assertions themselves: {@code tokens.txt} with one bearer token per line, and {@code
 * sales-<n>.txt} with one sale per line: {@code token number TAB idempotency key TAB body}.
 *
 * <p>Every card is shown twice, with its code of a step and of the next one, so that all sales are
 * good for that step and the one after it, and each for once.
 */
public final class PreparedSales {
  private static final int STEPS = 2;
  private static final int TOKENS_AT_ONCE = 8;
  private static final int ORDER_FEN_MIN = 3_000;
  private static final int ORDER_FEN_MAX = 60_000;

  private final Vertx vertx;
  private final Context context;
  private final Clock clock;
  private final Testbed testbed;
  private final Path folder;
  private final int files;
  private final List<Till> tills = new ArrayList<>();
  private final RandomGenerator chance;

  /**
   * @param folder where the files are written; made when missing
   * @param files over which the sales are dealt out
   */
  public PreparedSales(
      Vertx vertx, Clock clock, Testbed testbed, Path folder, int files, long seed) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.clock = clock;
    this.testbed = testbed;
    this.folder = folder;
    this.files = files;
    this.chance = new SplittableRandom(seed);
    ClientSSLOptions trust =
        new ClientSSLOptions()
            .setHostnameVerificationAlgorithm("HTTPS")
            .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(testbed.ca())));
    String run = "p" + Long.toString(clock.millis(), Character.MAX_RADIX);
    testbed.terminals().forEach(terminal -> tills.add(new Till(terminal, trust, false, run)));
  }

  /**
   * Gets the tokens, waits for the step to come, writes all files.
   *
   * @param stepMin no code of an earlier step is written: those may have been used
   * @return the first step that has not been used up
   */
  public Future<Long> write(long stepMin) {
    Promise<Long> done = Promise.promise();
    context.runOnContext(ignored -> tokens().compose(got -> sales(stepMin)).onComplete(done));
    return done.future();
  }

  private Future<Void> tokens() {
    Wire wire = new Wire(vertx, testbed.gateway(), clock, new Tally(), Plan.PATIENCE);
    List<Future<?>> lines = new ArrayList<>();
    for (int first = 0; first < TOKENS_AT_ONCE; first++) {
      lines.add(tokensFrom(wire, first));
    }
    return Future.all(lines)
        .<Void>map(
            all -> {
              writeTokens();
              return null;
            })
        .eventually(wire::close);
  }

  private Future<String> tokensFrom(Wire wire, int till) {
    return till >= tills.size()
        ? Future.succeededFuture("")
        : wire.token(tills.get(till)).compose(token -> tokensFrom(wire, till + TOKENS_AT_ONCE));
  }

  private void writeTokens() {
    try {
      Files.createDirectories(folder);
      List<String> lines = new ArrayList<>();
      for (Till till : tills) {
        Future<String> token = till.token();
        lines.add(token == null ? "" : token.result());
      }
      Files.write(folder.resolve("tokens.txt"), lines, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Future<Long> sales(long stepMin) {
    long now = clock.instant().getEpochSecond();
    long step = Math.max(stepMin, now / MemberCodes.STEP_SECONDS);
    long waitSeconds = Math.max(0, step * MemberCodes.STEP_SECONDS - now);
    return vertx
        .timer(1 + waitSeconds * 1000)
        .compose(
            come ->
                vertx.executeBlocking(
                    () -> {
                      writeSales(step);
                      return step + STEPS;
                    }));
  }

  private void writeSales(long firstStep) {
    MemberCodes codes = new MemberCodes(testbed.codeKeys());
    List<Writer> writers = new ArrayList<>();
    try {
      for (int i = 0; i < files; i++) {
        writers.add(
            Files.newBufferedWriter(
                folder.resolve("sales-" + i + ".txt"), StandardCharsets.US_ASCII));
      }
      int n = 0;
      for (long step = firstStep; step < firstStep + STEPS; step++) {
        for (Testbed.Card card : testbed.cards()) {
          String code = codes.issue(card.no(), card.epoch(), step * MemberCodes.STEP_SECONDS);
          writers.get(n++ % files).write(line(code));
        }
      }
      for (Writer writer : writers) {
        writer.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String line(String code) {
    int till = chance.nextInt(tills.size());
    int fen = chance.nextInt(ORDER_FEN_MIN, ORDER_FEN_MAX);
    Buffer body = Question.sale("", code, fen).body();
    return till + "\t" + tills.get(till).newKey() + "\t" + body + "\n";
  }
}
