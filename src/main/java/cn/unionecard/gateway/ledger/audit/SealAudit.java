package cn.unionecard.gateway.ledger.audit;

import cn.unionecard.gateway.receipt.PublicKey;
import cn.unionecard.gateway.runtime.Sha256;
import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds the staff's audit against its seals: each is signed, follows the one before, and names a
 * row that is still as it was. Hashes computed again over changed rows show here.
 */
public final class SealAudit {
  private static final int SAMPLES_MAX = 5;

  private static final String SEALS =
      """
      select s.no, s.seq, s.header, s.signature, s.kid, a.hash
      from audit_seal s left join audit a on a.seq = s.seq where s.no > ? order by s.no
      """;

  /** A running gateway seals every minute. */
  private static final String UNSEALED =
      """
      select min(seq), count(*) from audit
      where seq > coalesce((select max(seq) from audit_seal), 0)
        and at < now() - interval '1 hour'
      """;

  /**
   * What was found.
   *
   * @param seals seals read
   * @param upTo the last row of the audit that a seal covers
   * @param broken seals that do not hold, and one for rows that none covers
   */
  public record Finding(long seals, long upTo, long broken, List<String> samples) {
    public Finding {
      samples = List.copyOf(samples);
    }
  }

  private SealAudit() {}

  /**
   * Reads the seals behind one.
   *
   * @param after the number of that one, 0 for all
   * @param last hash of its header, in hex
   */
  static Finding run(Connection database, Map<String, PublicKey> keys, long after, String last)
      throws SQLException {
    List<String> wrong = new ArrayList<>();
    long seals = 0;
    long upTo = 0;
    try (PreparedStatement statement = database.prepareStatement(SEALS)) {
      statement.setLong(1, after);
      ResultSet rows = statement.executeQuery();
      byte[] previous = HexFormat.of().parseHex(last);
      while (rows.next()) {
        seals++;
        String why = check(rows, after + seals, keys.get(rows.getString(5)), previous);
        if (why != null) {
          wrong.add("seal " + rows.getLong(1) + ": " + why);
        }
        previous = Sha256.of(rows.getBytes(3));
        upTo = rows.getLong(2);
      }
    }
    unsealed(database, wrong);
    List<String> samples = wrong.subList(0, Math.min(SAMPLES_MAX, wrong.size()));
    return new Finding(seals, upTo, wrong.size(), samples);
  }

  private static void unsealed(Connection database, List<String> wrong) throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery(UNSEALED)) {
      if (row.next() && row.getLong(2) > 0) {
        wrong.add(row.getLong(2) + " rows from " + row.getLong(1) + " on have no seal for an hour");
      }
    }
  }

  private static @Nullable String check(
      ResultSet row, long no, @Nullable PublicKey key, byte[] previous) throws SQLException {
    byte[] header = row.getBytes(3);
    JsonNode said = SignedHeader.read(header);
    if (key == null || said == null) {
      return "unknown key or unreadable";
    }
    if (!key.verify(header, row.getBytes(4))) {
      return "signature does not verify";
    }
    boolean named =
        said.path("type").asText().equals("audit-seal")
            && said.path("no").asLong() == no
            && row.getLong(1) == no
            && said.path("seq").asLong() == row.getLong(2)
            && said.path("kid").asText().equals(row.getString(5));
    if (!named || !Arrays.equals(SignedHeader.bytes(said, "prev"), previous)) {
      return "a seal before it is gone, or it is of another row";
    }
    return Arrays.equals(SignedHeader.bytes(said, "hash"), row.getBytes(6))
        ? null
        : "row " + row.getLong(2) + " of the audit, or one before it, was changed or taken out";
  }
}
