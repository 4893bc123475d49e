import cn.unionecard.gateway.model.Fen;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.crypto.digests.SM3Digest;

/**
 * A bank that knows nothing but the file it was given: it reads it, pays, and says so, at first with an error of every kind that a bank
 * makes. What each has to be called stands in {@link #named}.
 */
final class Bank {
  private static final int PLANTED = 6;
  private static final int REJECTED_EVERY = 40;

  /** What is to be paid, as the file says. */
  private record Line(int no, String account, long fen, String merchant) {
    String said(long paid, String outcome, String tail, String bankNo, String reason) {
      return "D," + no + "," + Fen.of(paid).yuan() + "," + outcome + "," + tail + "," + bankNo + "," + reason;
    }

    String paid(String bankNo) {
      return said(fen, "PAID", tail(), bankNo, "");
    }

    String tail() {
      return account.substring(account.length() - 4);
    }
  }

  private final long batch;
  private final LocalDate today;
  private final List<Line> lines = new ArrayList<>();
  final List<String> answers = new ArrayList<>();

  /** Differences as the gateway has to name them. */
  final List<String> named = new ArrayList<>();

  long toldFen;
  long paidFen;
  long rejectedFen;

  /** Reads the file of a batch; one that does not add up, or whose digest is wrong, is an exception. */
  Bank(long batch, LocalDate today, byte[] file) {
    this.batch = batch;
    this.today = today;
    String text = new String(file, StandardCharsets.UTF_8);
    for (String row : text.split("\r\n", -1)) {
      String[] cells = row.split(",", -1);
      if (cells[0].equals("D")) {
        long fen = new BigDecimal(cells[5]).movePointRight(2).longValueExact();
        lines.add(new Line(Integer.parseInt(cells[1]), cells[4], fen, cells[6]));
        toldFen += fen;
      }
    }
    String trailer = "T," + lines.size() + "," + Fen.of(toldFen).yuan() + ",";
    int before = text.lastIndexOf("T,");
    String summed = text.substring(0, before) + trailer;
    if (!text.equals(summed + sm3(summed) + "\r\n")) {
      throw new IllegalStateException("the file of batch " + batch + " does not end with " + trailer + sm3(summed));
    }
  }

  private static String sm3(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    SM3Digest sm3 = new SM3Digest();
    sm3.update(bytes, 0, bytes.length);
    byte[] hash = new byte[sm3.getDigestSize()];
    sm3.doFinal(hash, 0);
    return HexFormat.of().formatHex(hash);
  }

  /** Says what became of all of it, in files to be read one after the other; the last of them is right. */
  void answer(boolean plants) {
    List<String> first = new ArrayList<>();
    for (Line line : lines.subList(plants && lines.size() > PLANTED ? PLANTED : 0, lines.size())) {
      if ((line.no + batch) % REJECTED_EVERY == 0) {
        first.add(line.said(line.fen, "REJECTED", line.tail(), bankNo(line), "户名不符"));
        rejectedFen += line.fen;
      } else {
        first.add(line.paid(bankNo(line)));
        paidFen += line.fen;
      }
    }
    if (plants && lines.size() > PLANTED) {
      err(first);
    } else {
      answers.add(file(today, true, first));
    }
  }

  private void err(List<String> first) {
    Line amount = lines.get(0);
    first.add(amount.said(amount.fen + 1, "PAID", amount.tail(), bankNo(amount), ""));
    differs("AMOUNT", amount, amount.fen, amount.fen + 1);
    Line payee = lines.get(1);
    first.add(payee.said(payee.fen, "PAID", "0000", bankNo(payee), ""));
    differs("WRONG_PAYEE", payee, payee.fen, payee.fen);
    // missing here: a payment that nobody asked for
    first.add(new Line(900_000, "6222000000009999", 12_345, "").paid("B" + batch + "-900000"));
    differs("ONE_SIDED", lines.get(0), 0, 12_345);
    Line twice = lines.get(2);
    first.add(twice.paid(bankNo(twice)));
    first.add(twice.paid(bankNo(twice) + "-2"));
    differs("TWICE", twice, twice.fen, twice.fen);
    Line state = lines.get(3);
    first.add(state.paid(bankNo(state)));
    answers.add(file(today, false, first));

    Line day = lines.get(4);
    answers.add(file(today.minusDays(1), false, List.of(day.paid(bankNo(day)))));
    differs("WRONG_DAY", day, day.fen, day.fen);
    answers.add(file(today, false, List.of(state.said(state.fen, "REJECTED", state.tail(), bankNo(state), "退汇"))));
    differs("STATE", state, state.fen, 0);
    // missing there: the bank says that this was all
    answers.add(file(today, true, List.of()));
    Line silent = lines.get(5);
    List<Line> open = List.of(amount, payee, silent);
    open.forEach(line -> differs("SHORT", line, line.fen, 0));
    answers.add(file(today, false, open.stream().map(line -> line.paid(bankNo(line))).toList()));
    lines.subList(0, PLANTED).forEach(line -> paidFen += line.fen);
  }

  private String bankNo(Line line) {
    return "B" + batch + "-" + line.no;
  }

  private void differs(String kind, Line line, long here, long there) {
    named.add("BANK " + kind + " " + line.merchant + " " + here + " " + there);
  }

  private String file(LocalDate day, boolean isFinal, List<String> details) {
    long paid = 0;
    for (String detail : details) {
      String[] cells = detail.split(",", -1);
      paid += cells[3].equals("PAID") ? new BigDecimal(cells[2]).movePointRight(2).longValueExact() : 0;
    }
    return "H,1,RESULT,%d,%s,%s%n%s%sT,%d,%s%n"
        .formatted(
            batch,
            day,
            isFinal ? "FINAL" : "PART",
            String.join("\n", details),
            details.isEmpty() ? "" : "\n",
            details.size(),
            Fen.of(paid).yuan());
  }
}
