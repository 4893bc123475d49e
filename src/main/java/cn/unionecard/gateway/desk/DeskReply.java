package cn.unionecard.gateway.desk;

import cn.unionecard.gateway.model.DeskRefusal;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What a desk says. */
public sealed interface DeskReply {
  /**
   * Done, or read.
   *
   * @param location path of what was made, or null
   */
  record Said(int status, JsonObject document, @Nullable String location) implements DeskReply {}

  /**
   * A table, read.
   *
   * @param mediaType with its parameters
   * @param fileName what to save it as; letters, digits and {@code .-_}
   * @param next path of the next page, or null
   */
  record Sheet(String mediaType, String fileName, byte[] content, @Nullable String next)
      implements DeskReply {}

  /** Not done; the caller may know why. */
  record Refused(DeskRefusal refusal, String detail) implements DeskReply {}

  static DeskReply ok(JsonObject document) {
    return new Said(200, document, null);
  }

  static DeskReply made(JsonObject document, String location) {
    return new Said(201, document, location);
  }

  static DeskReply refused(DeskRefusal refusal) {
    return new Refused(refusal, refusal.english);
  }

  static DeskReply refused(DeskRefusal refusal, String detail) {
    return new Refused(refusal, detail);
  }
}
