package cn.unionecard.workbench.certify;

import cn.unionecard.workbench.certify.CaseResult.State;

/** What must follow when something was done to a message. */
enum Must {
  SETTLE("先冲正或原样重发，其后才可做别的", "reverse it, or send it again unchanged, before anything else") {
    @Override
    State judge(Seen open, Seen next, boolean signedOn) {
      return next.isMoney() ? of(next.settles(open)) : State.NOT_SEEN;
    }
  },
  ACCEPT("结果已定：不冲正，不重发", "it is decided: no reversal, no repeat") {
    @Override
    State judge(Seen open, Seen next, boolean signedOn) {
      return next.isMoney() ? of(!next.settles(open)) : State.NOT_SEEN;
    }
  },
  REPEAT(
      "先原样重发：除MAC外逐字节相同", "send the very same bytes again, but for the MAC, before anything else") {
    @Override
    State judge(Seen open, Seen next, boolean signedOn) {
      boolean ends = open.isOfBatch() && next.is(Kind.SIGN_OFF);
      return next.isMoney() || ends ? of(next.repeats(open)) : State.NOT_SEEN;
    }
  },
  REPEAT_OR_DROP("可原样重发或放弃，不冲正", "send it again unchanged or drop it, and never reverse it") {
    @Override
    State judge(Seen open, Seen next, boolean signedOn) {
      boolean anew =
          open.is(Kind.RATING)
              && next.is(Kind.RATING)
              && open.original().equals(next.original())
              && !next.repeats(open);
      boolean says = next.isMoney() || next.is(Kind.RATING);
      return says ? of(!next.reverses(open) && !anew) : State.NOT_SEEN;
    }
  },
  SIGN_ON("先签到，再做别的", "sign on before anything else") {
    @Override
    State judge(Seen open, Seen next, boolean signedOn) {
      boolean signsOn = next.is(Kind.SIGN_ON);
      return next.isMoney() || signsOn ? of(signsOn) : State.NOT_SEEN;
    }
  },
  SIGN_ON_REPEAT("先签到，再以新MAC原样重发", "sign on, then send the same message under the new MAK") {
    @Override
    State judge(Seen open, Seen next, boolean signedOn) {
      return next.isMoney() ? of(signedOn && next.proved() && next.repeats(open)) : State.NOT_SEEN;
    }
  },
  SIGN_ON_ANEW("先签到，再在新批次中重做该笔", "sign on, then make the purchase anew in the new batch") {
    @Override
    State judge(Seen open, Seen next, boolean signedOn) {
      return next.isPurchase() || next.reverses(open)
          ? of(signedOn && next.isPurchase() && !next.key().equals(open.key()))
          : State.NOT_SEEN;
    }
  },
  STOP(
      "不再发起交易（冲正除外），直到签到或状态查询（362）应答00",
      "ask for nothing but reversals until a sign-on or a status request (362) is answered 00") {
    @Override
    State judge(Seen open, Seen next, boolean signedOn) {
      boolean asks = next.is(Kind.SIGN_ON) || next.is(Kind.STATUS);
      return next.isPurchase() || asks ? of(asks) : State.NOT_SEEN;
    }
  },
  STATUS("下一笔交易前先查询状态（362）", "ask for the status (362) before the next purchase") {
    @Override
    State judge(Seen open, Seen next, boolean signedOn) {
      boolean asks = next.is(Kind.STATUS);
      return next.isPurchase() || asks ? of(asks) : State.NOT_SEEN;
    }
  },
  DIAL("间隔逐次加长，直到接通", "dial again with growing pauses until somebody answers") {
    /** {@link Outage} counts. */
    @Override
    State judge(Seen open, Seen next, boolean signedOn) {
      return State.NOT_SEEN;
    }
  };

  /** For the table. */
  final Words words;

  Must(String chinese, String english) {
    this.words = new Words(chinese, english);
  }

  /**
   * What the next message says of it.
   *
   * @param open what something was done to, or to whose reply
   * @param next not the reversal of something else
   * @param signedOn whether the terminal has signed on in between
   */
  abstract State judge(Seen open, Seen next, boolean signedOn);

  private static State of(boolean good) {
    return good ? State.PASS : State.FAIL;
  }
}
