// What of a node is looked at, and from where on it is no longer well: as conf/prometheus-alerts.yaml has it.

import {greatest, growth, least, mean, quantile, rate, sum, values} from './scrape.js';

const DAY = 86400;
const SALE = {type: ['SALE']};
const NOT_WORKED_ON = {outcome: ['busy', 'unknown', 'fault']};

/** What is worse than `bad` is bad, than `wait` to be looked at; what is not known is neither. */
const above = (wait, bad = Infinity) => (value) => (value > bad ? 'bad' : value > wait ? 'wait' : 'good');
const below = (wait, bad = -Infinity) => (value) => (value < bad ? 'bad' : value < wait ? 'wait' : 'good');
const told = () => 'good';

const share = (part, whole) => (part === null || !whole ? null : part / whole);

/**
 * In the order in which somebody looks at them who was woken. `of` takes what was told now, and what was told
 * `minutes` ago or at the oldest; `as` is a form of figures.
 */
export const SIGNS = [
  {
    group: 'sales',
    signs: [
      {name: 'salesASecond', minutes: 1, as: 'number', state: told, of: (now, ago) => rate(ago, now, 'ecard_requests_seconds_count', SALE)},
      {name: 'saleHalf', minutes: 1, as: 'seconds', state: told, of: (now, ago) => quantile(ago, now, 'ecard_requests_seconds', 0.5, SALE)},
      {name: 'saleMost', minutes: 5, as: 'seconds', state: above(0.025, 1), of: (now, ago) => quantile(ago, now, 'ecard_requests_seconds', 0.99, SALE)},
      {
        name: 'notWorkedOn', minutes: 5, as: 'share', state: above(0.002, 0.02),
        of: (now, ago) => share(growth(ago, now, 'ecard_requests_seconds_count', NOT_WORKED_ON), growth(ago, now, 'ecard_requests_seconds_count')),
      },
      {name: 'unknown', minutes: 5, as: 'number', state: above(0), of: (now, ago) => growth(ago, now, 'ecard_requests_seconds_count', {outcome: ['unknown']})},
      {
        name: 'faults', minutes: 10, as: 'number', state: above(0),
        of: (now, ago) =>
          (growth(ago, now, 'ecard_requests_seconds_count', {outcome: ['fault']}) ?? 0) + (growth(ago, now, 'ecard_requests_impossible_total') ?? 0),
      },
      {name: 'limited', minutes: 5, as: 'number', state: told, of: (now, ago) => growth(ago, now, 'ecard_requests_seconds_count', {outcome: ['limited']})},
    ],
  },
  {
    group: 'line',
    signs: [
      {name: 'postgres', as: 'yes', state: below(1, 1), of: (now) => sum(now, 'ecard_store_up', {store: ['postgres']})},
      {name: 'redis', as: 'yes', state: below(1), of: (now) => sum(now, 'ecard_store_up', {store: ['redis']})},
      {name: 'lanesShut', as: 'number', state: above(0), of: (now) => less(sum(now, 'ecard_lanes'), sum(now, 'ecard_lanes_open'))},
      {name: 'lanesOpen', as: 'number', state: below(1, 1), of: (now) => sum(now, 'ecard_lanes_open')},
      {name: 'flight', minutes: 1, as: 'seconds', state: above(0.05, 1), of: (now, ago) => mean(ago, now, 'ecard_block_flight_seconds')},
      {name: 'block', minutes: 1, as: 'number', state: told, of: (now, ago) => mean(ago, now, 'ecard_block_requests')},
      {name: 'full', minutes: 5, as: 'number', state: above(0), of: (now, ago) => growth(ago, now, 'ecard_line_full_total')},
      {
        name: 'notLanded', minutes: 5, as: 'number', state: above(0),
        of: (now, ago) => growth(ago, now, 'ecard_block_failures_total', {failure: ['BUG', 'FENCED', 'LOST', 'OVERLOADED', 'UNWRITABLE']}),
      },
      {name: 'unreadable', as: 'number', state: above(0), of: (now) => sum(now, 'ecard_definitions_unreadable')},
      {name: 'partition', as: 'days', state: below(30, 3), of: (now) => over(least(now, 'ecard_partition_ends_seconds'), DAY)},
    ],
  },
  {
    group: 'feed',
    signs: [
      {name: 'lagSeconds', as: 'seconds', state: above(60, 3600), of: (now) => greatest(now, 'ecard_feed_lag_seconds')},
      {name: 'numbered', minutes: 1, as: 'number', state: told, of: (now, ago) => rate(ago, now, 'ecard_feed_numbered_events_total')},
      {name: 'subscribers', as: 'number', state: told, of: (now) => sum(now, 'ecard_feed_subscribers')},
      {name: 'stalled', minutes: 5, as: 'number', state: above(0), of: (now, ago) => growth(ago, now, 'ecard_feed_stalled_streams_total')},
      {name: 'behind', as: 'number', state: above(10_000), of: (now) => greatest(now, 'ecard_delivery_behind_events')},
      {name: 'dead', as: 'number', state: above(0), of: (now) => sum(now, 'ecard_delivery_dead')},
      {name: 'broken', as: 'number', state: above(0), of: (now) => sum(now, 'ecard_subscriptions', {state: ['broken']})},
    ],
  },
  {
    group: 'trust',
    signs: [
      {name: 'audit', as: 'yes', state: below(1, 1), of: (now) => less(1, greatest(now, 'ecard_audit_broken'))},
      {name: 'serverEnds', as: 'days', state: below(14, 0), of: (now) => over(least(now, 'ecard_certificate_ends_seconds', {kind: ['server']}), DAY)},
      {name: 'authorityEnds', as: 'days', state: below(14, 0), of: (now) => over(least(now, 'ecard_certificate_ends_seconds', {kind: ['terminal_ca']}), DAY)},
      {name: 'macs', minutes: 10, as: 'number', state: above(20), of: (now, ago) => growth(ago, now, 'ecard_iso8583_mac_failures_total')},
      {
        name: 'signIns', minutes: 10, as: 'number', state: above(50),
        of: (now, ago) => growth(ago, now, 'ecard_sign_ins_total', {outcome: ['wrong', 'locked', 'nobody']}),
      },
    ],
  },
  {
    group: 'process',
    signs: [
      {name: 'connections', as: 'number', state: told, of: (now) => sum(now, 'ecard_connections_open')},
      {name: 'turned', minutes: 5, as: 'number', state: above(0), of: (now, ago) => growth(ago, now, 'ecard_connections_turned_total')},
      {
        name: 'heap', as: 'share', state: above(0.9, 0.98),
        of: (now) => share(sum(now, 'jvm_memory_used_bytes', {area: ['heap']}), greatest(now, 'jvm_memory_max_bytes', {area: ['heap']})),
      },
      {name: 'garbage', minutes: 1, as: 'share', state: above(0.05, 0.25), of: (now, ago) => rate(ago, now, 'jvm_gc_pause_seconds_sum')},
      {name: 'processor', as: 'share', state: above(0.9), of: (now) => sum(now, 'process_cpu_usage')},
      {name: 'files', as: 'share', state: above(0.8, 0.95), of: (now) => share(sum(now, 'process_files_open_files'), sum(now, 'process_files_max_files'))},
      {name: 'uptime', as: 'span', state: told, of: (now) => sum(now, 'process_uptime_seconds')},
    ],
  },
];

function less(a, b) {
  return a === null || b === null ? null : a - b;
}

function over(a, b) {
  return a === null ? null : a / b;
}

/** The release that runs; null if it does not tell. */
export function releaseOf(scrape) {
  const [series] = [...(scrape.metrics.get('ecard_build') ?? new Map()).keys()];
  return series?.labels.version ?? null;
}

/** Whether it is another process than before: what it counts began anew. */
export function isAnother(before, now) {
  return values(before, 'process_start_time_seconds')[0] !== values(now, 'process_start_time_seconds')[0];
}

/** What was told that many minutes before the last; the oldest, if nobody looked then. */
function ago(history, minutes) {
  const from = history.at(-1).at - minutes * 60_000;
  return history.find(({at}) => at >= from - 1000) ?? history[0];
}

/** A sign's value at a place of the history; null if it is not known. */
export function valueOf(sign, history) {
  const before = ago(history, sign.minutes ?? 0);
  return sign.minutes !== undefined && before === history.at(-1) ? null : sign.of(history.at(-1), before);
}

/** good, wait or bad; null if it is not known. */
export function stateOf(sign, value) {
  return value === null || Number.isNaN(value) ? null : sign.state(value);
}
