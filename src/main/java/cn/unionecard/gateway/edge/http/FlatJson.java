package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Text;
import cn.unionecard.gateway.runtime.json.StrictJson;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One flat JSON object with known members, read strictly: text and integers only, no member twice,
 * none unknown, nothing before or behind, valid UTF-8. One member may be a list of such objects.
 * Every fault names the member.
 *
 * <p>The stream parser feeds two small arrays; there is no tree and no mapping by reflection on the
 * way of a sale.
 */
final class FlatJson {
  private static final int NUMBER_LENGTH_MAX = 32;
  private static final int NAME_LENGTH_MAX = 64;
  private static final int TEXT_LENGTH_MAX = 8 * 1024;
  private static final String[] NONE = {};
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private static final StrictJson JSON =
      new StrictJson(
          StreamReadConstraints.builder()
              .maxNestingDepth(4)
              .maxNumberLength(NUMBER_LENGTH_MAX)
              .maxNameLength(NAME_LENGTH_MAX)
              .maxStringLength(TEXT_LENGTH_MAX)
              .build());

  private final String path;
  private final String[] names;
  private final @Nullable Object[] values;
  private final String listName;
  private final String[] itemNames;
  private @Nullable List<FlatJson> list;

  private FlatJson(String path, String[] names, String listName, String[] itemNames) {
    this.path = path;
    this.names = names;
    this.values = new Object[names.length];
    this.listName = listName;
    this.itemNames = itemNames;
  }

  /**
   * Reads an object that may have these members.
   *
   * @throws Fault.Malformed naming the member at fault, or none if it is the whole
   */
  static FlatJson read(byte[] body, String... names) {
    return readWithList(body, "", NONE, names);
  }

  /**
   * Reads an object that may also have a list of objects. Faults in it name the place, such as
   * {@code advices[3].orderFen}.
   *
   * @param listName the member that is the list, see {@link #list}
   * @param itemNames members of the objects in it
   */
  static FlatJson readWithList(byte[] body, String listName, String[] itemNames, String... names) {
    String text = utf8(body);
    if (text.isBlank()) {
      throw new Fault.Malformed("", "the body is empty, a JSON object is expected");
    }
    FlatJson object = new FlatJson("", names, listName, itemNames);
    try (JsonParser parser = JSON.tokens(text)) {
      object.readAll(parser);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return object;
  }

  private static String utf8(byte[] body) {
    try {
      String text = StrictJson.utf8(body);
      if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
        throw new Fault.Malformed("", "the body begins with a byte order mark");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw new Fault.Malformed("", "the body is not valid UTF-8");
    }
  }

  private void readAll(JsonParser parser) throws IOException {
    try {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Fault.Malformed("", "the body is not a JSON object");
      }
      fill(parser);
      if (parser.nextToken() != null) {
        throw new Fault.Malformed("", "there is more behind the JSON object");
      }
    } catch (JsonProcessingException e) {
      throw notJson(e, parser.currentName());
    }
  }

  private void fill(JsonParser parser) throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      if (!listName.isEmpty() && name.equals(listName)) {
        list = items(parser);
      } else {
        values[place(name)] = value(parser, path + name);
      }
    }
  }

  private List<FlatJson> items(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      throw new Fault.Malformed(listName, listName + " is not a list");
    }
    List<FlatJson> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String at = listName + "[" + items.size() + "]";
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw new Fault.Malformed(at, at + " is not an object");
      }
      FlatJson item = new FlatJson(at + ".", itemNames, "", NONE);
      item.fill(parser);
      items.add(item);
    }
    return items;
  }

  private static Fault.Malformed notJson(JsonProcessingException e, @Nullable String at) {
    String message = e.getOriginalMessage();
    String duplicate = "Duplicate field '";
    if (message.startsWith(duplicate)) {
      String name = message.substring(duplicate.length(), message.length() - 1);
      return new Fault.Malformed(name, name + " stands twice");
    }
    JsonLocation place = e.getLocation();
    String column = place == null ? "" : " at column " + place.getColumnNr();
    return new Fault.Malformed(at == null ? "" : at, "the body is not valid JSON" + column);
  }

  private int place(String name) {
    for (int i = 0; i < names.length; i++) {
      if (names[i].equals(name)) {
        return i;
      }
    }
    throw new Fault.Malformed(path + name, path + name + " is not known here");
  }

  private static Object value(JsonParser parser, String name) throws IOException {
    JsonToken token = parser.nextToken();
    if (token == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    if (token == JsonToken.VALUE_NUMBER_INT) {
      return integer(parser, name);
    }
    throw new Fault.Malformed(name, name + " is " + kindOf(token));
  }

  private static Long integer(JsonParser parser, String name) throws IOException {
    if (parser.getTextCharacters()[parser.getTextOffset()] == '-') {
      throw new Fault.Malformed(name, name + " is negative");
    }
    if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw new Fault.Malformed(name, name + " is too large");
    }
    return parser.getLongValue();
  }

  private static String kindOf(@Nullable JsonToken token) {
    if (token == null) {
      return "missing";
    }
    return switch (token) {
      case VALUE_NUMBER_FLOAT -> "a number with a fraction or an exponent";
      case VALUE_TRUE, VALUE_FALSE -> "a truth value";
      case VALUE_NULL -> "null; leave it out instead";
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      default -> "neither text nor an integer";
    };
  }

  /** The objects of the list, or null if it is absent. */
  @Nullable List<FlatJson> list() {
    return list;
  }

  /** The objects of the list, 1 to {@code most}. */
  List<FlatJson> requiredList(int most) {
    List<FlatJson> items = list;
    if (items == null || items.isEmpty()) {
      throw new Fault.Malformed(listName, listName + " is missing or empty");
    }
    if (items.size() > most) {
      throw new Fault.Malformed(listName, listName + " has more than " + most);
    }
    return items;
  }

  /** The path of a member, for faults. */
  String path(String name) {
    return path + name;
  }

  /** The text of a member, or null if it is absent. */
  @Nullable String text(String name, int lengthMax) {
    Object value = values[place(name)];
    if (value == null) {
      return null;
    }
    if (!(value instanceof String text)) {
      throw malformed(name, " is not text");
    }
    if (text.isEmpty()) {
      throw malformed(name, " is empty");
    }
    Text.requireWritable(path + name, text);
    int length = text.codePointCount(0, text.length());
    if (length > lengthMax) {
      throw malformed(name, " has " + length + " characters, at most " + lengthMax);
    }
    return text;
  }

  String requiredText(String name, int lengthMax) {
    String text = text(name, lengthMax);
    if (text == null) {
      throw malformed(name, " is missing");
    }
    return text;
  }

  /** The integer of a member between 0 and {@code max}, or −1 if it is absent. */
  long integer(String name, long max) {
    Object value = values[place(name)];
    if (value == null) {
      return -1;
    }
    if (!(value instanceof Long number)) {
      throw malformed(name, " is not an integer");
    }
    if (number > max) {
      throw malformed(name, " is above " + max);
    }
    return number;
  }

  long requiredInteger(String name, long max) {
    long number = integer(name, max);
    if (number < 0) {
      throw malformed(name, " is missing");
    }
    return number;
  }

  private Fault.Malformed malformed(String name, String what) {
    return new Fault.Malformed(path + name, path + name + what);
  }
}
