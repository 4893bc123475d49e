package cn.unionecard.gateway.runtime.tls;

import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.Sha256;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The terminal that a client certificate names: its one URI of the subjectAltName, {@code
 * urn:ecard:terminal:<id>}, in a certificate meant for clients. Strict: two URIs, another form or
 * another purpose name nobody. That the chain is good was checked by TLS.
 */
public final class TerminalCertificate {
  static final String URN = "urn:ecard:terminal:";
  private static final int URI = 6;
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

  private TerminalCertificate() {}

  /**
   * @param chain as TLS gives it, leaf first; may be empty
   */
  public static Optional<TerminalId> terminal(List<Certificate> chain) {
    if (chain.isEmpty() || !(chain.get(0) instanceof X509Certificate leaf)) {
      return Optional.empty();
    }
    try {
      return isForClients(leaf) ? single(uris(leaf)) : Optional.empty();
    } catch (CertificateParsingException | IllegalArgumentException namesNobody) {
      return Optional.empty();
    }
  }

  /** Names a certificate's key: SHA-256 of its SubjectPublicKeyInfo, hex. */
  public static String keyHash(X509Certificate leaf) {
    return Sha256.hex(leaf.getPublicKey().getEncoded());
  }

  private static boolean isForClients(X509Certificate leaf) throws CertificateParsingException {
    List<String> purposes = leaf.getExtendedKeyUsage();
    return purposes != null && purposes.contains(CLIENT_AUTH);
  }

  private static List<String> uris(X509Certificate leaf) throws CertificateParsingException {
    Collection<List<?>> names = leaf.getSubjectAlternativeNames();
    return names == null
        ? List.of()
        : names.stream()
            .filter(name -> Integer.valueOf(URI).equals(name.get(0)))
            .map(name -> String.valueOf(name.get(1)))
            .toList();
  }

  private static Optional<TerminalId> single(List<String> uris) {
    return uris.size() == 1 && uris.get(0).startsWith(URN)
        ? Optional.of(new TerminalId(uris.get(0).substring(URN.length())))
        : Optional.empty();
  }
}
