package cn.unionecard.gateway.runtime.stores;

/** A store answers, but not as is needed. The word may be read by anybody: it names no host. */
public final class Unfit extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String word;

  public Unfit(String word) {
    super(word, null, false, false);
    this.word = word;
  }

  public String word() {
    return word;
  }
}
