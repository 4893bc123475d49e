package cn.unionecard.workbench.embedded;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Redis server of our own, started from the class path and reachable from this machine only. For
 * the demo and for tests.
 *
 * <p>Its folder holds {@code data} (an append-only file), {@code password}, {@code log} and {@code
 * lock}. What was written survives {@link #close} and a kill. Where the packed program lacks a
 * system library, {@code redis-server} of the machine is used. The owner closes it.
 */
public final class EmbeddedRedis implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedRedis.class);
  private static final String PACKED = "redis-server-6.2.6-v5-linux-amd64";
  private static final String PROGRAM = "redis-server";
  private static final String READY = "Ready to accept connections";
  private static final String TERMINATE = "TERM";
  private static final int PASSWORD_BYTES = 16;

  private final ServerProcess process;
  private final FolderLock lock;
  private final int port;
  private final String password;

  private EmbeddedRedis(ServerProcess process, FolderLock lock, int port, String password) {
    this.process = process;
    this.lock = lock;
    this.port = port;
    this.password = password;
  }

  /**
   * Starts the server on the folder's data and waits until it accepts connections.
   *
   * @param folder created when missing
   * @param port 0 = any free one
   * @throws CannotStart when the folder is in use or the port is taken
   */
  public static EmbeddedRedis start(Path folder, int port) {
    return start(folder, port, "");
  }

  /**
   * The same with a further line of its configuration.
   *
   * @param setting such as {@code cluster-enabled yes}
   */
  public static EmbeddedRedis start(Path folder, int port, String setting) {
    try {
      Path home = Files.createDirectories(folder.toAbsolutePath());
      FolderLock lock = FolderLock.take(home);
      try {
        return open(home, FreePort.orAny(port), setting, lock);
      } catch (Throwable failed) {
        lock.close();
        throw failed;
      }
    } catch (IOException e) {
      throw new CannotStart("Redis cannot start in " + folder + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotStart("interrupted while Redis was starting", e);
    }
  }

  private static EmbeddedRedis open(Path home, int port, String setting, FolderLock lock)
      throws IOException, InterruptedException {
    Path data = Files.createDirectories(home.resolve("data"));
    Leftovers.end(data, TERMINATE);
    String password = Secrets.keep(home.resolve("password"), new SecureRandom(), PASSWORD_BYTES);
    ServerProcess process =
        ServerProcess.start(
            List.of(program(), "-"),
            settings(port, password) + setting + "\n",
            data,
            home.resolve("log"),
            READY);
    log.info("Redis ready on 127.0.0.1:{}, data in {}", port, data);
    return new EmbeddedRedis(process, lock, port, password);
  }

  /** Goes in by standard input: a command line is everybody's to read. */
  private static String settings(int port, String password) {
    return String.join(
        "\n",
        "bind 127.0.0.1",
        "port " + port,
        "requirepass " + password,
        "dir ./",
        "save \"\"",
        "appendonly yes",
        "appendfsync everysec",
        "maxclients 2000",
        "");
  }

  private static String program() throws IOException, InterruptedException {
    String packed = BinaryCache.program(PACKED, PROGRAM).resolve(PROGRAM).toString();
    if (ServerProcess.works(packed, "--version")) {
      return packed;
    }
    if (ServerProcess.works(PROGRAM, "--version")) {
      return PROGRAM;
    }
    throw new CannotStart(
        "the packed Redis does not run here (it needs libssl 3) and there is no redis-server;"
            + " install one of them");
  }

  /** {@code redis://:password@127.0.0.1:port}; holds the password. */
  public String url() {
    return "redis://:" + password + "@127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /** The process id of the server. */
  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Stops the server; its data stay. */
  @Override
  public void close() {
    try {
      process.stop(TERMINATE);
      lock.close();
    } catch (IOException e) {
      throw new IllegalStateException("Redis does not stop", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
