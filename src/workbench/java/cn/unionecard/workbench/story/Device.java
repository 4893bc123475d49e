package cn.unionecard.workbench.story;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** What a till does with its new key: asks for a certificate. */
final class Device {
  private Device() {}

  /** A request for a certificate (PKCS#10, PEM), signed with the key that it names. */
  static String request(KeyPair key) {
    StringWriter pem = new StringWriter();
    try (PemWriter writer = new PemWriter(pem)) {
      byte[] request =
          new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=till"), key.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()))
              .getEncoded();
      writer.writeObject(new PemObject("CERTIFICATE REQUEST", request));
    } catch (OperatorCreationException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pem.toString();
  }
}
