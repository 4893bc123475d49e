package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.gateway.runtime.tls.Certificates;
import cn.unionecard.gateway.voucher.Draw;
import com.google.zxing.BarcodeFormat;
import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.LuminanceSource;
import com.google.zxing.MultiFormatReader;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What the pages do without a gateway, held against others that do the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class PageCodeIT {
  private static final int PIXELS = 4;
  private static final int QUIET = 4;

  private PagesHouse house;
  private Browser browser;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    browser = new Browser("en");
    browser.open(house.address("/"));
  }

  @AfterAll
  void close() {
    browser.close();
    house.close();
  }

  /**
   * Runs an async function that has the module {@code code} and the arguments {@code given}; the
   * module lies in a file with others.
   */
  private Object run(String module, String function, Object... given) {
    return browser.called(
        "const done = arguments[arguments.length - 1];"
            + "const given = Array.from(arguments).slice(1, -1);"
            + "import(arguments[0]).then(async file => { const code = file['"
            + PageModules.spaceOf(module)
            + "'];"
            + function
            + "}).then(done, e => done('' + e + e.stack));",
        concat(PageModules.fileOf(module), given));
  }

  private static Object[] concat(String first, Object[] rest) {
    List<Object> all = new ArrayList<>(List.of(first));
    all.addAll(Arrays.asList(rest));
    return all.toArray();
  }

  /** What is due by the end of a day is due that day, whoever shows it. */
  @Test
  void whatEndsWithADayIsShownAsThatDay() {
    String until = "return given.slice(1).map(each => code.until(each, given[0])).join(' | ');";
    Object[] ends = {
      "zh", "2026-12-23T00:00:00.000+08:00", "2026-12-31T16:00:00Z", "2026-12-22T09:30:59+08:00"
    };
    assertEquals(
        "2026年12月22日 24:00 | 2026年12月31日 24:00 | 2026年12月22日 09:30",
        run("kit/figures.js", until, ends));
    ends[0] = "en";
    assertEquals(
        "2026-12-22 24:00 | 2026-12-31 24:00 | 2026-12-22 09:30",
        run("kit/figures.js", until, ends));
  }

  /** A lottery that the gateway drew is drawn again by whoever looks at it. */
  @Test
  void aDrawIsTheSameInEveryPlace() {
    byte[] seed = Sha256.of("of a page");
    for (int tickets : new int[] {1, 7, 1_000}) {
      Map<String, Object> lottery =
          Map.of(
              "seed",
              HexFormat.of().formatHex(seed),
              "round",
              12,
              "tickets",
              tickets,
              "witness",
              "福彩3D 2026319期 4-0-7");
      assertEquals(
          Draw.winners(seed, 12, tickets, "福彩3D 2026319期 4-0-7", 50).toString(),
          "["
              + drawn("return (await code.winners(given[0], given[1])).join(', ')", lottery, 50)
              + "]");
    }
    assertEquals(
        true,
        drawn(
            "return code.isSeedOf(given[0], given[1])",
            HexFormat.of().formatHex(seed),
            Draw.commitment(seed)));
  }

  /** As {@link #run}, of the module that only a screen of lotteries fetches. */
  private Object drawn(String function, Object... given) {
    String address =
        Bundle.read().addresses().stream()
            .filter(each -> each.endsWith("/code/draw.js"))
            .findAny()
            .orElseThrow();
    return browser.called(
        "const done = arguments[arguments.length - 1];"
            + "const given = Array.from(arguments).slice(1, -1);"
            + "import(arguments[0]).then(async code => {"
            + function
            + "}).then(done, e => done('' + e + e.stack));",
        concat(address, given));
  }

  /** Digits and texts of every length that fits, in Chinese too. */
  @Test
  void whatIsWrittenAsQrIsReadBack() throws Exception {
    Random random = new Random(7);
    List<String> texts = new ArrayList<>(List.of("84446669133388330784", "工会E卡 10.00元", "0"));
    for (int length = 1; length <= 213; length += 5) {
      StringBuilder digits = new StringBuilder();
      StringBuilder text = new StringBuilder("a");
      for (int i = 0; i < length; i++) {
        digits.append(random.nextInt(10));
        text.append((char) (' ' + random.nextInt(95)));
      }
      texts.add(digits.toString());
      texts.add(text.substring(0, length));
    }
    Object drawn =
        run(
            "code/qr.js",
            "return given[0].map(text => code.qr(text).map(row => Array.from(row).join('')));",
            texts);
    List<?> symbols = (List<?>) drawn;
    for (int i = 0; i < texts.size(); i++) {
      assertEquals(texts.get(i), read((List<?>) symbols.get(i)), "text " + i);
    }
  }

  private static String read(List<?> rows) throws Exception {
    int size = (rows.size() + 2 * QUIET) * PIXELS;
    int[] pixels = new int[size * size];
    Arrays.fill(pixels, 0xFFFFFF);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int row = y / PIXELS - QUIET;
        int column = x / PIXELS - QUIET;
        boolean inside = row >= 0 && column >= 0 && row < rows.size() && column < rows.size();
        if (inside && String.valueOf(rows.get(row)).charAt(column) == '1') {
          pixels[y * size + x] = 0;
        }
      }
    }
    return decoded(new RGBLuminanceSource(size, size, pixels), BarcodeFormat.QR_CODE);
  }

  /** A phone's codes, of a thousand cards and times, are those that the gateway takes. */
  @Test
  void aPhoneShowsWhatTheGatewayExpects() {
    MemberCodes codes = new MemberCodes(TestTown.CODE_KEYS);
    Random random = new Random(9);
    List<Object> asked = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      CardNo card = new CardNo(Math.floorMod(random.nextLong(), 10_000_000_000L));
      long epoch = 1 + random.nextInt(9);
      long seconds = 1_795_392_000L + random.nextInt(400 * 86_400);
      expected.add(codes.issue(card, epoch, seconds));
      asked.add(
          List.of(
              HexFormat.of().formatHex(codes.cardKey(card, epoch)),
              LocalDate.ofEpochDay(MemberCodes.dayAt(seconds)).toString(),
              codes.alias(card, MemberCodes.dayAt(seconds)),
              seconds));
    }
    assertEquals(
        expected,
        run(
            "code/member.js",
            """
            return given[0].map(([key, day, alias, seconds]) => code.memberCode(
              Uint8Array.from(key.match(/../g), hex => parseInt(hex, 16)), new Map([[day, alias]]), seconds));
            """,
            asked));
  }

  /** Every pair of digits, at the width at which a card is held under a scanner. */
  @Test
  void whatIsWrittenAsBarsIsReadBack() throws Exception {
    List<String> texts = new ArrayList<>(List.of("84446669133388330784"));
    for (int from = 0; from < 100; from += 10) {
      StringBuilder pairs = new StringBuilder();
      for (int pair = from; pair < from + 10; pair++) {
        pairs.append(pair / 10).append(pair % 10);
      }
      texts.add(pairs.toString());
    }
    List<?> drawn =
        (List<?>) run("code/code128.js", "return given[0].map(text => code.code128(text));", texts);
    for (int i = 0; i < texts.size(); i++) {
      assertEquals(texts.get(i), readBars((List<?>) drawn.get(i)), "text " + i);
    }
  }

  private static String readBars(List<?> widths) throws Exception {
    int quiet = 10;
    int modules = 2 * quiet + widths.stream().mapToInt(w -> ((Number) w).intValue()).sum();
    int height = 40;
    int[] pixels = new int[modules * 2 * height];
    Arrays.fill(pixels, 0xFFFFFF);
    int at = quiet;
    for (int i = 0; i < widths.size(); i++) {
      int width = ((Number) widths.get(i)).intValue();
      for (int x = at * 2; i % 2 == 0 && x < (at + width) * 2; x++) {
        for (int y = 0; y < height; y++) {
          pixels[y * modules * 2 + x] = 0;
        }
      }
      at += width;
    }
    return decoded(new RGBLuminanceSource(modules * 2, height, pixels), BarcodeFormat.CODE_128);
  }

  private static String decoded(LuminanceSource picture, BarcodeFormat format) throws Exception {
    return new MultiFormatReader()
        .decode(
            new BinaryBitmap(new HybridBinarizer(picture)),
            Map.of(DecodeHintType.POSSIBLE_FORMATS, List.of(format)))
        .getText();
  }

  /** Signatures whose halves begin with zeros or a high bit included: there are enough of them. */
  @Test
  void aRequestMadeInABrowserIsTakenByTheAuthority() throws Exception {
    Certificates certificates = new Certificates(Clock.systemUTC(), new SecureRandom());
    Certificates.Identity ca = certificates.ca("Test CA", Duration.ofDays(1));
    List<?> requests =
        (List<?>)
            run(
                "code/device.js",
                """
                const all = [];
                for (let i = 0; i < 200; i++) {
                  const key = await code.newKey();
                  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', key.publicKey));
                  all.push([await code.request(key, 'T0000001'), Array.from(spki)]);
                }
                return all;
                """);
    assertEquals(200, requests.size());
    for (Object each : requests) {
      List<?> pair = (List<?>) each;
      Certificates.Issued issued =
          certificates.issueFromCsr(
              ca, new TerminalId("T0000001"), String.valueOf(pair.get(0)), Duration.ofHours(1));
      List<?> spki = (List<?>) pair.get(1);
      byte[] expected = new byte[spki.size()];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = ((Number) spki.get(i)).byteValue();
      }
      assertArrayEquals(expected, issued.spki());
    }
  }

  /**
   * Keys as guns and hands press them: {@code d12@5} is twelve digits, 5 ms apart; E is Enter, T is
   * Tab, A a digit by Alt, P a pause of 200 ms.
   */
  private List<?> heard(String keys) {
    return (List<?>)
        run(
            "code/wedge.js",
            """
            let now = 1000;
            const heard = [];
            const wedge = new code.Wedge(c => heard.push(c), () => heard.push('alt'), () => now);
            for (const step of given[0].split(' ')) {
              const digits = /^([dna])([0-9]+)@([0-9]+)$/.exec(step);
              if (digits !== null) {
                for (const digit of digits[2]) {
                  now += Number(digits[3]);
                  const place = digits[1] === 'd' ? 'Digit' : 'Numpad';
                  wedge.key({code: place + digit, altKey: digits[1] === 'a'});
                }
              } else if (step === 'P') {
                now += 200;
              } else if (step === 'Q') {
                now += 2000;
              } else if (step.startsWith('text:')) {
                wedge.text(step.slice(5));
              } else {
                now += 5;
                wedge.key({code: step, altKey: false});
              }
            }
            await new Promise(done => setTimeout(done, 200)); // what ends without a key ends by silence
            return heard;
            """,
            keys);
  }

  @Test
  void aGunIsToldFromAHand() {
    String code = "84446669133388330784";
    assertEquals(List.of(code), heard("d" + code + "@5 Enter"));
    assertEquals(List.of(code), heard("n" + code + "@30 NumpadEnter"));
    assertEquals(List.of(code), heard("d" + code + "@5 Tab"));
    assertEquals(List.of(code), heard("d" + code + "@5"), "ended by silence");
    assertEquals(List.of(), heard("d" + code + "@80 Enter"), "typed by hand");
    assertEquals(List.of(), heard("d12800@5 Enter"), "an amount, however fast");
    assertEquals(List.of(code), heard("d128@90 P d" + code + "@5 Enter"), "behind an amount");
    assertEquals(List.of(code), heard("d" + code + "@5 Enter P d" + code + "@5 Enter"), "twice");
    assertEquals(
        List.of(code, code), heard("d" + code + "@5 Enter Q d" + code + "@5 Enter"), "again later");
    assertEquals(List.of(code), heard("KeyA d" + code + "@5 Enter"), "another key before it");
    assertEquals(List.of(code), heard("text:" + code), "by an input method");
    assertEquals(List.of(code), heard("text:８４４４６６６９１３ text:３３８８３３０７８４"), "in two parts");
    assertEquals(List.of("alt"), heard("a" + code + "@5 Enter"), "by Alt and the number pad");
  }
}
