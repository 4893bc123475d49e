package cn.unionecard.gateway.progress;

import java.util.List;

/** What somebody is responsible as. */
enum Post {
  /** 分管领导. */
  LEADER,
  /** 责任部门, with who can be called there. */
  DEPARTMENT,
  /** 具体负责人. */
  OFFICER,
  /** Where the unions below turn to: 宣教网络部. */
  RECEIVING_DESK;

  /** Each union has these. */
  static final List<Post> REQUIRED = List.of(LEADER, DEPARTMENT, OFFICER);

  boolean isDepartment() {
    return this == DEPARTMENT || this == RECEIVING_DESK;
  }
}
