package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.workbench.Workbench;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** All commands: the operator's, and the workbench's beside them. */
class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine line =
      Workbench.commandLine(Clock.systemUTC(), new SecureRandom())
          .setOut(new PrintWriter(out))
          .setErr(new PrintWriter(err));
  private final Path folder;

  MainTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void unknownCommandGetsAHintAndStatusTwo() {
    assertEquals(2, line.execute("migrat"));
    assertTrue(err.toString().contains("migrate"), err.toString());
    assertEquals(2, line.execute());
    assertEquals(2, line.execute("certs"));
    assertEquals(2, line.execute("print-config", "--nonsense"));
  }

  @Test
  void everyCommandExplainsItself() {
    line.getSubcommands()
        .forEach(
            (name, command) -> {
              String help = command.getUsageMessage();
              assertTrue(help.contains(name), name);
              assertTrue(command.getCommandSpec().usageMessage().description().length > 0, name);
            });
    assertEquals(0, line.execute("--help"));
    assertTrue(out.toString().contains("Examples:"));
  }

  @Test
  void anOperatorsExecutableHasNothingOfTheWorkbench() {
    CommandLine operators = Main.commandLine(new Main(), Clock.systemUTC(), new SecureRandom());
    assertEquals(
        Set.of("demo", "pos", "story", "certify-terminal", "codes", "simulate"),
        line.getSubcommands().keySet().stream()
            .filter(name -> !operators.getSubcommands().containsKey(name))
            .collect(Collectors.toSet()));
  }

  @Test
  void configurationErrorsAreOneClearTextAndStatusOne() {
    assertEquals(1, line.execute("print-config", "--set", "limits.deadlineMs=1"));
    assertTrue(err.toString().contains("limits.deadlineMs = 1: must be 100 to 60000"));
    assertFalse(err.toString().contains("\tat "), err.toString());
    assertEquals(1, line.execute("migrate"));
    assertTrue(err.toString().contains("stores.postgres is not set"), err.toString());
  }

  @Test
  void printsTheConfiguration() {
    assertEquals(
        0,
        line.execute(
            "print-config", "--set", "node.name=n7", "--set", "stores.redis=redis://:hidden@h:1"));
    assertTrue(out.toString().contains("  name: \"n7\" # flag --set\n"), out.toString());
    assertFalse(out.toString().contains("hidden"), out.toString());
  }

  @Test
  void makesACaAServerAndTerminals() throws Exception {
    assertEquals(0, certs("ca"));
    assertEquals(0, certs("server", "--host", "localhost", "--host", "127.0.0.1", "--days", "2"));
    assertEquals(0, certs("terminal", "--id", "T0000001"));
    X509Certificate ca = certificate("ca.pem");
    X509Certificate server = certificate("server.pem");
    X509Certificate terminal = certificate("terminal-T0000001.pem");
    server.verify(ca.getPublicKey());
    terminal.verify(ca.getPublicKey());
    assertEquals(0, ca.getBasicConstraints());
    assertEquals("[[2, localhost], [7, 127.0.0.1]]", names(server));
    assertEquals("[[6, urn:ecard:terminal:T0000001]]", names(terminal));
    for (String key : new String[] {"ca.key", "server.key", "terminal-T0000001.key"}) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(key))));
    }
  }

  @Test
  void neverReplacesAFileUnasked() throws Exception {
    assertEquals(0, certs("ca"));
    String before = Files.readString(folder.resolve("ca.key"));
    assertEquals(1, certs("ca"));
    assertTrue(err.toString().contains("ca.pem exists; --force replaces it"), err.toString());
    assertEquals(before, Files.readString(folder.resolve("ca.key")));
    assertEquals(0, certs("ca", "--force"));
    assertFalse(before.equals(Files.readString(folder.resolve("ca.key"))));
  }

  @Test
  void refusesWrongTerminalsAndRequests() throws Exception {
    assertEquals(1, certs("terminal", "--id", "T0000001"));
    assertTrue(err.toString().contains("'certs ca' makes the CA"), err.toString());
    assertEquals(0, certs("ca"));
    assertEquals(2, certs("terminal", "--id", "t1"));
    Path csr = Files.writeString(folder.resolve("x.csr"), "nothing");
    assertEquals(1, certs("terminal", "--id", "T0000001", "--csr", csr.toString()));
    assertTrue(err.toString().contains("holds no PEM CERTIFICATE REQUEST"), err.toString());
    assertEquals(2, certs("server"));
    assertEquals(2, certs("server", "--host", "h", "--days", "0"));
  }

  private int certs(String command, String... options) {
    String[] all = new String[options.length + 4];
    all[0] = "certs";
    all[1] = command;
    all[2] = "--folder";
    all[3] = folder.toString();
    System.arraycopy(options, 0, all, 4, options.length);
    return line.execute(all);
  }

  private X509Certificate certificate(String file) throws Exception {
    try (var in = Files.newInputStream(folder.resolve(file))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static String names(X509Certificate certificate) throws Exception {
    return String.valueOf(certificate.getSubjectAlternativeNames());
  }
}
