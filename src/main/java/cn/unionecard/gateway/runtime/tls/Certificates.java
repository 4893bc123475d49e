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
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
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

  /** A new certificate authority. */
  public Identity ca(String commonName, Duration lifetime) {
    AsymmetricCipherKeyPair pair = pair();
    X500Name name = name(commonName);
    Draft draft = new Draft(name, name, info(pair.getPublic()), lifetime);
    draft.add(Extension.basicConstraints, true, new BasicConstraints(0));
    draft.add(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    return identity(draft.sign(pair.getPrivate()), pair.getPrivate());
  }

  /**
   * A server certificate.
   *
   * @param hosts DNS names and IP addresses it answers under; at least one
   */
  public Identity server(Identity ca, List<String> hosts, Duration lifetime) {
    if (hosts.isEmpty()) {
      throw new CannotStart("a server certificate needs at least one host");
    }
    AsymmetricCipherKeyPair pair = pair();
    GeneralName[] names = hosts.stream().map(Certificates::hostName).toArray(GeneralName[]::new);
    Draft draft = issuedBy(ca, name(hosts.get(0)), info(pair.getPublic()), lifetime);
    leaf(draft, KeyPurposeId.id_kp_serverAuth, new GeneralNames(names));
    return identity(draft.sign(signingKey(ca)), pair.getPrivate());
  }

  /** A terminal certificate with a key made here. */
  public Identity terminal(Identity ca, TerminalId id, Duration lifetime) {
    AsymmetricCipherKeyPair pair = pair();
    X509CertificateHolder certificate = terminal(ca, id, info(pair.getPublic()), lifetime);
    return identity(certificate, pair.getPrivate());
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
      if (!(signingKey(ca) instanceof ECPrivateKeyParameters key)
          || !Arrays.equals(
              holder(ca.certificate()).getSubjectPublicKeyInfo().getPublicKeyData().getBytes(),
              key.getParameters().getG().multiply(key.getD()).normalize().getEncoded(false))) {
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
    return draft.sign(signingKey(ca));
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

  private AsymmetricCipherKeyPair pair() {
    ECKeyPairGenerator generator = new ECKeyPairGenerator();
    generator.init(
        new ECKeyGenerationParameters(
            ECNamedDomainParameters.lookup(SECObjectIdentifiers.secp256r1), random));
    return generator.generateKeyPair();
  }

  private static SubjectPublicKeyInfo info(AsymmetricKeyParameter key) {
    try {
      return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(key);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static AsymmetricKeyParameter signingKey(Identity ca) {
    try {
      return PrivateKeyFactory.createKey(
          Pem.first(ca.privateKey(), Pem.PRIVATE_KEY, "the CA's private key"));
    } catch (IOException e) {
      throw new CannotStart("the CA's private key is broken: " + e.getMessage(), e);
    }
  }

  private static X509CertificateHolder holder(String pem) {
    try {
      return new X509CertificateHolder(Pem.first(pem, Pem.CERTIFICATE, "the CA's certificate"));
    } catch (IOException e) {
      throw new CannotStart("the CA's certificate is broken: " + e.getMessage(), e);
    }
  }

  private static Identity identity(X509CertificateHolder certificate, AsymmetricKeyParameter key) {
    try {
      byte[] pkcs8 = PrivateKeyInfoFactory.createPrivateKeyInfo(key).getEncoded();
      return new Identity(pem(certificate), Pem.write(Pem.PRIVATE_KEY, pkcs8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
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
