package cn.unionecard.workbench.certify;

/** Decides cases from what passes, and changes nothing of it. */
interface Rule {
  /** The terminal asks. */
  default void asked(Seen request) {}

  /** The gateway answers, whatever becomes of the reply. */
  default void answered(Seen request, Seen reply) {}
}
