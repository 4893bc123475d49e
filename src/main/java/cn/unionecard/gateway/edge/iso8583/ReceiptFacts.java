package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.runtime.Sha256;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reply and a slip say of a recorded transaction, read from its receipt: so a repeat says
 * the same.
 *
 * @param id the transaction's id, the retrieval reference number
 * @param type its name
 * @param refusal why it was declined, or null
 * @param order the order's amount; like the other two negative when money flows back
 * @param cardTail last four digits, or empty
 * @param shares who gave what
 * @param say the sentence for the cashier
 * @param shortCode names the receipt's body: eight hex digits
 */
record ReceiptFacts(
    String id,
    String type,
    @Nullable Refusal refusal,
    Fen order,
    Fen discount,
    Fen payable,
    String merchant,
    String cardTail,
    List<Share> shares,
    String say,
    String shortCode) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHORT_BYTES = 4;

  /** What one payer gives. */
  record Share(String name, String funder, Fen fen) {}

  static ReceiptFacts of(Receipt receipt) {
    JsonNode body = json(receipt);
    return new ReceiptFacts(
        receipt.id().toString(),
        body.path("type").asText(),
        body.has("refusal") ? Refusal.named(body.path("refusal").asText()) : null,
        Fen.of(body.path("orderFen").asLong()),
        Fen.of(body.path("discountFen").asLong()),
        Fen.of(body.path("memberPaysFen").asLong()),
        body.path("merchantName").asText(),
        body.path("card").asText(),
        shares(body.path("allocations")),
        body.path("say").asText(),
        shortCode(receipt.body()));
  }

  private static JsonNode json(Receipt receipt) {
    try {
      return JSON.readTree(receipt.body());
    } catch (IOException e) {
      throw new UncheckedIOException("receipt " + receipt.id() + " is not readable", e);
    }
  }

  private static List<Share> shares(JsonNode allocations) {
    List<Share> shares = new ArrayList<>();
    for (JsonNode each : allocations) {
      shares.add(
          new Share(
              each.path("name").asText(),
              each.path("funder").asText(),
              Fen.of(each.path("fen").asLong())));
    }
    return shares;
  }

  /** The first digits of the SHA-256 of the body, as {@code sha256sum} prints them. */
  private static String shortCode(byte[] body) {
    return HexFormat.of().withUpperCase().formatHex(Sha256.of(body), 0, SHORT_BYTES);
  }
}
