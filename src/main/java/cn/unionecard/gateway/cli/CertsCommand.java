package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Secrets;
import cn.unionecard.gateway.runtime.tls.Certificates;
import cn.unionecard.gateway.runtime.tls.Certificates.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code certs}: the CA, the server's certificate and those of the terminals. */
@Command(
    name = "certs",
    mixinStandardHelpOptions = true,
    description = {
      "生成证书机构、服务器证书和终端证书（P-256）；私钥仅本人可读，不覆盖已有文件。",
      "Make the CA, server and terminal certificates (P-256). Private keys are readable by their"
          + " owner alone; existing files stay unless --force."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  certs ca",
      "  certs server --host pos.example.org --host 10.0.0.8",
      "  certs terminal --id T0000001",
      "  certs terminal --id T0000002 --csr device.csr"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CertsCommand implements Runnable {
  private static final String CA = "ca";

  private final Certificates certificates;
  @Spec private CommandSpec spec;

  @Option(
      names = "--folder",
      scope = ScopeType.INHERIT,
      defaultValue = "certs",
      description = "Where the files are: ${DEFAULT-VALUE}.")
  private Path folder;

  @Option(
      names = "--days",
      scope = ScopeType.INHERIT,
      description = "Days the certificate is good for; default: CA 3650, server 397, terminal 730.")
  private @Nullable Integer days;

  @Option(names = "--force", scope = ScopeType.INHERIT, description = "Replace existing files.")
  private boolean force;

  CertsCommand(Certificates certificates) {
    this.certificates = certificates;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say which: ca, server or terminal");
  }

  @Command(
      name = "ca",
      mixinStandardHelpOptions = true,
      description = "A new certificate authority: ca.pem, ca.key.")
  int ca(
      @Option(
              names = "--name",
              defaultValue = "E-card Gateway CA",
              description = "Its common name: ${DEFAULT-VALUE}.")
          String name)
      throws IOException {
    requireFree(CA + ".pem", CA + ".key");
    write(CA, certificates.ca(name, lifetime(Certificates.CA_LIFETIME)));
    return 0;
  }

  @Command(
      name = "server",
      mixinStandardHelpOptions = true,
      description = "A certificate for the gateway: server.pem, server.key.")
  int server(
      @Option(
              names = "--host",
              required = true,
              description = "DNS name or IP address it answers under; may be repeated.")
          List<String> hosts)
      throws IOException {
    requireFree("server.pem", "server.key");
    write(
        "server", certificates.server(authority(), hosts, lifetime(Certificates.SERVER_LIFETIME)));
    return 0;
  }

  @Command(
      name = "terminal",
      mixinStandardHelpOptions = true,
      description =
          "A certificate for one terminal: terminal-ID.pem, and terminal-ID.key without a request.")
  int terminal(
      @Option(names = "--id", required = true, description = "Terminal number, 8 of A-Z 0-9.")
          String id,
      @Option(
              names = "--csr",
              description =
                  "Certificate request (PKCS#10, PEM, P-256); its key stays on the device.")
          @Nullable Path csr)
      throws IOException {
    TerminalId terminal = terminalId(id);
    Duration lifetime = lifetime(Certificates.TERMINAL_LIFETIME);
    String name = "terminal-" + terminal;
    if (csr == null) {
      requireFree(name + ".pem", name + ".key");
      write(name, certificates.terminal(authority(), terminal, lifetime));
    } else {
      requireFree(name + ".pem");
      write(
          name + ".pem", certificates.terminalFromCsr(authority(), terminal, read(csr), lifetime));
    }
    return 0;
  }

  private TerminalId terminalId(String id) {
    try {
      return new TerminalId(id);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--id " + id + ": " + e.getMessage(), e);
    }
  }

  private Duration lifetime(Duration usual) {
    if (days == null) {
      return usual;
    }
    if (days < 1) {
      throw new ParameterException(spec.commandLine(), "--days must be at least 1");
    }
    return Duration.ofDays(days);
  }

  private Identity authority() {
    return new Identity(read(folder.resolve(CA + ".pem")), read(folder.resolve(CA + ".key")));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CannotStart(file + " cannot be read ('certs ca' makes the CA): " + e, e);
    }
  }

  private void requireFree(String... names) {
    for (String name : names) {
      if (!force && Files.exists(folder.resolve(name))) {
        throw new CannotStart(folder.resolve(name) + " exists; --force replaces it");
      }
    }
  }

  private void write(String name, Identity identity) throws IOException {
    Files.createDirectories(folder);
    Secrets.write(folder.resolve(name + ".key"), identity.privateKey());
    spec.commandLine().getOut().println(folder.resolve(name + ".key"));
    write(name + ".pem", identity.certificate());
  }

  private void write(String file, String certificate) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(file), certificate);
    spec.commandLine().getOut().println(folder.resolve(file));
    spec.commandLine().getOut().flush();
  }
}
