// The screens of the console.

export const SCREENS = [
  {at: 'tasks', needs: 'listMerchants', open: () => import('./screens/tasks.js'), inMenu: true},
];
