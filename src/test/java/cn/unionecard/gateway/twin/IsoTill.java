package cn.unionecard.gateway.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Details;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Entry;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.edge.iso8583.codec.Field54Amounts;
import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.Field61Original;
import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.model.BatchSide;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** POS terminals on one connection, each with a session of its own. */
final class IsoTill implements Till {
  private static final FrameHead HEAD = new FrameHead(3, 7, 0x6031_0031_0000L);
  private static final int KEY_BYTES = 16;
  private static final int STEP = KEY_BYTES + EcbCipher.CHECK_BYTES;
  private static final int REPLY = 0x10;
  private static final int MAC_FIELD = 64;
  private static final Set<Integer> OF_ITS_MOMENT = Set.of(12, 13);
  private static final int FIRST_OWN_TRACE = 900_000;

  private final Socket socket;
  private final DataInputStream in;
  private final Ids ids;
  private final Map<String, Mac> macs = new HashMap<>();
  private String told = "";
  private int ownTrace = FIRST_OWN_TRACE;

  /** Connects and signs all terminals on. */
  IsoTill(TwinHouse house, List<String> terminals, Ids ids) throws IOException {
    socket = new Socket("localhost", house.isoPort());
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    this.ids = ids;
    for (String terminal : terminals) {
      IsoMessage reply = ask(about(0x0800, terminal, 1, 3));
      assertEquals(Seen.APPROVED, reply.text(39), terminal);
      byte[] mak = Arrays.copyOfRange(reply.octets(62), STEP, STEP + KEY_BYTES);
      mak = EcbCipher.decrypt(TwinHouse.algorithm(terminal), TwinHouse.TMK, mak);
      macs.put(terminal, TwinHouse.mac(terminal).under(mak));
      // the keys are in force from here: what comes first under them may begin the next batch
      IsoMessage unused = approved(about(0x0820, terminal, 1, 301));
    }
  }

  // ---- transactions

  @Override
  public Seen send(Ask ask) throws IOException {
    IsoMessage reply = ask(message(ask));
    String code = reply.text(39);
    Field54Amounts amounts =
        code.equals(Seen.APPROVED)
            ? Field54Amounts.read(reply)
            : new Field54Amounts(Fen.ZERO, Fen.ZERO);
    String id = reply.has(37) ? reply.text(37) : null;
    return new Seen(code, id, amounts.discount().value(), amounts.payable().value());
  }

  private IsoMessage message(Ask ask) {
    IsoMessage message =
        switch (ask.type()) {
          case VERIFY -> message(ask, 0x0200, 310000, 0, 1);
          case SALE -> message(ask, 0x0200, 0, 0, 22);
          case HOLD -> message(ask, 0x0100, 30000, 6, 10);
          case COMPLETION -> message(ask, 0x0200, 0, 6, 20);
          case RELEASE -> message(ask, 0x0100, 200000, 6, 11);
          case VOID -> message(ask, 0x0200, 200000, 0, 23);
          case REFUND -> message(ask, 0x0220, 200000, 0, 25);
          case ADVICE -> message(ask, 0x0220, 0, 0, 30);
          case REVERSAL -> message(ask, 0x0400, 0, 0, 22);
          case EXPIRY -> throw new IllegalArgumentException("nobody asks for an expiry");
        };
    if (ask.fen() > 0 || ask.type().sells() || ask.type() == TransactionType.REFUND) {
      message.set(4, ask.fen());
    }
    if (ask.type() == TransactionType.ADVICE) {
      ZonedDateTime at = Instant.ofEpochSecond(ask.soldAt()).atZone(Clocks.CHINA);
      message.set(12, at.getHour() * 10_000L + at.getMinute() * 100L + at.getSecond());
      message.set(13, at.getMonthValue() * 100L + at.getDayOfMonth());
    }
    Map<String, String> data = new LinkedHashMap<>();
    if (!ask.code().isEmpty()) {
      data.put(Field59Tags.CODE, ask.code());
    }
    boolean refunds = ask.type() == TransactionType.REFUND;
    if (ask.benefit() != null) {
      data.put(refunds ? Field59Tags.ONLY_BENEFIT : Field59Tags.BENEFIT, ask.benefit());
    }
    if (ask.mark() != null) {
      data.put(
          refunds ? Field59Tags.ONLY_LINES : Field59Tags.LINES,
          refunds ? ask.mark() : ask.mark() + "=" + ask.markedFen());
    }
    if (ask.counter() > 0) {
      data.put(Field59Tags.COUNTER, Long.toString(ask.counter()));
    }
    original(ask, message, data);
    if (!data.isEmpty()) {
      new Field59Tags(data).write(message);
    }
    return message;
  }

