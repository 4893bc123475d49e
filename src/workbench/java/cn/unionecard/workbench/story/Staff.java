package cn.unionecard.workbench.story;

import cn.unionecard.workbench.demo.Https;
import cn.unionecard.workbench.demo.Https.Answer;
import cn.unionecard.workbench.pos.Transcript;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;

/** The union's people at their desks: each signs in with a password and acts under that name. */
final class Staff {
  private static final int OK = 200;
  private static final int CREATED = 201;

  /** Above whoever hires. */
  private static final String CONFIRMS = "province.system";

  private final Https https;
  private final Transcript transcript;
  private final Map<String, String> passwords = new HashMap<>();
  private final Map<String, String> tokens = new HashMap<>();

  /**
   * @param accounts {@code staff[]} of the demo's file
   */
  Staff(Https https, JsonNode accounts, Transcript transcript) {
    this.https = https;
    this.transcript = transcript;
    accounts.forEach(
        one -> passwords.put(one.required("login").asText(), one.required("password").asText()));
  }

  /** The access token of an account, got by its password. */
  String token(String login) {
    String known = tokens.get(login);
    if (known != null) {
      return known;
    }
    JsonObject proof = new JsonObject().put("login", login).put("password", passwords.get(login));
    Answer given = https.post("/v1/staff-tokens", null, null, proof);
    if (given.status() != OK) {
      throw new WentWrong("sign-in of " + login + ": " + given);
    }
    String token = given.json().getString("accessToken");
    tokens.put(login, token);
    return token;
  }

  JsonObject get(String login, String path) {
    Answer answer = https.get(path, token(login));
    if (answer.status() != OK) {
      throw new WentWrong("GET " + path + ": " + answer);
    }
    return answer.json();
  }

  /** Does something that must be done; says so. */
  JsonObject does(String login, String what, String path, JsonObject body) {
    JsonObject said = quietly(login, path, body);
    transcript.note(login + "  " + what + "  ✓");
    return said;
  }

  /** The same without a word. */
  JsonObject quietly(String login, String path, JsonObject body) {
    Answer answer = https.post(path, token(login), null, body);
    if (answer.status() != OK && answer.status() != CREATED) {
      throw new WentWrong("POST " + path + " by " + login + ": " + answer);
    }
    return answer.json();
  }

  /** Tries something that must be refused by that name; says how. */
  void isRefused(String login, String what, String path, JsonObject body, String refusal) {
    Answer answer = https.post(path, token(login), null, body);
    if (!answer.problem().equals(refusal)) {
      throw new WentWrong("POST " + path + " by " + login + " must be " + refusal + ": " + answer);
    }
    transcript.note(
        login + "  " + what + "  ✗ " + refusal + " " + answer.json().getString("title"));
  }

  /** A new account: confirmed by another, and with a password of its own. */
  void hire(String by, String login, String org, String... roles) {
    JsonArray all = new JsonArray();
    for (String role : roles) {
      all.add(role);
    }
    JsonObject made =
        quietly(
            by,
            "/v1/staff",
            new JsonObject()
                .put("login", login)
                .put("name", "演示员工")
                .put("org", org)
                .put("roles", all));
    JsonObject confirmed =
        quietly(
            CONFIRMS,
            "/v1/staff-requests/" + made.getLong("request") + "/confirmation",
            new JsonObject());
    String own = made.getString("password") + "-own";
    Answer changed =
        https.post(
            "/v1/own-password",
            null,
            null,
            new JsonObject()
                .put("login", login)
                .put("password", made.getString("password"))
                .put("newPassword", own));
    if (changed.status() != OK) {
      throw new WentWrong("first sign-in of " + login + ": " + confirmed + " " + changed);
    }
    passwords.put(login, own);
  }
}
