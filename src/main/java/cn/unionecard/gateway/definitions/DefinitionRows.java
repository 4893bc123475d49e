package cn.unionecard.gateway.definitions;

import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.rules.CampaignRule;
import cn.unionecard.gateway.rules.Grants;
import cn.unionecard.gateway.rules.Merchant;
import cn.unionecard.gateway.runtime.stores.Columns;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the rows of {@link DefinitionsSql}. What cannot be understood is left out, it alone. */
public final class DefinitionRows {
  /** The first moment of the year 10000, ms since 1970. */
  private static final long TIME_END_MS = 253_402_300_800_000L;

  private static final String RUNNING = "RUNNING";
  private static final Set<String> STATES = Set.of(RUNNING, "PAUSED", "ENDED");

  private DefinitionRows() {}

  /** Asks with one statement. */
  public static Future<Learned> learn(SqlClient connection, Wanted wanted) {
    return connection
        .preparedQuery(DefinitionsSql.LEARN)
        .execute(parameters(wanted))
        .map(rows -> learned(rows, wanted.version()));
  }

  private static Tuple parameters(Wanted wanted) {
    return Columns.start()
        .one(wanted.version())
        .then(List.copyOf(wanted.terminals))
        .texts(number -> number)
        .then(List.copyOf(wanted.merchants))
        .ints(id -> id)
        .then(List.copyOf(wanted.orgs))
        .ints(id -> id)
        .one(wanted.allRunning ? RUNNING : "")
        .then(List.copyOf(wanted.campaigns))
        .ints(id -> id)
        .then(List.copyOf(wanted.campaignCodes))
        .texts(code -> code)
        .tuple();
  }

  private static Learned learned(RowSet<Row> rows, long known) {
    ChangeRows changes = new ChangeRows(known);
    Map<String, Learned.Place> terminals = new HashMap<>();
    Map<Integer, Merchant> merchants = new HashMap<>();
    Map<Integer, List<Integer>> orgPaths = new HashMap<>();
    List<Campaign> campaigns = new ArrayList<>();
    for (Row row : rows) {
      Long[] numbers = row.getArrayOfLongs(1);
      switch (row.getShort(0)) {
        case DefinitionsSql.CHANGES -> changes.add(numbers);
        case DefinitionsSql.TERMINAL -> terminal(numbers, row.getArrayOfStrings(2), terminals);
        case DefinitionsSql.MERCHANT -> merchant(numbers, row.getArrayOfStrings(2), merchants);
        case DefinitionsSql.ORGANISATION -> org(numbers, orgPaths);
        case DefinitionsSql.CAMPAIGN -> {
          Campaign campaign = campaignOrNull(numbers, row.getArrayOfStrings(2));
          if (campaign != null) {
            campaigns.add(campaign);
          }
        }
        default -> throw new IllegalStateException("a definition of " + row.getShort(0));
      }
    }
    return new Learned(changes.changes(), terminals, merchants, orgPaths, campaigns);
  }

  private static void terminal(
      Long[] numbers, String[] texts, Map<String, Learned.Place> terminals) {
    if (isWhole(numbers) && isWhole(texts)) {
      for (Scene scene : Scene.values()) {
        if (scene.name().equals(texts[1])) {
          terminals.put(
              texts[0], new Learned.Place(numbers[0].intValue(), numbers[1].intValue(), scene));
        }
      }
    }
  }

  private static void merchant(Long[] numbers, String[] texts, Map<Integer, Merchant> merchants) {
    if (isWhole(numbers) && isWhole(texts)) {
      int id = numbers[0].intValue();
      merchants.put(id, new Merchant(id, texts[0], texts[1], texts[2], numbers[1].intValue()));
    }
  }

  private static boolean isWhole(@Nullable Object[] values) {
    for (Object value : values) {
      if (value == null) {
        return false;
      }
    }
    return true;
  }

  private static void org(Long[] numbers, Map<Integer, List<Integer>> orgPaths) {
    List<Integer> path = Arrays.stream(numbers, 1, numbers.length).map(Long::intValue).toList();
    orgPaths.put(numbers[0].intValue(), path);
  }

  private static @Nullable Campaign campaignOrNull(Long[] numbers, String[] texts) {
    try {
      return campaign(numbers, texts);
    } catch (IllegalArgumentException e) {
      return null; // told by the node's check, once for all lanes
    }
  }

  /**
   * Reads a campaign.
   *
   * @throws IllegalArgumentException naming what cannot be understood
   */
  static Campaign campaign(Long[] numbers, String[] texts) {
    String status = given(texts[2], "status");
    if (!STATES.contains(status)) {
      throw new IllegalArgumentException("status \"" + status + "\" is unknown");
    }
    long startsAtMs = time(numbers[1], "starts_at");
    long endsAtMs = time(numbers[2], "ends_at");
    if (startsAtMs >= endsAtMs) {
      throw new IllegalArgumentException("starts_at is not before ends_at");
    }
    return CampaignRule.parse(
            numbers[0].intValue(),
            given(texts[0], "code"),
            given(texts[1], "name"),
            status.equals(RUNNING),
            startsAtMs,
            endsAtMs,
            given(texts[3], "rule"))
        .giving(Grants.parse(texts[4]))
        .narrowedBy(CampaignRule.narrowings(texts[5]));
  }

  private static long time(@Nullable Long epochMs, String column) {
    if (epochMs == null || epochMs < 0 || epochMs >= TIME_END_MS) {
      throw new IllegalArgumentException(column + " is no time from 1970 to 9999");
    }
    return epochMs;
  }

  private static <T> T given(@Nullable T value, String column) {
    if (value == null) {
      throw new IllegalArgumentException(column + " has no usable value");
    }
    return value;
  }
}
