package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Master keys go in and never come out. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TerminalCommandIT {
  private static final String TMK = "0123456789abcdefFEDCBA9876543210";
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-23T01:00:00Z"), ZoneOffset.UTC);

  private final Path folder;
  private Path kek;
  private String url;
  private String said = "";

  TerminalCommandIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeAll
  void start() throws Exception {
    kek = Files.writeString(folder.resolve("kek"), "5a".repeat(32));
    url = TestStores.get().newDatabase();
    TestTown.load(url);
  }

  private int key(String input, String... options) {
    StringWriter out = new StringWriter();
    CommandLine line =
        new CommandLine(
                new TerminalCommand(
                    CLOCK,
                    new SecureRandom(),
                    new ByteArrayInputStream(input.getBytes(StandardCharsets.US_ASCII))))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  command.getErr().println(failure.getMessage());
                  command.getErr().flush();
                  return 1;
                });
    List<String> all = new ArrayList<>(List.of("key", "--set", "stores.postgres=" + url));
    all.addAll(List.of("--set", "keys.kekFile=" + kek));
    all.addAll(List.of(options));
    int status = line.execute(all.toArray(String[]::new));
    said = out.toString().strip();
    return status;
  }

  @Test
  void injectsAKeyAndNamesItByItsCheckValue() {
    assertEquals(1, key("", "--terminal", "T0000001"));
    assertEquals("T0000001 has no master key", said);
    assertEquals(
        0, key(TMK + "\n", "--terminal", "T0000001", "--algorithm", "3DES", "--tmk-file", "-"));
    String injected = "T0000001 3DES XOR_ECB check value 08D7B4FB injected 2026-11-23T01:00:00Z";
    assertEquals(injected, said);
    assertEquals(0, key("", "--terminal", "T0000001"));
    assertEquals(injected, said);
  }

  @Test
  void aStoredKeyIsReplacedOnlyWhenAsked() throws Exception {
    Path file = Files.writeString(folder.resolve("tmk"), TMK);
    assertEquals(0, key("", "--terminal", "T0000002", "--tmk-file", file.toString()));
    assertTrue(said.startsWith("T0000002 SM4 XOR_ECB check value "), said);
    String other = "00112233445566778899AABBCCDDEEFF";
    assertEquals(1, key(other, "--terminal", "T0000002", "--tmk-file", "-"));
    assertTrue(said.contains("--replace"), said);
    String before = checkValue("T0000002");
    assertEquals(0, key(other, "--terminal", "T0000002", "--tmk-file", "-", "--replace"));
    assertFalse(said.contains(before), said);
  }

  private String checkValue(String terminal) {
    assertEquals(0, key("", "--terminal", terminal));
    return said.replaceFirst(".*check value (........).*", "$1");
  }

  @Test
  void makesAKeyForItsOwnersEyesOnly() throws Exception {
    Path file = folder.resolve("new-key");
    assertEquals(
        0,
        key(
            "",
            "--terminal",
            "T0000003",
            "--algorithm",
            "3DES",
            "--mac",
            "X9_19",
            "--generate",
            file.toString()));
    String made = said;
    assertTrue(made.startsWith("T0000003 3DES X9_19 check value "), made);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    String tmk = Files.readString(file).strip();
    assertFalse(made.contains(tmk), "not printed");
    assertEquals(0, key(tmk, "--terminal", "T0000004", "--algorithm", "3DES", "--tmk-file", "-"));
    assertEquals(checkValue("T0000003"), checkValue("T0000004"));
    assertEquals(1, key("", "--terminal", "T0000005", "--generate", file.toString()));
    assertTrue(said.contains("exists"), said);
  }

  @Test
  void refusesWhatCannotBe() {
    assertEquals(1, key(TMK, "--terminal", "X0000001", "--tmk-file", "-"));
    assertEquals("terminal X0000001 is not registered", said);
    assertEquals(1, key("0123", "--terminal", "T0000006", "--tmk-file", "-"));
    assertTrue(said.contains("32 hex digits") && !said.contains("0123"), said);
    assertEquals(
        1, key("0".repeat(32), "--terminal", "T0000006", "--algorithm", "3DES", "--tmk-file", "-"));
    assertTrue(said.contains("weak"), said);
    assertEquals(2, key(TMK, "--terminal", "t1", "--tmk-file", "-"));
    assertEquals(2, key(TMK, "--terminal", "T0000006", "--algorithm", "DES", "--tmk-file", "-"));
    assertEquals(2, key(TMK, "--terminal", "T0000006", "--mac", "X9_19", "--tmk-file", "-"));
    assertEquals(2, key(TMK, "--terminal", "T0000006", "--mac", "X9", "--tmk-file", "-"));
    assertEquals(2, key(TMK, "--terminal", "T0000006", "--tmk-file", "-", "--generate", "x"));
    assertEquals(1, key("", "--terminal", "T0000006"), "nothing was stored");
  }
}
