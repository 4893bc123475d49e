package cn.unionecard.gateway.cli;

import ch.qos.logback.classic.Level;
import cn.unionecard.gateway.privacy.IndexMove;
import cn.unionecard.gateway.privacy.MemberVault;
import cn.unionecard.gateway.privacy.VaultKey;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.keys.KeyRotation;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.gateway.runtime.keys.Keyring.Purpose;
import cn.unionecard.gateway.runtime.keys.Rewrap;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.runtime.watch.Logs;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keys}: what keys there are, and another in the place of each while nodes serve. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = {
      "密钥：列出、轮换（新旧并行，不停机）、在新的主密钥下重新封装。",
      "Keys: lists them, puts a new one in the place of one in force while nodes serve, and puts"
          + " everything under another key-encryption key. As the tables' owner."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  keys list --set keys.kekFile=kek",
      "  keys new --purpose RECEIPT --set keys.kekFile=kek",
      "  keys end token-20261123-0a1b2c3d --set keys.kekFile=kek",
      "  keys reindex --set keys.kekFile=kek",
      "  keys rewrap --set keys.kekFile=kek"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class KeysCommand implements Runnable {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final int FAILED = 1;

  private final Clock clock;
  private final SecureRandom random;
  @Spec private CommandSpec spec;

  KeysCommand(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /** What can be made anew by name. */
  enum Renewed {
    RECEIPT(Purpose.RECEIPT),
    TOKEN(Purpose.TOKEN),
    CODE(Purpose.CODE),
    VAULT(Purpose.VAULT);

    private final Purpose purpose;

    Renewed(Purpose purpose) {
      this.purpose = purpose;
    }
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say what: list, new, use, reindex, end or rewrap");
  }

  private interface Work {
    int run(Connection database, Config config, Kek kek) throws SQLException;
  }

  private int with(ConfigOptions options, Work work) {
    Logs.console(Level.WARN);
    Config config = options.read().config();
    config.stores().requirePostgres();
    Kek kek = Kek.of(config.keys());
    PostgresUrl postgres = PostgresUrl.parse(config.stores().postgres());
    try (Connection database = postgres.jdbcConnection()) {
      int status = work.run(database, config, kek);
      spec.commandLine().getOut().flush();
      return status;
    } catch (SQLException e) {
      throw new CannotStart(postgres + ": " + e.getMessage(), e);
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = {
        "列出密钥、各节点已知的密钥、各表在哪个主密钥之下；不显示任何密钥内容。",
        "Lists keys, what each node knows, and how many rows lie under which key-encryption key;"
            + " never a key itself."
      })
  int list(@Mixin ConfigOptions options) {
    return with(
        options,
        (database, config, kek) -> {
          KeyRotation rotation = new KeyRotation(database, clock);
          Keyring ring = Keyring.load(database, kek);
          out().println("key-encryption keys: " + String.join(", ", kek.names()));
          for (Keyring.Key key : ring.keys()) {
            out()
                .println(
                    key.purpose()
                        + " "
                        + key.kid()
                        + " "
                        + key.algorithm()
                        + " "
                        + rotation.standing(key, ring));
          }
          ring.unreadable().forEach(one -> out().println(one + " cannot be opened"));
          Optional<Keyring.Key> former = former(ring);
          if (former.isPresent()) {
            out().println(told(former.get(), move(database, ring, kek, former.get()).left()));
          }
          for (KeyRotation.Node node : rotation.nodes()) {
            out()
                .println(
                    "node "
                        + node.name()
                        + (node.living() ? "" : " (not heard of)")
                        + " has "
                        + String.join(", ", node.keks())
                        + "; keys "
                        + String.join(", ", node.kids()));
          }
          for (Map.Entry<String, Map<String, Long>> place : Rewrap.standing(database).entrySet()) {
            place
                .getValue()
                .forEach(
                    (name, rows) -> out().println(place.getKey() + " under " + name + ": " + rows));
          }
          return ring.unreadable().isEmpty() ? 0 : FAILED;
        });
  }

  @Command(
      name = "new",
      mixinStandardHelpOptions = true,
      description = {
        "生成新密钥：先通告，所有在线节点都已知晓后启用；旧密钥按其用途继续验证到期。",
        "Makes a key and announces it, waits until all living nodes know it, and puts it in force."
            + " What the one before made is taken until it has ended."
      })
  int make(
      @Mixin ConfigOptions options,
      @Option(
              names = "--purpose",
              required = true,
              paramLabel = "PURPOSE",
              description = "${COMPLETION-CANDIDATES}")
          Renewed renewed,
      @Mixin Overlap overlap,
      @Mixin Patience patience) {
    return with(
        options,
        (database, config, kek) -> {
          KeyRotation rotation = new KeyRotation(database, clock);
          String algorithm = config.keys().receiptAlgorithm();
          if (renewed == Renewed.VAULT) {
            Keyring ring = Keyring.load(database, kek);
            if (ring.takenAt(Purpose.VAULT, clock.instant()).size() == 1) {
              IndexMove.clear(database, 3 - ring.current(Purpose.VAULT).place());
            }
          }
          String kid = rotation.announce(kek, renewed.purpose, algorithm, random);
          out().println(kid + " announced");
          return use(rotation, kid, overlap, patience);
        });
  }

  @Command(
      name = "use",
      mixinStandardHelpOptions = true,
      description = {
        "启用已通告的密钥（上次等待超时之后）。",
        "Puts a key in force that was announced, where 'new' could not wait long enough."
      })
  int use(
      @Mixin ConfigOptions options,
      @Parameters(paramLabel = "KEY", description = "Its name.") String kid,
      @Mixin Overlap overlap,
      @Mixin Patience patience) {
    return with(
        options,
        (database, config, kek) -> use(new KeyRotation(database, clock), kid, overlap, patience));
  }

  /** How long what the key before made is taken. */
  static final class Overlap {
    @Option(
        names = "--overlap-hours",
        paramLabel = "N",
        description =
            "How long what the key before made is taken; default: codes 15 days, tokens 24 hours."
                + " Receipts are for ever.")
    private @Nullable Integer hours;

    @Nullable Duration duration() {
      return hours == null ? null : Duration.ofHours(hours);
    }
  }

  /** How long nodes are waited for. */
  static final class Patience {
    @Option(
        names = "--wait",
        paramLabel = "SECONDS",
        defaultValue = "60",
        description = "How long nodes are waited for: ${DEFAULT-VALUE} s.")
    private int seconds = 60;
  }

  private int use(KeyRotation rotation, String kid, Overlap overlap, Patience patience)
      throws SQLException {
    List<String> without = rotation.without(kid);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(patience.seconds);
    while (!without.isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(LOOK_NANOS);
      without = rotation.without(kid);
    }
    if (!without.isEmpty()) {
      out()
          .println(
              kid
                  + " is not in force: "
                  + String.join(", ", without)
                  + " do not know it. When they do: keys use "
                  + kid);
      return FAILED;
    }
    rotation.use(kid, overlap.duration());
    out().println(kid + " in force");
    return 0;
  }

  // ---- the key of the vault

  /** The one of the vault that another has taken the place of, and that finds people still. */
  private Optional<Keyring.Key> former(Keyring ring) {
    return ring.takenAt(Purpose.VAULT, clock.instant()).stream()
        .filter(Keyring.Key::retired)
        .findFirst();
  }

  private IndexMove move(Connection database, Keyring ring, Kek kek, Keyring.Key former) {
    List<VaultKey> keys =
        ring.takenAt(Purpose.VAULT, clock.instant()).stream()
            .map(key -> new VaultKey(key.place(), key.secret()))
            .toList();
    return new IndexMove(database, new MemberVault(() -> keys, kek, random), former.place());
  }

  private static String told(Keyring.Key former, IndexMove.Left left) {
    return "found by "
        + former.kid()
        + " alone: "
        + left.members()
        + " members, "
        + left.before()
        + " to whom a node has still to give a key, "
        + left.named()
        + " rows of whole lists that go on";
  }

  @Command(
      name = "reindex",
      mixinStandardHelpOptions = true,
      description = {
        "用新的索引密钥重算会员的证件号索引；可中断，重新运行会接着做；逐步报告进度。",
        "Finds members by the newer key of the vault, too. May be interrupted and run again; tells"
            + " how far it is. After it: keys end."
      })
  int reindex(@Mixin ConfigOptions options) {
    return with(
        options,
        (database, config, kek) -> {
          Keyring ring = Keyring.load(database, kek);
          Optional<Keyring.Key> former = former(ring);
          if (former.isEmpty()) {
            out().println("members are found by one key alone: nothing is to be done");
            return 0;
          }
          new KeyRotation(database, clock)
              .note("keys.reindexed", ring.current(Purpose.VAULT).kid());
          IndexMove move = move(database, ring, kek, former.get());
          List<Long> stay = move.run(this::tell);
          for (long member : stay) {
            out()
                .println(
                    "member "
                        + member
                        + " cannot be read, or another has his number: he stays as he is");
          }
          out().println(told(former.get(), move.left()));
          return stay.isEmpty() ? 0 : FAILED;
        });
  }

  private void tell(IndexMove.Step step) {
    out().println("members: " + step.done() + " done, " + step.left() + " left");
    out().flush();
  }

  /** Ends it when nothing is found by it alone, and takes away what it made. */
  private int end(
      Connection database,
      Kek kek,
      Keyring ring,
      Keyring.Key key,
      @Nullable Long leave,
      Patience patience)
      throws SQLException {
    KeyRotation rotation = new KeyRotation(database, clock);
    IndexMove move = move(database, ring, kek, key);
    if (ring.takenAt(Purpose.VAULT, clock.instant()).stream()
        .anyMatch(other -> other.place() == key.place() && !other.equals(key))) {
      throw new CannotStart(key.kid() + " has ended, and another has its place");
    }
    if (key.isTakenAt(clock.instant())) {
      List<String> without = rotation.without(ring.current(Purpose.VAULT).kid());
      if (!without.isEmpty()) {
        throw new CannotStart(
            String.join(", ", without) + " do not know the newer key: they write by this one");
      }
      IndexMove.Left left = move.left();
      if (left.all() != (leave == null ? 0 : leave)) {
        throw new CannotStart(
            told(key, left)
                + ": keys reindex first; what it cannot move is left behind by --leave "
                + left.all());
      }
      if (!rotation.end(key.kid())) {
        throw new CannotStart(key.kid() + " has just been ended by another");
      }
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(patience.seconds);
    List<String> taking = rotation.taking(key.kid());
    while (!taking.isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(LOOK_NANOS);
      taking = rotation.taking(key.kid());
    }
    if (!taking.isEmpty()) {
      out()
          .println(
              String.join(", ", taking)
                  + " still write by "
                  + key.kid()
                  + "; what it made stays for now: keys end "
                  + key.kid()
                  + " again");
      return FAILED;
    }
    move.clear();
    out().println(key.kid() + " ended, and nothing is found by it any more");
    return 0;
  }

  @Command(
      name = "end",
      mixinStandardHelpOptions = true,
      description = {
        "立即停用已被替换的会员码或令牌密钥：其签发的一律拒绝（泄露时用）；索引密钥须先完成 reindex。",
        "Ends a former key of codes or tokens now: what was made with it is refused. For one that"
            + " got into wrong hands. One of the vault ends when all are found by the newer."
      })
  int end(
      @Mixin ConfigOptions options,
      @Parameters(paramLabel = "KEY", description = "Its name.") String kid,
      @Option(
              names = "--leave",
              paramLabel = "N",
              description = "Of the vault: how many cannot be moved, and are found no more.")
          @Nullable Long leave,
      @Mixin Patience patience) {
    return with(
        options,
        (database, config, kek) -> {
          Keyring ring = Keyring.load(database, kek);
          Optional<Keyring.Key> ofVault =
              ring.keys(Purpose.VAULT).stream()
                  .filter(key -> key.kid().equals(kid) && key.retired())
                  .findFirst();
          if (ofVault.isPresent()) {
            return end(database, kek, ring, ofVault.get(), leave, patience);
          }
          if (!new KeyRotation(database, clock).end(kid)) {
            throw new CannotStart(
                kid
                    + " is no former key of codes, tokens or the vault that is still taken: one in force has"
                    + " to be replaced first (keys new), and receipts stay genuine for ever");
          }
          out().println(kid + " ended");
          return 0;
        });
  }

  @Command(
      name = "rewrap",
      mixinStandardHelpOptions = true,
      description = {
        "把所有封装的密钥移到第一个主密钥之下；可中断，重新运行会接着做；逐步报告进度。",
        "Puts everything under the first of the key-encryption keys. May be interrupted and run"
            + " again; tells how far it is. Refuses while a living node wraps with another."
      })
  int rewrap(@Mixin ConfigOptions options) {
    return with(
        options,
        (database, config, kek) -> {
          String first = kek.names().get(0);
          List<String> others = new KeyRotation(database, clock).notWrappingWith(first);
          if (!others.isEmpty()) {
            throw new CannotStart(
                String.join(", ", others)
                    + " wrap with another key-encryption key than "
                    + first
                    + ": put it first in their file, too");
          }
          new KeyRotation(database, clock).note("keys.rewrapped", first);
          List<Rewrap.Closed> closed = new Rewrap(database, kek, random).run(this::tell);
          for (Rewrap.Closed row : closed) {
            out().println(row + " is opened by none of the keys, and stays as it is");
          }
          out()
              .println(
                  closed.isEmpty()
                      ? "all under " + first
                      : closed.size() + " rows are not under " + first);
          return closed.isEmpty() ? 0 : FAILED;
        });
  }

  private void tell(Rewrap.Step step) {
    out().println(step.place().name() + ": " + step.done() + " done, " + step.left() + " left");
    out().flush();
  }
}
