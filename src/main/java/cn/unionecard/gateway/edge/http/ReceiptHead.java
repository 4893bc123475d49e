package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TransactionType;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The members of a receipt's body that say which request it answers, and how. */
record ReceiptHead(TransactionType type, RequestId requestId, boolean approved) {
  private static final JsonFactory FACTORY = new JsonFactory();

  /** Quotes within a text have a backslash before them: only the member itself looks like that. */
  private static final byte[] APPROVED =
      "\"outcome\":\"APPROVED\"".getBytes(StandardCharsets.US_ASCII);

  /** Whether a receipt says so, without reading all of it. */
  static boolean isApproved(Receipt receipt) {
    byte[] body = receipt.body();
    for (int from = 0; from <= body.length - APPROVED.length; from++) {
      if (Arrays.equals(body, from, from + APPROVED.length, APPROVED, 0, APPROVED.length)) {
        return true;
      }
    }
    return false;
  }

  static ReceiptHead of(Receipt receipt) {
    String type = "";
    String requestId = "";
    boolean approved = false;
    try (JsonParser json = FACTORY.createParser(receipt.body())) {
      JsonToken unused = json.nextToken();
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        JsonToken value = json.nextToken();
        if (name.equals("type")) {
          type = json.getText();
        } else if (name.equals("requestId")) {
          requestId = json.getText();
        } else if (name.equals("outcome")) {
          approved = json.getText().equals("APPROVED");
        } else if (value.isStructStart()) {
          json.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("receipt " + receipt.id() + " is not readable", e);
    }
    return new ReceiptHead(TransactionType.valueOf(type), new RequestId(requestId), approved);
  }
}
