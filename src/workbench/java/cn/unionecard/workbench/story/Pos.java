package cn.unionecard.workbench.story;

import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.workbench.pos.Cashier;
import cn.unionecard.workbench.pos.PosReply;
import cn.unionecard.workbench.pos.PosRequest;
import cn.unionecard.workbench.pos.PosTerminal;
import cn.unionecard.workbench.pos.PosTestbed;
import cn.unionecard.workbench.pos.Transcript;
import io.vertx.core.Vertx;

/** The same till's other face: ISO 8583 over TLS, with a master key of its own. */
final class Pos implements AutoCloseable {
  private static final int ECHO = 301;
  private static final int STATUS = 362;
  private static final String NO_REPLY = "98";

  private final Cashier cashier;
  private final Transcript transcript;

  Pos(Vertx vertx, PosTestbed testbed, Transcript transcript) {
    this.cashier = new Cashier(vertx, testbed, new PosTerminal(testbed.terminals().get(0)), true);
    this.transcript = transcript;
  }

  void signsOn() {
    PosReply reply = said(cashier.terminal.signOn(PosTerminal.DOUBLE_KEYS), PosReply.APPROVED);
    cashier.terminal.takeKeys(reply);
  }

  /** Sells; field 39 must be that. */
  PosRequest sells(String code, long fen, String expected) {
    PosRequest sale = cashier.terminal.sale(code, fen);
    PosReply unused = said(sale, expected);
    return sale;
  }

  /** Takes back what it did. */
  void reverses(PosRequest sale) {
    PosReply unused = said(cashier.terminal.reversal(sale, NO_REPLY), PosReply.APPROVED);
  }

  /** Its echo, and if the header says so, a status request: how things stand. */
  void learns(String expected) {
    PosReply echo = said(cashier.terminal.notice(ECHO), PosReply.APPROVED);
    int requirement = echo.head().processingRequirement();
    boolean may = expected.equals(PosReply.APPROVED);
    if (requirement != (may ? FrameHead.NOTHING : FrameHead.DOWNLOAD)) {
      throw new WentWrong("the header of an echo's reply says " + requirement);
    }
    transcript.note("  报文头处理要求 processing requirement " + requirement);
    PosReply unused = said(cashier.terminal.notice(STATUS), expected);
  }

  private PosReply said(PosRequest request, String expected) {
    PosReply reply = cashier.ask(request);
    transcript.exchange(request, reply);
    if (!reply.code().equals(expected)) {
      throw new WentWrong("field 39 is " + reply.code() + ", not " + expected);
    }
    return reply;
  }

  @Override
  public void close() {
    cashier.close();
  }
}
