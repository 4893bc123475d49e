package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how a frame is proved. */
final class MacOptions {
  @Option(
      names = "--mak",
      paramLabel = "HEX",
      description = "MAC密钥明文 The key of the MAC, in clear; for tests.")
  private @Nullable String mak;

  @Option(
      names = "--mac",
      defaultValue = "XOR_3DES",
      description = "MAC算法 Its algorithm: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private Mac.Algorithm algorithm = Mac.Algorithm.XOR_3DES;

  /**
   * The MAC asked for, or null.
   *
   * @throws IllegalArgumentException when the key is none
   */
  @Nullable Mac mac() {
    try {
      return mak == null ? null : algorithm.under(HexFormat.of().parseHex(mak));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--mak is no key for " + algorithm, e);
    }
  }
}
