package cn.unionecard.gateway.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.hostile.Operations.Operation;
import cn.unionecard.gateway.hostile.Operations.Parameter;
import cn.unionecard.gateway.hostile.Wrongs.Wrong;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.CardNo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Right requests to every operation of the contract with one thing wrong in body, content type,
 * path, query or headers, by callers who may and callers who may not: each answer is one that the
 * contract describes, none is the gateway's own failure, and what no reader may take is not taken.
 *
 * <p>{@code -Dhostile.requests=1000000} sends every wrong thing there is to the bodies that the
 * seed has chosen, {@code -Dhostile.seed=7} chooses others; {@code -Dhostile.operation=addOrg}
 * speaks to one operation alone.
 */
class HostileRequestsIT {
  private static final long SEED = Long.getLong("hostile.seed", 20261124);
  private static final int REQUESTS = Integer.getInteger("hostile.requests", 1_500);
  private static final String ONLY = System.getProperty("hostile.operation", "");
  private static final int CALLERS = 3;
  private static final int WRONG_SHOWN = 60;
  private static final String TILL = "T0000001";
  private static final int FURNISHED = 91;

  /** A WebSocket, and a request for a certificate, which no example can hold. */
  private static final Set<String> PROVED_OTHERWISE = Set.of("hearStanding", "activateTerminal");

  /** In a path, a query; percent-encoded. */
  private static final List<String> SPELLINGS =
      List.of(
          "",
          "%00",
          "1%00",
          "%ED%A0%80",
          "%FF",
          "%C0%80",
          "%F0%9F%98%80",
          "%EF%BF%BE",
          "%2F",
          "%2e%2e",
          "%25",
          "%0d%0aX:%20y",
          "%20",
          "+",
          "-",
          "-1",
          "-0",
          "0",
          "%2B1",
          "0x1",
          "1.0",
          "1e400",
          "00000000000000000000000000001",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775809",
          "%D9%A1",
          "%EF%BC%91",
          "'%3B--",
          "%7B1%7D",
          "null",
          "true",
          "2026-02-30",
          "9999-12-31",
          "%2B999999999-12-31",
          "infinity",
          "x".repeat(3_000));

  private static final List<String> HEADER_TEXTS =
      List.of(
          "",
          " ",
          "\t",
          "\"",
          "\"\"",
          "\"a",
          "a,b",
          "\u00ff",
          "00-" + "f".repeat(32) + "-" + "0".repeat(16) + "-ff",
          "%00",
          "x".repeat(65),
          "x".repeat(3_000));

  private static final List<String> HEADER_NUMBERS =
      List.of("-1", "0", "1.0", "9223372036854775807", "9223372036854775808");

  /** One request with what it is to be told by. */
  private record Case(
      Operation operation,
      String what,
      String target,
      String header,
      String headerValue,
      String contentType,
      byte @Nullable [] body,
      boolean refused) {}

  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final Map<String, AtomicInteger> heard = new ConcurrentHashMap<>();
  private final AtomicInteger keys = new AtomicInteger();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Random random = new Random(SEED);

  /** Clients over HTTP/1.1, and the same over HTTP/2. */
  private final Map<ContractClient, ContractClient> lines = new HashMap<>();

  private String transaction = "";
  private JsonNode receipt = NullNode.getInstance();

