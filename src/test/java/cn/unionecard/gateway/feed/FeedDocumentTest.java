package cn.unionecard.gateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.delivery.WebhookKey;
import cn.unionecard.gateway.receipt.ShellScripts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that feed.md gives to check a signature, taken from it and run. */
class FeedDocumentTest {
  private static final Path DOCUMENT = Path.of("src/docs/feed.md");
  private static final Pattern BLOCK = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
  private static final String BODY = "{\"specversion\":\"1.0\",\"data\":{\"say\":\"已优惠 10%\"}}";
  private static final long AT = 1_795_000_000L;

  private final SecureRandom random = new SecureRandom();
  private final WebhookKey hmac = WebhookKey.make(WebhookKey.Algorithm.HMAC, random);
  private final WebhookKey ed25519 = WebhookKey.make(WebhookKey.Algorithm.ED25519, random);
  private final Path folder;
  private final List<String> commands;

  FeedDocumentTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    String document = Files.readString(DOCUMENT);
    int from = document.indexOf("## Checking a signature");
    int to = document.indexOf("## What becomes of a delivery");
    commands =
        BLOCK.matcher(document.substring(from, to)).results().map(FeedDocumentTest::code).toList();
    assertEquals(2, commands.size(), "one way for each algorithm");
  }

  private static String code(MatchResult block) {
    return block.group(1);
  }

  /** Two keys sign while one takes the other's place. */
  private String signatures(WebhookKey first) {
    return first.sign("77", AT, BODY) + " " + ed25519.sign("77", AT, BODY);
  }

  private ShellScripts.Result run(String command, String body, String signatures) throws Exception {
    Files.writeString(folder.resolve("body"), body, StandardCharsets.UTF_8);
    String given =
        String.join(
            "\n",
            "id='77'",
            "ts='" + AT + "'",
            "sig='" + signatures + "'",
            "secret='" + hmac.shown() + "'",
            "public='" + ed25519.shown() + "'",
            "");
    return ShellScripts.run(folder, "sh", "-c", given + command);
  }

  @Test
  void theFirstChecksHmac() throws Exception {
    String good = signatures(hmac);
    assertEquals("genuine\n", run(commands.get(0), BODY, good).output());
    String rotated = WebhookKey.make(WebhookKey.Algorithm.HMAC, random).sign("77", AT, BODY);
    assertEquals("genuine\n", run(commands.get(0), BODY, rotated + " " + good).output());
    assertEquals("FORGED\n", run(commands.get(0), BODY + " ", good).output());
    assertEquals("FORGED\n", run(commands.get(0), BODY, rotated).output());
  }

  @Test
  void theSecondChecksEd25519() throws Exception {
    ShellScripts.Result good = run(commands.get(1), BODY, signatures(hmac));
    assertEquals(0, good.exit(), good.output());
    assertTrue(good.output().contains("Signature Verified Successfully"), good.output());
    ShellScripts.Result changed = run(commands.get(1), BODY.replace("10", "11"), signatures(hmac));
    assertNotEquals(0, changed.exit(), changed.output());
  }
}
