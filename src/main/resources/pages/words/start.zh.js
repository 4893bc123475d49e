export default {
  title: '请选择',
  card: '我的E卡',
  cardFor: '会员：向商户出示会员码',
  till: '收银台',
  tillFor: '收银员：用扫码枪扫会员的工会E卡',
  receipt: '回执验真',
  receiptFor: '会员、商户、审计：核验一张交易回执，不必相信任何人',
  union: '工会工作台',
  unionFor: '工会干部：商户、监督、投诉、活动',
  docs: '接口文档',
  docsFor: '开发者：网关的接口契约',
};
