package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.runtime.tls.Certificates;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates good and bad, made for one test run. */
final class TestCertificates {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** A certificate with its key and the chain above it. */
  record Identity(KeyPair keys, X509Certificate certificate) {
    PemKeyCertOptions asServer() {
      return new PemKeyCertOptions()
          .addCertValue(pem("CERTIFICATE", encoded(certificate)))
          .addKeyValue(pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    }

    /** As files, for who is no part of this process. */
    void write(Path certificateFile, Path keyFile) throws IOException {
      Files.write(certificateFile, pem("CERTIFICATE", encoded(certificate)).getBytes());
      Files.write(keyFile, pem("PRIVATE KEY", keys.getPrivate().getEncoded()).getBytes());
    }

    PemTrustOptions asTrust() {
      return new PemTrustOptions().addCertValue(pem("CERTIFICATE", encoded(certificate)));
    }
  }

  private final Instant now;
  final Identity ca;

  TestCertificates(Instant now, String name) {
    this.now = now;
    KeyPair keys = keyPair();
    this.ca = new Identity(keys, issue(name, keys, name, keys, List.of(), Duration.ofDays(1)));
  }

  Identity server() {
    KeyPair keys = keyPair();
    List<GeneralName> names = List.of(new GeneralName(GeneralName.dNSName, "localhost"));
    return new Identity(keys, sign("localhost", keys, names, Duration.ofDays(1)));
  }

  /** The authority as the gateway's configuration would have it. */
  Certificates.Identity authority() {
    return new Certificates.Identity(
        pem("CERTIFICATE", encoded(ca.certificate)).toString(),
        pem("PRIVATE KEY", ca.keys.getPrivate().getEncoded()).toString());
  }

  /** A key with a certificate (PEM) that was given for it. */
  static Identity identity(KeyPair keys, String pem) {
    try {
      return new Identity(
          keys,
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** A client certificate with these SAN URIs, good until {@code lifetime} from now. */
  Identity client(Duration lifetime, String... uris) {
    KeyPair keys = keyPair();
    List<GeneralName> names =
        List.of(uris).stream()
            .map(uri -> new GeneralName(GeneralName.uniformResourceIdentifier, uri))
            .toList();
    return new Identity(keys, sign("till", keys, names, lifetime));
  }

  private X509Certificate sign(
      String name, KeyPair keys, List<GeneralName> names, Duration lifetime) {
    String issuer = ca.certificate.getSubjectX500Principal().getName().substring(3);
    return issue(name, keys, issuer, ca.keys, names, lifetime);
  }

  private X509Certificate issue(
      String name,
      KeyPair keys,
      String issuer,
      KeyPair issuerKeys,
      List<GeneralName> names,
      Duration lifetime) {
    try {
      Instant end = now.plus(lifetime);
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Name("CN=" + issuer),
              new BigInteger(64, RANDOM),
              Date.from(now.minus(Duration.ofDays(2))),
              Date.from(end),
              new X500Name("CN=" + name),
              keys.getPublic());
      boolean isCa = keys.equals(issuerKeys);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isCa));
      if (!isCa) {
        builder.addExtension(
            Extension.extendedKeyUsage,
            false,
            new ExtendedKeyUsage(
                new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth}));
      }
      if (!names.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(names.toArray(new GeneralName[0])));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKeys.getPrivate())));
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }

  /** What a client trusts, and shows if it has one. */
  SSLContext context(Optional<Identity> shown) {
    try {
      KeyStore trust = KeyStore.getInstance("PKCS12");
      trust.load(null, null);
      trust.setCertificateEntry("ca", ca.certificate);
      TrustManagerFactory trusted =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trusted.init(trust);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          shown.isPresent() ? keyManagers(shown.get()) : null, trusted.getTrustManagers(), RANDOM);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Shows the certificate whatever the server says it trusts. */
  private static KeyManager[] keyManagers(Identity identity) {
    return new KeyManager[] {
      new X509ExtendedKeyManager() {
        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
          return new String[] {"till"};
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
          return "till";
        }

        @Override
        public String chooseEngineClientAlias(
            String[] types, Principal[] issuers, SSLEngine engine) {
          return "till";
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
          return new String[0];
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
          throw new AssertionError("this is a client");
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
          return new X509Certificate[] {identity.certificate()};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
          return identity.keys().getPrivate();
        }
      }
    };
  }

  private static KeyPair keyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] encoded(Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static Buffer pem(String type, byte[] der) {
    return Buffer.buffer(
        "-----BEGIN "
            + type
            + "-----\n"
            + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der)
            + "\n-----END "
            + type
            + "-----\n");
  }
}
