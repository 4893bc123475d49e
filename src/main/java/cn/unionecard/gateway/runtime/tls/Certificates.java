package cn.unionecard.gateway.runtime.tls;

import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.CannotStart;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcECContentSignerBuilder;
import org.bouncycastle.operator.bc.BcECContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/**
 * The small certificate authority of a gateway: P-256 keys, SHA-256 signatures, one level. Makes
 * the CA itself, server certificates, and terminal certificates whose only name is {@code
 * urn:ecard:terminal:<id>} (RFC 5280 subjectAltName, URI).
 */
public final class Certificates {
  /** How long a certificate is good for, unless said otherwise. */
  public static final Duration CA_LIFETIME = Duration.ofDays(3650);

  public static final Duration SERVER_LIFETIME = Duration.ofDays(397);
  public static final Duration TERMINAL_LIFETIME = Duration.ofDays(730);

  private static final String SIGNATURE = "SHA256withECDSA";
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
  private static final int SERIAL_BITS = 126;
  private static final ECNamedDomainParameters P256 =
      ECNamedDomainParameters.lookup(SECObjectIdentifiers.secp256r1);

  private final Clock clock;
  private final SecureRandom random;

  /** A certificate and its private key (PKCS#8), both PEM. */
  public record Identity(String certificate, String privateKey) {
    @Override
    public String toString() {
      return "Identity[…]";
    }
  }

