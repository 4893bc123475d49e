package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.runtime.Ids;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class FeedCommandTest {
  private static final String FIRST =
      "id: 1\nevent: cn.unionecard.a.b.v1\ndata: " + event(1, 1) + "\n\n";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();

  private static String event(int sequence, int number) {
    return "{\"specversion\":\"1.0\",\"id\":\""
        + sequence
        + "\",\"type\":\"cn.unionecard.a.b.v1\",\"subject\":\"841080200000001\",\"sequence\":\"000"
        + sequence
        + "\",\"merchantseq\":"
        + number
        + ",\"data\":{}}";
  }

  private int verify(String record, String... more) throws Exception {
    Path file = Files.writeString(folder.resolve("feed.txt"), record);
    CommandLine line =
        Main.commandLine(
            new Main(), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), Ids.secureRandom());
    line.setOut(new PrintWriter(out, true));
    String[] arguments = new String[3 + more.length];
    arguments[0] = "feed";
    arguments[1] = "verify";
    arguments[2] = file.toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return line.execute(arguments);
  }

  @Test
  void aWholeStreamIsWhole() throws Exception {
    assertEquals(0, verify(": hello\nretry: 3\n" + FIRST + "data: " + event(2, 2) + "\n\n"));
    assertTrue(out.toString().contains("WHOLE"), out.toString());
  }

  @Test
  void aGapIsNamed() throws Exception {
    assertEquals(1, verify(event(1, 1) + "\n" + event(5, 4) + "\n"));
    assertTrue(
        out.toString().contains("[缺失 missing] 商户 merchant 841080200000001 编号 merchantseq 2–3"),
        out.toString());
  }

  @Test
  void repeatsAreFaultsUnlessTheyAreAllowed() throws Exception {
    assertEquals(1, verify(FIRST + FIRST));
    assertEquals(0, verify(FIRST + FIRST, "--allow-repeats"));
  }

  @Test
  void aStreamThatMustBeginWithOneDoes() throws Exception {
    assertEquals(0, verify(event(9, 7) + "\n"));
    assertEquals(1, verify(event(9, 7) + "\n", "--from-start"));
  }

  @Test
  void nothingIsNoProof() throws Exception {
    assertEquals(1, verify("\n"));
  }
}
