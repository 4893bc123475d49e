package cn.unionecard.gateway.runtime.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.tls.Certificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The authority of the terminals, as the configuration names it. */
class AuthorityTest {
  private final Certificates certificates = new Certificates(Clock.systemUTC(), new SecureRandom());

  @Test
  void takesAKeyThatBelongsToTheCertificateAndNoOther(@TempDir Path folder) throws Exception {
    Certificates.Identity ca = certificates.ca("one", Duration.ofDays(1));
    Certificates.Identity other = certificates.ca("two", Duration.ofDays(1));
    String certificate = Files.writeString(folder.resolve("ca.pem"), ca.certificate()).toString();
    String key = Files.writeString(folder.resolve("ca.key"), ca.privateKey()).toString();
    String foreign = Files.writeString(folder.resolve("x.key"), other.privateKey()).toString();
    assertEquals(ca, Certificates.authority(certificate, key));
    CannotStart mixed =
        assertThrows(CannotStart.class, () -> Certificates.authority(certificate, foreign));
    assertTrue(String.valueOf(mixed.getMessage()).contains("is not the key"));
    String absent = folder.resolve("absent").toString();
    assertThrows(CannotStart.class, () -> Certificates.authority(certificate, absent));
    assertThrows(CannotStart.class, () -> Certificates.authority(key, key));
  }
}
