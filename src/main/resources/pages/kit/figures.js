// Amounts and times as people read them. Amounts are whole fen until here.

/** ¥1,234.50, with its sign. */
export function yuan(fen) {
  const [whole, parts] = (Math.abs(fen) / 100).toFixed(2).split('.');
  return `${fen < 0 ? '−' : ''}¥${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${parts}`;
}

/** Whole fen of what somebody typed as yuan: `12`, `12.5`, `１２．５０`; null if it is no amount. */
export function fenOf(text) {
  const typed = /^([0-9]{1,9})(?:\.([0-9]{1,2}))?$/.exec(text.normalize('NFKC').trim().replace('。', '.'));
  return typed === null ? null : Number(typed[1]) * 100 + Number((typed[2] ?? '').padEnd(2, '0'));
}

const PARTS = new Intl.DateTimeFormat('en', {
  timeZone: 'Asia/Shanghai',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** 2026年11月29日, or 2026-11-29: a day that is written 2026-11-29. */
export function day(text, language) {
  const [year, month, date] = text.split('-');
  return language === 'zh' ? `${year}年${Number(month)}月${Number(date)}日` : text;
}

/** 2026年11月29日 17:00:05, or 2026-11-29 17:00:05: the time in China, wherever the reader is; of a Date, or as the contract writes it. */
export function time(instant, language) {
  const at = Object.fromEntries(PARTS.formatToParts(new Date(instant)).map(({type, value}) => [type, value]));
  const day =
    language === 'zh'
      ? `${at.year}年${Number(at.month)}月${Number(at.day)}日`
      : `${at.year}-${at.month}-${at.day}`;
  return `${day} ${at.hour}:${at.minute}:${at.second}`;
}

/** Until when something lasts, to the minute: what ends with a day ends at its 24:00, and not on the day after. */
export function until(instant, language) {
  const end = time(instant, language);
  return end.endsWith(' 00:00:00') ? `${time(new Date(instant).getTime() - 1, language).split(' ')[0]} 24:00` : end.slice(0, -3);
}
