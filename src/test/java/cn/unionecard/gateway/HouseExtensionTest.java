package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxTestContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What is thrown where no test waits for it fails the test all the same. */
class HouseExtensionTest {
  private static final String THROWN = "thrown on a loop";
  private static final List<Vertx> GIVEN = new ArrayList<>();

  // ---- classes that are run below, each in a launcher of its own

  static class ThrowsOnALoop {
    @Test
    void andSaysNothing(Vertx vertx) {
      throwOn(vertx);
    }
  }

  static class ThrowsOnALoopOfItsOwn {
    @Test
    void andSaysNothing() {
      Vertx own = Loops.vertx();
      throwOn(own);
      Loops.await(own.close());
    }
  }

  static class ThrowsWhileItsVertxIsClosed {
    @Test
    void andSaysNothing(Vertx vertx) {
      vertx.getOrCreateContext();
      Loops.await(vertx.deployVerticle(new ThrowsAtItsEnd()));
    }
  }

  static class ThrowsAfterAllTests {
    @Test
    void isNotItsFault() {}

    @AfterAll
    static void stop(Vertx vertx) {
      throwOn(vertx);
    }
  }

  static class ThrowsWhileATestWaits {
    @Test
    void untilItEnds(Vertx vertx, VertxTestContext test) {
      vertx.runOnContext(
          here -> {
            throw new IllegalStateException(THROWN);
          });
    }
  }

  static class ForgetsToEnd {
    @Test
    void forEver(VertxTestContext test) {
      assertEquals(1, List.of(test.checkpoint()).size());
    }
  }

  static class ExpectsWhatIsThrown {
    @Test
    void andTakesIt(Vertx vertx) {
      throwOn(vertx);
      assertEquals(THROWN, Loops.takeThrown().get(0).getMessage());
    }
  }

  static class OneInstanceEach {
    OneInstanceEach(Vertx vertx) {
      GIVEN.add(vertx);
    }

    @Test
    void one(Vertx vertx) {
      assertSame(GIVEN.get(GIVEN.size() - 1), vertx);
    }

    @Test
    void another(Vertx vertx) {
      assertSame(GIVEN.get(GIVEN.size() - 1), vertx);
    }
  }

  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class OneInstanceForAll extends OneInstanceEach {
    OneInstanceForAll(Vertx vertx) {
      super(vertx);
    }
  }

  /** Fails where nobody waits, when it is undeployed by the close of its Vert.x. */
  private static final class ThrowsAtItsEnd extends VerticleBase {
    @Override
    public Future<?> stop() {
      context.runOnContext(
          here -> {
            throw new IllegalStateException(THROWN);
          });
      return vertx.timer(1);
    }
  }

  private static void throwOn(Vertx vertx) {
    Promise<Void> thrown = Promise.promise();
    vertx.runOnContext(
        here -> {
          vertx.runOnContext(later -> thrown.complete());
          throw new IllegalStateException(THROWN);
        });
    Loops.await(thrown.future());
  }

  // ---- how they end

  /** Tests, and classes that failed. */
  private static Map<String, TestExecutionResult> run(Class<?> tests) {
    Map<String, TestExecutionResult> ends = new LinkedHashMap<>();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectClass(tests))
            .build();
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult end) {
                if (test.isTest() || end.getThrowable().isPresent()) {
                  ends.put(test.getLegacyReportingName(), end);
                }
              }
            });
    return ends;
  }

  /** How the failure of its one test is told. */
  private static String failure(Class<?> tests) {
    Map<String, TestExecutionResult> ends = run(tests);
    assertEquals(1, ends.size(), ends::toString);
    return failure(ends.values().iterator().next());
  }

  private static String failure(@Nullable TestExecutionResult end) {
    assertNotNull(end);
    return end.getThrowable().map(Throwable::toString).orElse("no failure");
  }

  @Test
  void whatIsThrownOnALoopFailsTheTest() {
    assertTrue(failure(ThrowsOnALoop.class).contains(THROWN));
    assertTrue(failure(ThrowsOnALoopOfItsOwn.class).contains(THROWN));
    assertTrue(failure(ThrowsWhileItsVertxIsClosed.class).contains(THROWN));
  }

  @Test
  void whatIsThrownAfterAllTestsFailsTheirClass() {
    Map<String, TestExecutionResult> ends = run(ThrowsAfterAllTests.class);
    assertEquals(TestExecutionResult.successful(), ends.remove("isNotItsFault()"));
    assertEquals(1, ends.size(), ends::toString);
    assertTrue(failure(ends.get(ThrowsAfterAllTests.class.getName())).contains(THROWN));
  }

  @Test
  void aTestThatWaitsForItsEndFailsAtOnceOrSoon() {
    assertTrue(failure(ThrowsWhileATestWaits.class).contains(THROWN));
    String forgotten = failure(ForgetsToEnd.class);
    assertTrue(forgotten.contains("not ended"), forgotten);
    assertTrue(forgotten.contains("forEver"), forgotten);
  }

  @Test
  void whatATestExpectedFailsNothing() {
    assertEquals(
        Map.of("andTakesIt(Vertx)", TestExecutionResult.successful()),
        run(ExpectsWhatIsThrown.class));
  }

  @Test
  void aVertxBelongsToTheTestsOfOneInstance() {
    GIVEN.clear();
    assertEquals(2, run(OneInstanceEach.class).size());
    assertNotSame(GIVEN.get(0), GIVEN.get(1));
    assertThrows(RuntimeException.class, () -> Loops.await(GIVEN.get(0).timer(1)));
    GIVEN.clear();
    assertEquals(2, run(OneInstanceForAll.class).size());
    assertEquals(1, GIVEN.size());
  }

  @Test
  void aFailureIsThrownAsItIs() {
    IOException cause = new IOException("as it is");
    assertSame(
        cause, assertThrows(IOException.class, () -> Loops.await(Future.failedFuture(cause))));
    assertThrows(
        AssertionError.class, () -> Loops.await(Promise.promise().future(), Duration.ofMillis(1)));
  }
}
