package cn.unionecard.gateway.member;

/** What a member is; no till ever learns it. */
enum Category {
  ORDINARY,
  NEW_EMPLOYMENT_FORM,
  HARDSHIP,
  MODEL
}
