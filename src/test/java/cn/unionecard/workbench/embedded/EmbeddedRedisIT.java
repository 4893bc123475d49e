package cn.unionecard.workbench.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.runtime.CannotStart;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisIT {
  private final Path folder;

  EmbeddedRedisIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void keepsItsDataOverAStopAndOverSigkill() throws Exception {
    int port;
    try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0)) {
      port = redis.port();
      assertEquals("+OK", ask(redis, "SET kept 1"));
    }
    EmbeddedRedis redis = EmbeddedRedis.start(folder, port);
    assertEquals(":2", ask(redis, "INCR kept"));
    EmbeddedPostgresIT.kill(redis.pid());
    redis.close();
    try (EmbeddedRedis again = EmbeddedRedis.start(folder, port)) {
      assertEquals(port, again.port());
      assertEquals(":3", ask(again, "INCR kept"));
    }
  }

  @Test
  void wantsThePassword() throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0)) {
      try (Session session = new Session(redis)) {
        assertTrue(session.ask("PING").startsWith("-NOAUTH"));
      }
    }
  }

  @Test
  void refusesAFolderInUseAndAPortInUse() {
    try (EmbeddedRedis redis = EmbeddedRedis.start(folder.resolve("one"), 0);
        EmbeddedRedis other = EmbeddedRedis.start(folder.resolve("two"), 0)) {
      assertThrows(CannotStart.class, () -> EmbeddedRedis.start(folder.resolve("one"), 0).close());
      CannotStart taken =
          assertThrows(
              CannotStart.class,
              () -> EmbeddedRedis.start(folder.resolve("three"), redis.port()).close());
      assertTrue(taken.getMessage().contains("bind"), taken.getMessage());
      assertTrue(other.isAlive());
    }
  }

  private String ask(EmbeddedRedis redis, String command) throws IOException {
    try (Session session = new Session(redis)) {
      String password = Files.readString(folder.resolve("password")).strip();
      assertEquals("+OK", session.ask("AUTH " + password));
      return session.ask(command);
    }
  }

  private static final class Session implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader answers;

    Session(EmbeddedRedis redis) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), redis.port());
      answers =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    String ask(String command) throws IOException {
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      return String.valueOf(answers.readLine());
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
