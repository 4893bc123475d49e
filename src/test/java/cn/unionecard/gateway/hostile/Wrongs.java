package cn.unionecard.gateway.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A right JSON value with one thing wrong in it, for every place in it and everything wrong. */
final class Wrongs {
  private static final String HOLE = "@@hole@@";

  /** Texts no name, number or note should hold; NUL and halves of surrogate pairs in front. */
  private static final List<String> UNREADABLE =
      List.of(
          "\"\\u0000\"",
          "\"a\\u0000b\"",
          "\"\\ud800\"",
          "\"a\\udc00\"",
          "\"\\ud800\\ud800\"",
          "\"\\udc00\\ud800\"");

  private static final List<String> TEXTS =
      List.of(
          "\"\"",
          "\" \"",
          "\"\\udbff\\udfff\"",
          "\"\\ufffe\"",
          "\"\\uffff\"",
          "\"\\u202eabc\"",
          "\"\\u0085\"",
          "\"\\u001b[2J\"",
          "\"\\r\\nX: y\"",
          "\"\\ufdfd\"",
          "\"\\ud835\\udfd9\"",
          "\"\\u0661\\u0662\"",
          "\"\\uff11\\uff12\"",
          "\"e\\u0301\"",
          "\"';--\"",
          "\"${jndi:x}%n%s{0}\"",
          "\"../../etc\"",
          "\"{1,2}\"",
          "\"\\\\N\"",
          "\"null\"",
          "\"0\"",
          "\"-1\"",
          "\"9223372036854775808\"",
          "\"1e400\"",
          "\"NaN\"",
          "\"infinity\"",
          "\"0000-00-00\"",
          "\"2026-02-30\"",
          "\"9999-12-31\"",
          "\"+999999999-12-31\"",
          "\"-infinity\"",
          "\"https://[::\"",
          "\"" + "x".repeat(10_000) + "\"",
          "\"" + "工".repeat(5_000) + "\"",
          "\"" + "\\ud83d\\ude00".repeat(2_000) + "\"");

  private static final List<String> WHOLE =
      List.of(
          "0",
          "-0",
          "1",
          "-1",
          "32768",
          "2147483647",
          "2147483648",
          "-2147483649",
          "999999999999",
          "1000000000000",
          "9223372036854775807",
          "-9223372036854775808");

  private static final List<String> NO_NUMBERS =
      List.of(
          "9223372036854775808",
          "-9223372036854775809",
          "1e400",
          "-1e400",
          "1e-400",
          "0.5",
          "-0.5",
          "1" + "0".repeat(2_000),
          "NaN",
          "-Infinity",
          "0x10",
          "01",
          "+1",
          ".5",
          "1.",
          "1e");

  private static final List<String> OTHER_KINDS =
      List.of("true", "[]", "{}", "[[]]", "[null]", "{\"a\":1}", "'x'", "x", "");

  private static final List<String> MORE_MEMBERS =
      List.of(
          "\"unheardOf\":1",
          "\"__proto__\":{}",
          "\"\":\"\"",
          "\"\\ud800\":1",
          "\"\\u0000\":1",
          "\"constructor\":{\"prototype\":{}}",
          "\"" + "k".repeat(10_000) + "\":1");

  /**
   * A body with one thing wrong.
   *
   * @param what where, and how
   * @param refused whether no reader may take it
   */
  record Wrong(String what, String contentType, byte[] body, boolean refused) {}

  private static final String JSON = "application/json";

  private final List<Wrong> found = new ArrayList<>();
  private final JsonNode right;

  private Wrongs(JsonNode right) {
    this.right = right;
  }

  /** All of them, in one order. */
  static List<Wrong> of(JsonNode right) {
    Wrongs wrongs = new Wrongs(right);
    wrongs.whole();
    wrongs.place(right, "");
    return wrongs.found;
  }

  private void add(String what, String body, boolean refused) {
    found.add(new Wrong(what, JSON, body.getBytes(StandardCharsets.UTF_8), refused));
  }

