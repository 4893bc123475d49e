package cn.unionecard.workbench.pos;

import cn.unionecard.gateway.edge.iso8583.codec.Field54Amounts;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.model.Fen;
import io.netty.buffer.ByteBufUtil;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A story told step by step, with what a terminal and the gateway said to each other. */
public final class Transcript {
  private final PrintWriter out;
  private final boolean hex;
  private int step;

  /**
   * @param hex whether to print the requests' frames too
   */
  public Transcript(PrintWriter out, boolean hex) {
    this.out = out;
    this.hex = hex;
  }

  /** Begins a step of the story. */
  public void step(String chinese, String english) {
    out.printf(Locale.ROOT, "%n%2d. %s  %s%n", ++step, chinese, english);
    out.flush();
  }

  /** Something that is not said over the line. */
  public void note(String text) {
    out.println("      " + text);
    out.flush();
  }

  /** A request that got no reply. */
  void unanswered(PosRequest request) {
    said(request);
    note("← （没有应答 no reply: the line was cut）");
  }

  /** A request and its reply, with what the slip says. */
  public void exchange(PosRequest request, PosReply reply) {
    inShort(request, reply);
    reply.text().lines().forEach(line -> note("        │ " + line));
  }

  /** The same without the slip. */
  public void inShort(PosRequest request, PosReply reply) {
    said(request);
    note(
        String.format(
            Locale.ROOT,
            "← %04X  F39=%s%s",
            reply.message().mti(),
            reply.code(),
            told(request, reply)));
  }

  private void said(PosRequest request) {
    IsoMessage message = request.message();
    Field60Batch f60 = Field60Batch.read(message);
    StringBuilder line =
        new StringBuilder(
            String.format(
                Locale.ROOT, "→ %04X  #%06d 批次 %06d", message.mti(), request.trace(), f60.batch()));
    if (f60.networkCode() > 0) {
      line.append(String.format(Locale.ROOT, "  F60.3=%03d", f60.networkCode()));
    } else {
      line.append(String.format(Locale.ROOT, "  F60.1=%02d", f60.type()));
    }
    if (message.has(4)) {
      line.append("  ").append(Fen.of(message.number(4)).yuan()).append(" 元");
    }
    note(line.toString());
    if (hex) {
      note(
          "  "
              + ByteBufUtil.hexDump(PosLine.frame(message, null)).toUpperCase(Locale.ROOT)
              + " (F64 not shown)");
    }
  }

  private static String told(PosRequest request, PosReply reply) {
    StringBuilder told = new StringBuilder();
    @Nullable Field54Amounts amounts = reply.amounts();
    if (amounts != null) {
      told.append("  优惠 ").append(amounts.discount().yuan());
      told.append("  实付 ").append(amounts.payable().yuan());
    }
    if (reply.id() != null) {
      told.append("  参考号 ").append(reply.id());
    }
    Field60Batch asked = Field60Batch.read(request.message());
    Field60Batch said = Field60Batch.read(reply.message());
    if (said.batch() != asked.batch()) {
      told.append(String.format(Locale.ROOT, "  批次 %06d", said.batch()));
    }
    if (said.networkCode() != asked.networkCode()) {
      told.append(String.format(Locale.ROOT, "  F60.3=%03d", said.networkCode()));
    }
    return told.toString();
  }
}
