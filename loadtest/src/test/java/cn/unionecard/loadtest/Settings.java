package cn.unionecard.loadtest;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What every simulation is told by system properties: {@code demo} (the file that says how the
 * gateway is called, the demo's by default), {@code base} (its address, when it is not the file's),
 * {@code rate} (customers per second), {@code ramp} and {@code seconds}, {@code jar} (whose {@code
 * codes} command plays the phones) or {@code codes} (another command that does).
 */
final class Settings {
  static final Path DEMO = Path.of(System.getProperty("demo", "../demo-data/demo.json"));
  static final String BASE = System.getProperty("base", "");
  static final String JAR = System.getProperty("jar", "../target/ecard-workbench.jar");
  static final String CODES = System.getProperty("codes", "");
  static final double RATE = number("rate", 100);
  static final Duration RAMP = seconds("ramp", 10);
  static final Duration STAY = seconds("seconds", 60);

  private Settings() {}

  static double number(String name, double unless) {
    return Double.parseDouble(System.getProperty(name, Double.toString(unless)));
  }

  static Duration seconds(String name, long unless) {
    return Duration.ofMillis(Math.round(1_000 * number(name, unless)));
  }
}
