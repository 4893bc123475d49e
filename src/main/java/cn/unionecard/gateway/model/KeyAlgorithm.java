package cn.unionecard.gateway.model;

/** What a terminal encrypts with. */
public enum KeyAlgorithm {
  /** Two keys of 56 bits; of a single working key, DES. */
  TRIPLE_DES("3DES"),
  /** GB/T 32907. */
  SM4("SM4");

  private static final KeyAlgorithm[] ALL = values();

  /** As it is called in the field, and stored. */
  public final String title;

  KeyAlgorithm(String title) {
    this.title = title;
  }

  /**
   * The algorithm of that title.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static KeyAlgorithm titled(String title) {
    for (KeyAlgorithm algorithm : ALL) {
      if (algorithm.title.equals(title)) {
        return algorithm;
      }
    }
    throw new IllegalArgumentException("no key algorithm " + title);
  }

  @Override
  public String toString() {
    return title;
  }
}
