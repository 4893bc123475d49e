package cn.unionecard.workbench;

import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.workbench.demo.ActiveCards;
import cn.unionecard.workbench.demo.DemoFile;
import cn.unionecard.workbench.demo.DemoFolder;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code codes}: prints what the phones of the demo's members show, one {@code serial,code} a line.
 * Plays the phones of a running demo; needs its folder, hence its keys.
 */
@Command(
    name = "codes",
    mixinStandardHelpOptions = true,
    description = {
      "打印演示会员码，每行 serial,code。",
      "Print member codes of the running demo's active cards, one serial,code a line, by serial."
    })
public final class CodesCommand implements Callable<Integer> {
  private final Clock clock;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(names = "--count", defaultValue = "1", description = "Codes to print: ${DEFAULT-VALUE}.")
  private long count;

  @Option(names = "--offset", defaultValue = "0", description = "Cards to leave out before.")
  private long offset;

  @Option(names = "--card", description = "Only this card, active or not; ten digits.")
  private @Nullable Long card;

  @Option(
      names = "--steps",
      defaultValue = "1",
      description = {
        "Give each card's codes of so many 30-second steps, the first that of --at: first all",
        "cards of one step, then of the next. Default: ${DEFAULT-VALUE}."
      })
  private int steps;

  @Option(names = "--at", description = "Unix seconds of the first step. Default: now.")
  private @Nullable Long at;

  @Option(
      names = "--data-folder",
      defaultValue = "demo-data",
      description = "The demo's folder: ${DEFAULT-VALUE}.")
  private Path dataFolder = Path.of("demo-data");

  public CodesCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() throws Exception {
    require(count >= 1, "--count must be at least 1");
    require(offset >= 0, "--offset must not be negative");
    require(steps >= 1, "--steps must be at least 1");
    if (!Files.isDirectory(dataFolder)) {
      throw new CannotStart(dataFolder + " does not exist; start the demo first");
    }
    DemoFile.Stores stores = DemoFile.readStores(DemoFolder.open(dataFolder));
    PrintWriter out = spec.commandLine().getOut();
    try (Connection connection = connect(stores)) {
      print(connection, new MemberCodes(List.of(newestKey(connection, stores))), out);
    }
    out.flush();
    return 0;
  }

  private void print(Connection connection, MemberCodes codes, PrintWriter out)
      throws SQLException {
    long first = at == null ? clock.instant().getEpochSecond() : at;
    long left = count;
    for (int step = 0; step < steps && left > 0; step++) {
      long seconds = first + (long) step * MemberCodes.STEP_SECONDS;
      ActiveCards.Visitor line =
          (no, epoch) ->
              out.append(no.digits())
                  .append(',')
                  .append(codes.issue(no, epoch, seconds))
                  .append('\n');
      long found =
          card == null
              ? ActiveCards.forEach(connection, offset, left, line)
              : ActiveCards.one(connection, new CardNo(card), line);
      require(found > 0, "there is no such card");
      left -= found;
    }
  }

  private static Connection connect(DemoFile.Stores stores) {
    try {
      return PostgresUrl.parse(stores.postgres()).jdbcConnection();
    } catch (SQLException e) {
      throw new CannotStart("the demo's database does not answer; start the demo first", e);
    }
  }

  private static CodeKey newestKey(Connection connection, DemoFile.Stores stores)
      throws SQLException {
    Config.Keys keys = new Config.Keys(stores.kekFile().toString(), null, "SM2");
    Keyring.Key key = Keyring.load(connection, Kek.of(keys)).current(Keyring.Purpose.CODE);
    byte[] secret = key.secret();
    return new CodeKey(
        key.kid(),
        Arrays.copyOf(secret, CodeKey.KEY_BYTES),
        Arrays.copyOfRange(secret, CodeKey.KEY_BYTES, 2 * CodeKey.KEY_BYTES));
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
