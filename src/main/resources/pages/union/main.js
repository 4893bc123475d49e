// /union: who works in a union.

import {openDesk} from '../desk/desk.js';
import {wordsOf} from '../kit/words.js';
import {SCREENS} from './menu.js';

await openDesk(await wordsOf('desk', 'union'), {address: '/union', home: 'tasks', all: SCREENS});
