export default {
  title: '我的店',
  menu: '本店',
  'menu.today': '今日',
  'menu.transactions': '交易',
  'menu.statements': '对账单',
  'menu.reviews': '评价',
  'menu.complaints': '投诉',
  'menu.standing': '资格',
  'menu.terminals': '收银机',
  'signIn.intro': '用工会发给本店的账号登录。15 分钟不操作会自动退出，已填写的内容会保留。',
  'signIn.wrong': '账号或密码不对，或账号已锁定、停用。连续五次输错会锁定 15 分钟；忘记密码请找与本店签约的工会。',
  'signIn.where': '没有账号？请找与本店签约的工会开通。',
};
