export default {
  title: 'Where to?',
  card: 'My e-card',
  cardFor: 'Members: show your code to a merchant',
  till: 'Till',
  tillFor: 'Cashiers: scan the member’s code',
  receipt: 'Check a receipt',
  receiptFor: 'Members, merchants, auditors: verify a receipt without trusting anybody',
  union: 'Union desk',
  unionFor: 'Union staff: merchants, supervision, complaints, campaigns',
  docs: 'The interface',
  docsFor: 'Developers: the contract of the gateway',
};
