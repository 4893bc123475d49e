package cn.unionecard.gateway.twin;

import cn.unionecard.gateway.TestGateway;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.model.KeyAlgorithm;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;

/** A whole gateway on a database and a Redis of its own. */
final class TwinHouse implements AutoCloseable {
  static final byte[] TMK = HexFormat.of().parseHex("1123456789ABCDEFFEDCBA9876543211");

  private final TestGateway gateway;

  TwinHouse(int number, String url, Path folder, Clock clock) throws Exception {
    gateway =
        new TestGateway(
            url,
            TestStores.get().redisUrl() + "/" + (number + 1),
            Files.createDirectory(folder.resolve("house" + number)),
            clock,
            List.of(
                "node.name=twin" + number,
                "node.eventLoops=1",
                "iso8583.port=0",
                "keys.receiptAlgorithm=Ed25519",
                "limits.deadlineMs=20000",
                "limits.statementTimeoutMs=15000",
                "limits.drainMs=20000",
                "limits.redisTimeoutMs=5000",
                "limits.terminalRequestsPerSecond=100000",
                "limits.terminalRequestsBurst=100000",
                "limits.holdSweepMs=100"));
  }

  /** One client for all tills. */
  HttpClient https() {
    return gateway.https();
  }

  String token(String terminal) {
    return gateway.token(terminal);
  }

  int port() {
    return gateway.gateway().port();
  }

  int isoPort() {
    return gateway.gateway().isoPort();
  }

  /** Every other terminal speaks SM4. */
  static KeyAlgorithm algorithm(String terminal) {
    return terminal.charAt(terminal.length() - 1) % 2 == 0
        ? KeyAlgorithm.TRIPLE_DES
        : KeyAlgorithm.SM4;
  }

  static Mac.Algorithm mac(String terminal) {
    return algorithm(terminal) == KeyAlgorithm.SM4 ? Mac.Algorithm.XOR_SM4 : Mac.Algorithm.XOR_3DES;
  }

  @Override
  public void close() {
    gateway.close();
  }
}
