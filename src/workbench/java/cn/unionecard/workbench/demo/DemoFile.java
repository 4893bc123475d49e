package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.Secrets;
import cn.unionecard.gateway.runtime.config.Config;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The file {@code demo.json}: everything one needs to call the running demo. Its fields are
 * documented in {@code src/docs/demo.md}. Paths in it are relative to its folder; it holds secrets
 * of the demo, so only its owner may read it.
 */
public final class DemoFile {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final String TERMINALS =
      """
      select t.terminal_no, t.status, m.merchant_no, m.name, m.category, m.status as merchant_status
      from terminal t join merchant m on m.id = t.merchant
      where t.device_key is not null and t.serial_no not like 'WEB-%'
      order by t.id
      """;

  private static final String CARDS =
      """
      select serial, epoch, status, holder_mask, category, union_name
      from (select c.serial, c.epoch, c.status, c.holder_mask, m.category, o.name as union_name,
                   row_number() over (partition by c.status, m.category order by m.id) as place
            from card c join member m on m.id = c.member join org o on o.id = m.org) as ranked
      where place <= case when status = 'ACTIVE' then 3 else 1 end
        and (status = 'ACTIVE' or category = 'ORDINARY')
      order by status, category, place
      """;

  private static final String MERCHANTS =
      """
      select m.merchant_no, m.name, m.category, m.status, m.credit_code,
             a.name as authorised_by, s.name as signed_by
      from (select *, row_number() over (partition by status order by id) as place
            from merchant) as m
      join org a on a.id = m.authorising_org join org s on s.id = m.signing_org
      where m.place <= case when m.status = 'LIVE' then 12 else 1 end
      order by m.id
      """;

  private static final String CAMPAIGNS =
      """
      select c.code, c.name, c.public_name, o.name as org, c.document_no, c.status, c.starts_at, c.ends_at,
             c.rule, b.limit_fen, b.used_fen
      from campaign c join org o on o.id = c.org
      left join allowance b on b.owner = c.id and b.kind = 1 and b.holder = 0
      order by c.id
      """;

  private DemoFile() {}

  /**
   * Where the gateway listens.
   *
   * @param https {@code https://host:port}
   * @param pages {@code http://host:port}; empty = there are none
   * @param management {@code http://host:port}
   * @param pos where POS terminals connect
   */
  public record Addresses(String https, String pages, String management, Pos pos) {
    /** Where no POS terminal and no browser connects. */
    public Addresses(String https, String management) {
      this(https, "", management, new Pos("127.0.0.1", Config.Iso8583.OFF, Config.Iso8583.OFF));
    }
  }

  /**
   * The listeners of POS terminals (ISO 8583).
   *
   * @param port plain TCP, or {@link Config.Iso8583#OFF}
   * @param tlsPort TLS, or {@link Config.Iso8583#OFF}
   */
  public record Pos(String host, int port, int tlsPort) {}

  /**
   * What commands beside the demo need to reach its stores.
   *
   * @param postgres URL with password
   * @param redis URL with password
   * @param kekFile file of the key-encryption key
   */
  public record Stores(String postgres, String redis, Path kekFile) {
    @Override
    public String toString() {
      return "Stores[…]";
    }
  }

  /**
   * What only the demo's owner may know.
   *
   * @param masterKeys of POS terminals, by number
   * @param staff accounts of the union's staff
   * @param staffToken reads the feed of the city
   */
  record Secret(
      Map<String, DemoMasterKeys.Key> masterKeys,
      List<DemoStaff.Account> staff,
      String staffToken) {
    @Override
    public String toString() {
      return "Secret[…]";
    }
  }

  /** Writes the file anew from what the database holds. */
  static void write(
      DemoFolder folder, Stores stores, Connection connection, Addresses addresses, Secret secret)
      throws IOException, SQLException {
    ObjectNode file = JSON.createObjectNode();
    file.put("about", "演示数据，均为合成，与任何真实个人或商户无关。Synthetic demo: see src/docs/demo.md.");
    file.put("https", addresses.https());
    file.put("pages", addresses.pages());
    file.put("management", addresses.management());
    file.putObject("iso8583")
        .put("host", addresses.pos().host())
        .put("port", addresses.pos().port())
        .put("tlsPort", addresses.pos().tlsPort());
    file.put("openapi", addresses.https() + "/openapi.yaml");
    file.put("docs", addresses.https() + "/docs");
    file.put("ca", relative(folder, DemoCertificates.ca(folder)));
    file.put("staffToken", secret.staffToken());
    addStaff(file.putArray("staff"), secret.staff());
    file.put("postgres", stores.postgres());
    file.put("redis", stores.redis());
    file.put("kekFile", relative(folder, stores.kekFile()));
    try (Statement statement = connection.createStatement()) {
      addTerminals(file.putArray("terminals"), folder, statement, secret.masterKeys());
      addCards(file.putArray("cards"), statement);
      addMerchants(file.putArray("merchants"), statement);
      addCampaigns(file.putArray("campaigns"), statement);
    }
    Secrets.write(folder.demoJson(), JSON.writeValueAsString(file) + "\n");
  }

