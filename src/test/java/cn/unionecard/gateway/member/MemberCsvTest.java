package cn.unionecard.gateway.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.ResidentNumber;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Sheets of members, good and bad. */
class MemberCsvTest {
  private static final String HEADER = "identity,name,category,org\n";
  private static final String GOOD = identity(1) + ",张三,ORDINARY,410802";

  private static String identity(int n) {
    String payload = String.format(Locale.ROOT, "41080219900101%03d", n);
    return payload + ResidentNumber.checkCharacter(payload);
  }

  private static List<MemberCsv.Row> rows(String text) throws IOException {
    List<MemberCsv.Row> rows = new ArrayList<>();
    try (MemberCsv csv = new MemberCsv(new StringReader(text))) {
      for (MemberCsv.Row row = csv.next(); row != null; row = csv.next()) {
        rows.add(row);
      }
    }
    return rows;
  }

  @Test
  void rowsAreNumberedAsASpreadsheetCountsThem() throws Exception {
    for (String end : List.of("\n", "\r\n", "\r")) {
      String text = (HEADER + GOOD + "\n\n,,,\n\"a\",\"b\"\"c\n\",,d\n").replace("\n", end);
      List<MemberCsv.Row> rows = rows("\ufeff" + text);
      assertEquals(List.of(2, 5), rows.stream().map(MemberCsv.Row::number).toList());
      assertEquals(List.of("a", "b\"c" + end, "", "d"), rows.get(1).cells());
      assertEquals("Row[2]", rows.get(0).toString());
    }
    assertEquals(1, rows(HEADER + GOOD).size(), "without a line end behind the last row");
    assertEquals(0, rows(HEADER).size());
  }

  @Test
  void anotherHeaderIsNotTaken() {
    for (String header :
        List.of(
            "",
            "\n",
            "identity,name,category\n",
            "identity,name,category,org,cardNo,more\n",
            "identity,name,category,org,name\n",
            "identity,name,category,org,\n",
            "identity, name,category,org\n",
            "identity;name;category;org\n",
            "Identity,name,category,org\n",
            GOOD + "\n")) {
      Fault.Malformed e = assertThrows(Fault.Malformed.class, () -> rows(header + GOOD), header);
      assertEquals("csv", e.field);
    }
  }

  @Test
  void aQuoteThatNeverEndsIsNoCsvAndIsNotShown() {
    for (String broken : List.of("\"" + GOOD, "\"" + identity(2) + "\"x,a,b,c\n")) {
      Fault.Malformed e = assertThrows(Fault.Malformed.class, () -> rows(HEADER + broken));
      assertEquals("csv", e.field);
      assertTrue(String.valueOf(e.getMessage()).contains("row 2"), e::toString);
      assertFalse(e.toString().contains(identity(2)) || e.toString().contains("张"), e::toString);
    }
  }

  @Test
  void eachBadRowIsNamedWithItsColumnAndNothingThatStandsInIt() {
    String x = identity(10);
    MemberSheet sheet =
        MemberSheet.read(
            HEADER
                + GOOD
                + "\n"
                + x.substring(0, 17)
                + (x.charAt(17) == '0' ? '1' : '0')
                + ",张三,ORDINARY,410802\n"
                + identity(2)
                + ",=HYPERLINK(1),ORDINARY,410802\n"
                + identity(3)
                + ",'@x,ORDINARY,410802\n"
                + identity(4)
                + ",张三,VIP,410802\n"
                + identity(5)
                + ",张三,ORDINARY,4108/02\n"
                + identity(6)
                + ",张三,ORDINARY\n"
                + identity(7)
                + ",张三,ORDINARY,410802,\n"
                + identity(8)
                + ",张\u0000三,ORDINARY,410802\n"
                + identity(9)
                + ",张\u202e三,ORDINARY,410802\n"
                + "４１０８０２１９９００１０１００１５,张三,ORDINARY,410802\n"
                + "4.10802E+17,张三,ORDINARY,410802\n");
    assertEquals(1, sheet.good().size());
    assertEquals(
        List.of(
            "3 identity",
            "4 name",
            "5 name",
            "6 category",
            "7 org",
            "8 row",
            "9 row",
            "10 name",
            "11 name",
            "12 identity",
            "13 identity"),
        sheet.bad().stream().map(bad -> bad.row() + " " + bad.column()).toList());
    String told = sheet.bad().toString();
    assertFalse(told.contains("张") || told.contains("1990") || told.contains("HYPER"), told);
    assertEquals("Person[***]", sheet.good().get(0).person().toString());
  }

  @Test
  void fiveHundredRowsAreTakenAndNoMore() {
    StringBuilder text = new StringBuilder(HEADER);
    for (int i = 0; i < MemberSheet.ROWS_MAX; i++) {
      text.append(identity(i)).append(",李四,ORDINARY,410802\n");
    }
    assertEquals(MemberSheet.ROWS_MAX, MemberSheet.read(text + ",,,\n\n").good().size());
    assertThrows(Fault.Malformed.class, () -> MemberSheet.read(text + "x,,,\n"));
  }

  @Test
  void namesAreMaskedAsTheyAreSeen() {
    String x = identity(1).toLowerCase(Locale.ROOT);
    assertEquals("张*", mask(x, "张三"));
    assertEquals("欧***", mask(x, "欧阳娜娜"));
    assertEquals("阿******", mask(x, " 阿卜杜拉·买买 "));
    assertEquals("𠮷*", mask(x, "𠮷田"));
    assertEquals("张*", mask(x, "张"));
  }

  private static String mask(String identity, String name) {
    return Person.of(identity, name, "MODEL", "410802", "0000000007", "").mask();
  }
}