  private void whole() {
    String text = right.toString();
    for (String type :
        List.of(
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json/x",
            "application/jsonx",
            "*/*",
            "application/json, text/plain",
            "application/json; charset=utf-16")) {
      found.add(new Wrong("type " + type, type, text.getBytes(StandardCharsets.UTF_8), true));
    }
    for (String instead :
        List.of(
            "",
            " ",
            "null",
            "true",
            "0",
            "\"x\"",
            "[]",
            "[" + text + "]",
            "{",
            "{\"",
            "}",
            "\u0000",
            text + "x",
            text + text,
            text + "\u0000",
            text.substring(0, text.length() - 1),
            "[".repeat(20_000),
            "{\"a\":".repeat(8_000),
            "{\"a\":" + "[".repeat(900) + "]".repeat(900) + "}",
            text + " ".repeat(70_000))) {
      String shown = instead.length() > 40 ? instead.substring(0, 40) + "…" : instead;
      add("instead " + shown, instead, !text.equals("{}") || !instead.isBlank());
    }
    found.add(new Wrong("utf-16", JSON, text.getBytes(StandardCharsets.UTF_16), true));
    add("byte order mark", "\ufeff" + text, false);
    byte[] broken =
        (text.substring(0, text.length() - 1) + ",\"b\":\"?\"}").getBytes(StandardCharsets.UTF_8);
    broken[broken.length - 3] = (byte) 0xff;
    found.add(new Wrong("no UTF-8", JSON, broken, true));
  }

  private void place(JsonNode node, String pointer) {
    if (node instanceof ObjectNode object) {
      members(object, pointer);
    } else if (node instanceof ArrayNode array) {
      elements(array, pointer);
    }
    if (!pointer.isEmpty()) {
      boolean text = node.isTextual();
      instead(pointer, UNREADABLE, true);
      instead(pointer, TEXTS, !text);
      instead(pointer, WHOLE, !node.isIntegralNumber());
      instead(pointer, NO_NUMBERS, true);
      instead(
          pointer,
          OTHER_KINDS.subList(node.isBoolean() ? 1 : 0, OTHER_KINDS.size()),
          text || node.isNumber() || node.isBoolean());
      instead(pointer, List.of("null"), false);
      instead(pointer, List.of("[".repeat(900) + "]".repeat(900)), true);
    }
  }

  private void members(ObjectNode object, String pointer) {
    for (String more : MORE_MEMBERS) {
      changed(
          pointer,
          there -> ((ObjectNode) there).put(HOLE, HOLE),
          "\"" + HOLE + "\":\"" + HOLE + "\"",
          more,
          "more " + cut(more),
          true);
    }
    for (String name : object.properties().stream().map(member -> member.getKey()).toList()) {
      String at = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
      String member = new TextNode(name) + ":" + object.get(name);
      changed(
          pointer,
          there -> ((ObjectNode) there).put(HOLE, HOLE),
          "\"" + HOLE + "\":\"" + HOLE + "\"",
          member,
          "twice " + name,
          true);
      changed(
          pointer, there -> ((ObjectNode) there).remove(name), "", "", "without " + name, false);
      place(object.get(name), at);
    }
  }

  private void elements(ArrayNode array, String pointer) {
    if (!array.isEmpty()) {
      String one = array.get(0).toString();
      instead(pointer, List.of("[" + (one + ",").repeat(999) + one + "]"), false);
    }
    for (int i = 0; i < array.size(); i++) {
      place(array.get(i), pointer + "/" + i);
    }
  }

  private void instead(String pointer, List<String> raws, boolean refused) {
    int slash = pointer.lastIndexOf('/');
    String last = pointer.substring(slash + 1).replace("~1", "/").replace("~0", "~");
    for (String raw : raws) {
      changed(
          pointer.substring(0, slash),
          there -> {
            if (there instanceof ArrayNode array) {
              array.set(Integer.parseInt(last), new TextNode(HOLE));
            } else {
              ((ObjectNode) there).put(last, HOLE);
            }
          },
          "\"" + HOLE + "\"",
          raw,
          last + " = " + cut(raw),
          refused);
    }
  }

  private void changed(
      String pointer,
      Consumer<JsonNode> change,
      String hole,
      String raw,
      String what,
      boolean refused) {
    JsonNode copy = right.deepCopy();
    change.accept(copy.at(pointer));
    add(pointer + " " + what, copy.toString().replace(hole, raw), refused);
  }

  private static String cut(String raw) {
    return raw.length() > 60 ? raw.substring(0, 60) + "…" : raw;
  }
}
