package cn.unionecard.workbench.pos;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Details;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.model.Fen;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A shift at one till, told as it happens: sign-on over TLS, sales, a rating, a lost reply and its
 * reversal, a void, a refund of a part, an outage with offline sales, a batch that balances, and
 * one that does not. Every reply is checked; the first that is not what it must be ends the shift.
 */
public final class Shift {
  private static final int OFFLINE_SALES = 20;
  private static final int OFFLINE_FEN = 1_000;
  private static final int OFFLINE_STEP_FEN = 137;
  private static final int END_BALANCED = 207;
  private static final int END_UNBALANCED = 202;
  private static final String NO_REPLY = "98";

  private final Vertx vertx;
  private final Clock clock;
  private final PosTestbed testbed;
  private final Supplier<String> codes;
  private final Transcript transcript;

  /**
   * @param hex whether frames are printed in hex too
   */
  public Shift(
      Vertx vertx,
      Clock clock,
      PosTestbed testbed,
      Supplier<String> codes,
      PrintWriter out,
      boolean hex) {
    this.vertx = vertx;
    this.clock = clock;
    this.testbed = testbed;
    this.codes = codes;
    this.transcript = new Transcript(out, hex);
  }

  /** A reply was not what it must be. */
  public static final class WentWrong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WentWrong(String what) {
      super(what);
    }
  }

  /**
   * Plays the shift; blocking.
   *
   * @throws WentWrong when the gateway says something that it must not
   */
  public void play() {
    PosTerminal terminal = new PosTerminal(testbed.terminals().get(0));
    try (Cashier cashier = new Cashier(vertx, testbed, terminal, true)) {
      leftovers(cashier);
      signOn(cashier);
      trade(cashier);
      outage(cashier);
      balancedClose(cashier);
      signOn(cashier);
      unbalancedClose(cashier);
      transcript.step("签退", "sign off");
      say(cashier, terminal.notice(2));
    }
  }

  // ---- session

  /** An earlier shift may have left its batch open; a terminal that lost its memory closes it. */
  private void leftovers(Cashier cashier) {
    PosTerminal terminal = cashier.terminal;
    PosReply signedOn = cashier.ask(terminal.signOn(PosTerminal.DOUBLE_KEYS));
    require(signedOn, PosReply.APPROVED, "sign-on");
    terminal.takeKeys(signedOn);
    PosReply closed = cashier.ask(terminal.totals(Sums.NONE));
    require(closed, PosReply.APPROVED, "batch totals");
    if (Totals.read(closed.message()).home().flag() != Sums.BALANCED) {
      require(cashier.ask(terminal.endOfList(END_UNBALANCED)), PosReply.APPROVED, "end of list");
    }
  }

  private void signOn(Cashier cashier) {
    PosTerminal terminal = cashier.terminal;
    transcript.step("签到", "sign on over TLS, " + terminal.identity());
    PosReply reply = said(cashier, terminal.signOn(PosTerminal.DOUBLE_KEYS));
    terminal.takeKeys(reply);
    transcript.note(
        String.format(
            Locale.ROOT,
            "工作密钥校验值相符 check values hold; batch %06d; clock set to %s",
            terminal.batch(),
            reply.message().text(13) + " " + reply.message().text(12)));
  }

  // ---- trade

  private void trade(Cashier cashier) {
    PosTerminal terminal = cashier.terminal;
    String code = codes.get();
    transcript.step("验证会员码", "verify the scanned code: nothing is recorded");
    say(cashier, terminal.verify(code, 12_800));

    transcript.step("消费", "sale with the same code");
    PosRequest sale = terminal.sale(code, 12_800);
    PosReply sold = said(cashier, sale);
    terminal.drawer().add(sale);

    transcript.step("重发", "the same message again: the first reply, nothing booked twice");
    PosReply again = said(cashier, sale);
    if (!Objects.equals(again.id(), sold.id())) {
      throw new WentWrong("the repeat has another id: " + again.id());
    }

    transcript.step("评价", "the member presses the rating keys: four stars, 品控 5, 服务 4, 售后 4");
    say(cashier, terminal.rating(id(sold), 4, 5, 4, 4));

    lostReply(cashier);

    transcript.step("再消费", "sell again");
    PosRequest second = terminal.sale(codes.get(), 5_600);
    say(cashier, second);
    terminal.drawer().add(second);

    transcript.step("撤销", "void it, named by its trace number");
    PosRequest undo = terminal.voidOf(second, 5_600);
    say(cashier, undo);
    terminal.drawer().add(undo);

    transcript.step("退货", "refund a part of the first sale: 40.00 of 128.00");
    PosRequest refund = terminal.refund(id(sold), 4_000);
    say(cashier, refund);
    terminal.drawer().add(refund);

    transcript.step("超额退货", "refund more than is left: refused by name");
    PosRequest more = terminal.refund(id(sold), 8_801);
    PosReply refused = cashier.ask(more);
    transcript.exchange(more, refused);
    require(refused, "61", "refund beyond what was paid");
  }

  private void lostReply(Cashier cashier) {
    PosTerminal terminal = cashier.terminal;
    transcript.step("应答丢失", "the line is cut before the reply comes");
    PosRequest lost = terminal.sale(codes.get(), 5_600);
    cashier.askAndHangUp(lost);
    transcript.unanswered(lost);
    cashier.dial();
    transcript.step("冲正", "reverse it by its own key, whether it happened or not");
    say(cashier, terminal.reversal(lost, NO_REPLY));
  }

  // ---- outage

  private void outage(Cashier cashier) {
    PosTerminal terminal = cashier.terminal;
    transcript.step(
        "断网", "the network is gone: " + OFFLINE_SALES + " sales at full price, offline");
    cashier.hangUp();
    List<PosRequest> stored = new ArrayList<>();
    long sum = 0;
    for (int i = 0; i < OFFLINE_SALES; i++) {
      long fen = OFFLINE_FEN + (long) i * OFFLINE_STEP_FEN;
      stored.add(terminal.advice(codes.get(), fen, clock.instant()));
      sum += fen;
    }
    transcript.note(stored.size() + " 笔 " + Fen.of(sum).yuan() + " 元 stored");
    cashier.dial();
    transcript.step("联网补报", "back: report them in order, each with its counter");
    for (PosRequest advice : stored) {
      PosReply reply = cashier.ask(advice);
      if (advice == stored.get(0)) {
        transcript.exchange(advice, reply);
      } else {
        transcript.inShort(advice, reply);
      }
      require(reply, PosReply.APPROVED, advice.requestId());
      terminal.drawer().add(advice);
    }
  }

  // ---- closing

  private void balancedClose(Cashier cashier) {
    PosTerminal terminal = cashier.terminal;
    transcript.step("批结算", "close the batch: " + terminal.drawer().size() + " entries counted");
    PosReply closed = total(cashier);
    if (Totals.read(closed.message()).home().flag() != Sums.BALANCED) {
      throw new WentWrong("the batch must balance");
    }
    transcript.note("对账平 balanced");
  }

  /** One sale the till forgets, one it never made, one with another amount. */
  private void unbalancedClose(Cashier cashier) {
    PosTerminal terminal = cashier.terminal;
    transcript.step("三笔消费", "three sales, of which the till forgets one and mistypes one");
    PosRequest right = terminal.sale(codes.get(), 1_000);
    say(cashier, right);
    terminal.drawer().add(right);
    PosRequest mistyped = terminal.sale(codes.get(), 2_000);
    say(cashier, mistyped);
    terminal.drawer().add(22, mistyped.trace(), 2_900);
    say(cashier, terminal.sale(codes.get(), 3_000));
    PosRequest neverSent = terminal.sale(codes.get(), 700);
    terminal.drawer().add(neverSent);

    transcript.step("批结算", "close: the totals differ");
    PosReply closed = total(cashier);
    if (Totals.read(closed.message()).home().flag() != Sums.UNBALANCED) {
      throw new WentWrong("the batch must not balance");
    }
    transcript.step("批上送", "upload the list, and claim that it balances: the gateway knows better");
    for (Details list : terminal.drawer().lists()) {
      say(cashier, terminal.list(list));
    }
    PosReply end = said(cashier, terminal.endOfList(END_BALANCED));
    if (Field60Batch.read(end.message()).networkCode() != END_UNBALANCED) {
      throw new WentWrong("the gateway must say 202");
    }
  }

  private PosReply total(Cashier cashier) {
    PosTerminal terminal = cashier.terminal;
    Sums counted = terminal.drawer().sums();
    transcript.note(
        "终端合计 counted: 借 debit "
            + counted.debit().yuan()
            + " / "
            + counted.debitCount()
            + "，贷 credit "
            + counted.credit().yuan()
            + " / "
            + counted.creditCount());
    return said(cashier, terminal.totals(counted));
  }

  // ---- saying

  private PosReply said(Cashier cashier, PosRequest request) {
    PosReply reply = cashier.ask(request);
    transcript.exchange(request, reply);
    require(reply, PosReply.APPROVED, request.requestId());
    return reply;
  }

  private void say(Cashier cashier, PosRequest request) {
    PosReply unused = said(cashier, request);
  }

  private static String id(PosReply sold) {
    return Objects.requireNonNull(sold.id(), "an approved sale has an id");
  }

  private static void require(PosReply reply, String code, String what) {
    if (!reply.code().equals(code)) {
      throw new WentWrong(what + ": field 39 is " + reply.code() + ", not " + code);
    }
  }
}
