export default {
  title: 'My shop',
  menu: 'Shop',
  'menu.today': 'Today',
  'menu.transactions': 'Transactions',
  'menu.statements': 'Statements',
  'menu.reviews': 'Reviews',
  'menu.complaints': 'Complaints',
  'menu.standing': 'Standing',
  'menu.terminals': 'Tills',
  'signIn.intro': 'Sign in with the account that the union gave your shop. After 15 minutes without a word you are signed out; what you typed stays.',
  'signIn.wrong': 'Wrong login or password, or the account is locked or suspended. Five wrong tries lock it for 15 minutes; the union that signed your shop gives out a new password.',
  'signIn.where': 'No account? The union that signed your shop gives it out.',
};
