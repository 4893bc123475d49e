package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Details;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Entry;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.IsoField;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.IsoSpec;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.edge.iso8583.codec.SampleFrames;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.workbench.pos.PosIdentity;
import cn.unionecard.workbench.pos.PosLine;
import cn.unionecard.workbench.pos.PosTerminal;
import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which fields a request must have: each is taken away from a request of a right terminal, and the
 * code that reads requests is asked.
 */
final class GuideProfile {
  private static final TerminalId TERMINAL = new TerminalId("T0000001");
  private static final Instant NOW = Instant.ofEpochSecond(1_795_392_000L);
  private static final String ID = "000000000001";
  private static final long FEN = 12_800;
  private static final Mac MAC = Mac.Algorithm.XOR_SM4.under(SampleFrames.MAK);

  private final Map<String, IsoMessage> requests = new LinkedHashMap<>();

  GuideProfile() {
    PosTerminal terminal =
        new PosTerminal(
            new PosIdentity(
                TERMINAL,
                "841088210000012",
                KeyAlgorithm.SM4,
                MacMode.XOR_ECB,
                SampleFrames.MAK,
                0));
    var sale = terminal.sale(SampleFrames.CODE, FEN);
    requests.put("sign-on", terminal.signOn(PosTerminal.DOUBLE_KEYS).message());
    requests.put("sign-off", terminal.notice(2).message());
    requests.put("echo", terminal.notice(301).message());
    requests.put("verify", terminal.verify(SampleFrames.CODE, FEN).message());
    requests.put("sale", sale.message());
    requests.put("void", terminal.voidOf(sale, FEN).message());
    requests.put("hold", terminal.hold(SampleFrames.CODE, FEN).message());
    requests.put("completion", terminal.completion(ID, FEN).message());
    requests.put("release", terminal.release(ID, FEN).message());
    requests.put("refund", terminal.refund(ID, FEN).message());
    requests.put("offline sale", terminal.advice(SampleFrames.CODE, FEN, NOW).message());
    requests.put("reversal", terminal.reversal(sale, "98").message());
    requests.put("batch totals", terminal.totals(Sums.NONE).message());
    Entry entry = new Entry(22, 1, "0".repeat(20), Fen.of(FEN));
    requests.put("batch list", terminal.list(new Details(List.of(entry))).message());
    requests.put("end of the list", terminal.endOfList(202).message());
    requests.forEach(
        (title, request) -> {
          if (!title.equals("sign-on")) {
            ByteBuf unused = PosLine.frame(request, MAC);
          }
        });
  }

  /** The table's head and its rows. */
  String table() {
    TreeSet<Integer> columns = new TreeSet<>();
    requests.values().forEach(each -> columns.addAll(fields(each)));
    StringBuilder table = new StringBuilder("| request |");
    columns.forEach(field -> table.append(' ').append(field).append(" |"));
    table.append("\n|---|").append("---|".repeat(columns.size())).append('\n');
    requests.forEach(
        (title, request) -> {
          table.append(String.format(Locale.ROOT, "| %s |", title));
          columns.forEach(field -> table.append(' ').append(mark(request, field)).append(" |"));
          table.append('\n');
        });
    return table.toString();
  }

  private static String mark(IsoMessage request, int field) {
    if (!request.has(field)) {
      return "";
    }
    return isAskedForElsewhere(request, field) || !isReadable(request, field) ? "●" : "○";
  }

  /** By the host that takes messages in, and by the rule that no refund is of nothing. */
  private static boolean isAskedForElsewhere(IsoMessage request, int field) {
    return switch (field) {
      case 4 -> service(request) == Service.REFUND;
      case 41 -> true;
      case IsoMessage.MAC_FIELD -> Service.mustBeProved(request.mti());
      default -> false;
    };
  }

  private static boolean isReadable(IsoMessage request, int without) {
    IsoMessage less = new IsoMessage();
    less.begin(request.mti());
    fields(request).stream().filter(each -> each != without).forEach(f -> less.copy(f, request));
    try {
      Service service = service(less);
      if (service == null || service != service(request)) {
        return false;
      }
      Object unused = read(new IsoRequest(less, Field60Batch.read(less), service, TERMINAL));
      return true;
    } catch (FormatError e) {
      return false;
    }
  }

  private static @Nullable Service service(IsoMessage message) {
    return Service.of(message, Field60Batch.read(message));
  }

  private static Object read(IsoRequest asked) {
    TransactionType type = asked.service().type;
    if (type != null) {
      return RequestReader.read(type, asked, NOW);
    }
    return switch (asked.service()) {
      case BATCH_TOTALS -> Totals.read(asked.message());
      case BATCH_LIST -> Details.read(asked.message());
      default -> asked.service();
    };
  }

  private static List<Integer> fields(IsoMessage message) {
    List<Integer> fields = new ArrayList<>();
    for (IsoField each : IsoSpec.FIELDS) {
      if (message.has(each.number())) {
        fields.add(each.number());
      }
    }
    return fields;
  }
}
