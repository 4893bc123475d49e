package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.runtime.Secrets;
import cn.unionecard.gateway.runtime.tls.Certificates;
import cn.unionecard.gateway.runtime.tls.Certificates.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The demo's own authority and the certificates it has signed, as PEM files in the demo's folder:
 * the gateway's, and those of the terminals a newcomer may play with. Keys stay as they are; a
 * certificate that ends within a month, or names other hosts than the demo has, is signed anew for
 * the same key by the same authority.
 */
public final class DemoCertificates {
  private static final Duration LEFT_MIN = Duration.ofDays(30);
  private static final String AUTHORITY = "E-card demo CA";

  private static final String ACTIVATE =
      """
      update terminal set device_key = ?
      where terminal_no = ? and device_key is distinct from ?
      """;

  private final DemoFolder folder;
  private final Clock clock;
  private final Certificates certificates;

  DemoCertificates(DemoFolder folder, Clock clock, SecureRandom random) {
    this.folder = folder;
    this.clock = clock;
    this.certificates = new Certificates(clock, random);
  }

  /** The certificate of the authority that signed all others. */
  public static Path ca(DemoFolder folder) {
    return folder.certs().resolve("ca.pem");
  }

  /** Its key, by which the demo's gateway gives activated terminals their certificates. */
  static Path caKey(DemoFolder folder) {
    return folder.certs().resolve("ca-key.pem");
  }

  static Path server(DemoFolder folder) {
    return folder.certs().resolve("server.pem");
  }

  static Path serverKey(DemoFolder folder) {
    return folder.certs().resolve("server-key.pem");
  }

  static Path certificate(DemoFolder folder, String terminal) {
    return folder.certs().resolve(terminal + ".pem");
  }

  static Path key(DemoFolder folder, String terminal) {
    return folder.certs().resolve(terminal + "-key.pem");
  }

  /**
   * Sees to it that all certificates are there and good for another month, and that the database
   * knows the device keys of the terminals.
   *
   * @param hosts names and addresses that the gateway answers under
   */
  void issue(Connection connection, List<Terminal> terminals, List<String> hosts)
      throws IOException, GeneralSecurityException, SQLException {
    Files.createDirectories(folder.certs());
    Identity ca = authority();
    if (!isGood(server(folder)) || !names(server(folder)).equals(Set.copyOf(hosts))) {
      String key = key(serverKey(folder));
      Identity server = certificates.server(ca, hosts, Certificates.SERVER_LIFETIME, key);
      Files.writeString(server(folder), server.certificate());
    }
    try (PreparedStatement update = connection.prepareStatement(ACTIVATE)) {
      for (Terminal terminal : terminals) {
        byte[] key = deviceKey(ca, terminal);
        update.setBytes(1, key);
        update.setString(2, terminal.number().value());
        update.setBytes(3, key);
        update.addBatch();
      }
      update.executeBatch();
    }
  }

  private Identity authority() throws IOException, GeneralSecurityException {
    if (!isGood(ca(folder))) {
      String key = key(caKey(folder));
      Identity ca = certificates.ca(AUTHORITY, Certificates.CA_LIFETIME, key);
      Files.writeString(ca(folder), ca.certificate());
    }
    return Certificates.authority(ca(folder).toString(), caKey(folder).toString());
  }

  private byte[] deviceKey(Identity ca, Terminal terminal)
      throws IOException, GeneralSecurityException {
    String id = terminal.number().value();
    Path file = certificate(folder, id);
    if (!isGood(file)) {
      String key = key(key(folder, id));
      Files.writeString(
          file,
          certificates
              .terminal(ca, terminal.number(), Certificates.TERMINAL_LIFETIME, key)
              .certificate());
    }
    return read(file).getPublicKey().getEncoded();
  }

  /** The key in the file; a new one when there is none yet. A certificate is never there first. */
  private String key(Path file) throws IOException {
    if (!Files.exists(file)) {
      Secrets.write(file, certificates.newKey());
    }
    return Files.readString(file);
  }

  private boolean isGood(Path certificate) throws IOException, GeneralSecurityException {
    return Files.exists(certificate)
        && read(certificate).getNotAfter().toInstant().isAfter(clock.instant().plus(LEFT_MIN));
  }

  private static Set<String> names(Path server) throws IOException, GeneralSecurityException {
    return read(server).getSubjectAlternativeNames().stream()
        .map(name -> String.valueOf(name.get(1)))
        .collect(Collectors.toSet());
  }

  private static X509Certificate read(Path file) throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