  /**
   * Reads how to reach the stores.
   *
   * @throws CannotStart when no demo has written the file, or it is damaged
   */
  public static Stores readStores(DemoFolder folder) {
    Path path = folder.demoJson();
    if (!Files.exists(path)) {
      throw new CannotStart(path + " does not exist; start the demo first");
    }
    try {
      JsonNode file = JSON.readTree(path.toFile());
      return new Stores(
          file.required("postgres").asText(),
          file.required("redis").asText(),
          folder.root().resolve(file.required("kekFile").asText()));
    } catch (IOException | IllegalArgumentException e) {
      throw new CannotStart(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The passwords of staff that it holds, by login; none when there is no such file. */
  static Map<String, String> passwords(DemoFolder folder) {
    Map<String, String> passwords = new HashMap<>();
    for (JsonNode account : earlier(folder).path("staff")) {
      passwords.put(account.path("login").asText(), account.path("password").asText());
    }
    return passwords;
  }

  /**
   * The port of an address that it holds.
   *
   * @param at JSON pointer
   * @return the port, or 0 when it holds none
   */
  public static int port(DemoFolder folder, String at) {
    JsonNode address = earlier(folder).at(at);
    if (address.isTextual()) {
      return Math.max(0, URI.create(address.asText()).getPort());
    }
    return Math.max(0, address.asInt());
  }

  private static JsonNode earlier(DemoFolder folder) {
    try {
      return Files.exists(folder.demoJson())
          ? JSON.readTree(folder.demoJson().toFile())
          : JSON.createObjectNode();
    } catch (IOException e) {
      throw new CannotStart(folder.demoJson() + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static void addStaff(ArrayNode staff, List<DemoStaff.Account> accounts) {
    for (DemoStaff.Account account : accounts) {
      ObjectNode entry = staff.addObject();
      entry
          .put("login", account.login())
          .put("password", account.password())
          .put("org", account.org())
          .put("role", account.role().name());
      if (account.merchantNo() != null) {
        entry.put("merchantNo", account.merchantNo());
      }
    }
  }

  private static void addTerminals(
      ArrayNode terminals,
      DemoFolder folder,
      Statement statement,
      Map<String, DemoMasterKeys.Key> masterKeys)
      throws SQLException {
    try (ResultSet row = statement.executeQuery(TERMINALS)) {
      while (row.next()) {
        String id = row.getString("terminal_no");
        if (!Files.exists(DemoCertificates.key(folder, id))) {
          continue; // it joined later, and its device keeps its key to itself
        }
        ObjectNode terminal = terminals.addObject();
        terminal
            .put("id", id)
            .put("status", row.getString("status"))
            .put("certificate", relative(folder, DemoCertificates.certificate(folder, id)))
            .put("key", relative(folder, DemoCertificates.key(folder, id)))
            .put("merchantNo", row.getString("merchant_no"))
            .put("merchant", row.getString("name"))
            .put("category", row.getString("category"))
            .put("merchantStatus", row.getString("merchant_status"));
        DemoMasterKeys.Key key = masterKeys.get(id);
        if (key != null) {
          terminal
              .put("keyAlgorithm", key.algorithm().title)
              .put("macMode", key.macMode().name())
              .put("tmk", key.tmk());
        }
      }
    }
  }

  private static void addCards(ArrayNode cards, Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(CARDS)) {
      while (row.next()) {
        cards
            .addObject()
            .put("serial", new CardNo(row.getLong("serial")).digits())
            .put("epoch", row.getLong("epoch"))
            .put("status", row.getString("status"))
            .put("holder", row.getString("holder_mask"))
            .put("memberCategory", row.getString("category"))
            .put("union", row.getString("union_name"))
            .put("note", note(row.getString("status"), row.getString("category")));
      }
    }
  }

  private static String note(String status, String category) {
    return switch (status) {
      case "LOST" -> "已挂失 lost: CARD_LOST";
      case "SUSPENDED" -> "已停用 suspended: CARD_NOT_ACTIVE";
      case "ISSUED" -> "未激活 not yet activated: CARD_NOT_ACTIVE";
      default ->
          switch (category) {
            case "NEW_EMPLOYMENT_FORM" -> "新就业形态劳动者 active; campaigns NEF-01, NEF-02";
            case "HARDSHIP" -> "困难职工 active; campaign HELP-01";
            case "MODEL" -> "劳动模范 active; campaign MODEL-01";
            default -> "正常 active";
          };
    };
  }

  private static void addMerchants(ArrayNode merchants, Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(MERCHANTS)) {
      while (row.next()) {
        merchants
            .addObject()
            .put("merchantNo", row.getString("merchant_no"))
            .put("name", row.getString("name"))
            .put("category", row.getString("category"))
            .put("status", row.getString("status"))
            .put("creditCode", row.getString("credit_code"))
            .put("authorisedBy", row.getString("authorised_by"))
            .put("signedBy", row.getString("signed_by"));
      }
    }
  }

  private static void addCampaigns(ArrayNode campaigns, Statement statement)
      throws SQLException, IOException {
    try (ResultSet row = statement.executeQuery(CAMPAIGNS)) {
      while (row.next()) {
        campaigns
            .addObject()
            .put("code", row.getString("code"))
            .put("name", row.getString("name"))
            .put("publicName", row.getString("public_name"))
            .put("org", row.getString("org"))
            .put("documentNo", row.getString("document_no"))
            .put("status", row.getString("status"))
            .put("startsAt", time(row, "starts_at"))
            .put("endsAt", time(row, "ends_at"))
            .put("budgetFen", row.getLong("limit_fen"))
            .put("usedFen", row.getLong("used_fen"))
            .set("rule", JSON.readTree(row.getString("rule")));
      }
    }
  }

  private static String time(ResultSet row, String column) throws SQLException {
    return Clocks.RFC_3339.format(row.getObject(column, OffsetDateTime.class));
  }

  private static String relative(DemoFolder folder, Path path) {
    return folder.root().relativize(path).toString();
  }
}
