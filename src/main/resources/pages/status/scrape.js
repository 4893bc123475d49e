// What a node told of itself at one moment: the text format of Prometheus, read and asked.

const LINE = /^([a-z_][a-z0-9_]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-z_]+)="((?:[^"\\]|\\.)*)"/g;
const SPELT = {'+Inf': Infinity, '-Inf': -Infinity, NaN: NaN};

/** Series → its name and labels: the same ones come each time. */
const known = new Map();

function seriesOf(name, labels) {
  const whole = `${name}{${labels ?? ''}}`;
  let series = known.get(whole);
  if (series === undefined) {
    series = {name, labels: Object.fromEntries([...(labels ?? '').matchAll(LABEL)].map(([, key, value]) => [key, value]))};
    known.set(whole, series);
  }
  return series;
}

/**
 * @param text of /metrics
 * @param at when, milliseconds
 * @returns what was told: values by series, below the names of their metrics
 */
export function read(text, at) {
  const metrics = new Map();
  for (const line of text.split('\n')) {
    const [, name, labels, spelt] = LINE.exec(line) ?? [];
    if (name !== undefined) {
      const value = SPELT[spelt] ?? Number(spelt);
      (metrics.get(name) ?? metrics.set(name, new Map()).get(name)).set(seriesOf(name, labels), value);
    }
  }
  return {at, metrics};
}

function fits(labels, wanted) {
  return Object.entries(wanted).every(([key, values]) => values.includes(labels[key]));
}

/** The values of a metric that have these labels (`{outcome: ['busy', 'fault']}`). */
export function values(scrape, name, wanted = {}) {
  return [...(scrape.metrics.get(name) ?? [])].filter(([{labels}]) => fits(labels, wanted)).map(([, value]) => value);
}

/** Their sum; null if there is none. */
export function sum(scrape, name, wanted) {
  const all = values(scrape, name, wanted).filter((value) => !Number.isNaN(value));
  return all.length === 0 ? null : all.reduce((a, b) => a + b, 0);
}

/** The least and the greatest; null if there is none. */
export function least(scrape, name, wanted) {
  const all = values(scrape, name, wanted).filter((value) => !Number.isNaN(value));
  return all.length === 0 ? null : Math.min(...all);
}

export function greatest(scrape, name, wanted) {
  const all = values(scrape, name, wanted).filter((value) => !Number.isNaN(value));
  return all.length === 0 ? null : Math.max(...all);
}

/** By how much a counter grew; one that was not there before began at nothing. */
export function growth(before, now, name, wanted) {
  const after = sum(now, name, wanted);
  return after === null ? null : Math.max(0, after - (sum(before, name, wanted) ?? 0));
}

/** That, a second; null for no time at all. */
export function rate(before, now, name, wanted) {
  const grown = growth(before, now, name, wanted);
  return grown === null || now.at <= before.at ? null : (grown * 1000) / (now.at - before.at);
}

/** A summary's mean of what came between; null if nothing did. */
export function mean(before, now, name, wanted) {
  const count = growth(before, now, `${name}_count`, wanted);
  return count === null || count === 0 ? null : growth(before, now, `${name}_sum`, wanted) / count;
}

/**
 * A histogram's quantile of what came between, straight within a bucket as Prometheus takes it; null if nothing came.
 */
export function quantile(before, now, name, q, wanted) {
  const grown = new Map();
  const add = (scrape, sign) => {
    for (const [{labels}, value] of scrape.metrics.get(`${name}_bucket`) ?? []) {
      if (fits(labels, wanted)) {
        const to = SPELT[labels.le] ?? Number(labels.le);
        grown.set(to, (grown.get(to) ?? 0) + sign * value);
      }
    }
  };
  add(now, 1);
  add(before, -1);
  const buckets = [...grown].sort(([a], [b]) => a - b);
  const count = buckets.at(-1)?.[1] ?? 0;
  if (count <= 0) {
    return null;
  }
  const rank = q * count;
  const at = buckets.findIndex(([, below]) => below >= rank);
  const [from, less] = at === 0 ? [0, 0] : buckets[at - 1];
  const [to, below] = buckets[at];
  return to === Infinity || below === less ? from : from + ((to - from) * (rank - less)) / (below - less);
}
