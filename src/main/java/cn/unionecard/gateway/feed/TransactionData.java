package cn.unionecard.gateway.feed;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The data of a transaction's event, from what its row says: the members of the receipt's body that
 * are not the holder's or the cashier's, what the transaction did, and what each kind of payer
 * bears. The view {@code event} says the same in SQL, for whoever is not in a hurry.
 */
public final class TransactionData {
  private static final Set<String> NOT_TOLD =
      Set.of("card", "form", "holder", "merchantName", "retry", "say", "until");

  private static final String EFFECT = "effect";

  private final String receipt;
  private final StringBuilder data;

  private TransactionData(String receipt) {
    this.receipt = receipt;
    data = new StringBuilder(receipt.length());
  }

  /**
   * The data, canonical JSON.
   *
   * @param receipt the receipt's body: canonical JSON, an object of texts and integers
   * @param effect the name of what the transaction did
   * @param payers below zero a union; null where nobody pays
   * @param fens what each pays, as many
   */
  public static String of(
      byte[] receipt, String effect, Integer @Nullable [] payers, Long @Nullable [] fens) {
    return new TransactionData(new String(receipt, StandardCharsets.UTF_8))
        .told(effect, payers, fens);
  }

  private String told(String effect, Integer @Nullable [] payers, Long @Nullable [] fens) {
    long merchant = 0;
    long union = 0;
    if (payers != null && fens != null) {
      for (int i = 0; i < payers.length; i++) {
        merchant += payers[i] > 0 ? fens[i] : 0;
        union += payers[i] < 0 ? fens[i] : 0;
      }
    }
    data.append("{\"allocations\":[{\"fen\":").append(merchant);
    data.append(",\"funder\":\"MERCHANT\"},{\"fen\":").append(union);
    data.append(",\"funder\":\"UNION\"}]");
    members(effect);
    return data.append('}').toString();
  }

  /** In their order, the effect among them. */
  private void members(String effect) {
    boolean told = false;
    int at = 1;
    while (at < receipt.length()) {
      int named = receipt.indexOf('"', at + 1);
      String name = receipt.substring(at + 1, named);
      int end = end(named + 2);
      if (!told && name.compareTo(EFFECT) > 0) {
        data.append(",\"effect\":\"").append(effect).append('"');
        told = true;
      }
      if (!NOT_TOLD.contains(name)) {
        data.append(',').append(receipt, at, end);
      }
      at = end + 1;
    }
  }

  /** Where a text or an integer ends. */
  private int end(int from) {
    int at = from;
    if (receipt.charAt(at) == '"') {
      at++;
      while (receipt.charAt(at) != '"') {
        at += receipt.charAt(at) == '\\' ? 2 : 1;
      }
      return at + 1;
    }
    while (receipt.charAt(at) != ',' && receipt.charAt(at) != '}') {
      at++;
    }
    return at;
  }
}
