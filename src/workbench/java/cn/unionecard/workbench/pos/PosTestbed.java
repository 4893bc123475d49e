package cn.unionecard.workbench.pos;

import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Ids;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.terminal.MasterKeys;
import cn.unionecard.gateway.terminal.TerminalSecrets;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Where POS terminals play: the ISO 8583 ports of a running demo, and terminals with their master
 * keys. Those beyond the ones that the demo's file shows are given keys of their own, which only a
 * demo's database allows.
 *
 * @param port plain TCP
 * @param tlsPort TLS
 * @param ca PEM of the authority that signed the gateway's certificate
 * @param terminals at merchants that are live
 * @param suspended at merchants that have been suspended; may be empty
 */
public record PosTestbed(
    String host,
    int port,
    int tlsPort,
    String ca,
    List<PosIdentity> terminals,
    List<PosIdentity> suspended) {
  private static final int KEY_BYTES = 16;
  private static final int SUSPENDED_MAX = 2;

  /**
   * The rows of terminals that play, with what each remembers of its offline sales: those of the
   * file, then the last of the city, for the first play at other tills.
   */
  private static final String SELECT =
      """
      select t.terminal_no, m.merchant_no, coalesce(c.counter, 0)
      from terminal t
        join merchant m on m.id = t.merchant
        left join terminal_counter c on c.terminal = t.id
      where t.status = 'ACTIVE' and m.status = ?
      order by t.terminal_no = any (?) desc, t.id desc
      limit ?
      """;

  public PosTestbed {
    terminals = List.copyOf(terminals);
    suspended = List.copyOf(suspended);
  }

  /**
   * Reads the testbed; blocking, for commands and tests.
   *
   * @param demoJson the file that the demo wrote
   * @param count how many terminals at live merchants are wanted
   * @throws CannotStart when the file or what it points to cannot be read
   */
  public static PosTestbed read(Path demoJson, int count, Clock clock) {
    return read(
        demoJson,
        clock,
        injection -> injection.terminals("LIVE", count),
        injection -> injection.terminals("SUSPENDED", SUSPENDED_MAX));
  }

  private interface Choice {
    List<PosIdentity> of(Injection injection) throws SQLException;
  }

  private static PosTestbed read(Path demoJson, Clock clock, Choice live, Choice suspended) {
    Path folder = demoJson.toAbsolutePath().getParent();
    try {
      JsonNode file = new ObjectMapper().readTree(demoJson.toFile());
      Path root = folder == null ? Path.of("/") : folder;
      String kekFile = root.resolve(file.required("kekFile").asText()).toString();
      TerminalSecrets secrets =
          new TerminalSecrets(Kek.of(new Config.Keys(kekFile, null, "SM2")), Ids.secureRandom());
      String ca = Files.readString(root.resolve(file.required("ca").asText()));
      JsonNode address = file.required("iso8583");
      try (Connection database =
          PostgresUrl.parse(file.required("postgres").asText()).jdbcConnection()) {
        Injection injection = new Injection(database, secrets, file.required("terminals"), clock);
        return new PosTestbed(
            address.required("host").asText(),
            address.required("port").asInt(),
            address.required("tlsPort").asInt(),
            ca,
            live.of(injection),
            suspended.of(injection));
      }
    } catch (IOException | SQLException | IllegalArgumentException e) {
      throw new CannotStart(
          demoJson + " cannot be used (is the demo running?): " + e.getMessage(), e);
    }
  }

  /**
   * Reads the testbed for one terminal that the demo's file does not know, and gives it a new
   * master key; blocking.
   *
   * @param merchant its merchant's number, for field 42
   * @throws CannotStart when the file or what it points to cannot be read
   */
  public static PosTestbed of(Path demoJson, TerminalId terminal, String merchant, Clock clock) {
    return read(
        demoJson,
        clock,
        injection -> List.of(injection.identity(terminal, merchant, 0)),
        injection -> List.of());
  }

  /** A client for its TLS port, or for its plain one. */
  public NetClient client(Vertx vertx, boolean tls) {
    NetClientOptions options = new NetClientOptions().setTcpNoDelay(true).setConnectTimeout(5_000);
    if (tls) {
      options
          .setSsl(true)
          .setHostnameVerificationAlgorithm("HTTPS")
          .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(ca)));
    }
    return vertx.createNetClient(options);
  }

  public int port(boolean tls) {
    return tls ? tlsPort : port;
  }

  /** Master keys: those of the demo's file stay, other terminals get new ones. */
  private static final class Injection {
    private final Connection database;
    private final TerminalSecrets secrets;
    private final JsonNode shown;
    private final Clock clock;
    private final SecureRandom random = Ids.secureRandom();

    Injection(Connection database, TerminalSecrets secrets, JsonNode shown, Clock clock) {
      this.database = database;
      this.secrets = secrets;
      this.shown = shown;
      this.clock = clock;
    }

    List<PosIdentity> terminals(String merchantStatus, int count) throws SQLException {
      List<PosIdentity> found = new ArrayList<>();
      database.setAutoCommit(false);
      try (PreparedStatement select = database.prepareStatement(SELECT)) {
        select.setString(1, merchantStatus);
        select.setArray(2, database.createArrayOf("text", withKeys().toArray()));
        select.setInt(3, count);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            found.add(identity(new TerminalId(row.getString(1)), row.getString(2), row.getLong(3)));
          }
        }
        database.commit();
      } finally {
        database.rollback();
        database.setAutoCommit(true);
      }
      return found;
    }

    private List<String> withKeys() {
      List<String> numbers = new ArrayList<>();
      for (JsonNode each : shown) {
        if (each.has("tmk")) {
          numbers.add(each.path("id").asText());
        }
      }
      return numbers;
    }

    private PosIdentity identity(TerminalId terminal, String merchant, long counter)
        throws SQLException {
      for (JsonNode each : shown) {
        if (each.path("id").asText().equals(terminal.value()) && each.has("tmk")) {
          return new PosIdentity(
              terminal,
              merchant,
              KeyAlgorithm.titled(each.path("keyAlgorithm").asText()),
              MacMode.valueOf(each.path("macMode").asText(MacMode.XOR_ECB.name())),
              HexFormat.of().parseHex(each.path("tmk").asText()),
              counter);
        }
      }
      KeyAlgorithm algorithm =
          terminal.value().hashCode() % 2 == 0 ? KeyAlgorithm.SM4 : KeyAlgorithm.TRIPLE_DES;
      byte[] tmk = EcbCipher.newKey(algorithm, KEY_BYTES, random);
      new MasterKeys(database)
          .store(
              terminal,
              secrets.wrapMaster(terminal, tmk),
              new MasterKeys.Stored(
                  algorithm,
                  MacMode.XOR_ECB,
                  EcbCipher.checkValue(algorithm, tmk),
                  clock.instant()));
      return new PosIdentity(terminal, merchant, algorithm, MacMode.XOR_ECB, tmk, counter);
    }
  }
}
