package cn.unionecard.workbench.certify;

import io.vertx.core.net.NetServerOptions;

/**
 * Between whom the bench stands, and how hard it is.
 *
 * @param gatewayHost where the gateway listens
 * @param gatewayPort plain TCP
 * @param listen on which address and port the terminal is awaited, port 0 = any free one; with TLS
 *     or without
 * @param cut whether the line is cut where a reply is swallowed; else there is silence, and the
 *     terminal must notice by itself
 * @param outageMs how long nobody is served when the line is down
 * @param dialsMax dials within that time that are no storm
 * @param lateMs how late the reply is that the terminal must wait for
 * @param idleMs how long a line may be idle without an echo
 */
public record BenchSetting(
    String gatewayHost,
    int gatewayPort,
    NetServerOptions listen,
    boolean cut,
    long outageMs,
    int dialsMax,
    long lateMs,
    long idleMs) {}
