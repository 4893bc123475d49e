export default {
  'tasks.merchants': 'Merchants that wait for approval',
  'tasks.name': 'Merchant',
  'tasks.state': 'State',
  'tasks.none': 'There is nothing to do.',
};
