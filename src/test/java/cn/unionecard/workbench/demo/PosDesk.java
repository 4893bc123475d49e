package cn.unionecard.workbench.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.workbench.pos.Cashier;
import cn.unionecard.workbench.pos.PosIdentity;
import cn.unionecard.workbench.pos.PosReply;
import cn.unionecard.workbench.pos.PosRequest;
import cn.unionecard.workbench.pos.PosTerminal;
import cn.unionecard.workbench.pos.PosTestbed;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** POS terminals on a desk beside a demo: what {@code demo.json} says was typed into them. */
final class PosDesk implements AutoCloseable {
  private static final int SIGN_OFF = 2;
  private static final int ECHO = 301;
  private static final byte[] WRONG_MAC = new byte[8];

  private final Vertx vertx;
  private final PosTestbed lines;
  private final Map<String, PosIdentity> identities = new LinkedHashMap<>();
  private final Map<String, Cashier> cashiers = new HashMap<>();
  private final Map<String, PosRequest> sold = new HashMap<>();
  private final Map<String, PosRequest> keyed = new HashMap<>();

  PosDesk(Vertx vertx, Path demoJson) throws IOException {
    this.vertx = vertx;
    this.lines = PosTestbed.read(demoJson, 1, Clock.systemUTC());
    for (JsonNode each : new ObjectMapper().readTree(demoJson.toFile()).required("terminals")) {
      if (each.has("tmk")) {
        String id = each.required("id").asText();
        identities.put(
            id,
            new PosIdentity(
                new TerminalId(id),
                each.required("merchantNo").asText(),
                KeyAlgorithm.titled(each.required("keyAlgorithm").asText()),
                MacMode.valueOf(each.required("macMode").asText()),
                HexFormat.of().parseHex(each.required("tmk").asText()),
                0));
      }
    }
  }

  private PosIdentity identity(String terminal) {
    return Objects.requireNonNull(identities.get(terminal), terminal + " has no master key");
  }

  /** A terminal, signed on; or the field 39 of why not. */
  private String signOn(Cashier cashier) {
    PosReply reply = cashier.ask(cashier.terminal.signOn(PosTerminal.DOUBLE_KEYS));
    if (reply.approved()) {
      cashier.terminal.takeKeys(reply);
    }
    return reply.code();
  }

  private Cashier cashier(PosIdentity identity) {
    return new Cashier(vertx, lines, new PosTerminal(identity), true);
  }

  /**
   * Signs on as a terminal that was never used, and closes its batch with nothing in it.
   *
   * @return whether it balances
   */
  boolean firstBatchIsEmpty(String terminal) {
    try (Cashier cashier = cashier(identity(terminal))) {
      assertEquals(PosReply.APPROVED, signOn(cashier));
      PosReply closed = cashier.ask(cashier.terminal.totals(Sums.NONE));
      assertEquals(PosReply.APPROVED, closed.code());
      return Totals.read(closed.message()).home().flag() == Sums.BALANCED;
    }
  }

  /** Field 39 of a sign-on by a terminal that nobody knows. */
  String stranger() {
    PosIdentity any = identities.values().iterator().next();
    PosIdentity unknown =
        new PosIdentity(
            new TerminalId("T0009999"),
            any.merchant(),
            any.algorithm(),
            any.macMode(),
            any.tmk(),
            0);
    try (Cashier cashier = cashier(unknown)) {
      return signOn(cashier);
    }
  }

  /** Field 39 of a sale after the sign-off. */
  String signedOff(String terminal) {
    try (Cashier cashier = cashier(identity(terminal))) {
      assertEquals(PosReply.APPROVED, signOn(cashier));
      assertEquals(PosReply.APPROVED, cashier.ask(cashier.terminal.notice(SIGN_OFF)).code());
      return cashier.ask(cashier.terminal.sale("84000000000000000000", 100)).code();
    }
  }

  /** Field 39 of a sale whose MAC is none. */
  String wrongMac(String terminal) {
    try (Cashier cashier = cashier(identity(terminal))) {
      assertEquals(PosReply.APPROVED, signOn(cashier));
      assertEquals(PosReply.APPROVED, cashier.ask(cashier.terminal.notice(ECHO)).code());
      PosTerminal unproved = new PosTerminal(identity(terminal));
      PosRequest sale = unproved.sale("84000000000000000000", 100);
      sale.message().set(64, WRONG_MAC);
      try (Cashier other = new Cashier(vertx, lines, unproved, true)) {
        return other.ask(sale).code();
      }
    }
  }

  /**
   * Does what a word of demo.sh asks for, and gives field 39 and the id of what was recorded.
   *
   * @param asked op, terminal, what (a code or an id), fen, more, key
   */
  String does(JsonObject asked) {
    String number = asked.getString("terminal");
    Cashier cashier = cashiers.get(number);
    if (cashier == null) {
      cashier = cashier(identity(number));
      String signedOn = signOn(cashier);
      if (!signedOn.equals(PosReply.APPROVED)) {
        cashier.close();
        return signedOn;
      }
      cashiers.put(number, cashier);
    }
    if (asked.getString("op").equals("close")) {
      PosReply closed = cashier.ask(cashier.terminal.totals(Sums.NONE));
      assertEquals(PosReply.APPROVED, cashier.ask(cashier.terminal.endOfList(202)).code());
      assertEquals(PosReply.APPROVED, signOn(cashier));
      return closed.code();
    }
    PosRequest request = request(cashier.terminal, asked);
    PosReply reply = cashier.ask(request);
    String id = reply.id();
    if (id != null) {
      sold.put(id, request);
    }
    if (reply.wantsSignOn()) {
      assertEquals(PosReply.APPROVED, signOn(cashier));
    }
    return reply.code() + " " + (id == null ? "" : id);
  }

  private PosRequest request(PosTerminal terminal, JsonObject asked) {
    String what = asked.getString("what");
    long fen = Long.parseLong(asked.getString("fen"));
    JsonObject more = new JsonObject("{" + asked.getString("more") + "}");
    PosRequest request =
        switch (asked.getString("op")) {
          case "sell" -> sale(terminal, what, fen, asked.getString("key"));
          case "hold" -> terminal.hold(what, fen);
          case "advise" -> terminal.advice(what, fen, Clock.systemUTC().instant());
          case "refund" -> terminal.refund(what, fen);
          case "void" -> {
            PosRequest never = new PosRequest(terminal.notice(ECHO).message(), 1, 999_999);
            yield terminal.voidOf(sold.getOrDefault(what, never), fen);
          }
          default -> throw new IllegalArgumentException(asked.encode());
        };
    if (more.containsKey("benefit")) {
      Map<String, String> tags = new LinkedHashMap<>(Field59Tags.read(request.message()).values());
      tags.put(Field59Tags.BENEFIT, more.getString("benefit"));
      new Field59Tags(tags).write(request.message());
    }
    if (more.containsKey("batch")) {
      int type = Field60Batch.read(request.message()).type();
      new Field60Batch(type, more.getInteger("batch"), 0).write(request.message());
    }
    return request;
  }

  private PosRequest sale(PosTerminal terminal, String code, long fen, String key) {
    if (key.isEmpty()) {
      return terminal.sale(code, fen);
    }
    PosRequest earlier = keyed.get(key);
    PosRequest sale =
        earlier == null ? terminal.sale(code, fen) : terminal.sameKey(earlier, code, fen);
    keyed.put(key, sale);
    return sale;
  }

  @Override
  public void close() {
    cashiers.values().forEach(Cashier::close);
  }
}
