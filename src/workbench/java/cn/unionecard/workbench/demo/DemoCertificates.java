package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.runtime.Secrets;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The demo's own authority and the certificates it has signed (P-256), as PEM files in the demo's
 * folder: the gateway's, and those of the terminals a newcomer may play with.
 */
public final class DemoCertificates {
  private static final Duration LIFETIME = Duration.ofDays(730);
  private static final Duration LEFT_MIN = Duration.ofDays(30);
  private static final int SERIAL_BITS = 120;
  private static final int LINE_LENGTH = 64;

  /** How the gateway is called on this machine. */
  private static final GeneralNames HERE =
      new GeneralNames(
          new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "localhost"),
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
            new GeneralName(GeneralName.iPAddress, "::1")
          });

  private static final String ACTIVATE =
      """
      update terminal set device_key = ?
      where terminal_no = ? and device_key is distinct from ?
      """;

  private final DemoFolder folder;
  private final Clock clock;
  private final SecureRandom random;

  DemoCertificates(DemoFolder folder, Clock clock, SecureRandom random) {
    this.folder = folder;
    this.clock = clock;
    this.random = random;
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
   */
  void issue(Connection connection, List<Terminal> terminals)
      throws IOException, GeneralSecurityException, SQLException {
    if (!isComplete(terminals)) {
      issueAnew(terminals);
    }
    try (PreparedStatement update = connection.prepareStatement(ACTIVATE)) {
      for (Terminal terminal : terminals) {
        String id = terminal.number().value();
        byte[] key = read(certificate(folder, id)).getPublicKey().getEncoded();
        update.setBytes(1, key);
        update.setString(2, id);
        update.setBytes(3, key);
        update.addBatch();
      }
      update.executeBatch();
    }
  }

  private boolean isComplete(List<Terminal> terminals)
      throws IOException, GeneralSecurityException {
    Stream<Path> own = Stream.of(ca(folder), caKey(folder), server(folder), serverKey(folder));
    Stream<Path> theirs =
        terminals.stream()
            .map(terminal -> terminal.number().value())
            .flatMap(id -> Stream.of(certificate(folder, id), key(folder, id)));
    if (!Stream.concat(own, theirs).allMatch(Files::exists)) {
      return false;
    }
    Instant end = read(ca(folder)).getNotAfter().toInstant();
    return end.isAfter(clock.instant().plus(LEFT_MIN));
  }

  private void issueAnew(List<Terminal> terminals) throws IOException, GeneralSecurityException {
    Files.createDirectories(folder.certs());
    Authority authority = new Authority();
    write(ca(folder), authority.certificate);
    write(caKey(folder), authority.keys.getPrivate());
    KeyPair gateway = keyPair();
    write(server(folder), authority.sign("gateway", gateway, KeyPurposeId.id_kp_serverAuth, HERE));
    write(serverKey(folder), gateway.getPrivate());
    for (Terminal terminal : terminals) {
      String id = terminal.number().value();
      KeyPair device = keyPair();
      GeneralNames name =
          new GeneralNames(
              new GeneralName(GeneralName.uniformResourceIdentifier, "urn:ecard:terminal:" + id));
      write(
          certificate(folder, id), authority.sign(id, device, KeyPurposeId.id_kp_clientAuth, name));
      write(key(folder, id), device.getPrivate());
    }
  }

  /** The authority of this demo alone. */
  private final class Authority {
    private final X500Name name = new X500Name("CN=E-card demo CA,O=Demo city");
    private final KeyPair keys = keyPair();
    final X509Certificate certificate;

    Authority() throws GeneralSecurityException, IOException {
      X509v3CertificateBuilder builder = builder(name, keys);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      certificate = finish(builder);
    }

    X509Certificate sign(String common, KeyPair subject, KeyPurposeId purpose, GeneralNames names)
        throws GeneralSecurityException, IOException {
      X509v3CertificateBuilder builder =
          builder(new X500Name("CN=" + common + ",O=Demo city"), subject);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      builder.addExtension(Extension.subjectAlternativeName, false, names);
      return finish(builder);
    }

    private X509v3CertificateBuilder builder(X500Name subject, KeyPair subjectKeys)
        throws GeneralSecurityException, IOException {
      Instant now = clock.instant();
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS),
              Date.from(now.minus(Duration.ofHours(1))),
              Date.from(now.plus(LIFETIME)),
              subject,
              subjectKeys.getPublic());
      JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          ids.createSubjectKeyIdentifier(subjectKeys.getPublic()));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          ids.createAuthorityKeyIdentifier(keys.getPublic()));
      return builder;
    }

    private X509Certificate finish(X509v3CertificateBuilder builder)
        throws GeneralSecurityException {
      try {
        return new JcaX509CertificateConverter()
            .getCertificate(
                builder.build(
                    new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
      } catch (OperatorCreationException e) {
        throw new GeneralSecurityException(e);
      }
    }
  }

  private KeyPair keyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    return generator.generateKeyPair();
  }

  private static X509Certificate read(Path file) throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static void write(Path file, X509Certificate certificate)
      throws IOException, GeneralSecurityException {
    Files.writeString(file, pem("CERTIFICATE", certificate.getEncoded()));
  }

  private static void write(Path file, PrivateKey key) throws IOException {
    Secrets.write(file, pem("PRIVATE KEY", key.getEncoded()));
  }

  private static String pem(String label, byte[] der) {
    byte[] newLine = "\n".getBytes(StandardCharsets.US_ASCII);
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(LINE_LENGTH, newLine).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
