import com.solab.iso8583.CustomBinaryField;
import com.solab.iso8583.IsoMessage;
import com.solab.iso8583.IsoType;
import com.solab.iso8583.IsoValue;
import com.solab.iso8583.MessageFactory;
import com.solab.iso8583.parse.ConfigParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Messages as the definition file says. j8583 reads the file for replies; how a field of a request
 * is written is taken from the same lines.
 */
final class Profile {
  private static final Charset GBK = Charset.forName("GBK");
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** BCD, an odd number of digits filled up with a zero at the right. */
  private static final CustomBinaryField<String> DIGITS =
      new CustomBinaryField<>() {
        @Override
        public byte[] encodeBinaryField(String digits) {
          return HEX.parseHex(digits.length() % 2 == 0 ? digits : digits + "0");
        }

        @Override
        public String decodeBinaryField(byte[] octets, int from, int length) {
          return HEX.formatHex(octets, from, from + length);
        }

        @Override
        public String encodeField(String digits) {
          return digits;
        }

        @Override
        public String decodeField(String digits) {
          return digits;
        }
      };

  private record Line(IsoType type, int length) {}

  private final MessageFactory<IsoMessage> factory = new MessageFactory<>();
  private final Map<Integer, Line> lines = new HashMap<>();

  Profile(Path definition) throws Exception {
    factory.setUseBinaryMessages(true);
    try (Reader reader = Files.newBufferedReader(definition)) {
      ConfigParser.configureFromReader(factory, reader);
    }
    NodeList fields =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(definition.toFile())
            .getElementsByTagName("field");
    for (int i = 0; i < fields.getLength(); i++) {
      Element field = (Element) fields.item(i);
      String length = field.getAttribute("length");
      lines.put(
          Integer.valueOf(field.getAttribute("num")),
          new Line(
              IsoType.valueOf(field.getAttribute("type")),
              length.isEmpty() ? 0 : Integer.parseInt(length)));
    }
  }

  IsoMessage request(int mti) {
    return factory.newMessage(mti);
  }

  void set(IsoMessage message, int field, String value) {
    Line line = lines.get(field);
    switch (line.type) {
      case LLBCDBIN, LLLBCDBIN -> message.setValue(field, value, DIGITS, line.type, line.length);
      case LLBIN, LLLBIN -> set(message, field, value.getBytes(GBK));
      default -> message.setValue(field, value, line.type, line.length);
    }
  }

  void set(IsoMessage message, int field, byte[] value) {
    Line line = lines.get(field);
    message.setValue(field, value, line.type, line.length);
  }

  IsoMessage reply(byte[] frame, int head) throws ParseException, IOException {
    return factory.parseMessage(frame, head, true);
  }

  /** A field of a reply as text: digits, ASCII, GBK. */
  static String text(IsoMessage reply, int field) {
    IsoValue<?> value = reply.getField(field);
    if (value == null) {
      throw new IllegalStateException("no F" + field + " in " + reply.debugString());
    }
    if (!(value.getValue() instanceof byte[] octets)) {
      return value.toString();
    }
    return switch (value.getType()) {
      case LLBCDBIN, LLLBCDBIN -> HEX.formatHex(octets).substring(0, value.getLength());
      case LLBIN, LLLBIN -> new String(octets, GBK);
      default -> HEX.formatHex(octets);
    };
  }

  static byte[] octets(IsoMessage reply, int field) {
    return reply.getObjectValue(field);
  }
}
