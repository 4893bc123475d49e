package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.workbench.certify.CaseResult.State;
import cn.unionecard.workbench.certify.Seen.Proof;
import cn.unionecard.workbench.pos.PosIdentity;
import cn.unionecard.workbench.pos.PosTerminal;
import java.util.Locale;

/** Which keys the terminal asks for and uses, the batch that a sign-on gives, echo, sign-off. */
final class SessionRule implements Rule {
  private final CaseResults results;
  private final boolean sm4;
  private int signOns;

  /** The last that was given. */
  private int batch;

  /** Whether nothing has been said in it yet. */
  private boolean fresh;

  private boolean closed;

  SessionRule(CaseResults results, PosIdentity terminal) {
    this.results = results;
    this.sm4 = terminal.algorithm() == KeyAlgorithm.SM4;
  }

  @Override
  public void asked(Seen request) {
    if (request.is(Kind.SIGN_ON)) {
      signOn(request);
    } else if (signOns > 0) {
      if (request.isMoney() && !request.is(Kind.LIST) && !request.is(Kind.END)) {
        mac(request);
      }
      batch(request);
    }
  }

  private void signOn(Seen request) {
    int keys = request.f60().networkCode();
    boolean known =
        keys == PosTerminal.DOUBLE_KEYS
            || keys == PosTerminal.DOUBLE_AND_TRACK_KEYS
            || keys == PosTerminal.SINGLE_KEYS && !sm4;
    if (!known) {
      String asks = String.format(Locale.ROOT, "F60.3 %03d", keys);
      fail(Case.KEY_KIND, new Words(asks, asks + (sm4 ? ", with SM4" : ", with 3DES")));
    }
    if (signOns > 0) {
      boolean same = request.batch() == batch;
      String said = String.format(Locale.ROOT, "F60.2 %06d / %06d", request.batch(), batch);
      decide(Case.KNOWN_BATCH, same, new Words("终端所报 / 所知 " + said, "said / known " + said));
    }
    if (closed) {
      decide(Case.AFTER_CLOSE, true, new Words("结算后已签到", "signed on after the batch was closed"));
    }
    closed = false;
  }

  private void mac(Seen request) {
    if (request.proof() == Proof.NONE) {
      fail(
          Case.SIGN_ON,
          new Words(request + " 的MAC错误或缺失", "the MAC of " + request + " is wrong or missing"));
    } else if (request.proof() == Proof.OLD) {
      fail(
          Case.NEW_KEYS,
          new Words(request + " 的MAC用旧MAK", "the MAC of " + request + " is under the old MAK"));
    } else {
      Words right = new Words(request + " 的MAC正确", "the MAC of " + request + " is right");
      decide(Case.SIGN_ON, true, right);
      decide(Case.KEY_KIND, true, right);
      if (signOns > 1) {
        decide(Case.NEW_KEYS, true, right);
      }
    }
  }

  private void batch(Seen request) {
    if (request.isPurchase() && closed) {
      fail(Case.AFTER_CLOSE, new Words("未签到即 " + request, "no sign-on before " + request));
    }
    if (fresh && !request.is(Kind.REVERSAL) && !request.again()) {
      fresh = false;
      decide(
          Case.NEW_BATCH,
          request.batch() == batch && request.trace() == 1,
          new Words("新批首笔 " + request.key(), "the first in the new batch was " + request.key()));
    }
  }

  @Override
  public void answered(Seen request, Seen reply) {
    Kind kind = request.kind();
    if (kind == null || !reply.approved()) {
      return;
    }
    switch (kind) {
      case SIGN_ON -> {
        signOns++;
        fresh |= batch != 0 && reply.batch() != batch;
        batch = reply.batch();
      }
      case TOTALS -> closed = true;
      case ECHO -> decide(Case.ECHO, true, new Words("收到回响测试", "an echo came"));
      case SIGN_OFF -> {
        if (signOns > 0) {
          decide(
              Case.SIGN_OFF,
              request.proved(),
              request.proved()
                  ? new Words("已应答", "answered")
                  : new Words("没有正确的MAC，会话未结束", "without a right MAC it ends nothing"));
        }
      }
      default -> {}
    }
  }

  private void fail(Case which, Words saw) {
    decide(which, false, saw);
  }

  private void decide(Case which, boolean good, Words saw) {
    results.decide(which, CaseResult.watched(good ? State.PASS : State.FAIL, saw));
  }
}
