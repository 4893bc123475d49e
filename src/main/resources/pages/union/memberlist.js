// A sheet of members, in the parts in which it is sent: each with the header, none too large for a call.

const ROWS_MAX = 20;
const CHARACTERS_MAX = 12_000;

/**
 * The rows of a CSV, each with its number as a spreadsheet counts; those in which nothing stands are left out.
 */
function rowsOf(text) {
  const rows = [];
  let begin = 0;
  let number = 1;
  let isQuoted = false;
  for (let i = 0; i <= text.length; i++) {
    if (text[i] === '"') {
      isQuoted = !isQuoted;
    }
    if (i === text.length || text[i] === '\n' && !isQuoted) {
      const row = text.slice(begin, i).replace(/\r$/, '');
      if (/[^,\s]/.test(row)) {
        rows.push({number, row});
      }
      number++;
      begin = i + 1;
    }
  }
  return rows;
}

const cell = (text) => /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** The same of a workbook's rows, which are as long as its header. */
export function partsOfRows(rows) {
  const width = rows[0]?.cells.length ?? 0;
  return cut(rows.map(({number, cells}) => {
    const line = [...cells, ...Array(Math.max(0, width - cells.length)).fill('')];
    while (line.length > width && line.at(-1).trim() === '') {
      line.pop(); // a spreadsheet keeps empty ones
    }
    return {number, row: line.map(cell).join(',')};
  }));
}

/** @returns `{parts, lastRow}`; each part is `{csv, numbers}`, and `numbers[i]` is the row that its row i + 2 is of the file */
export const partsOf = (text) => cut(rowsOf(text.replace(/^\ufeff/, '')));

function cut([head, ...rows]) {
  const parts = [];
  let size = CHARACTERS_MAX;
  for (const {number, row} of rows) {
    if (size + row.length > CHARACTERS_MAX || parts.at(-1).numbers.length === ROWS_MAX) {
      parts.push({csv: `${head.row}\n`, numbers: []});
      size = 0;
    }
    parts.at(-1).csv += `${row}\n`;
    parts.at(-1).numbers.push(number);
    size += row.length;
  }
  if (parts.length === 0) {
    parts.push({csv: `${head?.row ?? ''}\n`, numbers: []});
  }
  return {parts, lastRow: rows.at(-1)?.number ?? 1};
}

/** Sends all of them, one after the other, and says what came of it; `desk.draft` holds the parts and how far it is. */
export function sent(desk, dryRun) {
  return desk.draft.whole ? whole(desk, dryRun) : parts(desk, dryRun, {}, 1);
}

async function parts(desk, dryRun, list, handled) {
  const {draft} = desk;
  const sum = {created: 0, changed: 0, unchanged: 0, bad: []};
  for (const {csv, numbers} of draft.parts) {
    const upTo = numbers.at(-1) ?? 1;
    if (upTo > handled || list.list === undefined) {
      const taken = await desk.ask('importMembers', {body: {csv, dryRun, ...(list.list === undefined ? {} : {list: list.list, upTo, rows: numbers})}});
      sum.created += taken.created;
      sum.changed += taken.changed;
      sum.unchanged += taken.unchanged;
      sum.bad.push(...taken.bad.map((each) => ({...each, row: numbers[each.row - 2]})));
    }
    draft.at = upTo;
    desk.change();
  }
  return sum;
}

/** A list that was begun before goes on where it was. */
async function whole(desk, dryRun) {
  const {draft: {whole: org, digest, lastRow}} = desk;
  const list = await desk.ask('openMemberList', {body: {org, digest, lastRow, dryRun}});
  const {bad} = await parts(desk, dryRun, list, list.handled);
  const path = {list: list.list};
  const now = await desk.ask('getMemberList', {path});
  desk.draft.list = list.list;
  if (dryRun || now.leavers === 0) {
    await desk.ask('endMemberList', {path, body: {}});
  }
  return {...now, bad};
}
