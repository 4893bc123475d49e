package cn.unionecard.workbench.simulate;

import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.workbench.demo.ActiveCards;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The testbed that a {@code demo.json} describes. The phones' secrets are those of the demo's
 * keyring, the cards those of its database; blocking, for commands and tests.
 */
public final class DemoTestbed {
  private static final String LIVE = "LIVE";
  private static final String SUSPENDED = "SUSPENDED";
  private static final String ACTIVE = "ACTIVE";

  private final JsonNode file;
  private final Path folder;

  private DemoTestbed(JsonNode file, Path folder) {
    this.file = file;
    this.folder = folder;
  }

  /**
   * Reads the testbed.
   *
   * @param demoJson the file that the demo wrote
   * @param terminals how many tills are wanted; those beyond the file's own are given a device key
   *     of their own, which only a demo's database allows
   * @throws CannotStart when the file or what it points to cannot be read
   */
  public static Testbed read(Path demoJson, int terminals) {
    try {
      JsonNode file = new ObjectMapper().readTree(demoJson.toFile());
      Path folder = demoJson.toAbsolutePath().getParent();
      return new DemoTestbed(file, folder == null ? Path.of("/") : folder).testbed(terminals);
    } catch (IOException | SQLException | IllegalArgumentException e) {
      throw new CannotStart(demoJson + " cannot be used: " + e.getMessage(), e);
    }
  }

  private Testbed testbed(int terminals) throws IOException, SQLException {
    List<Testbed.Terminal> live = terminals(LIVE);
    try (Connection database = PostgresUrl.parse(text("postgres")).jdbcConnection()) {
      if (live.size() < terminals) {
        live.addAll(Enrolment.enrol(database, numbers(), terminals - live.size()));
      }
      return new Testbed(
          URI.create(text("https")),
          Files.readString(folder.resolve(text("ca"))),
          live,
          terminals(SUSPENDED),
          codeKeys(database),
          cards(database));
    }
  }

  /** Those with a master key come last: somebody may have a POS terminal of that name. */
  private List<Testbed.Terminal> terminals(String merchantStatus) throws IOException {
    List<Testbed.Terminal> terminals = terminals(merchantStatus, false);
    terminals.addAll(terminals(merchantStatus, true));
    return terminals;
  }

  private List<Testbed.Terminal> terminals(String merchantStatus, boolean masterKey)
      throws IOException {
    List<Testbed.Terminal> terminals = new ArrayList<>();
    for (JsonNode terminal : file.required("terminals")) {
      if (terminal.required("merchantStatus").asText().equals(merchantStatus)
          && terminal.required("status").asText().equals(ACTIVE)
          && terminal.has("tmk") == masterKey) {
        terminals.add(
            new Testbed.Terminal(
                new TerminalId(terminal.required("id").asText()),
                Files.readString(folder.resolve(terminal.required("certificate").asText())),
                Files.readString(folder.resolve(terminal.required("key").asText())),
                masterKey));
      }
    }
    return terminals;
  }

  private List<String> numbers() {
    return file.required("terminals").findValuesAsText("id");
  }

  private List<CodeKey> codeKeys(Connection database) throws SQLException {
    String kek = folder.resolve(text("kekFile")).toString();
    Keyring keyring = Keyring.load(database, Kek.of(new Config.Keys(kek, null, "SM2")));
    return keyring.keys(Keyring.Purpose.CODE).stream().map(DemoTestbed::codeKey).toList();
  }

  private static CodeKey codeKey(Keyring.Key key) {
    byte[] secret = key.secret();
    return new CodeKey(
        key.kid(),
        Arrays.copyOf(secret, CodeKey.KEY_BYTES),
        Arrays.copyOfRange(secret, CodeKey.KEY_BYTES, 2 * CodeKey.KEY_BYTES));
  }

  private static List<Testbed.Card> cards(Connection database) throws SQLException {
    List<Testbed.Card> cards = new ArrayList<>();
    long found =
        ActiveCards.forEach(
            database, 0, Integer.MAX_VALUE, (no, epoch) -> cards.add(new Testbed.Card(no, epoch)));
    if (found == 0) {
      throw new CannotStart("the demo's database holds no active card");
    }
    return cards;
  }

  private String text(String name) {
    return file.required(name).asText();
  }
}
