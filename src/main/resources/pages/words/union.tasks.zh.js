export default {
  'tasks.merchants': '等待审批的商户',
  'tasks.name': '商户',
  'tasks.state': '状态',
  'tasks.none': '没有待办事项。',
};
