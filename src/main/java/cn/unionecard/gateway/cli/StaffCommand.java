package cn.unionecard.gateway.cli;

import ch.qos.logback.classic.Level;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.runtime.watch.Logs;
import cn.unionecard.gateway.union.FirstStaff;
import cn.unionecard.gateway.union.Passwords;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code staff}: the first accounts of the union's staff. */
@Command(
    name = "staff",
    mixinStandardHelpOptions = true,
    description = {
      "工会工作人员账号：开立首个账号，其余账号由其在线开立。",
      "Accounts of union staff: adds the first one, which gives out the others."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  staff add --login province.admin --name 管理员 --org 410000 --role SYSTEM",
      "  staff add --login zhang --name 张三 --org 410802 --role CLERK --password-stdin < secret",
      "  staff add --login shop.li --name 李店长 --role MERCHANT --merchant 841080219000091"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class StaffCommand implements Runnable {
  private final Clock clock;
  private final SecureRandom random;
  private final InputStream in;
  @Spec private CommandSpec spec;

  /**
   * @param in where {@code --password-stdin} reads
   */
  StaffCommand(Clock clock, SecureRandom random, InputStream in) {
    this.clock = clock;
    this.random = random;
    this.in = in;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what: add");
  }

  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = {
        "Adds an account. Without --password-stdin makes a password and prints it, this once.",
        "首次登录须修改密码。The password has to be changed at the first sign-in (POST /v1/own-password)."
      })
  int add(
      @Mixin ConfigOptions options,
      @Option(names = "--login", required = true, description = "3 to 32 of a-z 0-9 . _ -")
          String login,
      @Option(names = "--name", required = true, description = "How colleagues see it.")
          String name,
      @Option(
              names = "--org",
              description = "Code of the organisation; of a merchant's account: not said.")
          @Nullable String org,
      @Option(
              names = "--merchant",
              description = "Number of the merchant whose account it is; with --role MERCHANT.")
          @Nullable String merchant,
      @Option(
              names = "--role",
              required = true,
              paramLabel = "ROLE",
              description =
                  "${COMPLETION-CANDIDATES}; may be repeated; SYSTEM, PARTNER, MERCHANT stand alone.")
          Set<Role> roles,
      @Option(names = "--password-stdin", description = "Read the password from the input.")
          boolean given,
      @Option(
              names = "--keep-password",
              description = "For a system that signs in by itself: it need not be changed.")
          boolean keep)
      throws IOException {
    Logs.console(Level.WARN);
    require(login.matches("[a-z][a-z0-9._-]{2,31}"), "--login: 3 to 32 of a-z 0-9 . _ -");
    require(!name.isBlank() && name.length() <= 40, "--name: 1 to 40 characters");
    for (Role role : roles) {
      require(!role.standsAlone() || roles.size() == 1, "--role " + role + " stands alone");
    }
    boolean merchants = roles.contains(Role.MERCHANT);
    require(merchants == (merchant != null), "--merchant belongs to --role MERCHANT");
    require(merchants == (org == null), "--org: whose account it is; not with --merchant");
    Config config = options.read().config();
    config.stores().requirePostgres();
    PostgresUrl postgres = PostgresUrl.parse(config.stores().postgres());
    Passwords passwords = new Passwords(random);
    String password = given ? read() : passwords.make();
    try (Connection database = postgres.jdbcConnection()) {
      FirstStaff first = new FirstStaff(database, passwords, clock);
      if (merchant != null) {
        first.addForMerchant(login, name, merchant, password, !keep);
      } else {
        first.add(login, name, Objects.requireNonNull(org), roles, password, !keep);
      }
    } catch (SQLException e) {
      throw new CannotStart(postgres + ": " + e.getMessage(), e);
    }
    spec.commandLine().getOut().println(given ? login : login + " " + password);
    spec.commandLine().getOut().flush();
    return 0;
  }

  private String read() throws IOException {
    String password = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    if (!Passwords.isAcceptable(password)) {
      throw new CannotStart("a password has 12 to 128 printable ASCII characters");
    }
    return password;
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
