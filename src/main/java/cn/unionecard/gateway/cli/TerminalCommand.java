package cn.unionecard.gateway.cli;

import ch.qos.logback.classic.Level;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Secrets;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.runtime.watch.Logs;
import cn.unionecard.gateway.terminal.MasterKeys;
import cn.unionecard.gateway.terminal.TerminalSecrets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code terminal}: the master keys of POS terminals. */
@Command(
    name = "terminal",
    mixinStandardHelpOptions = true,
    description = {
      "POS 终端主密钥：注入、生成、查看校验值。",
      "Master keys of POS terminals: inject one, make one, show its check value."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  terminal key --terminal T0000001 --set keys.kekFile=kek",
      "  terminal key --terminal T0000001 --algorithm 3DES --tmk-file - < component",
      "  terminal key --terminal T0000001 --algorithm SM4 --generate tmk-T0000001"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TerminalCommand implements Runnable {
  private static final int KEY_BYTES = 16;

  private final Clock clock;
  private final SecureRandom random;
  private final InputStream in;
  @Spec private CommandSpec spec;

  /**
   * @param in where {@code --tmk-file -} reads
   */
  TerminalCommand(Clock clock, SecureRandom random, InputStream in) {
    this.clock = clock;
    this.random = random;
    this.in = in;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what: key");
  }

  /** The settings of a terminal's cryptography, as they are called in the field. */
  static final class Scheme {
    @Option(
        names = "--algorithm",
        paramLabel = "SM4|3DES",
        defaultValue = "SM4",
        description = "What the terminal encrypts with: ${DEFAULT-VALUE}.")
    private String algorithm = "SM4";

    @Option(
        names = "--mac",
        paramLabel = "XOR_ECB|X9_19",
        defaultValue = "XOR_ECB",
        description = "How it computes MACs: ${DEFAULT-VALUE}; X9_19 with 3DES only.")
    private String mac = "XOR_ECB";
  }

  @Command(
      name = "key",
      mixinStandardHelpOptions = true,
      description = {
        "Without --tmk-file or --generate: shows algorithm and check value of the stored key.",
        "A stored key is never printed. A new one ends the terminal's session."
      })
  int key(
      @Mixin ConfigOptions options,
      @Mixin Scheme scheme,
      @Option(names = "--terminal", required = true, description = "Terminal number.")
          String terminalNo,
      @Option(
              names = "--tmk-file",
              paramLabel = "FILE",
              description = "Injects the key in this file, 32 hex digits; '-' reads the input.")
          @Nullable String file,
      @Option(
              names = "--generate",
              paramLabel = "FILE",
              description = "Makes a key and writes it to this new file, for its owner alone.")
          @Nullable Path generate,
      @Option(names = "--replace", description = "Replace a key that is stored already.")
          boolean replace)
      throws IOException {
    Logs.console(Level.WARN);
    TerminalId terminal = terminal(terminalNo);
    KeyAlgorithm algorithm = algorithm(scheme.algorithm);
    MacMode mode = mode(scheme.mac, algorithm);
    require(file == null || generate == null, "--tmk-file and --generate exclude each other");
    Config config = options.read().config();
    config.stores().requirePostgres();
    PostgresUrl postgres = PostgresUrl.parse(config.stores().postgres());
    try (Connection database = postgres.jdbcConnection()) {
      MasterKeys keys = new MasterKeys(database);
      if (!keys.knows(terminal)) {
        throw new CannotStart("terminal " + terminal + " is not registered");
      }
      Optional<MasterKeys.Stored> stored = keys.find(terminal);
      if (file == null && generate == null) {
        return show(terminal, stored);
      }
      if (stored.isPresent() && !replace) {
        throw new CannotStart(
            "terminal " + terminal + " has a master key; --replace puts another in its place");
      }
      Kek kek = Kek.of(config.keys());
      byte[] tmk = file == null ? made(algorithm, generate) : read(algorithm, file);
      inject(keys, kek, terminal, algorithm, mode, tmk);
      return show(terminal, keys.find(terminal));
    } catch (SQLException e) {
      throw new CannotStart(postgres + ": " + e.getMessage(), e);
    }
  }

  private void inject(
      MasterKeys keys,
      Kek kek,
      TerminalId terminal,
      KeyAlgorithm algorithm,
      MacMode mode,
      byte[] tmk)
      throws SQLException {
    keys.store(
        terminal,
        new TerminalSecrets(kek, random).wrapMaster(terminal, tmk),
        new MasterKeys.Stored(
            algorithm, mode, EcbCipher.checkValue(algorithm, tmk), clock.instant()));
  }

  private byte[] made(KeyAlgorithm algorithm, @Nullable Path file) throws IOException {
    if (file == null || Files.exists(file)) {
      throw new CannotStart(file + " exists; a new key goes to a new file");
    }
    byte[] tmk = EcbCipher.newKey(algorithm, KEY_BYTES, random);
    Secrets.write(file, HexFormat.of().withUpperCase().formatHex(tmk) + "\n");
    return tmk;
  }

  private byte[] read(KeyAlgorithm algorithm, String file) throws IOException {
    String hex =
        (file.equals("-")
                ? new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                : Files.readString(Path.of(file), StandardCharsets.US_ASCII))
            .strip();
    if (!hex.matches("[0-9a-fA-F]{32}")) {
      throw new CannotStart("the master key must be 32 hex digits (16 bytes)");
    }
    byte[] tmk = HexFormat.of().parseHex(hex);
    if (EcbCipher.isWeak(algorithm, tmk)) {
      throw new CannotStart("the master key is a weak one of " + algorithm + ", take another");
    }
    return tmk;
  }

  /** One line for the file of the ceremony; the check value names the key without telling it. */
  private int show(TerminalId terminal, Optional<MasterKeys.Stored> stored) {
    spec.commandLine()
        .getOut()
        .println(
            stored
                .map(
                    key ->
                        terminal
                            + " "
                            + key.algorithm()
                            + " "
                            + key.macMode()
                            + " check value "
                            + HexFormat.of().withUpperCase().formatHex(key.checkValue())
                            + " injected "
                            + key.injectedAt().truncatedTo(ChronoUnit.SECONDS))
                .orElse(terminal + " has no master key"));
    spec.commandLine().getOut().flush();
    return stored.isPresent() ? 0 : 1;
  }

  // ---- options

  private TerminalId terminal(String text) {
    try {
      return new TerminalId(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--terminal: " + e.getMessage());
    }
  }

  private KeyAlgorithm algorithm(String text) {
    try {
      return KeyAlgorithm.titled(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--algorithm is SM4 or 3DES");
    }
  }

  private MacMode mode(String text, KeyAlgorithm algorithm) {
    require(
        text.equals(MacMode.XOR_ECB.name()) || text.equals(MacMode.X9_19.name()),
        "--mac is XOR_ECB or X9_19");
    MacMode mode = MacMode.valueOf(text);
    require(
        mode != MacMode.X9_19 || algorithm == KeyAlgorithm.TRIPLE_DES,
        "--mac X9_19 goes with --algorithm 3DES");
    return mode;
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
