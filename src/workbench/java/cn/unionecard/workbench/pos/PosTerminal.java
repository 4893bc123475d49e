package cn.unionecard.workbench.pos;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Details;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.Field61Original;
import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a POS terminal remembers from sign-on to batch close, and the messages it makes of it.
 * Belongs to one event loop, or to one thread that waits for it.
 */
public final class PosTerminal {
  /** Sign-on for a single-length working key. */
  public static final int SINGLE_KEYS = 1;

  /** Sign-on for double-length keys, or SM4. */
  public static final int DOUBLE_KEYS = 3;

  /** The same with a track key. */
  public static final int DOUBLE_AND_TRACK_KEYS = 4;

  private static final int RATING = 401;
  private static final int TRACE_MAX = 999_999;
  private static final int SINGLE_BYTES = 8;
  private static final int DOUBLE_BYTES = 16;
  private static final String CURRENCY = "156";
  private static final String OPERATOR = "01 ";

  private final PosIdentity identity;
  private final Drawer drawer = new Drawer();
  private @Nullable Mac mac;
  private int batch;
  private int trace;
  private long offlineCounter;

  public PosTerminal(PosIdentity identity) {
    this.identity = identity;
    this.offlineCounter = identity.offlineCounter();
  }

  /** The reply's MAC is wrong or missing: not from the gateway, or with other keys. */
  public static final class NotProved extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotProved(String what) {
      super(what, null, false, false);
    }
  }

  public TerminalId id() {
    return identity.terminal();
  }

  PosIdentity identity() {
    return identity;
  }

  /** Proves requests and replies of the session; null before the sign-on. */
  public @Nullable Mac mac() {
    return mac;
  }

  public int batch() {
    return batch;
  }

  Drawer drawer() {
    return drawer;
  }

  // ---- asking

  /**
   * Sends a request with the terminal's MAC, and checks the reply's.
   *
   * @return the reply; fails with {@link PosLine.Lost} or {@link NotProved}
   */
  public Future<PosReply> ask(PosLine line, PosRequest request) {
    Mac key = mac;
    return line.ask(request.message(), key).map(reply -> proved(reply, key));
  }

  /** Sends a request for whose reply nobody waits. */
  public Future<Void> send(PosLine line, PosRequest request) {
    return line.send(request.message(), mac);
  }

  private static PosReply proved(PosReply reply, @Nullable Mac key) {
    boolean has = reply.message().has(64);
    if (key != null && has && !reply.message().isProvedBy(key)) {
      throw new NotProved("the reply's MAC is wrong");
    }
    if (key != null && !has && reply.approved()) {
      throw new NotProved("an approval without a MAC");
    }
    return reply;
  }

  // ---- session

  /** Asks for working keys; the old ones are not used any more. */
  public PosRequest signOn(int keys) {
    mac = null;
    return aboutTerminal(0x0800, keys);
  }

  /**
   * Takes keys and batch from the reply to a sign-on; the traces of a new batch begin anew.
   *
   * @throws NotProved when a check value does not belong to its key
   */
  public void takeKeys(PosReply reply) {
    Field60Batch said = Field60Batch.read(reply.message());
    byte[] field = reply.message().octets(62);
    int keyBytes = said.networkCode() == SINGLE_KEYS ? SINGLE_BYTES : DOUBLE_BYTES;
    int step = keyBytes + EcbCipher.CHECK_BYTES;
    if (field.length < 2 * step || field.length % step != 0) {
      throw new NotProved("field 62 has " + field.length + " bytes");
    }
    byte[] mak = {};
    for (int at = 0, no = 0; at < field.length; at += step, no++) {
      byte[] key =
          EcbCipher.decrypt(
              identity.algorithm(), identity.tmk(), Arrays.copyOfRange(field, at, at + keyBytes));
      byte[] check = Arrays.copyOfRange(field, at + keyBytes, at + step);
      if (!Arrays.equals(check, EcbCipher.checkValue(identity.algorithm(), key))) {
        throw new NotProved("the check value of key " + (no + 1) + " is wrong");
      }
      if (no == 1) {
        mak = key;
      }
    }
    mac = Mac.Algorithm.of(identity.algorithm(), identity.macMode()).under(mak);
    if (said.batch() != batch) {
      batch = said.batch();
      trace = 0;
      drawer.clear();
    }
  }

  /** Sign-off 002, echo 301, status 362. */
  public PosRequest notice(int networkCode) {
    return aboutTerminal(0x0820, networkCode);
  }

  // ---- transactions

  public PosRequest verify(String code, long fen) {
    return standing(0x0200, 310000, 0, 1, code, fen);
  }

  public PosRequest sale(String code, long fen) {
    return standing(0x0200, 0, 0, 22, code, fen);
  }

  public PosRequest hold(String code, long fen) {
    return standing(0x0100, 30000, 6, 10, code, fen);
  }

  /** Makes a hold final. */
  public PosRequest completion(String holdId, long fen) {
    return following(0x0200, 0, 6, 20, holdId, fen);
  }

  /** Gives a hold back. */
  public PosRequest release(String holdId, long fen) {
    return following(0x0100, 200000, 6, 11, holdId, fen);
  }

  /** Gives back a part of a purchase, or all. */
  public PosRequest refund(String id, long fen) {
    return following(0x0220, 200000, 0, 25, id, fen);
  }

  /** Undoes a whole sale of this terminal's batch, named by its trace. */
  public PosRequest voidOf(PosRequest sale, long fen) {
    PosRequest undo = request(0x0200, 200000, 0, 23, fen);
    new Field61Original(sale.batch(), sale.trace(), Field61Original.NO_DATE).write(undo.message());
    return undo;
  }

  /** An offline sale, reported later: made at that time, with the next number of the counter. */
  public PosRequest advice(String code, long fen, Instant at) {
    PosRequest advice = request(0x0220, 0, 0, 30, fen);
    ZonedDateTime time = at.atZone(Clocks.CHINA);
    IsoMessage message = advice.message();
    message.set(12, time.getHour() * 10_000L + time.getMinute() * 100L + time.getSecond());
    message.set(13, time.getMonthValue() * 100L + time.getDayOfMonth());
    Map<String, String> data = new LinkedHashMap<>();
    data.put(Field59Tags.CODE, code);
    data.put(Field59Tags.COUNTER, Long.toString(++offlineCounter));
    new Field59Tags(data).write(message);
    return advice;
  }

  /** "I do not know whether it happened: undo it." Has the key of its original. */
  public PosRequest reversal(PosRequest original, String reason) {
    IsoMessage of = original.message();
    IsoMessage message = begun(0x0400, original.trace());
    for (int field : new int[] {3, 4, 25, 49}) {
      if (of.has(field)) {
        message.copy(field, of);
      }
    }
    new Field60Batch(Field60Batch.read(of).type(), original.batch(), 0).write(message);
    message.set(39, reason);
    return new PosRequest(message, original.batch(), original.trace());
  }

  /** Another sale under the key of an earlier one: no terminal should ever send it. */
  public PosRequest sameKey(PosRequest earlier, String code, long fen) {
    IsoMessage message = begun(0x0200, earlier.trace());
    fill(message, 0, 0, fen);
    new Field60Batch(22, earlier.batch(), 0).write(message);
    new Field59Tags(Map.of(Field59Tags.CODE, code)).write(message);
    return new PosRequest(message, earlier.batch(), earlier.trace());
  }

  /** What a member pressed on the rating keys after a purchase, each 1 to 5. */
  public PosRequest rating(String id, int stars, int quality, int service, int afterSales) {
    PosRequest rating = aboutTerminal(0x0620, RATING);
    Map<String, String> data = new LinkedHashMap<>();
    data.put(Field59Tags.TRANSACTION_ID, id);
    data.put(Field59Tags.RATING, "" + stars + quality + service + afterSales);
    new Field59Tags(data).write(rating.message());
    return rating;
  }

  // ---- batch

  /** An approved request is counted, if it moves money. */
  public void count(PosRequest approved) {
    if (approved.batch() == batch) {
      drawer.add(approved);
    }
  }

  /** A reversed request is counted no more. */
  public void forget(PosRequest reversed) {
    if (reversed.batch() == batch) {
      drawer.remove(reversed.trace());
    }
  }

  /** Debits and credits of the batch, as field 48 has them. */
  public Sums counted() {
    return drawer.sums();
  }

  /** How many of them. */
  public int entries() {
    return drawer.size();
  }

  public PosRequest totals(Sums counted) {
    PosRequest totals = aboutTerminal(0x0500, 201);
    new Totals(counted, Sums.NONE).write(totals.message());
    return totals;
  }

  public PosRequest list(Details entries) {
    PosRequest list = aboutTerminal(0x0320, 201);
    entries.write(list.message());
    return list;
  }

  /** The end of the list: 207 when the terminal thinks that it balances, else 202. */
  public PosRequest endOfList(int networkCode) {
    return aboutTerminal(0x0320, networkCode);
  }

  // ---- parts

  private PosRequest aboutTerminal(int mti, int networkCode) {
    PosRequest request = withTrace(mti);
    new Field60Batch(0, batch, networkCode).write(request.message());
    return request;
  }

  private PosRequest standing(
      int mti, int processing, int condition, int kind, String code, long fen) {
    PosRequest request = request(mti, processing, condition, kind, fen);
    new Field59Tags(Map.of(Field59Tags.CODE, code)).write(request.message());
    return request;
  }

  private PosRequest following(
      int mti, int processing, int condition, int kind, String id, long fen) {
    PosRequest request = request(mti, processing, condition, kind, fen);
    new Field59Tags(Map.of(Field59Tags.TRANSACTION_ID, id)).write(request.message());
    return request;
  }

  private PosRequest request(int mti, int processing, int condition, int kind, long fen) {
    PosRequest request = withTrace(mti);
    fill(request.message(), processing, condition, fen);
    new Field60Batch(kind, batch, 0).write(request.message());
    return request;
  }

  private static void fill(IsoMessage message, int processing, int condition, long fen) {
    message.set(3, processing);
    message.set(4, fen);
    message.set(25, condition);
    message.set(49, CURRENCY);
  }

  private PosRequest withTrace(int mti) {
    trace = trace == TRACE_MAX ? 1 : trace + 1;
    return new PosRequest(begun(mti, trace), batch, trace);
  }

  private IsoMessage begun(int mti, int traceNo) {
    IsoMessage message = new IsoMessage();
    message.begin(mti);
    message.set(11, traceNo);
    message.set(41, identity.terminal().value());
    message.set(42, identity.merchant());
    new Field63Slip(OPERATOR, "").write(message);
    return message;
  }
}
