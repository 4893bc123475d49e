package cn.unionecard.gateway.complaint;

/** What a complaint is about; who it goes to follows from it. */
enum ComplaintKind {
  /** 品控. */
  QUALITY,
  /** 服务. */
  SERVICE,
  /** 售后. */
  AFTER_SALES,
  /** 结算. */
  MONEY,
  /** 职工权益: to the rights desk of the county, and the veto is looked at again. */
  LABOUR,
  /** 个人信息: to the city. */
  PRIVACY,
  /** 廉政: the whistle-blowing lane. */
  CORRUPTION;

  boolean isWhistle() {
    return this == CORRUPTION;
  }
}
