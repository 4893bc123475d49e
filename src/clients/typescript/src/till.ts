/**
 * A till over HTTPS, on types that were generated from the contract:
 * `node target/till.js https://localhost:8443 ca.pem T0000001.pem T0000001-key.pem CODE CODE`,
 * with two member codes that nobody has used yet. Ends with 1 when anything is not as the contract says.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import createClient from 'openapi-fetch';
import { Agent, fetch, Request } from 'undici';
import type { components, paths } from '../generated/gateway.js';

type Receipt = components['schemas']['Receipt'];

const ORDER = 12_800;
const BACK = 3_200;

const [base, ca, certificate, key, firstCode, secondCode] = process.argv.slice(2);
assert(base && ca && certificate && key && firstCode && secondCode, 'six arguments');

const dispatcher = new Agent({
  connect: { ca: readFileSync(ca), cert: readFileSync(certificate), key: readFileSync(key) },
});
const gateway = createClient<paths>({
  baseUrl: base,
  Request: Request as unknown as typeof globalThis.Request,
  fetch: (request: unknown) => fetch(request as Request, { dispatcher }) as unknown as Promise<Response>,
});

/** Made before anything is sent, and kept over repeats. */
const run = `ts-${Date.now().toString(36)}`;

const told = (what: string, said: string | number) => console.log(`${what}: ${said}`);

const sell = (requestId: string, code: string, orderFen: number) =>
  gateway.POST('/v1/transactions', {
    params: { header: { 'Idempotency-Key': requestId } },
    body: { type: 'SALE', code, orderFen },
  });

async function sellsAndRefunds(code: string) {
  const quote = await gateway.POST('/v1/verifications', { body: { code, orderFen: ORDER } });
  assert(quote.data, JSON.stringify(quote.error));
  told('verification', quote.data.say);
  assert.equal(quote.data.outcome, 'ELIGIBLE');

  const sale = await sell(`${run}-sale`, code, ORDER);
  assert(sale.data, JSON.stringify(sale.error));
  const sold = sale.data.body;
  told('sale', sold.say);
  assert.equal(sale.response.status, 201);
  assert.equal(sold.outcome, 'APPROVED');
  assert.equal(sold.discountFen + sold.memberPaysFen, ORDER);
  assert.equal(sold.discountFen, quote.data.discountFen);

  const again = await sell(`${run}-sale`, code, ORDER);
  told('the same once more', again.data?.body.id ?? '');
  assert.deepEqual(again.data, sale.data);
  assert.equal(again.response.headers.get('Idempotent-Replayed'), 'true');

  const other = await sell(`${run}-sale`, code, ORDER + 1);
  assert(other.error, 'another sale under the same key');
  told('another under that key', other.error.title);
  assert.equal(other.response.status, 422);
  assert.equal(other.error.code, 'CONFLICTS_WITH_EARLIER');

  const refund = await gateway.POST('/v1/transactions/{id}/refunds', {
    params: { path: { id: sold.id }, header: { 'Idempotency-Key': `${run}-refund` } },
    body: { orderFen: BACK },
  });
  assert(refund.data, JSON.stringify(refund.error));
  told('refund', refund.data.body.say);
  assert.equal(refund.data.body.orderFen, -BACK);
  assert.equal(refund.data.body.original, sold.id);

  const read = await gateway.GET('/v1/transactions/{id}', { params: { path: { id: refund.data.body.id } } });
  told('read', read.data?.body.id ?? '');
  assert.deepEqual(read.data, refund.data);
}

async function reverses(code: string) {
  const requestId = `${run}-lost`;
  const sale = await sell(requestId, code, ORDER);
  told('a sale whose answer is lost', sale.data?.body.id ?? '');
  const reversal = await gateway.POST('/v1/reversals', { body: { requestId, orderFen: ORDER } });
  assert(reversal.data, JSON.stringify(reversal.error));
  told('reversal', reversal.data.body.say);
  assert.equal(reversal.data.body.type, 'REVERSAL');
  assert.equal(reversal.data.body.outcome, 'APPROVED');

  const both = await gateway.GET('/v1/transactions', { params: { query: { requestId } } });
  const found: Receipt[] = both.data?.transactions ?? [];
  told('what became of the key', `${found.length} transactions`);
  assert.deepEqual(found, [sale.data, reversal.data]);
}

await sellsAndRefunds(firstCode);
await reverses(secondCode);
await dispatcher.close();
told('all', 'as the contract says');
