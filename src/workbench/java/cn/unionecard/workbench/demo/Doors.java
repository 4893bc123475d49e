package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.workbench.embedded.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a demo's gateway lets people in. A port of 0 is any free one: the one of the last time, if
 * nobody has taken it.
 *
 * @param hosts of HTTPS and of POS terminals
 * @param management host of metrics and health
 * @param port HTTPS
 * @param pagesPort pages for browsers; -1 = none
 * @param managementPort metrics and health
 * @param posPort ISO 8583, plain TCP; -1 = none
 * @param posTlsPort ISO 8583, TLS; -1 = none
 */
public record Doors(
    Hosts hosts,
    Hosts management,
    int port,
    int pagesPort,
    int managementPort,
    int posPort,
    int posTlsPort) {

  /**
   * The same with ports that are free now.
   *
   * @param folder knows the ports of the last time
   * @throws CannotStart when a port that was asked for is taken
   */
  public Doors open(DemoFolder folder) {
    return new Doors(
        hosts,
        management,
        free(hosts, port, "--port", DemoFile.port(folder, "/https")),
        free(hosts, pagesPort, "--pages-port", DemoFile.port(folder, "/pages")),
        free(management, managementPort, "--management-port", DemoFile.port(folder, "/management")),
        free(hosts, posPort, "--pos-port", DemoFile.port(folder, "/iso8583/port")),
        free(hosts, posTlsPort, "--pos-tls-port", DemoFile.port(folder, "/iso8583/tlsPort")));
  }

  private static int free(Hosts hosts, int wanted, String option, int last) {
    if (wanted < 0) {
      return wanted;
    }
    if (wanted == 0) {
      return last > 0 && whyNot(hosts, last) == null ? last : any();
    }
    IOException taken = whyNot(hosts, wanted);
    if (taken != null) {
      throw new CannotStart(
          String.format(
              Locale.ROOT,
              "不能在 %1$s:%2$d 上监听，请用 %3$s 另选端口（0 = 任一空闲端口）"
                  + "  cannot listen on %1$s:%2$d (%4$s): choose another port with %3$s, 0 = any free one",
              hosts.listen(),
              wanted,
              option,
              taken.getMessage()),
          taken);
    }
    return wanted;
  }

  private static int any() {
    try {
      return FreePort.orAny(0);
    } catch (IOException e) {
      throw new CannotStart(String.valueOf(e.getMessage()), e);
    }
  }

  private static @Nullable IOException whyNot(Hosts hosts, int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByName(hosts.listen()))) {
      return probe.isBound() ? null : new IOException("not bound");
    } catch (IOException taken) {
      return taken;
    }
  }
}
