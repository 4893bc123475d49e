package cn.unionecard.gateway.runtime.tls;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Comparator;

/**
 * What the files of the server's identity held when they were read, known to fit together. Equal
 * when the content is equal.
 */
record TlsFiles(String certificate, String privateKey, String terminalCa) {

  /**
   * Reads and checks the three files.
   *
   * @throws CannotStart naming the file that cannot be read or does not fit the others
   */
  static TlsFiles read(Config.Http http) {
    TlsFiles files =
        new TlsFiles(
            content("http.certificate", http.certificate()),
            content("http.privateKey", http.privateKey()),
            content("http.terminalCa", http.terminalCa()));
    X509Certificate leaf =
        Pem.certificates(files.certificate, "http.certificate " + http.certificate()).get(0);
    Pem.certificates(files.terminalCa, "http.terminalCa " + http.terminalCa())
        .forEach(ca -> requireCa(ca, http.terminalCa()));
    requireMatch(leaf, files.privateKey, http.privateKey());
    return files;
  }

  private static String content(String key, String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new CannotStart(key + " " + file + " cannot be read: " + e, e);
    }
  }

  private static void requireCa(X509Certificate ca, String file) {
    if (ca.getBasicConstraints() < 0) {
      throw new CannotStart("http.terminalCa " + file + " holds a certificate that is not a CA's");
    }
  }

  private static void requireMatch(X509Certificate leaf, String privateKey, String file) {
    byte[] pkcs8 = Pem.first(privateKey, Pem.PRIVATE_KEY, "http.privateKey " + file);
    String algorithm = leaf.getPublicKey().getAlgorithm();
    try {
      PrivateKey key =
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      if (!signsFor(key, leaf)) {
        throw new CannotStart("http.privateKey " + file + " is not the key of the certificate");
      }
    } catch (GeneralSecurityException e) {
      throw new CannotStart("http.privateKey " + file + " is no " + algorithm + " key (PKCS#8)", e);
    }
  }

  private static boolean signsFor(PrivateKey key, X509Certificate leaf)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(leaf.getSignature());
    byte[] made = signature.sign();
    signature.initVerify(leaf.getPublicKey());
    signature.update(leaf.getSignature());
    return signature.verify(made);
  }

  /** When the server's certificate ends. */
  Instant identityEnds() {
    return Pem.certificates(certificate, "http.certificate").get(0).getNotAfter().toInstant();
  }

  /** When the first of the authorities of terminals ends. */
  Instant terminalCaEnds() {
    return Pem.certificates(terminalCa, "http.terminalCa").stream()
        .map(ca -> ca.getNotAfter().toInstant())
        .min(Comparator.naturalOrder())
        .orElse(Instant.MAX);
  }

  PemKeyCertOptions identity() {
    return new PemKeyCertOptions()
        .addCertValue(Buffer.buffer(certificate))
        .addKeyValue(Buffer.buffer(privateKey));
  }

  PemTrustOptions trust() {
    return new PemTrustOptions().addCertValue(Buffer.buffer(terminalCa));
  }

  @Override
  public String toString() {
    return "TlsFiles[…]";
  }
}
