package cn.unionecard.gateway;

import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.watch.AccessLog;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.OutputStream;
import java.time.Clock;

/** Configurations of gateways under test: no door of theirs is open but what a test opens. */
public final class TestConfig {
  private TestConfig() {}

  /** All that a test did not name has the values of {@link TestLine}. */
  public static Config of(
      Config.Node node,
      Config.Stores stores,
      Config.Keys keys,
      Config.Stream stream,
      Limits limits) {
    return new Config(
        node,
        stores,
        new Config.Http("127.0.0.1", 0, "", "", "", "auto"),
        new Config.Pages("127.0.0.1", Config.Pages.OFF, Config.Pages.Transport.PLAIN),
        closed(),
        new Config.Management("127.0.0.1", 0),
        log(Config.Log.Access.NONE, ""),
        keys,
        TestLine.desk(),
        TestLine.review(),
        TestLine.settlement(),
        stream,
        new Config.Province("", null, "", 60_000, 15_000, 500, 86_400_000),
        TestAdmission.OPEN,
        limits);
  }

  /**
   * @param file empty = standard output
   */
  public static Config.Log log(Config.Log.Access access, String file) {
    return new Config.Log(Config.Log.Level.INFO, "", access, file);
  }

  /** No request gets a line. */
  public static AccessLog noLines(MeterRegistry registry) {
    return AccessLog.open(
        log(Config.Log.Access.NONE, ""),
        OutputStream.nullOutputStream(),
        Clock.systemUTC(),
        registry);
  }

  /** A node that POS terminals cannot reach. */
  private static Config.Iso8583 closed() {
    return new Config.Iso8583(
        "127.0.0.1",
        Config.Iso8583.OFF,
        Config.Iso8583.OFF,
        1024,
        1,
        60_000,
        Config.Iso8583.SignOnCertificate.ACTIVATED,
        1);
  }
}