  private void original(Ask ask, IsoMessage message, Map<String, String> data) {
    Ask original = ask.original();
    if (original == null) {
      return;
    }
    if (ask.byKey()) {
      new Field61Original(original.batch(), original.trace(), Field61Original.NO_DATE)
          .write(message);
    } else if (ask.trace() % 2 == 0) {
      message.set(37, ids.of(original));
    } else {
      data.put(Field59Tags.TRANSACTION_ID, ids.of(original));
    }
  }

  private static IsoMessage message(Ask ask, int mti, int processing, int condition, int kind) {
    IsoMessage message = new IsoMessage();
    message.begin(mti);
    message.set(3, processing);
    message.set(25, condition);
    message.set(49, "156");
    message.set(11, ask.trace());
    message.set(41, ask.terminal());
    new Field60Batch(kind, ask.batch(), 0).write(message);
    new Field63Slip("01 ", "").write(message);
    return message;
  }

  // ---- the end of the shift

  @Override
  public boolean close(Closing closing) throws IOException {
    Sums sums =
        new Sums(
            Fen.of(closing.fen(BatchSide.DEBIT)),
            closing.count(BatchSide.DEBIT),
            Fen.of(closing.fen(BatchSide.CREDIT)),
            closing.count(BatchSide.CREDIT),
            Sums.ASKED);
    IsoMessage totals = about(0x0500, closing.terminal(), closing.batch(), 201);
    new Totals(sums, Sums.NONE).write(totals);
    if (Totals.read(approved(totals)).home().flag() == Sums.BALANCED) {
      return true;
    }
    List<Closing.Line> lines = closing.lines();
    for (int at = 0; at < lines.size(); at += Details.ENTRIES_MAX) {
      IsoMessage list = about(0x0320, closing.terminal(), closing.batch(), 201);
      List<Entry> entries = new ArrayList<>();
      for (Closing.Line line :
          lines.subList(at, Math.min(lines.size(), at + Details.ENTRIES_MAX))) {
        int kind = line.side() == BatchSide.DEBIT ? 22 : 25;
        entries.add(new Entry(kind, line.trace(), "0".repeat(20), Fen.of(line.fen())));
      }
      new Details(entries).write(list);
      assertTrue(approved(list).has(39));
    }
    IsoMessage end = approved(about(0x0320, closing.terminal(), closing.batch(), 202));
    return Field60Batch.read(end).networkCode() == 207;
  }

  private IsoMessage approved(IsoMessage message) throws IOException {
    IsoMessage reply = ask(message);
    assertEquals(Seen.APPROVED, reply.text(39));
    return reply;
  }

  /** A message about the terminal itself. */
  private IsoMessage about(int mti, String terminal, int batch, int network) {
    IsoMessage message = new IsoMessage();
    message.begin(mti);
    message.set(11, ++ownTrace);
    message.set(41, terminal);
    new Field60Batch(0, batch, network).write(message);
    return message;
  }

  // ---- the line

  IsoMessage ask(IsoMessage message) throws IOException {
    Mac mac = macs.get(message.text(41));
    ByteBuf out = Unpooled.buffer();
    HEAD.writeFrame(out, message, mac);
    socket.getOutputStream().write(out.array(), 0, out.writerIndex());
    byte[] frame = new byte[in.readUnsignedShort()];
    in.readFully(frame);
    IsoMessage reply = new IsoMessage();
    reply.read(Unpooled.wrappedBuffer(frame), FrameHead.BYTES, frame.length);
    assertEquals(message.mti() + REPLY, reply.mti());
    assertEquals(message.number(11), reply.number(11));
    assertTrue(mac == null || reply.isProvedBy(mac), "the reply's MAC");
    told = text(reply);
    return reply;
  }

  /** The last reply, field by field, but for the time of the answer and the MAC over it. */
  String told() {
    return told;
  }

  private static String text(IsoMessage reply) {
    StringBuilder text = new StringBuilder().append(reply.mti());
    for (int field = 2; field < MAC_FIELD; field++) {
      if (reply.has(field) && !OF_ITS_MOMENT.contains(field)) {
        text.append(", ").append(field).append(": ").append(reply.text(field));
      }
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
