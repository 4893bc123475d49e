package cn.unionecard.gateway.cli.simulate;

import cn.unionecard.gateway.receipt.PublicKey;
import cn.unionecard.gateway.receipt.ReceiptAlgorithm;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The answer of {@code /v1/keys}. */
final class PublishedKeys {
  private PublishedKeys() {}

  static List<PublicKey> read(Buffer answer) {
    JsonArray keys = answer.toJsonObject().getJsonArray("keys");
    List<PublicKey> read = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      JsonObject key = keys.getJsonObject(i);
      read.add(
          PublicKey.of(
              key.getString("kid"),
              ReceiptAlgorithm.named(key.getString("alg")),
              der(key.getString("pem"))));
    }
    return read;
  }

  private static byte[] der(String pem) {
    return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
  }
}
