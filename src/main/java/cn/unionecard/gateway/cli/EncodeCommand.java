package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code encode}: a JSON description as the hex of an ISO 8583 frame. */
@Command(
    name = "encode",
    mixinStandardHelpOptions = true,
    description = {
      "把JSON写成POS报文（十六进制）。",
      "Writes JSON as an ISO 8583 frame in hex: tpdu, header, mti, and fields by number.",
      "Digits and text are strings, binary fields (55, 62, 64) are hex, 59 may be an object of tags."
    },
    exitCodeListHeading = "%n退出码 Exit codes:%n",
    exitCodeList = {
      "0:成功 well done",
      "1:报文有误 not a message of this profile, the field is named",
      "2:用法错误或无法读取 wrong usage or unusable input"
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  echo '{\"tpdu\":\"6000030000\",\"header\":\"603100310000\",\"mti\":\"0820\",",
      "         \"fields\":{\"11\":\"000001\",\"60\":\"00000001301\"}}' | ecard-gateway encode -"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class EncodeCommand implements Callable<Integer> {
  private static final int MALFORMED = 1;
  private static final int UNUSABLE = 2;
  private static final int INPUT_BYTES_MAX = 1 << 20;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "JSON文件，- 表示标准输入 The JSON; - is standard input.")
  private String file;

  @Mixin private MacOptions macOptions;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      ByteBuf frame = Unpooled.buffer();
      FrameJson.read(input()).writeFrame(frame, macOptions.mac());
      out.println(ByteBufUtil.hexDump(frame).toUpperCase(Locale.ROOT));
      return 0;
    } catch (FormatError e) {
      err.println("报文有误 Malformed: " + e.getMessage());
      return MALFORMED;
    } catch (JsonProcessingException e) {
      err.println("JSON有误 Not JSON: " + e.getOriginalMessage());
      return UNUSABLE;
    } catch (IOException e) {
      err.println("无法读取 Cannot read: " + e.getMessage());
      return UNUSABLE;
    } catch (IllegalArgumentException e) {
      err.println("输入不可用 Unusable: " + e.getMessage());
      return UNUSABLE;
    } finally {
      out.flush();
      err.flush();
    }
  }

  private byte[] input() throws IOException {
    return file.equals("-")
        ? System.in.readNBytes(INPUT_BYTES_MAX)
        : Files.readAllBytes(Path.of(file));
  }
}
