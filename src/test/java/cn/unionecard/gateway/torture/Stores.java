package cn.unionecard.gateway.torture;

import cn.unionecard.workbench.demo.DemoFolder;
import cn.unionecard.workbench.embedded.EmbeddedPostgres;
import cn.unionecard.workbench.embedded.EmbeddedRedis;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The stores of a demo's folder, which can be killed and come back on the same ports. */
final class Stores implements AutoCloseable {
  private final DemoFolder folder;
  private final int postgresPort;
  private final int redisPort;
  private EmbeddedPostgres postgres;
  private EmbeddedRedis redis;

  Stores(DemoFolder folder, int postgresPort, int redisPort) {
    this.folder = folder;
    this.postgresPort = postgresPort;
    this.redisPort = redisPort;
    this.postgres = EmbeddedPostgres.start(folder.postgres(), postgresPort);
    this.redis = EmbeddedRedis.start(folder.redis(), redisPort);
  }

  String postgresUrl() {
    return postgres.url();
  }

  String redisUrl() {
    return redis.url();
  }

  /** SIGKILL of PostgreSQL: the postmaster and every process it has. */
  void killPostgres() {
    kill(postgres.pid());
    postgres.close();
  }

  void startPostgres() {
    postgres = EmbeddedPostgres.start(folder.postgres(), postgresPort);
  }

  /** SIGKILL of Redis. */
  void killRedis() {
    kill(redis.pid());
    redis.close();
  }

  void startRedis() {
    redis = EmbeddedRedis.start(folder.redis(), redisPort);
  }

  private static void kill(long pid) {
    ProcessHandle first = ProcessHandle.of(pid).orElseThrow();
    List<ProcessHandle> all = Stream.concat(Stream.of(first), first.descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    CompletableFuture.allOf(
            all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
        .join();
  }

  @Override
  public void close() {
    redis.close();
    postgres.close();
  }
}
