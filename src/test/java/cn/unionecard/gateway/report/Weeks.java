package cn.unionecard.gateway.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.report.Town.Shop;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Some weeks of a town in which everything happens that a report counts. */
final class Weeks {
  private final Town town;

  Weeks(Town town) {
    this.town = town;
  }

  void pass() throws Exception {
    town.policy("410000", false);
    town.policy("410802", true);
    Shop canteen = town.merchant("EAT", "410802", "410802.0001", "GO_LIVE");
    Shop grocer = town.merchant("SHOP", "410802", "410802", "GO_LIVE");
    Shop inn = town.merchant("EAT", "410821", "410821", "GO_LIVE");
    Shop vetoed = town.merchant("TOUR", "410800", "410800", "APPROVE");
    trade(canteen, grocer, inn);
    List<JsonObject> complaints = complain(canteen, grocer, inn);
    JsonObject lateReceipt = town.sale(inn, 4_000);
    JsonObject latest = town.sale(grocer, 500);
    long late = town.review(town.sale(grocer, 900), 2, 1, 3);
    JsonObject changed = town.sale(grocer, 700);
    long edited = town.review(changed, 1, 2, 1);
    days(3);
    town.labour(vetoed, 30);
    town.step(town.merchant("STAY", "410802", "410802", "APPLY"), "REJECT");
    town.merchant("ENTERTAIN", "410821", "410821", "NEGOTIATE");
    town.edit(edited, changed, 5);
    town.step(inn, "SUSPEND");
    answer(complaints);
    days(4);
    town.declare(inn, Town.login("410821", Role.APPROVER));
    town.review(lateReceipt, 3, 4, 2);
    town.step(town.merchant("SHOP", "410800", "410800", "GO_LIVE"), "TERMINATE");
    handOver(grocer);
    days(14);
    town.review(latest, 4, 5, 5);
    days(14);
    assertTrue(late > 0);
  }

  private void days(int days) {
    for (int day = 0; day < days; day++) {
      town.house.pass(Duration.ofDays(1));
      int unused = town.house.sweepComplaints();
    }
  }

  /** Sales, every way of taking them back, and of taking that back; and eleven reviews that tip. */
  private void trade(Shop canteen, Shop grocer, Shop inn) throws Exception {
    JsonObject none = new JsonObject();
    for (int i = 0; i < 11; i++) {
      JsonObject sale = town.sale(canteen, 10_000 + i);
      town.review(sale, i < 8 ? 5 : 1, i % 5 + 1, 4);
    }
    for (int i = 0; i < 3; i++) {
      town.review(town.sale(inn, 3_333 + i), i == 0 ? 1 : 4, 2, 3);
    }
    JsonObject voided = town.follow(grocer, town.sale(grocer, 2_000), "void", none);
    town.reverse(grocer, voided);
    town.reverse(inn, town.follow(inn, town.sale(inn, 3_100), "void", none));
    town.follow(inn, town.sale(inn, 5_000), "void", none);
    town.follow(inn, town.sale(inn, 7_001), "refunds", new JsonObject().put("orderFen", 1_234));
    town.reverse(inn, town.sale(inn, 6_000));
    JsonObject whole = new JsonObject().put("orderFen", 8_000);
    town.follow(inn, town.hold(inn, 8_000), "completion", whole);
    JsonObject completed = town.follow(inn, town.hold(inn, 8_000), "completion", whole);
    town.reverse(inn, completed);
    town.follow(inn, town.hold(inn, 9_000), "release", none);
    JsonObject refused = town.house.sell(canteen.till(), 9_001, 1_000);
    assertEquals("REFUSED", refused.getString("outcome"));
  }

  private List<JsonObject> complain(Shop canteen, Shop grocer, Shop inn) throws Exception {
    List<JsonObject> complaints = new ArrayList<>();
    complaints.add(town.complain(canteen, "QUALITY"));
    complaints.add(town.complain(grocer, "SERVICE"));
    complaints.add(town.complain(inn, "MONEY"));
    complaints.add(town.complain(inn, "PRIVACY"));
    complaints.add(town.complain(grocer, "LABOUR"));
    complaints.add(town.complain(grocer, "AFTER_SALES"));
    JsonObject tip = town.complain(canteen, "CORRUPTION");
    town.house.pass(Duration.ofHours(2));
    String clerk = Town.login("410802.0001", Role.CLERK);
    town.act(clerk, complaints.get(0), "ACCEPT");
    town.act(clerk, complaints.get(0), "ASK");
    town.say(complaints.get(5), "WITHDRAW");
    String district = Town.login("410802", Role.CLERK);
    town.act(district, complaints.get(1), "ACCEPT", "severity", "DIFFICULT");
    town.act(Town.login("410802", Role.SUPERVISOR), complaints.get(1), "CHASE");
    town.act(Town.login("410802", Role.SUPERVISOR), complaints.get(1), "EXTEND");
    town.act(Town.login("410800", Role.CLERK), tip, "ACCEPT");
    return complaints;
  }

  private void answer(List<JsonObject> complaints) throws Exception {
    JsonObject service = complaints.get(1);
    String district = Town.login("410802", Role.CLERK);
    town.act(district, service, "ASK");
    town.act(district, service, "ANSWER", "text", "已道歉", "upheld", true);
    town.say(service, "SATISFY");
    town.act(Town.login("410802", Role.SUPERVISOR), service, "CLOSE");
  }

  /** Another union supervises it from here on. */
  private void handOver(Shop shop) throws Exception {
    JsonObject unions =
        new JsonObject()
            .put("authorisingOrg", "410821")
            .put("signingOrg", "410802")
            .put("reason", "区划调整");
    String path = "/v1/merchants/" + shop.no() + "/unions";
    assertEquals(200, town.house.post(Town.login("410800", Role.APPROVER), path, unions).status());
  }
}
