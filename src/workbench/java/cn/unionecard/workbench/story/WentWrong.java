package cn.unionecard.workbench.story;

/** The gateway said something that it must not. */
public final class WentWrong extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WentWrong(String what) {
    super(what);
  }
}
