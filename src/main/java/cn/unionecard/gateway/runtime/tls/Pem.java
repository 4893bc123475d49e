package cn.unionecard.gateway.runtime.tls;

import cn.unionecard.gateway.runtime.CannotStart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/** PEM text (RFC 7468): DER between {@code -----BEGIN …-----} lines. */
final class Pem {
  static final String CERTIFICATE = "CERTIFICATE";
  static final String PRIVATE_KEY = "PRIVATE KEY";
  static final String REQUEST = "CERTIFICATE REQUEST";

  private Pem() {}

  static String write(String type, byte[] der) {
    StringWriter text = new StringWriter();
    try (PemWriter pem = new PemWriter(text)) {
      pem.writeObject(new PemObject(type, der));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return text.toString().replace("\r\n", "\n");
  }

  /**
   * The first object of the type.
   *
   * @param what named in the refusal
   */
  static byte[] first(String text, String type, String what) {
    List<byte[]> all = all(text, type, what);
    if (all.isEmpty()) {
      throw new CannotStart(what + " holds no PEM " + type);
    }
    return all.get(0);
  }

  /** All certificates, in order; at least one. */
  static List<X509Certificate> certificates(String text, String what) {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (byte[] der : all(text, CERTIFICATE, what)) {
        certificates.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
      }
    } catch (CertificateException e) {
      throw new CannotStart(what + " holds a broken certificate: " + e.getMessage(), e);
    }
    if (certificates.isEmpty()) {
      throw new CannotStart(what + " holds no PEM " + CERTIFICATE);
    }
    return certificates;
  }

  private static List<byte[]> all(String text, String type, String what) {
    List<byte[]> found = new ArrayList<>();
    try (PemReader reader = new PemReader(new StringReader(text))) {
      for (PemObject pem = reader.readPemObject(); pem != null; pem = reader.readPemObject()) {
        if (pem.getType().equals(type)) {
          found.add(pem.getContent());
        }
      }
    } catch (IOException | RuntimeException e) {
      throw new CannotStart(what + " is not PEM: " + e.getMessage(), e);
    }
    return found;
  }
}