  @Test
  void eachAnswerIsOneOfTheContract() throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    log.start();
    root.addAppender(log);
    try (DeskHouse house = new DeskHouse("hostile")) {
      house.furnish(DeskHouse.ORGS.get(2), FURNISHED);
      house.startFeed();
      ContractClient till = house.till(TILL);
      transaction = house.sell(till, 1, 1_000).getString("id");
      receipt = new ObjectMapper().readTree(till.get("/v1/receipts/" + transaction).body());
      lines.put(till, till.overHttp2(house.vertx()));
      lines.put(house.client(), house.client().overHttp2(house.vertx()));
      List<Case> cases = cases(house);
      System.out.printf("hostile.seed %d: %,d requests%n", SEED, cases.size());
      all(house, till, cases);
      assertTrue(house.sell(till, 2, 1_000).containsKey("id"), "the till is answered afterwards");
      TestLine.assertAuditClean(house.url);
    } finally {
      root.detachAppender(log);
    }
    System.out.println(heard);
    List<String> said =
        log.list.stream()
            .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
            .map(event -> event.getLoggerName() + ": " + event.getFormattedMessage())
            .distinct()
            .limit(5)
            .toList();
    assertEquals(List.of(), said, "seed " + SEED);
    List<String> shown = wrong.stream().limit(WRONG_SHOWN).toList();
    assertTrue(wrong.isEmpty(), () -> wrong.size() + "\n" + String.join("\n", shown));
  }

  // ---- what is sent

  private List<Case> cases(DeskHouse house) throws IOException {
    List<Case> right = new ArrayList<>();
    List<Case> changed = new ArrayList<>();
    for (Operation operation : Operations.all()) {
      if (ONLY.isEmpty() || operation.id().equals(ONLY)) {
        JsonNode body = body(house, operation);
        right.add(with(operation, "right", operation.path(transaction, null, ""), body));
        parameters(operation, body, changed);
        if (body != null) {
          String target = operation.path(transaction, null, "");
          Wrongs.of(body).forEach(one -> changed.add(with(operation, target, one)));
        }
      }
    }
    Collections.shuffle(changed, random);
    Stream<Case> some = changed.stream().limit(REQUESTS);
    return Stream.concat(right.stream(), some).toList();
  }

  private @Nullable JsonNode body(DeskHouse house, Operation operation) {
    if (operation.bodies().isEmpty()) {
      return null;
    }
    if (operation.id().equals("verifyReceipt")) {
      return receipt;
    }
    JsonNode body = operation.bodies().get(random.nextInt(operation.bodies().size())).deepCopy();
    if (body instanceof ObjectNode object && object.has("code") && object.has("orderFen")) {
      object.put("code", TestTown.code(3, house.line.clock.millis()));
    }
    return body;
  }

  private void parameters(Operation operation, @Nullable JsonNode body, List<Case> cases) {
    String right = operation.path(transaction, null, "");
    String bare = right.replaceFirst("[?].*", "");
    for (Parameter parameter : operation.parameters()) {
      String name = parameter.name();
      switch (parameter.in()) {
        case "path" ->
            SPELLINGS.forEach(
                value ->
                    cases.add(
                        with(
                            operation,
                            "path " + name,
                            operation.path(transaction, name, value),
                            body)));
        case "query" -> {
          for (String value : SPELLINGS) {
            cases.add(with(operation, "query", bare + "?" + name + "=" + value, body));
          }
          cases.add(with(operation, "query", bare + "?" + name, body));
          cases.add(with(operation, "query", bare + "?" + name + "=1&" + name + "=2", body));
        }
        default -> {
          List<String> values = new ArrayList<>(HEADER_TEXTS);
          if (!name.equals("X-Request-Id")) { // the validator takes a number said back for no text
            values.addAll(HEADER_NUMBERS);
          }
          for (String value : values) {
            Case plain = with(operation, "header", right, body);
            cases.add(
                new Case(
                    operation, "header", right, name, value, plain.contentType, plain.body, false));
          }
        }
      }
    }
    for (String query : List.of("?", "?&&", "?=", "?unheardOf=1", "?%00=%00", "?%FF=%ED%A0%80")) {
      cases.add(with(operation, "query", bare + query, body));
    }
  }

  private static Case with(
      Operation operation, String what, String target, @Nullable JsonNode body) {
    return new Case(
        operation,
        what,
        target,
        "",
        "",
        body == null ? "" : "application/json",
        body == null ? null : body.toString().getBytes(StandardCharsets.UTF_8),
        false);
  }

  private static Case with(Operation operation, String target, Wrong one) {
    // whatever is shown as a receipt, or scanned, is an honest question
    boolean question =
        operation.id().equals("verifyReceipt")
            || operation.roles().contains("TERMINAL") && one.what().contains("code = \"");
    boolean refused = one.refused() && !question;
    return new Case(operation, one.what(), target, "", "", one.contentType(), one.body(), refused);
  }

  // ---- who sends it

  private void all(DeskHouse house, ContractClient till, List<Case> cases) throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    AtomicInteger next = new AtomicInteger();
    try {
      Callable<Void> caller =
          () -> {
            for (int i = next.getAndIncrement(); i < cases.size(); i = next.getAndIncrement()) {
              one(house, till, cases.get(i), new Random(SEED + i));
            }
            return null;
          };
      for (Future<Void> done : callers.invokeAll(Collections.nCopies(CALLERS, caller))) {
        done.get();
      }
    } finally {
      callers.shutdownNow();
    }
  }

  /** Four times of five somebody who may. */
  private static String caller(Case one, Random chance) {
    List<String> may = one.operation.roles();
    if (one.what.equals("right") || chance.nextInt(5) > 0) {
      return may.get(chance.nextInt(may.size()));
    }
    List<String> all = new ArrayList<>(List.of("ANYBODY", "TERMINAL", "MEMBER"));
    Stream.of(Role.values()).forEach(role -> all.add(role.name()));
    return all.get(chance.nextInt(all.size()));
  }

  private void one(DeskHouse house, ContractClient till, Case one, Random chance)
      throws InterruptedException {
    String caller = caller(one, chance);
    ContractClient client = caller.equals("TERMINAL") ? till : house.client();
    if (one.header.isEmpty() && chance.nextBoolean()) { // Vert.x resets a stream for some headers
      client = Objects.requireNonNull(lines.get(client));
    }
    try {
      HttpRequest.Builder request = client.request(one.target);
      request.method(
          one.operation.method(),
          one.body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(one.body));
      boolean keyed = one.operation.parameters().stream().anyMatch(HostileRequestsIT::isKey);
      if (keyed && !one.header.equals("Idempotency-Key")) {
        request.header("Idempotency-Key", "hostile-" + keys.incrementAndGet());
      }
      if (!one.header.isEmpty()) {
        request.header(one.header, one.headerValue);
      }
      if (!one.contentType.isEmpty()) {
        request.header("Content-Type", one.contentType);
      }
      if (caller.equals("MEMBER")) { // each time another card: one that is lost asks no more
        CardNo card = new CardNo(10_000 + keys.incrementAndGet() % 9_000);
        request.header("Authorization", "Bearer " + house.phoneToken(card, 1));
      }
      boolean staff = !Set.of("TERMINAL", "ANYBODY", "MEMBER").contains(caller);
      String login = staff ? DeskHouse.login(DeskHouse.ORGS.get(2), Role.valueOf(caller)) : null;
      judge(one, caller, client.send(house.as(request, login), one.operation.id()));
    } catch (IOException | IllegalArgumentException | AssertionError e) {
      note(one, caller, e.toString());
    }
  }

  private static boolean isKey(Parameter parameter) {
    return parameter.name().equals("Idempotency-Key");
  }

  // ---- what is heard

  private void judge(Case one, String caller, Answer answer) {
    int status = answer.status();
    heard.computeIfAbsent(status + " " + answer.code(), s -> new AtomicInteger()).incrementAndGet();
    String said = new String(answer.body(), StandardCharsets.UTF_8);
    String told = status + " " + said.substring(0, Math.min(said.length(), 300));
    if (status >= 500 && status != 503) {
      note(one, caller, told);
    } else if (status >= 400 && answer.code().isEmpty()) {
      note(one, caller, "bare: " + told);
    } else if (status < 300 && one.refused && !said.contains("\"outcome\":\"REFUSED\"")) {
      note(one, caller, "taken: " + told);
    } else if (one.what.equals("right")
        && answer.code().equals("MALFORMED")
        && !PROVED_OTHERWISE.contains(one.operation.id())) {
      note(one, caller, "right, and yet: " + told);
    }
  }

  private void note(Case one, String caller, String what) {
    String body = one.body == null ? "" : new String(one.body, StandardCharsets.UTF_8);
    wrong.add(
        String.format(
            Locale.ROOT,
            "%s by %s, %s: %s %s %s[%s] %s%n    -> %s",
            one.operation.id(),
            caller,
            one.what,
            one.operation.method(),
            one.target.substring(0, Math.min(one.target.length(), 120)),
            one.header,
            one.headerValue.substring(0, Math.min(one.headerValue.length(), 40)),
            body.substring(0, Math.min(body.length(), 400)),
            what));
  }
}
