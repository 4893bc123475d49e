package cn.unionecard.gateway.voucher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.cli.LotteryCommand;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A draw that anybody can do again. */
class DrawTest {
  private static final byte[] SEED = Sha256.of("a seed");

  @Test
  void theSameWordsDrawTheSameAndAnotherWordAnother() {
    List<Integer> winners = Draw.winners(SEED, 7, 1_000, "3D 4-0-7", 50);
    assertEquals(winners, Draw.winners(SEED, 7, 1_000, "3D 4-0-7", 50));
    assertEquals(50, new HashSet<>(winners).size());
    assertTrue(winners.stream().allMatch(ticket -> ticket >= 1 && ticket <= 1_000));
    assertNotEquals(winners, Draw.winners(SEED, 7, 1_000, "3D 4-0-8", 50));
    assertNotEquals(winners, Draw.winners(SEED, 8, 1_000, "3D 4-0-7", 50));
    assertEquals(3, Draw.winners(SEED, 7, 3, "x", 50).size(), "all who came");
  }

  /** Of the published formula, written out once more. */
  @Test
  void aScoreIsWhatIsPublished() {
    String lowest = "";
    int best = 0;
    for (int ticket = 1; ticket <= 20; ticket++) {
      String hex =
          HexFormat.of().formatHex(SEED)
              + HexFormat.of().formatHex("7:20:w".getBytes(StandardCharsets.UTF_8))
              + "%08x".formatted(ticket);
      String score = Sha256.hex(HexFormat.of().parseHex(hex));
      if (best == 0 || score.compareTo(lowest) < 0) {
        lowest = score;
        best = ticket;
      }
    }
    assertEquals(List.of(best), Draw.winners(SEED, 7, 20, "w", 1));
  }

  @Test
  void theCommandTellsAnHonestDrawFromAnother(@TempDir Path folder) throws Exception {
    List<Integer> winners = new ArrayList<>(Draw.winners(SEED, 7, 100, "w", 5));
    winners.sort(null);
    JsonObject told =
        new JsonObject()
            .put("round", 7)
            .put("each", 2)
            .put("most", 11)
            .put("tickets", 100)
            .put("seedHash", Draw.commitment(SEED))
            .put("seed", HexFormat.of().formatHex(SEED))
            .put("witness", "w")
            .put("winners", new JsonArray(winners));
    assertEquals(0, verify(folder, told));
    assertEquals(1, verify(folder, told.copy().put("witness", "v")));
    assertEquals(1, verify(folder, told.copy().put("seedHash", "0".repeat(64))));
    assertEquals(2, verify(folder, new JsonObject().put("round", 7)));
  }

  private static int verify(Path folder, JsonObject told) throws Exception {
    Path file = folder.resolve("lottery.json");
    Files.writeString(file, told.encode());
    CommandLine line = new CommandLine(new LotteryCommand());
    return line.execute("verify", file.toString());
  }
}
