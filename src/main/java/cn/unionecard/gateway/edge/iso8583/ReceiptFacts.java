package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.model.BenefitName;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.runtime.Sha256;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
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
 * @param benefitName the one line about what was given
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
    String benefitName,
    String say,
    String shortCode) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHORT_BYTES = 4;

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
        benefitName(body),
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

  /** A body of form 1 named campaigns, some of which tell what the member is. */
  private static String benefitName(JsonNode body) {
    if (body.has("benefitName")) {
      return body.path("benefitName").asText();
    }
    return body.path("discountFen").asLong() == 0 ? BenefitName.NONE : BenefitName.NEUTRAL;
  }

  /** The first digits of the SHA-256 of the body, as {@code sha256sum} prints them. */
  private static String shortCode(byte[] body) {
    return HexFormat.of().withUpperCase().formatHex(Sha256.of(body), 0, SHORT_BYTES);
  }
}
