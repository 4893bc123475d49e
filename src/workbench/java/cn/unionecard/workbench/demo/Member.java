package cn.unionecard.workbench.demo;

/**
 * A synthetic union member, in plain text: exists only while the city is generated.
 *
 * @param id 1 and up
 * @param org the primary or city-direct union
 * @param identity a resident number (GB 11643) with a sequence part of 900 and up
 */
record Member(long id, int org, Category category, String name, String identity) {
  enum Category {
    ORDINARY,
    NEW_EMPLOYMENT_FORM,
    HARDSHIP,
    MODEL
  }

  @Override
  public String toString() {
    return "Member[" + id + "]";
  }
}
