package cn.unionecard.gateway.merchant;

import static cn.unionecard.gateway.model.Caller.Role.CLERK;
import static cn.unionecard.gateway.model.Caller.Role.MERCHANT;
import static cn.unionecard.gateway.model.Caller.Role.SUPERVISOR;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.runtime.keys.Kek;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Set;
import java.util.regex.Pattern;

/** The routes of stores and terminals. One instance for each event loop. */
final class TerminalDesk implements Desk {
  private static final Pattern SERIAL = Pattern.compile("[A-Za-z0-9._-]{1,40}");
  private static final Pattern ACCOUNT = Pattern.compile("[0-9A-Za-z]{8,34}");
  private static final String CONTEXT = "settlement account";

  private final Office office;
  private final Activation activation;
  private final Kek kek;
  private final SecureRandom random;

  TerminalDesk(Office office, Activation activation, Kek kek, SecureRandom random) {
    this.office = office;
    this.activation = activation;
    this.kek = kek;
    this.random = random;
  }

  @Override
  public void open(DeskRoutes routes) {
    Set<Caller.Role> clerk = Set.of(CLERK);
    String merchant = "/v1/merchants/:merchantNo";
    String terminal = "/v1/terminals/:terminal";
    routes.staff(HttpMethod.POST, merchant + "/stores", clerk, this::store);
    routes.staff(HttpMethod.POST, merchant + "/terminals", clerk, this::terminal);
    routes.staff(HttpMethod.POST, terminal + "/binding", clerk, this::rebind);
    routes.staff(HttpMethod.POST, terminal + "/status", Set.of(SUPERVISOR), this::status);
    routes.staff(
        HttpMethod.POST, terminal + "/activation-codes", Set.of(CLERK, MERCHANT), this::code);
    routes.anybody(HttpMethod.POST, "/v1/terminal-activations", this::activate);
  }

  private Future<DeskReply> store(DeskCall call, Caller.Staff caller) {
    String no = call.path("merchantNo", Written.MERCHANT_NO);
    Fields fields = call.fields("name", "areaCode", "address");
    String name = fields.text("name", 60);
    String area = fields.matching("areaCode", Written.AREA);
    String address = fields.text("address", 200);
    return office.serve(caller, tx -> Premises.addStore(tx, no, name, area, address));
  }

  private Premises.Place place(Fields fields) {
    String account = fields.matching("settlementAccount", ACCOUNT);
    byte[] wrapped = kek.wrap(account.getBytes(StandardCharsets.US_ASCII), CONTEXT, random);
    return new Premises.Place(
        fields.integer("store", Integer.MAX_VALUE),
        new Premises.Account(Buffer.buffer(wrapped), Premises.mask(account)),
        fields.text("address", 200));
  }

  private Future<DeskReply> terminal(DeskCall call, Caller.Staff caller) {
    String no = call.path("merchantNo", Written.MERCHANT_NO);
    Fields fields = call.fields("serialNo", "scene", "store", "settlementAccount", "address");
    String serial = fields.matching("serialNo", SERIAL);
    Premises.Place place = place(fields);
    Scene scene = fields.oneOf("scene", Scene.OFFLINE_POS);
    return office.serve(caller, tx -> Premises.addTerminal(tx, no, serial, scene, place));
  }

  private Future<DeskReply> rebind(DeskCall call, Caller.Staff caller) {
    String terminal = call.path("terminal", Written.TERMINAL);
    Fields fields = call.fields("merchantNo", "store", "settlementAccount", "address", "reason");
    String no = fields.matching("merchantNo", Written.MERCHANT_NO);
    Premises.Place place = place(fields);
    String reason = fields.words("reason", 500);
    return office.serve(caller, tx -> Premises.rebind(tx, terminal, no, place, reason));
  }

  private Future<DeskReply> status(DeskCall call, Caller.Staff caller) {
    String terminal = call.path("terminal", Written.TERMINAL);
    Fields fields = call.fields("status", "reason");
    Premises.TerminalStatus status = fields.oneOf("status", Premises.TerminalStatus.class);
    String reason = fields.words("reason", 500);
    return office.serve(caller, tx -> Premises.setStatus(tx, terminal, status, reason));
  }

  private Future<DeskReply> code(DeskCall call, Caller.Staff caller) {
    String terminal = call.path("terminal", Written.TERMINAL);
    Fields unused = call.fields();
    return office.serve(caller, tx -> activation.issue(tx, terminal));
  }

  private Future<DeskReply> activate(DeskCall call) {
    Fields fields = call.fields("terminal", "code", "csr");
    return activation.activate(
        new Activation.Wish(
            terminalId(fields.text("terminal", 8)),
            fields.text("code", 40),
            fields.words("csr", 8_192)));
  }

  private static TerminalId terminalId(String text) {
    try {
      return new TerminalId(text);
    } catch (IllegalArgumentException e) {
      throw new Fault.Malformed("terminal", String.valueOf(e.getMessage()));
    }
  }
}