  public Certificates(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /** A new private key (PKCS#8, PEM). */
  public String newKey() {
    ECKeyPairGenerator generator = new ECKeyPairGenerator();
    generator.init(new ECKeyGenerationParameters(P256, random));
    try {
      return Pem.write(
          Pem.PRIVATE_KEY,
          PrivateKeyInfoFactory.createPrivateKeyInfo(generator.generateKeyPair().getPrivate())
              .getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A new certificate authority. */
  public Identity ca(String commonName, Duration lifetime) {
    return ca(commonName, lifetime, newKey());
  }

  /**
   * The same for a key that is there: under its old name it is the old authority with a later end,
   * and what that has signed stays good.
   */
  public Identity ca(String commonName, Duration lifetime, String privateKey) {
    X500Name name = name(commonName);
    Draft draft = new Draft(name, name, publicKey(privateKey), lifetime);
    draft.add(Extension.basicConstraints, true, new BasicConstraints(0));
    draft.add(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    return new Identity(pem(draft.sign(signingKey(privateKey))), privateKey);
  }

  /**
   * A server certificate.
   *
   * @param hosts DNS names and IP addresses it answers under; at least one
   */
  public Identity server(Identity ca, List<String> hosts, Duration lifetime) {
    return server(ca, hosts, lifetime, newKey());
  }

  /** The same for a key that is there. */
  public Identity server(Identity ca, List<String> hosts, Duration lifetime, String privateKey) {
    if (hosts.isEmpty()) {
      throw new CannotStart("a server certificate needs at least one host");
    }
    GeneralName[] names = hosts.stream().map(Certificates::hostName).toArray(GeneralName[]::new);
    Draft draft = issuedBy(ca, name(hosts.get(0)), publicKey(privateKey), lifetime);
    leaf(draft, KeyPurposeId.id_kp_serverAuth, new GeneralNames(names));
    return new Identity(pem(draft.sign(signingKey(ca.privateKey()))), privateKey);
  }

  /** A terminal certificate with a key made here. */
  public Identity terminal(Identity ca, TerminalId id, Duration lifetime) {
    return terminal(ca, id, lifetime, newKey());
  }

  /** The same for a key that is there. */
  public Identity terminal(Identity ca, TerminalId id, Duration lifetime, String privateKey) {
    return new Identity(pem(terminal(ca, id, publicKey(privateKey), lifetime)), privateKey);
  }

  /**
   * A terminal certificate (PEM) for a key that never left its device. Of the request only the key
   * counts; its names are ignored.
   *
   * @param csr PKCS#10, PEM, P-256
   * @throws CannotStart when the request is broken or not signed with its own key
   */
  public String terminalFromCsr(Identity ca, TerminalId id, String csr, Duration lifetime) {
    return pem(terminal(ca, id, requestedKey(csr), lifetime));
  }

  /**
   * A certificate given for a request.
   *
   * @param certificate PEM
   * @param spki the device's public key, SubjectPublicKeyInfo (DER)
   */
  public record Issued(String certificate, byte[] spki) {}

  /** The same as {@link #terminalFromCsr}, with the key it is for. */
  public Issued issueFromCsr(Identity ca, TerminalId id, String csr, Duration lifetime) {
    SubjectPublicKeyInfo key = requestedKey(csr);
    try {
      return new Issued(pem(terminal(ca, id, key, lifetime)), key.getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The authority in these two files, whose key must be that of its certificate.
   *
   * @throws CannotStart when one cannot be read or they do not belong together
   */
  public static Identity authority(String certificateFile, String keyFile) {
    try {
      Identity ca =
          new Identity(
              Files.readString(Path.of(certificateFile)), Files.readString(Path.of(keyFile)));
      if (!Arrays.equals(
          holder(ca.certificate()).getSubjectPublicKeyInfo().getPublicKeyData().getBytes(),
          publicKey(ca.privateKey()).getPublicKeyData().getBytes())) {
        throw new CannotStart(keyFile + " is not the key of the certificate " + certificateFile);
      }
      return ca;
    } catch (IOException e) {
      throw new CannotStart("the CA of the terminals cannot be read: " + e, e);
    }
  }

  private X509CertificateHolder terminal(
      Identity ca, TerminalId id, SubjectPublicKeyInfo key, Duration lifetime) {
    Draft draft = issuedBy(ca, name(id.value()), key, lifetime);
    GeneralName urn =
        new GeneralName(
            GeneralName.uniformResourceIdentifier, TerminalCertificate.URN + id.value());
    leaf(draft, KeyPurposeId.id_kp_clientAuth, new GeneralNames(urn));
    return draft.sign(signingKey(ca.privateKey()));
  }

  private static SubjectPublicKeyInfo requestedKey(String csr) {
    byte[] der = Pem.first(csr, Pem.REQUEST, "the certificate request");
    try {
      PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
      SubjectPublicKeyInfo key = request.getSubjectPublicKeyInfo();
      requireP256(key);
      if (!request.isSignatureValid(
          new BcECContentVerifierProviderBuilder(new DefaultDigestAlgorithmIdentifierFinder())
              .build(PublicKeyFactory.createKey(key)))) {
        throw new CannotStart("the certificate request is not signed with its own key");
      }
      return key;
    } catch (IOException | PKCSException | OperatorCreationException e) {
      throw new CannotStart("the certificate request is broken: " + e.getMessage(), e);
    }
  }

  private static void requireP256(SubjectPublicKeyInfo key) {
    boolean p256 =
        key.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
            && SECObjectIdentifiers.secp256r1.equals(key.getAlgorithm().getParameters());
    if (!p256) {
      throw new CannotStart("the certificate request's key must be on the curve P-256");
    }
  }

  private Draft issuedBy(
      Identity ca, X500Name subject, SubjectPublicKeyInfo key, Duration lifetime) {
    X509CertificateHolder issuer = holder(ca.certificate());
    Draft draft = new Draft(issuer.getSubject(), subject, key, lifetime);
    draft.add(
        Extension.authorityKeyIdentifier,
        false,
        new BcX509ExtensionUtils().createAuthorityKeyIdentifier(issuer));
    return draft;
  }

  private static void leaf(Draft draft, KeyPurposeId purpose, GeneralNames names) {
    draft.add(Extension.basicConstraints, true, new BasicConstraints(false));
    draft.add(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    draft.add(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
    draft.add(Extension.subjectAlternativeName, false, names);
  }

  private static GeneralName hostName(String host) {
    boolean address = host.contains(":") || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
  }

  private static X500Name name(String commonName) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
  }

  private static SubjectPublicKeyInfo publicKey(String privateKey) {
    ECPrivateKeyParameters key = signingKey(privateKey);
    try {
      return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(
          new ECPublicKeyParameters(
              key.getParameters().getG().multiply(key.getD()), key.getParameters()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ECPrivateKeyParameters signingKey(String privateKey) {
    try {
      byte[] pkcs8 = Pem.first(privateKey, Pem.PRIVATE_KEY, "the private key");
      if (PrivateKeyFactory.createKey(pkcs8) instanceof ECPrivateKeyParameters key) {
        return key;
      }
      throw new CannotStart("the private key is none of an elliptic curve");
    } catch (IOException e) {
      throw new CannotStart("the private key is broken: " + e.getMessage(), e);
    }
  }

  private static X509CertificateHolder holder(String pem) {
    try {
      return new X509CertificateHolder(Pem.first(pem, Pem.CERTIFICATE, "the CA's certificate"));
    } catch (IOException e) {
      throw new CannotStart("the CA's certificate is broken: " + e.getMessage(), e);
    }
  }

  private static String pem(X509CertificateHolder certificate) {
    try {
      return Pem.write(Pem.CERTIFICATE, certificate.getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A certificate before its signature. */
  private final class Draft {
    private final X509v3CertificateBuilder builder;

    Draft(X500Name issuer, X500Name subject, SubjectPublicKeyInfo key, Duration lifetime) {
      Instant now = clock.instant();
      this.builder =
          new X509v3CertificateBuilder(
              issuer,
              new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS),
              Date.from(now.minus(CLOCK_SKEW)),
              Date.from(now.plus(lifetime)),
              subject,
              key);
      add(
          Extension.subjectKeyIdentifier,
          false,
          new BcX509ExtensionUtils().createSubjectKeyIdentifier(key));
    }

    void add(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
      try {
        builder.addExtension(oid, critical, value);
      } catch (CertIOException e) {
        throw new IllegalStateException(e);
      }
    }

    X509CertificateHolder sign(AsymmetricKeyParameter key) {
      var algorithm = new DefaultSignatureAlgorithmIdentifierFinder().find(SIGNATURE);
      var digest = new DefaultDigestAlgorithmIdentifierFinder().find(algorithm);
      try {
        ContentSigner signer =
            new BcECContentSignerBuilder(algorithm, digest).setSecureRandom(random).build(key);
        return builder.build(signer);
      } catch (OperatorCreationException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
