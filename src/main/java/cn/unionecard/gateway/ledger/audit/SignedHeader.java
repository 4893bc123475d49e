package cn.unionecard.gateway.ledger.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads the headers that are signed: of blocks, and of the seals of the staff's audit. */
final class SignedHeader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SignedHeader() {}

  /** The header, or null if it is no JSON. */
  static @Nullable JsonNode read(byte[] header) {
    try {
      return JSON.readTree(header);
    } catch (IOException e) {
      return null;
    }
  }

  /** A member in base64url; empty if it is none. */
  static byte[] bytes(JsonNode header, String name) {
    try {
      return Base64.getUrlDecoder().decode(header.path(name).asText());
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
