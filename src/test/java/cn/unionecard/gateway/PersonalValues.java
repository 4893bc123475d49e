package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.model.Luhn;
import cn.unionecard.gateway.model.ResidentNumber;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What must never stand in logs, metrics, events or error texts: recognised by its form, as in the
 * wild, or because a test has planted it.
 */
public final class PersonalValues {
  /** Where the tests' own logs are collected. */
  public static final Path LOGS = Path.of("target", "test-logs");

  /** Planted by tests: a mobile number, a password, a settlement account, words of members. */
  public static final String PHONE = "13800138000";

  public static final String PASSWORD = "correct horse battery";
  public static final String ACCOUNT = "6222000011112222";

  /** Planted by tests: the name of a member. */
  public static final String NAME = "诸葛无名";

  public static final String WORDS = "电话13800138000的店员很好";

  private static final Pattern DIGITS = Pattern.compile("(?<![0-9])[0-9]{20}(?![0-9])");
  private static final Pattern IDENTITY =
      Pattern.compile(
          "(?<![0-9A-Za-z])[1-8][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
              + "[0-9]{3}[0-9Xx](?![0-9A-Za-z])");
  private static final Map<String, Pattern> SECRETS = new LinkedHashMap<>();

  static {
    SECRETS.put("token", Pattern.compile("eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\."));
    SECRETS.put("bearer", Pattern.compile("(?i:bearer)\\s+(?!\\*)[A-Za-z0-9._~+/=-]{16,}"));
    SECRETS.put("webhook secret", Pattern.compile("whsec_[A-Za-z0-9+/=]{20,}"));
    SECRETS.put("private key", Pattern.compile("PRIVATE KEY"));
    for (String planted : List.of(PHONE, PASSWORD, ACCOUNT, NAME, "店员很好")) {
      SECRETS.put("planted " + planted, Pattern.compile(Pattern.quote(planted)));
    }
  }

  private PersonalValues() {}

  /** What is found in a text, with what stands before it. */
  public static List<String> in(String text) {
    List<String> found = new ArrayList<>();
    Matcher digits = DIGITS.matcher(text);
    while (digits.find()) {
      if (isMemberCode(digits.group())) {
        found.add(told("member code", text, digits));
      }
    }
    Matcher identity = IDENTITY.matcher(text);
    while (identity.find()) {
      if (ResidentNumber.isValid(identity.group().toUpperCase(Locale.ROOT))) {
        found.add(told("resident number", text, identity));
      }
    }
    SECRETS.forEach(
        (name, pattern) -> {
          Matcher matcher = pattern.matcher(text);
          while (matcher.find()) {
            found.add(told(name, text, matcher));
          }
        });
    return found;
  }

  private static String told(String what, String text, Matcher at) {
    return what + ": …" + text.substring(Math.max(0, at.start() - 120), at.end());
  }

  private static boolean isMemberCode(String digits) {
    return digits.startsWith("84") && Luhn.isValid(digits);
  }

  /** Fails when something is found in a text. */
  public static void assertNoneIn(String where, String text) {
    assertEquals(List.of(), in(text), where);
  }

  /** Fails when something is found in a database's events. */
  public static void assertNoneInEvents(String url) throws SQLException {
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery("select kind, body from event")) {
      while (rows.next()) {
        assertNoneIn("event " + rows.getString(1), rows.getString(2));
      }
    }
  }

  /**
   * Looks through all logs of all tests; a step of the build.
   *
   * @throws IllegalStateException when something is found
   */
  public static void main(String[] args) {
    List<String> found = new ArrayList<>();
    int files = 0;
    if (Files.isDirectory(LOGS)) {
      try (Stream<Path> all = Files.walk(LOGS)) {
        for (Path log : all.filter(Files::isRegularFile).toList()) {
          files++;
          in(Files.readString(log)).forEach(one -> found.add(log + ": " + one));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    if (!found.isEmpty()) {
      throw new IllegalStateException(
          "personal values or secrets in logs:\n" + String.join("\n", found));
    }
    System.out.println("no personal value in " + files + " logs");
  }
}
