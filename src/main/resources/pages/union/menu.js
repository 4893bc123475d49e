// The screens of the console. Each is a module of its own that is fetched when somebody goes there; `needs` is the
// operation without which it would be of no use: who may not call it is not shown the way there.
// A screen exports `title(desk, data)`, `view(desk, data)` and, if it asks for something first, `load(desk)`.

import {ROLES} from '../kit/roles.js';

const SCREENS = [
  {at: 'tasks', needs: 'listMerchants', open: () => import('./screens/tasks.js'), inMenu: true},
];

/** Whether one of these roles may call the operation. */
export function may(roles, operation) {
  return ROLES[operation].split(' ').some((role) => roles.includes(role));
}

/** The screens that somebody with these roles can use. */
export function screensOf(roles) {
  return SCREENS.filter((screen) => may(roles, screen.needs));
}
