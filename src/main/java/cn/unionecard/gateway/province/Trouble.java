package cn.unionecard.gateway.province;

/** Why a way does not go on for now; its next round tries again. */
enum Trouble {
  /** No active clerk has the account in whose name it works. */
  NO_ACCOUNT,
  UNREACHABLE,
  LATE,
  /** Another status than 200. */
  STATUS,
  CUT_OFF,
  TOO_LONG,
  NOT_UNDERSTOOD,
  /** There is more, it says, at the very place where that was asked. */
  PLACE_STANDS,
  STORE,
  /** Of the gateway: its log has it. */
  FAULT;

  /** Ends a way. */
  static final class Unanswered extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final Trouble trouble;

    Unanswered(Trouble trouble) {
      super(trouble.name(), null, false, false);
      this.trouble = trouble;
    }
  }
}
