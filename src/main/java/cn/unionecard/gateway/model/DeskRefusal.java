package cn.unionecard.gateway.model;

/** Why a desk says no to what a member of staff asked for: HTTP 409, and nothing was changed. */
public enum DeskRefusal {
  VETOED(
      "一票否决，否决事实未消除前任何一级、任何人不得审批或恢复",
      "Vetoed; nobody may approve or reinstate before the ground itself is gone"),
  STATE_DOES_NOT_ALLOW("当前状态不允许此操作，请刷新后核对状态", "The state does not allow this; look at it again"),
  EVIDENCE_MISSING("材料不齐或已过期，请按提示补齐", "Evidence is missing or out of date; see detail"),
  SAME_PERSON("不得审批本人经办的事项，请由他人办理", "Nobody decides on what he prepared; somebody else must"),
  CONFLICT_NOT_DECLARED("尚未申报利益冲突情况，请先申报", "Declare first whether you have a conflict of interest"),
  CONFLICT_OF_INTEREST("存在利益冲突，请回避并由他人办理", "Conflict of interest; stand aside"),
  PASSWORD_MUST_CHANGE(
      "一次性密码不能直接登录，请先改为本人密码（POST /v1/own-password）",
      "A one-time password signs nobody in; change it first (POST /v1/own-password)"),
  SECOND_FACTOR_NEEDED(
      "本账号已启用二次验证，请输入验证器上的6位验证码或一个恢复码",
      "The account has a second factor; send its code, or a recovery code"),
  SECOND_FACTOR_MUST_BE_SET(
      "登录须二次验证，请先为本账号设置验证器（POST /v1/own-second-factor）",
      "Nobody signs in without a second factor; set it first (POST /v1/own-second-factor)"),
  ALREADY_TAKEN("已被占用或已登记，请核对", "Taken or registered already; check it"),
  ACTIVATION_REFUSED(
      "激活码无效、已过期或已使用，请向工会重新申领", "Activation code wrong, expired or used; ask for another"),
  DEVICE_KEY_TAKEN(
      "该设备密钥已用于其他终端，请在设备上重新生成", "The device key is another terminal's; make a new one"),
  REVIEW_RIGHT_USED("该笔消费已经评价，如需修改请用修改入口", "This purchase has been reviewed; edit that review"),
  REVIEW_RIGHT_EXPIRED("已超过评价期限，不能再评价或修改", "The time to review or edit is over"),
  REVIEW_RIGHT_LOST(
      "该笔消费未成交、已撤销或已全额退款，不能评价", "No review: not a purchase, or undone, or wholly refunded"),
  RECEIPT_NOT_PROVED(
      "回执不存在、摘要不符或商户不在授权范围内，请核对",
      "No such receipt, another digest, or a merchant that is not of your union; check it"),
  REVIEW_EDITED_ALREADY("评价只能修改一次，不能再改", "A review is edited once; no more"),
  POLICY_WOULD_LOOSEN(
      "下级工会的监管标准不得宽于上级，请对照上级标准调整", "A lower level may only tighten; compare the policy above"),
  CAMPAIGN_WOULD_LOOSEN(
      "下级工会只能收紧上级的活动，请对照活动条款改为更严",
      "A union below may only tighten a campaign; compare its terms, see detail"),
  APPEAL_TOO_LATE("已超过申诉期限，请按恢复程序办理", "The time to appeal is over; take the way of reinstatement"),
  LEVEL_ABOVE_DECIDES(
      "申诉由授权工会的上一级处理，请转上级办理", "The level above the authorising union decides on appeals"),
  TOP_UNION_DECIDES(
      "工作日历与办理时限由最上级工会录入，请报上级办理", "The top union enters calendars and limits; ask it"),
  ISSUING_NOT_SET_UP("本节点未配置终端证书签发，请联系运维", "This node has no CA key to issue certificates with"),
  NOBODY_ABOVE(
      "所涉组织之上没有上级工会，请向纪检监察机关或12351反映",
      "No union stands above the one concerned; turn to the supervisory authority or 12351"),
  PHONE_REPLACED(
      "此卡已绑定到另一部手机，本手机不能再使用；如非本人操作，请立即向工会挂失",
      "The card is bound to another phone now; if that was not you, report it lost"),
  CARD_REPORTED_LOST("此卡已挂失，请向工会领取新的绑卡码", "The card was reported lost; ask the union for a code"),
  CARD_CANCELLED("此卡已注销，如有疑问请咨询所在单位工会", "The card was cancelled; ask your union"),
  PERSONAL_DATA_FORGOTTEN(
      "该会员的个人信息已删除，无法恢复或更正，请核对卡号",
      "The member's personal data was deleted for good; check the card's number"),
  READS_EXHAUSTED(
      "今日查阅会员信息已达上限，请次日再办或由其他人员办理",
      "You have looked at as many members as a day allows; go on tomorrow, or ask somebody else"),
  TARGETS_DO_NOT_ADD_UP(
      "下达的任务量之和应等于本级任务量，请按提示调整", "What is handed down does not add up to the task; see detail");

  /** What staff read, with the next step behind the comma. */
  public final String chinese;

  public final String english;

  DeskRefusal(String chinese, String english) {
    this.chinese = chinese;
    this.english = english;
  }
}
