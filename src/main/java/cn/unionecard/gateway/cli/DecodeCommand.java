package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.FrameReader;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.edge.iso8583.codec.Masked;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code decode}: an ISO 8583 frame, field by field, as people can read and may show it. */
@Command(
    name = "decode",
    mixinStandardHelpOptions = true,
    description = {
      "逐域解读POS报文，卡号、会员码、密钥不显示。",
      "Explains ISO 8583 frames field by field; card numbers, codes and keys are not shown."
    },
    exitCodeListHeading = "%n退出码 Exit codes:%n",
    exitCodeList = {
      "0:可读 readable, and the MAC is right if a key was given",
      "1:报文有误 not readable or MAC wrong, the field is named",
      "2:用法错误或无法读取 wrong usage or unusable input"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ecard-gateway decode 0015 6000030000 603100310000 0820 0000000000000000",
      "  ecard-gateway decode --file capture.txt --mak 0123456789ABCDEFFEDCBA9876543210",
      "  xxd frame.bin | ecard-gateway decode -"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class DecodeCommand implements Callable<Integer> {
  private static final int MALFORMED = 1;
  private static final int UNUSABLE = 2;
  private static final int FRAME_BYTES_MAX = 0xffff;
  private static final int INPUT_BYTES_MAX = 1 << 22;
  private static final int TPDU_ID = 0x60;
  private static final int MTI_AND_BITMAP_BYTES = 10;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "HEX",
      arity = "0..*",
      description = "报文十六进制，- 表示标准输入 The bytes in hex; - is standard input.")
  private List<String> hex = List.of();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "十六进制文件 A file of hex, also as xxd, hexdump -C or Wireshark print it.")
  private @Nullable Path file;

  @Option(
      names = "--bare",
      description = "只有报文体，从MTI开始 Only the message: no length, TPDU or header.")
  private boolean bare;

  @Mixin private MacOptions macOptions;

  private final IsoMessage message = new IsoMessage();
  private int frames;
  private boolean macWrong;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      decode(Unpooled.wrappedBuffer(HexText.bytes(input())), macOptions.mac());
      return macWrong ? MALFORMED : 0;
    } catch (FormatError e) {
      out.flush();
      err.println("报文有误 Malformed: " + e.getMessage());
      return MALFORMED;
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

  private String input() throws IOException {
    if (file != null) {
      return bounded(Files.readAllBytes(file));
    }
    if (hex.isEmpty() || hex.equals(List.of("-"))) {
      return bounded(System.in.readNBytes(INPUT_BYTES_MAX + 1));
    }
    return String.join(" ", hex);
  }

  private static String bounded(byte[] text) {
    if (text.length > INPUT_BYTES_MAX) {
      throw new IllegalArgumentException("more than " + INPUT_BYTES_MAX + " characters");
    }
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private void decode(ByteBuf bytes, @Nullable Mac mac) {
    int end = bytes.readableBytes();
    if (end == 0) {
      throw new IllegalArgumentException("no bytes");
    }
    if (bare) {
      show(bytes, 0, end, mac);
    } else if (bytes.getUnsignedByte(0) == TPDU_ID) {
      frame(bytes, 0, end, mac);
    } else {
      FrameReader reader =
          new FrameReader(FRAME_BYTES_MAX, (frame, from, to) -> frame(frame, from, to, mac));
      reader.feed(bytes);
      reader.end();
    }
  }

  private void frame(ByteBuf bytes, int from, int to, @Nullable Mac mac) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("帧 frame " + ++frames + ": " + (to - from) + " bytes");
    FrameHead head = FrameHead.read(bytes, from, to);
    out.printf(Locale.ROOT, "  TPDU    60 %04X → %04X%n", head.source(), head.destination());
    out.printf(
        Locale.ROOT,
        "  header  %012X, 处理要求 requirement %d%n",
        head.header(),
        head.processingRequirement());
    show(bytes, from + FrameHead.BYTES, to, mac);
  }

  private void show(ByteBuf bytes, int from, int to, @Nullable Mac mac) {
    PrintWriter out = spec.commandLine().getOut();
    try {
      message.read(bytes, from, to);
    } catch (FormatError e) {
      list(bytes, from, to);
      throw e;
    }
    list(bytes, from, to);
    if (mac != null) {
      macWrong |= !message.isProvedBy(mac);
      String must = HexText.of(mac.over(bytes, from, message.has(64) ? to - 8 : to));
      out.println(message.isProvedBy(mac) ? "  MAC 正确 correct" : "  MAC 不符 WRONG, must be " + must);
    }
  }

  /** As far as the message could be read. */
  private void list(ByteBuf bytes, int from, int to) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, "  MTI     %04X%n", message.mti());
    if (to - from >= MTI_AND_BITMAP_BYTES) {
      out.printf(Locale.ROOT, "  bitmap  %016X%n", bytes.getLong(from + 2));
    }
    Masked.each(
        message,
        line -> out.printf(Locale.ROOT, "  %-7s %s: %s%n", line.path(), line.name(), line.value()));
  }
}
