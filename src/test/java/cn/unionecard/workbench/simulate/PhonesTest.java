package cn.unionecard.workbench.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.code.CodeReader;
import cn.unionecard.gateway.code.Scan;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TerminalId;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PhonesTest {
  private static final int CARDS = 50;
  private static final Instant NOON = Instant.parse("2026-11-23T04:00:00Z");

  private Instant now = NOON;
  private final Phones phones =
      new Phones(
          testbed(),
          new Clock() {
            @Override
            public ZoneOffset getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
              return this;
            }

            @Override
            public Instant instant() {
              return now;
            }
          },
          new SplittableRandom(1));

  @Test
  void showsEachCardsCodeOfAStepOnceThenTheNextStepsThenNone() {
    Set<String> shown = new HashSet<>();
    for (int i = 0; i < 2 * CARDS; i++) {
      Phones.Shown code = phones.fresh();
      assertNotNull(code);
      assertTrue(shown.add(code.code()), code.code());
    }
    assertNull(phones.fresh());
    now = now.plus(Duration.ofSeconds(30));
    for (int i = 0; i < CARDS; i++) {
      Phones.Shown code = phones.fresh();
      assertNotNull(code);
      assertTrue(shown.add(code.code()), code.code());
    }
    assertNull(phones.fresh());
  }

  @Test
  void wrongCodesAreReadAsWhatTheyPretendToBe() {
    for (int i = 0; i < 1000; i++) {
      Phones.Wrong wrong = phones.wrong();
      Scan scan = CodeReader.read(wrong.code());
      assertEquals(
          wrong.refusals().contains(Refusal.CODE_OF_ANOTHER_WALLET),
          scan instanceof Scan.OtherWallet,
          wrong.toString());
      assertEquals(
          wrong.refusals().contains(Refusal.CODE_MALFORMED),
          scan instanceof Scan.Malformed,
          wrong.toString());
    }
  }

  private static Testbed testbed() {
    List<Testbed.Card> cards =
        IntStream.rangeClosed(1, CARDS)
            .mapToObj(serial -> new Testbed.Card(new CardNo(serial), 1))
            .toList();
    return new Testbed(
        URI.create("https://localhost:1"),
        "",
        List.of(new Testbed.Terminal(new TerminalId("T0000001"), null, "")),
        List.of(),
        List.of(new CodeKey("k1", new byte[32], new byte[32])),
        cards);
  }
}
