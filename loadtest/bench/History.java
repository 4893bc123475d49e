import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import cn.unionecard.workbench.simulate.Testbed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The past of a city, made by the checkout line itself with a clock of its own: {@code History DEMO_JSON SALES DAYS [SPARED]}, with
 * the configuration of the gateway in the environment. SALES approved sales of the last DAYS days, today and SPARED days before it
 * not among them, are decided, signed and committed as a till's are, from 8 to 20 o'clock of each day; each is one of the city's
 * cards at one of its tills. Ends with {@code RESULT sales seconds}. Run it before a gateway runs there, once, or again for days
 * that were spared.
 */
class History {
  private static final int TILLS = 1_000;
  private static final int WAVE = 2_048;
  private static final int LANES = 2;
  private static final long OPENS_SECONDS = 8 * 3_600;
  private static final long OPEN_SECONDS = 12 * 3_600;
  private static final int CARD_SALES_PER_DAY_MAX = 720;

  public static void main(String[] args) {
    Past.run(() -> make(Path.of(args[0]), Long.parseLong(args[1]), Integer.parseInt(args[2]), args.length > 3 ? Integer.parseInt(args[3]) : 0));
  }

  private static boolean make(Path demoJson, long sales, int days, int spared) throws Exception {
    LocalDate first = LocalDate.now(Past.CHINA).minusDays(days + spared);
    Past past = Past.of(demoJson, TILLS, first, days + spared);
    List<Testbed.Card> cards = past.testbed.cards();
    long perDay = (sales + days - 1) / days;
    if (perDay > (long) cards.size() * CARD_SALES_PER_DAY_MAX) {
      throw new IllegalArgumentException("more sales a day than the city's cards can show codes");
    }
    Past.Calendar calendar = new Past.Calendar();
    calendar.moveTo(first, OPENS_SECONDS);
    Past.Line line = past.line("history", LANES, calendar);
    SplittableRandom chance = new SplittableRandom(1);
    long began = System.nanoTime();
    for (long begun = 0; begun < sales; ) {
      long nth = begun % perDay;
      long n = Math.min(Math.min(WAVE, sales - begun), perDay - nth);
      LocalDate day = first.plusDays(begun / perDay);
      calendar.moveTo(day, OPENS_SECONDS + nth * OPEN_SECONDS / perDay);
      List<Request> wave = new ArrayList<>();
      for (long number = begun; number < begun + n; number++) {
        Testbed.Card card = cards.get((int) (number % cards.size()));
        String code = past.codes.issue(card.no(), card.epoch(), calendar.millis() / 1_000);
        wave.add(sale(past.testbed, code, "h" + spared + "-" + Long.toString(number, Character.MAX_RADIX), number, chance));
      }
      var unused = line.wave(wave);
      begun += n;
      if (begun / 100_000 != (begun - n) / 100_000) {
        System.out.printf("%d of %d, %s%n", begun, sales, day);
      }
    }
    line.drain();
    System.out.printf("RESULT %d %d%n", sales, Duration.ofNanos(System.nanoTime() - began).toSeconds());
    return true;
  }

  private static Request sale(Testbed testbed, String code, String name, long number, SplittableRandom chance) {
    return new Request(
        TransactionType.SALE,
        testbed.terminals().get((int) (number * 7_919 % testbed.terminals().size())).id(),
        new RequestId(name),
        code,
        Fen.of(chance.nextInt(3_000, 60_000)),
        null,
        WithoutBenefit.APPROVE);
  }
}
