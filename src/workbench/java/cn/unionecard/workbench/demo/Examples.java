package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.ResourceFolder;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of {@code conf/examples} in the demo's city, entered as a union enters them: a clerk
 * writes, an approver approves. Those that give something out run, for nobody has anything of them
 * until he claims it; the others stay approved, or they would change what tills hear. One round is
 * open for phones; the others wait for approval.
 */
public final class Examples {
  private static final String FOLDER = "conf/examples";
  private static final String ROUNDS = "rounds/";

  /** One of the files, by which the folder is found. */
  private static final String KNOWN = "xian-fuel.yaml";

  /** The campaign of which a round is opened: it is good where people eat and shop. */
  private static final String OPEN = "CHANGCHUN";

  private static final Duration OPEN_FOR = Duration.ofDays(90);
  private static final String CLERK = "city.clerk";
  private static final String APPROVER = "city.approver";
  private static final String SELLING =
      "select merchant_no from merchant where status = 'LIVE' order by id limit 100";

  private final Https desk;
  private final String clerk;
  private final String approver;
  private final Map<String, String> here;

  private Examples(Https desk, String clerk, String approver, Map<String, String> here) {
    this.desk = desk;
    this.clerk = clerk;
    this.approver = approver;
    this.here = here;
  }

  /** Makes the token of an account of the city. */
  public interface Tokens {
    String of(String login, Role role, long epoch);
  }

  /**
   * What was entered; zeros: it was there from before.
   *
   * @param running of these campaigns
   * @param open name of the round that phones claim
   */
  public record Entered(int campaigns, int running, int rounds, String open) {}

  /** Enters them, unless they are there. */
  public static Entered enter(House house, Https desk, Clock clock, Tokens tokens)
      throws SQLException {
    try (Connection database = house.connect();
        Statement statement = database.createStatement()) {
      String clerk = tokens.of(CLERK, Role.CLERK, epoch(statement, CLERK));
      String approver = tokens.of(APPROVER, Role.APPROVER, epoch(statement, APPROVER));
      Examples all = new Examples(desk, clerk, approver, here(statement));
      boolean isThere = desk.get("/v1/campaigns/" + OPEN, clerk).status() == 200;
      return isThere ? new Entered(0, 0, 0, "") : all.entered(clock.instant());
    }
  }

  private static long epoch(Statement statement, String login) throws SQLException {
    try (ResultSet row =
        statement.executeQuery("select epoch from staff where login = '" + login + "'")) {
      if (!row.next()) {
        throw new IllegalStateException("there is no " + login);
      }
      return row.getLong(1);
    }
  }

  /** Unions and merchants of the examples, as they are called in this city. */
  private static Map<String, String> here(Statement statement) throws SQLException {
    Map<String, String> here = new HashMap<>();
    try (ResultSet orgs =
        statement.executeQuery(
            "select id, code from org where id in ("
                + Area.CITY_CODE
                + ","
                + Area.JIEFANG.code
                + ")")) {
      while (orgs.next()) {
        here.put(orgs.getString("id"), orgs.getString("code"));
      }
    }
    List<String> named = new ArrayList<>();
    files("").forEach(file -> merchants(file, named));
    try (ResultSet merchants = statement.executeQuery(SELLING)) {
      for (String no : named) {
        if (merchants.next()) {
          here.put(no, merchants.getString(1));
        }
      }
    }
    return here;
  }

  private static void merchants(JsonObject campaign, List<String> named) {
    JsonObject where = campaign.getJsonObject("rule").getJsonObject("merchants", new JsonObject());
    where.getJsonArray("merchantNos", new JsonArray()).forEach(no -> named.add(String.valueOf(no)));
  }

  private static List<JsonObject> files(String below) {
    List<JsonObject> read = new ArrayList<>();
    ResourceFolder.files(FOLDER, KNOWN)
        .forEach(
            (name, bytes) -> {
              if (name.startsWith(below) && name.indexOf('/', below.length()) < 0) {
                read.add(read(bytes));
              }
            });
    return read;
  }

  private static JsonObject read(byte[] yaml) {
    try {
      Map<String, Object> file = new YAMLMapper().readValue(yaml, new TypeReference<>() {});
      return new JsonObject(new JsonObject(file).encode());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Entered entered(Instant now) {
    int campaigns = 0;
    int running = 0;
    for (JsonObject campaign : files("")) {
      campaigns++;
      running += enter(local(campaign)) ? 1 : 0;
    }
    int rounds = 0;
    String open = "";
    for (JsonObject round : files(ROUNDS)) {
      rounds++;
      boolean opens = round.getString("campaign").equals(OPEN);
      if (opens) {
        open = round.getString("name");
        round.put("opensAt", now.toString()).put("closesAt", now.plus(OPEN_FOR).toString());
      }
      String path =
          "/v1/vouchers/rounds/"
              + post(clerk, "/v1/vouchers/rounds", local(round)).getInteger("round");
      if (opens) {
        step(path, new JsonObject().put("step", "APPROVE"));
      }
    }
    return new Entered(campaigns, running, rounds, open);
  }

  /** Whether it runs from now on. */
  private boolean enter(JsonObject campaign) {
    Object grants = campaign.remove("grants");
    String path = "/v1/campaigns/" + campaign.getString("code");
    JsonObject written = post(clerk, "/v1/campaigns", campaign);
    if (grants instanceof JsonObject given) {
      written = post(clerk, path + "/grants", given);
    }
    JsonObject submission = new JsonObject().put("step", "SUBMIT").put("reason", "演示");
    JsonObject unused = post(clerk, path + "/steps", submission);
    JsonObject approval =
        new JsonObject().put("step", "APPROVE").put("edition", written.getInteger("edition"));
    step(path, approval);
    if (grants != null) {
      step(path, new JsonObject().put("step", "RUN"));
    }
    return grants != null;
  }

  private void step(String path, JsonObject wish) {
    JsonObject unused = post(approver, path + "/steps", wish.put("reason", "演示"));
  }

  private JsonObject post(String token, String path, JsonObject body) {
    Https.Answer answer = desk.post(path, token, null, body);
    if (answer.status() / 100 != 2) {
      throw new IllegalStateException(path + " answers " + answer);
    }
    return answer.json();
  }

  /** The same with the unions and merchants of this city. */
  private JsonObject local(JsonObject file) {
    JsonObject local = new JsonObject();
    file.forEach(each -> local.put(each.getKey(), local(each.getValue())));
    return local;
  }

  private Object local(Object value) {
    if (value instanceof JsonObject object) {
      return local(object);
    }
    if (value instanceof JsonArray array) {
      JsonArray local = new JsonArray();
      array.forEach(each -> local.add(local(each)));
      return local;
    }
    return value instanceof String text ? here.getOrDefault(text, text) : value;
  }
}
