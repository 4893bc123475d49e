package cn.unionecard.gateway.edge.http.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.http.access.AccessTokens.Bearer;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class VerifiedTokensTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final int MOST = 1_000;

  private final VerifiedTokens tokens = new VerifiedTokens(MOST);

  @AfterAll
  static void close() {
    assertNull(VERTX.close().toCompletionStage().toCompletableFuture().join());
  }

  private static ByteBuffer hash(int i) {
    return ByteBuffer.wrap(new byte[32]).putInt(0, i);
  }

  private static Bearer phone(int i) {
    return new Bearer(new Caller.Member(new CardNo(i), 1), null, null, "t-1", 0, Long.MAX_VALUE);
  }

  @Test
  void keepsWhatWasAskedForLatelyAndNoMoreThanFits() {
    Bearer lasting = phone(0);
    tokens.put(hash(0), lasting);
    for (int i = 1; i <= 10 * MOST; i++) {
      tokens.put(hash(i), phone(i));
      if (i % (MOST / 4) == 0) {
        assertSame(lasting, tokens.get(hash(0)), "after " + i);
      }
    }
    assertNull(tokens.get(hash(1)));
    for (int i = 10 * MOST; i > 10 * MOST - MOST / 4; i--) {
      assertNotNull(tokens.get(hash(i)), "the last but " + (10 * MOST - i));
    }
    long kept =
        IntStream.rangeClosed(1, 10 * MOST).filter(i -> tokens.get(hash(i)) != null).count();
    assertTrue(kept <= MOST, kept + " are known");
  }

  /** A rush's phones, whose pages asked before, one after another: none is unknown any more. */
  @Test
  void knowsAWholeRushThatComesAgainInTheSameOrder() {
    for (int i = 0; i < MOST / 2 - 1; i++) {
      tokens.put(hash(i), phone(i));
    }
    for (int i = 0; i < MOST / 2 - 1; i++) {
      assertNotNull(tokens.get(hash(i)), "phone " + i);
    }
  }

  /** What one event loop has verified costs the next no signature: its key here is another. */
  @Test
  void whatOneLoopVerifiedTheNextKnows() {
    Ed25519PrivateKeyParameters key = TestTokens.ed25519();
    AccessTokens one = loop(key);
    AccessTokens next = loop(TestTokens.ed25519());
    String token =
        new TokenIssuer(VERTX, "t-1", key.getEncoded(), Clock.systemUTC(), new SecureRandom())
            .member(new CardNo(7), 1, Duration.ofHours(1));
    assertThrows(Fault.Unauthenticated.class, () -> heard(next.bearer(token)));
    assertEquals(new Caller.Member(new CardNo(7), 1), heard(one.bearer(token)).caller());
    assertEquals(new Caller.Member(new CardNo(7), 1), heard(next.bearer(token)).caller());
    assertTrue(next.remembers(token));
  }

  private AccessTokens loop(Ed25519PrivateKeyParameters key) {
    List<AccessTokens.Key> keys =
        List.of(new AccessTokens.Key("t-1", TestTokens.spki(key.generatePublicKey())));
    return new AccessTokens(VERTX, () -> keys, tokens, Clock.systemUTC());
  }

  private static Bearer heard(Future<Bearer> bearer) {
    if (bearer.cause() instanceof Fault.Unauthenticated refused) {
      throw refused;
    }
    return bearer.result();
  }
}
