import ecard.ApiClient;
import ecard.ApiException;
import ecard.ApiResponse;
import ecard.api.CheckoutApi;
import ecard.model.Problem;
import ecard.model.ProblemCode;
import ecard.model.Quote;
import ecard.model.Receipt;
import ecard.model.ReceiptBody;
import ecard.model.RefundRequest;
import ecard.model.ReversalRequest;
import ecard.model.SaleRequest;
import ecard.model.VerifyRequest;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A till over HTTPS, on the client that was generated from the contract: {@code java -cp
 * 'target/classes:target/lib/*' Till https://localhost:8443 ca.pem T0000001.pem T0000001-key.pem
 * CODE CODE}, with two member codes that nobody has used yet. Ends with 1 when anything is not as
 * the contract says.
 */
public final class Till {
  private static final long ORDER = 12_800;
  private static final long BACK = 3_200;

  private final CheckoutApi checkout;

  /** Made before anything is sent, and kept over repeats. */
  private final String run = "java-" + Long.toString(System.currentTimeMillis(), 36);

  private Till(String base, SSLContext tls) {
    ApiClient client = new ApiClient();
    client.setHttpClientBuilder(HttpClient.newBuilder().sslContext(tls));
    client.updateBaseUri(base);
    checkout = new CheckoutApi(client);
  }

  public static void main(String[] args) throws Exception {
    SSLContext tls = tls(Path.of(args[1]), Path.of(args[2]), Path.of(args[3]));
    Till till = new Till(args[0], tls);
    till.sellsAndRefunds(args[4]);
    till.reverses(args[5]);
    System.out.println("all as the contract says");
  }

  private void sellsAndRefunds(String code) throws Exception {
    VerifyRequest question = new VerifyRequest().code(code).orderFen(ORDER);
    Quote quote = checkout.verifyCode(question, null, null, null);
    told("verification", quote.getSay());
    require(quote.getOutcome() == Quote.OutcomeEnum.ELIGIBLE, quote);

    String key = run + "-sale";
    ApiResponse<Receipt> first =
        checkout.createTransactionWithHttpInfo(key, sale(code), null, null);
    ReceiptBody sold = first.getData().getBody();
    told("sale", sold.getSay());
    require(first.getStatusCode() == 201, first.getStatusCode());
    require(sold.getOutcome() == ReceiptBody.OutcomeEnum.APPROVED, sold);
    require(sold.getDiscountFen() + sold.getMemberPaysFen() == ORDER, sold);
    require(sold.getDiscountFen().equals(quote.getDiscountFen()), sold);

    ApiResponse<Receipt> again =
        checkout.createTransactionWithHttpInfo(key, sale(code), null, null);
    told("the same once more", again.getData().getBody().getId());
    require(again.getData().equals(first.getData()), again.getData());
    require(
        again.getHeaders().get("Idempotent-Replayed").equals(List.of("true")), again.getHeaders());

    try {
      Receipt other = checkout.createTransaction(key, sale(code).orderFen(ORDER + 1), null, null);
      throw new IllegalStateException("another sale under the same key: " + other);
    } catch (ApiException refused) {
      Problem problem =
          ApiClient.createDefaultObjectMapper().readValue(refused.getResponseBody(), Problem.class);
      told("another under that key", problem.getTitle());
      require(refused.getCode() == 422, refused);
      require(problem.getCode() == ProblemCode.CONFLICTS_WITH_EARLIER, problem);
    }

    Receipt refund =
        checkout.refundTransaction(
            sold.getId(), run + "-refund", new RefundRequest().orderFen(BACK), null, null);
    told("refund", refund.getBody().getSay());
    require(refund.getBody().getOrderFen() == -BACK, refund);
    require(sold.getId().equals(refund.getBody().getOriginal()), refund);
    Receipt read = checkout.getTransaction(refund.getBody().getId(), null, null);
    told("read", read.getBody().getId());
    require(read.equals(refund), read);
  }

  private void reverses(String code) throws Exception {
    String key = run + "-lost";
    Receipt sold = checkout.createTransaction(key, sale(code), null, null);
    told("a sale whose answer is lost", sold.getBody().getId());
    Receipt reversal =
        checkout.reverseByKey(new ReversalRequest().requestId(key).orderFen(ORDER), null, null);
    told("reversal", reversal.getBody().getSay());
    require(reversal.getBody().getType() == ReceiptBody.TypeEnum.REVERSAL, reversal);
    require(reversal.getBody().getOutcome() == ReceiptBody.OutcomeEnum.APPROVED, reversal);
    List<Receipt> both = checkout.findTransactions(key, null, null).getTransactions();
    told("what became of the key", both.size() + " transactions");
    require(both.equals(List.of(sold, reversal)), both);
  }

  private static SaleRequest sale(String code) {
    return new SaleRequest().type(SaleRequest.TypeEnum.SALE).code(code).orderFen(ORDER);
  }

  private static void told(String what, String said) {
    System.out.println(what + ": " + said);
  }

  private static void require(boolean holds, Object found) {
    if (!holds) {
      throw new IllegalStateException("not as the contract says: " + found);
    }
  }

  // ---- mutual TLS from PEM files

  private static SSLContext tls(Path ca, Path certificate, Path key) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", certificate(ca));
    store.setKeyEntry("till", key(key), new char[0], new Certificate[] {certificate(certificate)});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return tls;
  }

  private static Certificate certificate(Path pem) throws Exception {
    try (InputStream in = Files.newInputStream(pem)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static PrivateKey key(Path pem) throws Exception {
    String base64 = Files.readString(pem).replaceAll("-----[A-Z ]+-----|\\s", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }
}
