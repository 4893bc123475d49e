package cn.unionecard.gateway.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.privacy.MemberVault;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VaultWorkTest {
  private final Vertx vertx = Loops.vertx();
  private final MemberVault vault = DeskHouse.vault();

  @AfterEach
  void close() {
    Void unused = Loops.await(vertx.close());
  }

  /** No event loop makes keys for many, and no two threads use one vault. */
  @Test
  void manyAreWorkedWithOnOneThreadThatIsNoEventLoop() {
    VaultWork apart = VaultWork.apart(vertx, vault);
    Set<Thread> workers = ConcurrentHashMap.newKeySet();
    List<Future<Boolean>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Context loop = Loops.loop(vertx);
      Promise<Boolean> cameBack = Promise.promise();
      loop.runOnContext(
          go ->
              apart
                  .with(
                      given -> {
                        assertSame(vault, given);
                        workers.add(Thread.currentThread());
                        return Context.isOnEventLoopThread();
                      })
                  .onComplete(
                      done -> cameBack.complete(!done.result() && Vertx.currentContext() == loop)));
      all.add(cameBack.future());
    }
    all.forEach(each -> assertTrue(Loops.await(each)));
    assertEquals(1, workers.size());
    assertNotEquals(Set.of(Thread.currentThread()), workers);
  }

  @Test
  void whatIsWrongThereIsHeardByWhoAsked() {
    VaultWork apart = VaultWork.apart(vertx, vault);
    Future<Object> failed =
        apart.with(
            given -> {
              throw new Fault.Malformed("csv", "no CSV");
            });
    Throwable cause = assertThrows(Throwable.class, () -> Loops.await(failed));
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    assertEquals("csv", ((Fault.Malformed) cause).field);
  }

  @Test
  void oneIsWorkedWithWhereTheCallerIs() {
    Thread caller = Thread.currentThread();
    assertSame(caller, VaultWork.here(vault).with(given -> Thread.currentThread()).result());
  }
}
