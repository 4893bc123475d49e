package cn.unionecard.gateway.province;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.ResidentNumber;
import cn.unionecard.gateway.runtime.Sm3;
import cn.unionecard.gateway.runtime.config.Config;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Cards are told by files to a province that cuts receipts off, changes them, mixes them up,
 * contradicts itself, leaves cards out and answers twice: what it has is what it was told.
 */
class ProvinceFileIT {
  private static final String UNION = "410802.0001";
  private static final String ACCOUNT = "province.files";
  private static final String CLERK = DeskHouse.login(UNION, Role.CLERK);
  private static final String ABOVE = DeskHouse.login("410800", Role.CLERK);
  private static final String ELSEWHERE = DeskHouse.login("410821", Role.CLERK);
  private static final String FILES = "/v1/province/files";
  private static final JsonObject NOTHING = new JsonObject();
  private DeskHouse house;

  @BeforeEach
  void open() throws Exception {
    house = new DeskHouse("province-files");
    house.addStaff(ACCOUNT, UNION, Role.CLERK);
  }

  @AfterEach
  void close() throws Exception {
    house.close();
  }

  private void link() {
    Void done =
        Loops.await(
            house.province(new Config.Province("", null, ACCOUNT, 1_000, 500, 15, 20_000)).run());
  }

  private void members(int first, int many) throws Exception {
    for (int n = first; n < first + many; n++) {
      String payload = String.format(Locale.ROOT, "41080219910101%03d", n);
      Answer answer =
          house.post(
              CLERK,
              "/v1/members",
              new JsonObject()
                  .put("identity", payload + ResidentNumber.checkCharacter(payload))
                  .put("name", "张三")
                  .put("category", "ORDINARY")
                  .put("org", UNION));
      assertEquals(201, answer.status(), () -> answer.json().encode());
    }
  }

  private JsonObject made() throws Exception {
    Answer answer = house.post(CLERK, FILES, NOTHING);
    assertEquals(201, answer.status(), () -> answer.json().encode());
    return answer.json();
  }

