// Where one is signed in before the pages; signed out there, of one or of all.

import {time} from '../../kit/figures.js';
import {told} from '../../kit/form.js';
import {table} from '../../kit/table.js';
import {focusOn, html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';

const t = await wordsOf('desk', 'union', 'union.staff');

export const title = () => t('sessions.title');

export const load = async ({ask}) => (await ask('listOwnSessions')).sessions;

export function view(desk, sessions) {
  const {draft, me} = desk;
  return html`<p class="intro">${t('sessions.intro')}</p>
    ${draft.wrong === undefined ? nothing : html`<p class="problem wrongs" role="alert" tabindex="-1">${draft.wrong}</p>`}
    ${table(t, desk, {
      caption: t('sessions.list'),
      columns: [
        {name: 'where', label: t('sessions.where'), cell: ({browser, system}) => t('sessions.on', {browser: t(`browser.${browser}`), system: t(`system.${system}`)})},
        {name: 'origin', label: t('sessions.origin'), cell: ({origin}) => html`<code>${origin}</code>`},
        {name: 'beganAt', label: t('sessions.began'), cell: ({beganAt}) => time(beganAt, language)},
        {name: 'usedAt', label: t('sessions.used'), cell: ({usedAt}) => time(usedAt, language)},
        {name: 'end', label: t('sessions.do'), cell: ({session}) => session === me.session
          ? html`<strong>${t('sessions.here')}</strong>`
          : html`<button type="button" @click=${() => end(desk, session)}>${t('sessions.end')}</button>`},
      ],
      rows: draft.sessions ?? sessions,
    })}
    <div class="doings"><button type="button" id="end-all" @click=${() => endAll(desk)}>${t('sessions.endAll')}</button></div>
    <p class="faint">${t('sessions.allHint')}</p>`;
}

async function end(desk, session) {
  await tried(desk, async () => {
    desk.draft.sessions = (await desk.ask('endOwnSession', {path: {session}, body: {}})).sessions;
  });
}

async function endAll(desk) {
  await tried(desk, async () => {
    await desk.ask('endOwnSessions', {body: {}});
    location.reload();
  });
}

async function tried(desk, work) {
  desk.draft.wrong = undefined;
  try {
    await work();
  } catch (error) {
    const {said, next} = told(t, error);
    desk.draft.wrong = `${said} ${next}`;
    focusOn('.wrongs');
  }
  desk.change();
}
