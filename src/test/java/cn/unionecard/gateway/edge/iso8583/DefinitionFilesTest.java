package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.edge.iso8583.codec.IsoField;
import cn.unionecard.gateway.edge.iso8583.codec.IsoField.Length;
import cn.unionecard.gateway.edge.iso8583.codec.IsoField.Padding;
import cn.unionecard.gateway.edge.iso8583.codec.IsoSpec;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** The profile as files that other ISO 8583 libraries read. */
class DefinitionFilesTest {
  private static final int REPLY = 0x10;

  // ---- jPOS

  @Test
  void jposHasOurProfile() throws Exception {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE isopackager PUBLIC "-//jPOS/jPOS Generic Packager DTD 1.0//EN" "http://jpos.org/dtd/generic-packager-1.0.dtd">
        <!-- The fields of pos-fields.md for org.jpos.iso.packager.GenericPackager. The bytes of 59 and 63 are GBK.
             TPDU and header (11 bytes) stand before the message and are the channel's, NACChannel's for instance. -->
        <isopackager>
          <isofield id="0" length="4" name="MTI" pad="true" class="org.jpos.iso.IFB_NUMERIC"/>
          <isofield id="1" length="8" name="bitmap" class="org.jpos.iso.IFB_BITMAP"/>
        """);
    for (IsoField each : IsoSpec.FIELDS) {
      String pad = isOfDigits(each) ? " pad=\"" + (each.padding() == Padding.LEFT) + "\"" : "";
      text.append(
          String.format(
              Locale.ROOT,
              "  <isofield id=\"%d\" length=\"%d\" name=\"%s\"%s class=\"org.jpos.iso.%s\"/>\n",
              each.number(),
              each.max(),
              escaped(each.name()),
              pad,
              jpos(each)));
    }
    text.append("</isopackager>\n");
    new GuidePage("pos-packager.xml", DefinitionFilesTest.class).is(text.toString());
    List<Integer> ids = ids(text.toString(), "isofield", "id");
    assertEquals(Stream.concat(Stream.of(0, 1), numbers()).toList(), ids);
  }

  private static String jpos(IsoField field) {
    String prefix = field.isFixed() ? "" : field.length().name();
    return switch (field.encoding()) {
      case N, Z -> field.isFixed() ? "IFB_NUMERIC" : "IFB_" + prefix + "NUM";
      case AN -> field.isFixed() ? "IF_CHAR" : "IFB_" + prefix + "CHAR";
      case ANS -> field.isFixed() ? "IF_CHAR" : "IFB_" + prefix + "BINARY";
      case B -> field.isFixed() ? "IFB_BINARY" : "IFB_" + prefix + "BINARY";
    };
  }

  // ---- j8583

  @Test
  void j8583HasOurProfile() throws Exception {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- The fields of pos-fields.md for j8583, binary messages. LLBCDBIN and LLLBCDBIN are digits, the last half byte
             is no digit when their number is odd; the bytes of 59 and 63 are GBK; numbers of an odd length are bytes. -->
        <j8583-config>
        """);
    String whole = null;
    for (int mti : replies()) {
      String type = String.format(Locale.ROOT, "%04x", mti);
      if (whole == null) {
        whole = type;
        text.append("  <parse type=\"").append(type).append("\">\n");
        IsoSpec.FIELDS.forEach(each -> text.append(j8583(each)));
        text.append("  </parse>\n");
      } else {
        text.append("  <parse type=\"").append(type).append("\" extends=\"");
        text.append(whole).append("\"/>\n");
      }
    }
    text.append("</j8583-config>\n");
    new GuidePage("pos-j8583.xml", DefinitionFilesTest.class).is(text.toString());
    assertEquals(numbers().toList(), ids(text.toString(), "field", "num"));
  }

  /** Replies to all that may be asked for, and to its repeats. */
  private static TreeSet<Integer> replies() {
    TreeSet<Integer> replies = new TreeSet<>();
    for (Service each : Service.values()) {
      replies.add(each.mti + REPLY);
      replies.add(each.mti + REPLY + 1);
    }
    return replies;
  }

  private static String j8583(IsoField field) {
    boolean isOdd = field.isFixed() && isOfDigits(field) && field.max() % 2 == 1;
    String type =
        switch (field.encoding()) {
          case N, Z -> field.isFixed() ? isOdd ? "BINARY" : "NUMERIC" : field.length() + "BCDBIN";
          case AN -> field.isFixed() ? "ALPHA" : field.length() + "VAR";
          case ANS -> field.isFixed() ? "ALPHA" : field.length() + "BIN";
          case B -> field.isFixed() ? "BINARY" : field.length() + "BIN";
        };
    int length = isOdd ? field.bytes(field.max()) : field.max();
    return String.format(
        Locale.ROOT,
        "    <field num=\"%d\" type=\"%s\"%s/> <!-- %s -->\n",
        field.number(),
        type,
        field.length() == Length.FIXED ? " length=\"" + length + "\"" : "",
        escaped(field.name()));
  }

  // ---- both

  private static boolean isOfDigits(IsoField field) {
    return field.bytes(2) == 1;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  private static Stream<Integer> numbers() {
    return IsoSpec.FIELDS.stream().map(IsoField::number);
  }

  /** The numbers of the fields of a well-formed file, in the order they stand. */
  private static List<Integer> ids(String text, String element, String attribute)
      throws ParserConfigurationException, SAXException, IOException {
    var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    builder.setEntityResolver((name, address) -> new InputSource(new StringReader("")));
    NodeList found =
        builder.parse(new InputSource(new StringReader(text))).getElementsByTagName(element);
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      ids.add(Integer.valueOf(((Element) found.item(i)).getAttribute(attribute)));
    }
    return ids;
  }
}
