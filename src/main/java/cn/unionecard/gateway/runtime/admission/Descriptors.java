package cn.unionecard.gateway.runtime.admission;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the connections that are configured with the files that the process may open, for a
 * listener that runs out of them accepts nobody, tills neither.
 */
public final class Descriptors {
  private static final Logger LOG = LoggerFactory.getLogger(Descriptors.class);

  /** Jars, stores, logs, listeners, and what is closed but not gone yet. */
  private static final int OWN_FILES = 512;

  private static final int CONNECTIONS_MIN = 64;

  private Descriptors() {}

  /**
   * The same limits, lowered aloud to what the process may open.
   *
   * @param others connections that the node itself opens to others, at most
   * @throws CannotStart if hardly any would be left
   */
  public static Config.Admission fit(Config.Admission admission, int others) {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? fit(admission, others, unix.getMaxFileDescriptorCount())
        : admission;
  }

  static Config.Admission fit(Config.Admission admission, int others, long filesMax) {
    long left = Math.max(filesMax - OWN_FILES - others, filesMax / 2);
    if (admission.connectionsMax() <= left) {
      return admission;
    }
    if (left < CONNECTIONS_MIN) {
      throw new CannotStart(
          "the process may open " + filesMax + " files, too few to serve anybody: ulimit -n");
    }
    LOG.warn(
        "admission.connectionsMax = {} is lowered to {}: the process may open {} files (ulimit -n)",
        admission.connectionsMax(),
        left,
        filesMax);
    return admission.withConnectionsMax((int) left);
  }
}
