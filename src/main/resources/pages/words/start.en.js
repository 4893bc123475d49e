export default {
  title: 'Where to?',
  till: 'Till',
  tillFor: 'Cashiers: scan the member’s code',
  receipt: 'Check a receipt',
  receiptFor: 'Members, merchants, auditors: verify a receipt without trusting anybody',
  docs: 'The interface',
  docsFor: 'Developers: the contract of the gateway',
};