  private String text(int no) throws Exception {
    Answer answer = house.get(CLERK, FILES + "/" + no + "?format=csv");
    assertEquals(200, answer.status());
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  /** What the file says of each card: revision, union, state. */
  private static List<String[]> cards(String text) {
    List<String[]> cards = new ArrayList<>();
    for (String line : text.split("\r\n")) {
      if (line.startsWith("D,")) {
        cards.add(line.split(",", -1));
      }
    }
    return cards;
  }

  private static String receipt(int no, String file, List<String> lines) {
    StringBuilder text = new StringBuilder("H,1,CARDS-RECEIPT," + no + "," + Sm3.hex(file) + "\n");
    lines.forEach(line -> text.append(line).append('\n'));
    text.append("T,").append(lines.size()).append(',');
    return text + Sm3.hex(text.toString()) + "\n";
  }

  private Answer read(int no, String receipt) throws Exception {
    return house.post(CLERK, FILES + "/" + no + "/receipts", new JsonObject().put("file", receipt));
  }

  private JsonObject readWell(int no, String receipt) throws Exception {
    Answer answer = read(no, receipt);
    assertEquals(200, answer.status(), () -> answer.json().encode());
    return answer.json();
  }

  private long due() throws Exception {
    return house.get(CLERK, "/v1/province").json().getJsonObject("out").getLong("due");
  }

  @Test
  void aFileHasANumberADigestAndTheSameBytesEachTime() throws Exception {
    assertEquals(404, house.post(CLERK, FILES, NOTHING).status(), "there is no link");
    link();
    assertEquals("STATE_DOES_NOT_ALLOW", house.post(CLERK, FILES, NOTHING).code(), "no card");
    members(1, 3);
    JsonObject one = made();
    assertEquals(1, one.getInteger("file"));
    assertEquals(3, one.getInteger("cards"));
    assertEquals("STATE_DOES_NOT_ALLOW", house.post(CLERK, FILES, NOTHING).code(), "all wait");
    String text = text(1);
    assertEquals(text, text(1));
    assertEquals(one.getString("sm3"), Sm3.hex(text));
    String last = text.strip();
    String digest = last.substring(last.lastIndexOf(',') + 1);
    assertEquals(digest, Sm3.hex(last.substring(0, last.length() - digest.length())));
    assertTrue(text.startsWith("H,1,CARDS,1," + UNION + ","), text);
    for (String[] card : cards(text)) {
      assertEquals(List.of("1", UNION, "ISSUED"), List.of(card[2], card[3], card[4]));
    }
    JsonObject signature = house.get(CLERK, FILES + "/1/signature").json();
    assertEquals(Sm3.hex(text), signature.getString("sm3"));
    // whoever is above sees it, whoever is beside does not
    assertEquals(200, house.get(ABOVE, FILES + "/1").status());
    for (String path : List.of("/1", "/1/signature", "/1?format=csv")) {
      assertEquals(404, house.get(ELSEWHERE, FILES + path).status(), path);
    }
    assertEquals(404, house.post(ELSEWHERE, FILES, NOTHING).status());
    assertEquals(
        404,
        house
            .post(
                ELSEWHERE,
                FILES + "/1/receipts",
                new JsonObject().put("file", receipt(1, text, List.of())))
            .status());
    assertEquals(
        new JsonArray(), house.get(ELSEWHERE, FILES).json().getJsonArray("files"), "nor in lists");
    // a state that changes meanwhile is of the next file, and the one before stays as it was
    TestStores.execute(
        house.url,
        "update card set status = 'LOST', epoch = epoch + 1 where serial = "
            + cards(text).get(0)[1]);
    JsonObject two = made();
    assertEquals(List.of(2, 1), List.of(two.getInteger("file"), two.getInteger("cards")));
    assertEquals("LOST", cards(text(2)).get(0)[4]);
    assertEquals(text, text(1));
  }

  @Test
  void aReceiptThatIsNotWholeOrOfAnotherFileIsRefusedWhole() throws Exception {
    link();
    members(1, 4);
    String text = text(made().getInteger("file"));
    members(10, 1);
    String other = text(made().getInteger("file"));
    List<String> lines = new ArrayList<>();
    cards(text).forEach(card -> lines.add("D," + card[1] + "," + card[2] + ",TAKEN,"));
    String good = receipt(1, text, lines);
    List<String> refused =
        List.of(
            "",
            "no receipt",
            good.substring(0, good.length() / 2),
            good.substring(0, good.lastIndexOf("T,")),
            good.replaceFirst("TAKEN", "REFUSED"),
            good.replaceFirst("D,.*\n", ""),
            receipt(2, text, lines),
            receipt(1, other, lines),
            receipt(1, text, List.of("D,1,1,TAKEN,")),
            receipt(1, text, List.of("D," + cards(text).get(0)[1] + ",1,REFUSED,")),
            receipt(1, text, List.of("D," + cards(text).get(0)[1] + ",1,PERHAPS,x")),
            receipt(1, text, lines).replaceFirst("T,4", "T,5"),
            good + "\0");
    for (String receipt : refused) {
      assertEquals(400, read(1, receipt).status(), receipt);
    }
    assertEquals(400, read(2, good).status(), "of the other file");
    assertEquals(404, read(3, good).status());
    JsonObject now = house.get(CLERK, FILES + "/1").json();
    assertEquals(4, now.getInteger("left"));
    assertEquals(0, now.getInteger("receipts"));
    assertEquals(5, due());
    assertEquals("DONE", readWell(1, good).getString("state"));
    assertEquals(1, due());
  }

  @Test
  void whatItSaysOfCardsIsBelievedOnlyAsTheyWereToldAndOnlyOnce() throws Exception {
    link();
    members(1, 8);
    String text = text(made().getInteger("file"));
    List<String[]> cards = cards(text);
    List<String> lines = new ArrayList<>();
    lines.add("D," + cards.get(0)[1] + ",1,TAKEN,");
    lines.add("D," + cards.get(1)[1] + ",1,REFUSED,该卡在省平台已冻结");
    lines.add("D," + cards.get(2)[1] + ",2,TAKEN,"); // a revision that it was not told
    lines.add("D," + cards.get(3)[1] + ",1,TAKEN,"); // two words
    lines.add("D," + cards.get(3)[1] + ",1,REFUSED,不收");
    lines.add("D,9999999999,1,TAKEN,"); // a card that it was not told
    lines.add("D," + cards.get(4)[1] + ",1,TAKEN,"); // twice the same
    lines.add("D," + cards.get(4)[1] + ",1,TAKEN,");
    Collections.shuffle(lines, new Random(7));
    String receipt = receipt(1, text, lines);
    JsonObject now = readWell(1, receipt);
    assertEquals(
        List.of(2, 1, 5, 4, 1, "OPEN"),
        List.of(
            now.getInteger("taken"),
            now.getInteger("refused"),
            now.getInteger("left"),
            now.getInteger("strange"),
            now.getInteger("receipts"),
            now.getString("state")));
    assertEquals(now, readWell(1, receipt), "the same again changes nothing");
    assertEquals(5, due());
    JsonObject refused =
        house.get(CLERK, "/v1/province/rows").json().getJsonArray("cards").getJsonObject(0);
    assertEquals("该卡在省平台已冻结", refused.getString("reason"));
    // what was said stays; a later receipt may say what was left out
    List<String> more = new ArrayList<>();
    more.add("D," + cards.get(0)[1] + ",1,REFUSED,后悔了");
    for (int i = 2; i < 6; i++) {
      more.add("D," + cards.get(i)[1] + ",1,TAKEN,");
    }
    now = readWell(1, receipt(1, text, more));
    assertEquals(
        List.of(5, 1, 2, 5),
        List.of(
            now.getInteger("taken"),
            now.getInteger("refused"),
            now.getInteger("left"),
            now.getInteger("strange")));
    assertEquals(2, due());
    // a file that is given up: what is left goes with the next one, and its late receipt still
    // counts
    JsonObject why = new JsonObject().put("reason", "省平台称未收到");
    assertEquals(404, house.post(ELSEWHERE, FILES + "/1/end", why).status());
    assertEquals("GIVEN_UP", house.post(CLERK, FILES + "/1/end", why).json().getString("state"));
    assertEquals("STATE_DOES_NOT_ALLOW", house.post(CLERK, FILES + "/1/end", why).code());
    JsonObject next = made();
    assertEquals(List.of(2, 2), List.of(next.getInteger("file"), next.getInteger("cards")));
    assertNotEquals(text, text(2));
    now =
        readWell(
            1,
            receipt(
                1,
                text,
                List.of(
                    "D," + cards.get(6)[1] + ",1,TAKEN,", "D," + cards.get(7)[1] + ",1,TAKEN,")));
    assertEquals("DONE", now.getString("state"));
    assertEquals(0, due());
    // what it refuses by an old word does not undo what it has taken since
    TestStores.execute(
        house.url,
        "update card set status = 'LOST', epoch = epoch + 1 where serial = " + cards.get(6)[1]);
    String third = text(made().getInteger("file"));
    now = readWell(3, receipt(3, third, List.of("D," + cards.get(6)[1] + ",2,TAKEN,")));
    assertEquals("DONE", now.getString("state"));
    JsonObject late =
        readWell(2, receipt(2, text(2), List.of("D," + cards.get(6)[1] + ",1,REFUSED,不收")));
    assertEquals(1, late.getInteger("refused"));
    assertEquals(
        1,
        house.get(CLERK, "/v1/province").json().getJsonObject("out").getInteger("refused"),
        "the one of before");
    assertEquals(
        new TreeMap<>(Map.of("province.file-given-up", 1L, "province.file-made", 3L)),
        new TreeMap<>(
            Map.of(
                "province.file-given-up",
                audited("province.file-given-up"),
                "province.file-made",
                audited("province.file-made"))));
    assertEquals(5, audited("province.receipt-read"));
  }

  private long audited(String action) {
    return TestStores.number(
        house.url, "select count(*) from audit where action = '" + action + "'");
  }
}
