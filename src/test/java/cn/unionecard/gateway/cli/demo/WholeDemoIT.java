package cn.unionecard.gateway.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.cli.DemoCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The demo to its end: a gateway, customers, a POS terminal's shift, the audit. */
class WholeDemoIT {
  @Test
  void everyAnswerIsRightAndTheAuditIsClean(@TempDir Path temp) {
    Clock clock = Clock.systemUTC();
    CommandLine command =
        new CommandLine(new DemoCommand(new GatewayShow(clock, new SecureRandom()), clock));
    StringWriter out = new StringWriter();
    command.setOut(new PrintWriter(out));
    int exit =
        command.execute(
            "--once",
            "--pos",
            "--story",
            "--port=0",
            "--management-port=0",
            "--checkouts=60",
            "--cards=6000",
            "--data-folder=" + temp.resolve("demo"));
    String said = out.toString();
    assertEquals(0, exit, said);
    assertTrue(said.contains("异常 anomalies: none"), said);
    assertTrue(said.contains("对账平 balanced"), said);
    assertTrue(said.contains("000002网关20.00终端29.00"), said);
    assertTrue(said.contains("000003终端漏报30.00"), said);
    assertTrue(said.contains("000004网关无此笔"), said);
    assertTrue(said.contains("审批 APPROVE  ✗ VETOED"), said);
    assertTrue(said.contains("审批 APPROVE  ✗ SAME_PERSON"), said);
    assertTrue(said.contains("SUSPEND  差评"), said);
    assertTrue(said.contains("商户已被中止合作"), said);
    assertTrue(said.contains("无缺号 no gap"), said);
    assertTrue(said.contains("审计通过 audit clean"), said);
  }
}
