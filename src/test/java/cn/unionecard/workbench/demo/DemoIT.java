package cn.unionecard.workbench.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.code.CodeReader;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.code.Scan;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.workbench.CodesCommand;
import cn.unionecard.workbench.DemoCommand;
import cn.unionecard.workbench.Show;
import cn.unionecard.workbench.Workbench;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The demo command up to the gateway, and the codes command beside it. */
class DemoIT {
  private static final long NOW = 1_795_392_000L;
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC);
  private static final DemoFile.Addresses ADDRESSES =
      new DemoFile.Addresses("https://localhost:8443", "http://localhost:8081");
  private static final String CARDS = "--cards=3000";

  private Clock clock = CLOCK;

  @Test
  void aHouseStandsAndStandsAgain(@TempDir Path temp) throws Exception {
    Path folder = temp.resolve("demo-data");
    byte[] ca = demo(folder, this::look, CARDS, "--once");
    JsonNode first = demoFile(folder);
    String terminal = first.at("/terminals/0/certificate").asText();
    X509Certificate given = certificate(folder.resolve(terminal));
    clock = Clock.offset(CLOCK, Duration.ofDays(720));
    byte[] again = demo(folder, this::look, "--once");
    assertEquals(text(ca), text(again), "a second start keeps the authority");
    for (String kept : List.of("staff", "terminals", "cards")) {
      assertEquals(first.get(kept), demoFile(folder).get(kept), kept);
    }
    X509Certificate renewed = certificate(folder.resolve(terminal));
    assertNotEquals(given.getNotAfter(), renewed.getNotAfter(), "what nearly ended is signed anew");
    assertEquals(given.getPublicKey(), renewed.getPublicKey(), "for the same key");

    clock = CLOCK;
    byte[] made =
        demo(folder, this::look, CARDS, "--new-keys", "--host=0.0.0.0", "--also=10.9.8.7");
    assertNotEquals(text(ca), text(made), "another authority");
    for (String secret : List.of("/staff/0/password", "/terminals/0/tmk")) {
      assertNotEquals(first.at(secret), demoFile(folder).at(secret), secret);
    }
    assertTrue(
        certificate(folder.resolve("certs/server.pem"))
            .getSubjectAlternativeNames()
            .toString()
            .contains("10.9.8.7"));
    assertRefused(folder, "--fresh", "--cards=4000");
    assertRefused(folder, "--fresh", "--merchants=700");
    byte[] fresh = demo(folder, this::look, "--cards=100", "--fresh");
    assertNotEquals(text(ca), text(fresh), "a fresh start makes new ones");
    Files.writeString(folder.resolve("of-somebody-else"), "kept");
    DemoFolder.open(folder).clear();
    assertEquals(List.of("of-somebody-else"), List.of(folder.toFile().list()));
  }

  private static JsonNode demoFile(Path folder) throws IOException {
    return new ObjectMapper().readTree(folder.resolve("demo.json").toFile());
  }

  /** One line that names the way out. */
  private void assertRefused(Path folder, String wayOut, String... args) {
    StringWriter err = new StringWriter();
    CommandLine line = Workbench.commandLine(CLOCK, new SecureRandom());
    line.setErr(new PrintWriter(err)).setOut(new PrintWriter(new StringWriter()));
    List<String> all = new ArrayList<>(List.of("demo", "--data-folder=" + folder));
    all.addAll(List.of(args));
    Stream.of("--port=", "--pages-port=", "--management-port=", "--pos-port=", "--pos-tls-port=")
        .filter(port -> all.stream().noneMatch(given -> given.startsWith(port)))
        .forEach(port -> all.add(port + "0"));
    assertEquals(1, line.execute(all.toArray(String[]::new)), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
    assertTrue(err.toString().contains(wayOut), err::toString);
  }

  /** What cannot be listened on is told before anything is begun. */
  @Test
  void aTakenPortAndAnUnknownHostAreOneLine(@TempDir Path temp) throws Exception {
    Path folder = temp.resolve("demo-data");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertRefused(folder, "--port", "--port=" + taken.getLocalPort());
      assertRefused(folder, "--pos-tls-port", "--pos-tls-port=" + taken.getLocalPort());
    }
    assertRefused(folder, "--host 0.0.0.0", "--host=no.such.host.invalid");
    assertRefused(folder, "--also 192.0.2.200", "--host=192.0.2.200");
    assertEquals(0, folder.toFile().list().length);
  }

  private int look(House house, Show.Wishes wishes, Steps steps) throws Exception {
    assertEquals(1_000, wishes.checkouts());
    assertEquals("a.b.c", house.writeDemoFile(ADDRESSES, reader -> "a.b.c"));
    checkDemoFile(house.folder());
    checkDeviceKeys(house);
    checkCodes(house);
    return 0;
  }

  private static void checkDemoFile(DemoFolder folder)
      throws IOException, GeneralSecurityException {
    requireOwnerOnly(folder.demoJson());
    JsonNode file = new ObjectMapper().readTree(folder.demoJson().toFile());
    assertEquals("a.b.c", file.get("staffToken").asText());
    assertEquals(55, file.get("terminals").size());
    assertEquals(22, file.get("campaigns").size());
    assertTrue(file.get("merchants").size() >= 12);
    Set<String> statuses = new HashSet<>();
    file.get("cards").forEach(card -> statuses.add(card.get("status").asText()));
    assertEquals(Set.of("ACTIVE", "LOST", "SUSPENDED", "ISSUED"), statuses);
    X509Certificate ca = certificate(folder.root().resolve(file.get("ca").asText()));
    for (JsonNode terminal : file.get("terminals")) {
      Path key = folder.root().resolve(terminal.get("key").asText());
      requireOwnerOnly(key);
      X509Certificate own =
          certificate(folder.root().resolve(terminal.get("certificate").asText()));
      own.verify(ca.getPublicKey());
      assertTrue(own.getSubjectAlternativeNames().toString().contains(terminal.get("id").asText()));
      requirePair(own, key);
    }
    certificate(DemoCertificates.server(folder)).verify(ca.getPublicKey());
    requireOwnerOnly(DemoCertificates.serverKey(folder));
    requireOwnerOnly(folder.kek());
  }

  private static void checkDeviceKeys(House house)
      throws SQLException, IOException, GeneralSecurityException {
    try (Connection connection = house.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select terminal_no, device_key from terminal where device_key is not null")) {
      int rows = 0;
      while (row.next()) {
        Path file = DemoCertificates.certificate(house.folder(), row.getString(1));
        assertTrue(Arrays.equals(certificate(file).getPublicKey().getEncoded(), row.getBytes(2)));
        rows++;
      }
      assertEquals(55, rows);
    }
  }

  private static void checkCodes(House house) throws SQLException {
    byte[] secret = house.keyring().current(Keyring.Purpose.CODE).secret();
    MemberCodes codes =
        new MemberCodes(
            List.of(
                new CodeKey("k", Arrays.copyOf(secret, 32), Arrays.copyOfRange(secret, 32, 64))));
    List<String> lines = codes(house, "--count=90").lines().toList();
    assertEquals(90, lines.size());
    for (String line : lines) {
      String[] parts = line.split(",");
      Scan.MemberCode code = (Scan.MemberCode) CodeReader.read(parts[1]);
      assertEquals(Long.parseLong(parts[0]), codes.candidates(code, NOW).get(0).serial(), line);
    }
    assertEquals(lines.subList(10, 20), codes(house, "--count=10", "--offset=10").lines().toList());
    String serial = lines.get(7).split(",")[0];
    assertEquals(lines.get(7), codes(house, "--card=" + serial).strip());
    List<String> steps =
        codes(house, "--card=" + serial, "--count=3", "--steps=3").lines().toList();
    assertEquals(3, new HashSet<>(steps).size());
    assertEquals(steps.get(2), codes(house, "--card=" + serial, "--at=" + (NOW + 60)).strip());
    long most = codes(house, "--count=1000000", "--steps=2").lines().count();
    assertTrue(most == 6_000 || most == 200, "codes: " + most);
  }

  private static String codes(House house, String... args) {
    CommandLine command = new CommandLine(new CodesCommand(CLOCK));
    StringWriter out = new StringWriter();
    command.setOut(new PrintWriter(out));
    String[] all = Arrays.copyOf(args, args.length + 1);
    all[args.length] = "--data-folder=" + house.folder().root();
    assertEquals(0, command.execute(all));
    return out.toString();
  }

  private byte[] demo(Path folder, Show show, String... args) throws IOException {
    CommandLine command = new CommandLine(new DemoCommand(show, clock));
    StringWriter out = new StringWriter();
    command.setOut(new PrintWriter(out));
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--data-folder=" + folder);
    all.addAll(
        List.of(
            "--port=0",
            "--management-port=0",
            "--pages-port=0",
            "--pos-port=0",
            "--pos-tls-port=0"));
    assertEquals(0, command.execute(all.toArray(String[]::new)), out::toString);
    assertFalse(out.toString().isBlank());
    return Files.readAllBytes(DemoCertificates.ca(DemoFolder.open(folder)));
  }

  private static X509Certificate certificate(Path file)
      throws IOException, GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
  }

  private static void requirePair(X509Certificate certificate, Path keyFile)
      throws IOException, GeneralSecurityException {
    String body = Files.readString(keyFile).replaceAll("-----[A-Z ]+-----", "");
    PrivateKey key =
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
    byte[] message = "message".getBytes(StandardCharsets.US_ASCII);
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    signature.update(message);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(message);
    assertTrue(signature.verify(signed));
  }

  private static void requireOwnerOnly(Path file) throws IOException {
    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
  }

  private static String text(byte[] pem) {
    return new String(pem, StandardCharsets.US_ASCII);
  }
}
