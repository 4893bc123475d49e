package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Decisions looked at again, from the command line. */
class SupervisionCommandIT {
  private String said = "";

  private int run(String... arguments) {
    StringWriter out = new StringWriter();
    CommandLine line =
        new CommandLine(new SupervisionCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out));
    int status = line.execute(arguments);
    said = out.toString().strip();
    return status;
  }

  private static String twentyBadOfTwenty() {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestStores.execute(
        url,
        """
        insert into review (origin, transaction, merchant, payer, purchased_on, posted_at)
          select g, g, 1, g, current_date, now() - interval '1 hour' from generate_series(1, 20) g;
        insert into review_edition (review, edition, at, source, stars, quality, service,
            after_sales, tags)
          select id, 1, posted_at, 'MEMBER', 1, 1, 1, 1, '{}' from review;
        insert into supervision_decision (merchant, stage, effect, at, took_us, policies,
            window_days, sample_payers, z_milli, warn_permille, rectify_permille,
            suspend_permille, auto_rectify, auto_suspend, review, counted_from, upto, reviews,
            payers, bad, bound_ppm, bad_reviews, appeal_until)
          select 1, 'SUSPEND', 'PROPOSED', now(), 1, '{1}', 90, 20, 1960, 100, 150, 250, true, false,
            max(id), now() - interval '90 days', (select max(seq) from review_edition), 20, 20, 20,
            838869, array_agg(id order by id), now() + interval '15 days'
          from review""");
    return url;
  }

  @Test
  void whatComesOutAsItWasMadeIsZero() {
    assertEquals(0, run("replay", "--postgres", twentyBadOfTwenty()), () -> said);
    assertEquals("复核一致 1 decisions replayed, none differs", said);
  }

  @Test
  void eachDifferenceIsPrinted() {
    String url = twentyBadOfTwenty();
    TestStores.execute(url, "update supervision_decision set suspend_permille = 900");
    assertEquals(1, run("replay", "--postgres", url));
    assertTrue(said.startsWith("decision 1: the policy says RECTIFY"), said);
    assertTrue(said.endsWith("1 decisions replayed, 1 differences"), said);
  }

  @Test
  void whatCannotBeReadIsTwo() {
    assertEquals(2, run("replay", "--postgres", "postgresql://nobody:hidden@127.0.0.1:1/none"));
    assertTrue(said.startsWith("cannot read the database"), said);
    assertFalse(said.contains("hidden"), said);
    assertEquals(2, run("replay", "--postgres", "elsewhere"));
    assertEquals(2, run(), "say what");
    assertTrue(said.contains("replay"), said);
  }

  @Test
  void helpTellsTheExitCodes() {
    assertEquals(0, run("replay", "--help"));
    assertTrue(said.contains("--postgres"), said);
    assertTrue(said.contains("something differs"), said);
  }
}
