// A device's own key: made here, never leaves the browser, proves the terminal. P-256, as WebCrypto has it.

import {base64, base64url} from './spelling.js';

const ECDSA = {name: 'ECDSA', namedCurve: 'P-256'};
const SIGNING = {name: 'ECDSA', hash: 'SHA-256'};
const ASSERTION_SECONDS = 120;

/** A new key, which cannot be read out again. */
export function newKey() {
  return crypto.subtle.generateKey(ECDSA, false, ['sign', 'verify']);
}

const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));

/** DER: a tag, a length below 64 KiB, the content. */
function der(tag, ...parts) {
  const content = joined(...parts);
  const length =
    content.length < 0x80
      ? [content.length]
      : content.length < 0x100
        ? [0x81, content.length]
        : [0x82, content.length >> 8, content.length & 0xff];
  return joined([tag, ...length], content);
}

/** A positive integer of fixed length, as DER wants it. */
function integer(bytes) {
  const first = bytes.findIndex((byte) => byte !== 0);
  const short = first < 0 ? Uint8Array.of(0) : bytes.slice(first);
  return der(0x02, short[0] & 0x80 ? [0] : [], short);
}

const ECDSA_SHA256 = [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const COMMON_NAME = [0x06, 0x03, 0x55, 0x04, 0x03];

/** A certificate request for that key (PKCS#10, RFC 2986), PEM. */
export async function request(key, terminal) {
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', key.publicKey));
  const name = der(0x30, der(0x31, der(0x30, COMMON_NAME, der(0x0c, new TextEncoder().encode(terminal)))));
  const asked = der(0x30, [0x02, 0x01, 0x00], name, spki, [0xa0, 0x00]);
  const raw = new Uint8Array(await crypto.subtle.sign(SIGNING, key.privateKey, asked));
  const signature = der(0x30, integer(raw.slice(0, 32)), integer(raw.slice(32)));
  const pem = base64(der(0x30, asked, ECDSA_SHA256, der(0x03, [0], signature)));
  return `-----BEGIN CERTIFICATE REQUEST-----\n${pem.match(/.{1,64}/g).join('\n')}\n-----END CERTIFICATE REQUEST-----\n`;
}

const part = (value) => base64url(new TextEncoder().encode(JSON.stringify(value)));

/**
 * What a token is given for: a JWT (RFC 7519) signed by ES256, good for one token.
 *
 * @param seconds the gateway's time, whole seconds since 1970
 */
export async function assertion(key, terminal, seconds) {
  const head = part({alg: 'ES256', typ: 'ecard-assertion+jwt'});
  const claims = part({
    iss: terminal,
    sub: terminal,
    aud: 'urn:ecard:gateway',
    iat: seconds,
    exp: seconds + ASSERTION_SECONDS,
    jti: crypto.randomUUID(),
  });
  const signed = new TextEncoder().encode(`${head}.${claims}`);
  const signature = new Uint8Array(await crypto.subtle.sign(SIGNING, key.privateKey, signed));
  return `${head}.${claims}.${base64url(signature)}`;
}
