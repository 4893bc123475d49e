package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoField;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.IsoSpec;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.runtime.json.StrictJson;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A frame as {@code encode} takes it: {@code tpdu}, {@code header}, {@code mti}, and {@code fields}
 * by number.
 */
record FrameJson(FrameHead head, IsoMessage message) {
  private static final StrictJson JSON = new StrictJson(StreamReadConstraints.defaults());

  private static final Set<String> NAMES = Set.of("tpdu", "header", "mti", "fields");

  /**
   * Reads the description.
   *
   * @throws IllegalArgumentException when a part is absent, unknown or of another kind
   */
  static FrameJson read(byte[] json) throws IOException {
    JsonNode root = JSON.tree(json);
    String unknown = StrictJson.unknownName(root, NAMES);
    require(unknown == null, unknown + ": unknown; known are " + NAMES);
    String tpdu = root.path("tpdu").asText();
    require(tpdu.matches("60[0-9a-fA-F]{8}"), "tpdu: must be 60 and 8 hex digits");
    FrameHead head =
        new FrameHead(
            Integer.parseInt(tpdu, 2, 6, 16),
            Integer.parseInt(tpdu, 6, 10, 16),
            Long.parseLong(digits(root, "header", 12), 16));
    IsoMessage message = new IsoMessage();
    message.begin(Integer.parseInt(digits(root, "mti", 4), 16));
    for (Map.Entry<String, JsonNode> field : root.path("fields").properties()) {
      set(message, field.getKey(), field.getValue());
    }
    return new FrameJson(head, message);
  }

  private static void set(IsoMessage message, String key, JsonNode value) {
    require(key.matches("[0-9]{1,3}"), "fields." + key + ": must be the number of a field");
    int number = Integer.parseInt(key);
    IsoField field = IsoSpec.field(number);
    if (field == null) {
      throw new IllegalArgumentException("F" + number + ": not in this profile");
    }
    if (number == 59 && value.isObject()) {
      Map<String, String> tags = new LinkedHashMap<>();
      value.properties().forEach(tag -> tags.put(tag.getKey(), text(tag.getValue(), "F59")));
      new Field59Tags(tags).write(message);
    } else if (field.encoding() == IsoField.Encoding.B) {
      message.set(number, hex(text(value, field.path()), field.path()));
    } else {
      message.set(number, text(value, field.path()));
    }
  }

  private static byte[] hex(String text, String path) {
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": must be hex", e);
    }
  }

  private static String text(JsonNode value, String path) {
    require(value.isTextual(), path + ": must be a string");
    return value.textValue();
  }

  private static String digits(JsonNode root, String name, int digits) {
    String text = root.path(name).asText();
    require(text.matches("[0-9]{" + digits + "}"), name + ": must be " + digits + " digits");
    return text;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  void writeFrame(ByteBuf out, @Nullable Mac mac) {
    head.writeFrame(out, message, mac);
  }
}
