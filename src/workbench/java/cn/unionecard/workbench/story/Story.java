package cn.unionecard.workbench.story;

import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.workbench.demo.Https;
import cn.unionecard.workbench.pos.PosTestbed;
import cn.unionecard.workbench.pos.Transcript;
import cn.unionecard.workbench.simulate.MemberPhones;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Plays one merchant's story against a running demo and tells it as it happens; the first answer
 * that is not what it must be ends it. Four unions listen to the feed meanwhile: the district that
 * answers for the merchant, the city and the province above it, and a neighbour, who must hear
 * nothing of it.
 */
public final class Story {
  private static final String DISTRICT = "district";
  private static final Set<String> TRADE = Set.of("transaction.sale", "review.posted");

  private final Path demoJson;
  private final Vertx vertx;
  private final Clock clock;
  private final MemberPhones phones;
  private final RandomGenerator chance;
  private final Transcript transcript;

  /**
   * @param demoJson the file that the demo wrote
   * @param chance makes what must be new with each story
   */
  public Story(
      Path demoJson,
      Vertx vertx,
      Clock clock,
      MemberPhones phones,
      RandomGenerator chance,
      PrintWriter out) {
    this.demoJson = demoJson;
    this.vertx = vertx;
    this.clock = clock;
    this.phones = phones;
    this.chance = chance;
    this.transcript = new Transcript(out, false);
  }

  /**
   * Plays it; blocking.
   *
   * @throws WentWrong when the gateway says something that it must not
   * @throws CannotStart when the demo's file cannot be read
   */
  public void play() {
    JsonNode file = file();
    Https https = Https.to(file.required("https").asText(), ca(file));
    Staff staff = new Staff(https, file.required("staff"), transcript);
    String district = org(file, DISTRICT);
    List<FeedEar> ears = new ArrayList<>();
    try {
      listen(https, staff, file, district, ears);
      String area = staff.get("city.auditor", "/v1/orgs/" + district).getString("areaCode");
      Shop shop = new Admission(https, staff, transcript, district, area, chance).play();
      trade(https, staff, shop);
      transcript.step("事件流", "what each union heard of it, in order, and the neighbour nothing");
      compare(ears, shop);
    } finally {
      ears.forEach(FeedEar::close);
    }
  }

  private JsonNode file() {
    try {
      return new ObjectMapper().readTree(demoJson.toFile());
    } catch (IOException e) {
      throw new CannotStart(demoJson + " cannot be read (is the demo running?): " + e, e);
    }
  }

  private String ca(JsonNode file) {
    try {
      return Files.readString(demoJson.resolveSibling(file.required("ca").asText()));
    } catch (IOException e) {
      throw new CannotStart("the demo's authority cannot be read: " + e, e);
    }
  }

  /** The organisation of a level's demo accounts. */
  private static String org(JsonNode file, String level) {
    for (JsonNode account : file.required("staff")) {
      if (account.required("login").asText().startsWith(level + ".")) {
        return account.required("org").asText();
      }
    }
    throw new CannotStart("the demo's file has no account of a " + level);
  }

  private void listen(
      Https https, Staff staff, JsonNode file, String district, List<FeedEar> ears) {
    String neighbour = neighbour(staff, org(file, "city"), district);
    String login = "neighbour." + chance.nextInt(1_000_000_000);
    staff.hire("city.system", login, neighbour, "AUDITOR");
    for (String level : List.of(DISTRICT, "city", "province")) {
      ears.add(new FeedEar(https, org(file, level), staff.token(level + ".auditor")));
    }
    ears.add(new FeedEar(https, neighbour, staff.token(login)));
  }

  /** A union beside the district, below the same city. */
  private static String neighbour(Staff staff, String city, String district) {
    for (String after = ""; ; ) {
      String path = "/v1/orgs" + (after.isEmpty() ? "" : "?after=" + after);
      JsonArray orgs = staff.get("city.auditor", path).getJsonArray("orgs");
      if (orgs.isEmpty()) {
        throw new WentWrong("the district has no neighbour");
      }
      for (int i = 0; i < orgs.size(); i++) {
        JsonObject org = orgs.getJsonObject(i);
        after = org.getString("code");
        if (city.equals(org.getString("parent")) && !district.equals(after)) {
          return after;
        }
      }
    }
  }

  private void trade(Https https, Staff staff, Shop shop) {
    PosTestbed testbed =
        PosTestbed.of(demoJson, new TerminalId(shop.terminal()), shop.merchantNo(), clock);
    Till till = new Till(https, shop, transcript, "story");
    try (Pos pos = new Pos(vertx, testbed, transcript);
        StandingEar ear = new StandingEar(till.https())) {
      new Oversight(staff, transcript, phones, shop, till, pos, ear).play(new Crowd(https, phones));
    }
  }

  /** The same events in the same order for all three levels, numbered without a gap. */
  private void compare(List<FeedEar> ears, Shop shop) {
    long last = 0;
    for (FeedEar ear : ears.subList(0, ears.size() - 1)) {
      last = Math.max(last, ear.awaits(shop.merchantNo(), "merchant.reinstated"));
    }
    for (FeedEar ear : ears) {
      ear.reaches(last);
    }
    List<JsonObject> told = upTo(ears.get(0), shop, last);
    for (int i = 0; i < told.size(); i++) {
      if (told.get(i).getInteger("merchantseq") != i + 1) {
        throw new WentWrong("event " + (i + 1) + " of the merchant is missing");
      }
    }
    for (FeedEar ear : ears.subList(1, ears.size() - 1)) {
      if (!upTo(ear, shop, last).equals(told)) {
        throw new WentWrong(ear.org() + " heard otherwise than " + ears.get(0).org());
      }
    }
    FeedEar neighbour = ears.get(ears.size() - 1);
    if (!neighbour.of(shop.merchantNo()).isEmpty()) {
      throw new WentWrong(neighbour.org() + " must hear nothing of it");
    }
    tell(told);
    transcript.note(
        String.format(
            Locale.ROOT,
            "%s、%s、%s 各 each %d 件 events, 无缺号 no gap; 邻区 neighbour %s: 0",
            ears.get(0).org(),
            ears.get(1).org(),
            ears.get(2).org(),
            told.size(),
            neighbour.org()));
  }

  private static List<JsonObject> upTo(FeedEar ear, Shop shop, long last) {
    return ear.of(shop.merchantNo()).stream()
        .filter(event -> Long.parseLong(event.getString("sequence")) <= last)
        .toList();
  }

  /** Trade is told in one line for all that lies between two other events. */
  private void tell(List<JsonObject> told) {
    Map<String, Integer> trade = new TreeMap<>();
    for (JsonObject event : told) {
      String type = FeedEar.type(event);
      if (TRADE.contains(type)) {
        trade.merge(type, 1, Integer::sum);
      } else {
        tell(trade);
        transcript.note(
            String.format(Locale.ROOT, "  #%d  %s", event.getInteger("merchantseq"), type));
      }
    }
    tell(trade);
  }

  private void tell(Map<String, Integer> trade) {
    if (!trade.isEmpty()) {
      transcript.note("       " + trade);
      trade.clear();
    }
  }
}
