package cn.unionecard.workbench.certify;

/** One thing said twice: for the cashier, and for whoever reads no Chinese. */
public record Words(String chinese, String english) {
  @Override
  public String toString() {
    return chinese + "  " + english;
  }
}
