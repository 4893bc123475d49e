package cn.unionecard.workbench.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.workbench.DemoCommand;
import cn.unionecard.workbench.GatewayShow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The demo to its end: a gateway, customers, a POS terminal's shift, the audit. */
class WholeDemoIT {
  @Test
  void everyAnswerIsRightAndTheAuditIsCleanAlsoASecondTime(@TempDir Path temp) {
    String said = demo(temp, "--pos", "--story", "--checkouts=60");
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

    String again = demo(temp, "--checkouts=10"); // where the story has left a merchant
    assertTrue(again.contains("异常 anomalies: none"), again);
    assertTrue(again.contains("审计通过 audit clean"), again);
  }

  private static String demo(Path temp, String... options) {
    Clock clock = Clock.systemUTC();
    CommandLine command =
        new CommandLine(new DemoCommand(new GatewayShow(clock, new SecureRandom()), clock));
    StringWriter out = new StringWriter();
    command.setOut(new PrintWriter(out));
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(
        List.of(
            "--once",
            "--port=0",
            "--management-port=0",
            "--pos-port=0",
            "--pos-tls-port=0",
            "--pos-port=0",
            "--pos-tls-port=0",
            "--cards=6000",
            "--data-folder=" + temp.resolve("demo")));
    int exit = command.execute(all.toArray(String[]::new));
    String said = out.toString();
    assertEquals(0, exit, said);
    return said;
  }
}
