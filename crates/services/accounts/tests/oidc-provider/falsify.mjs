// Between the provider and the network: what Apple does differently, and every lie a test asks for.
import { setTimeout as sleep } from 'node:timers/promises';

import { load } from './load.mjs';

const { SignJWT, base64url, decodeJwt, generateKeyPair, importJWK } = await load('jose');

let lie = {};
const greeted = new Set();

// The next answers are changed so:
//   claims, header   merged into the ID token (null takes a claim away)
//   sign             provider (default), stranger, secret (HS256), none
//   document         merged into the discovery document
//   path             only answers of this path are subject to the following
//   delay_ms, pad_bytes, status, text
export const answer = (wanted) => { lie = wanted; return {}; };
export const reset = () => { lie = {}; greeted.clear(); return {}; };

// Apple gives an ID token although `openid` is not among the scopes. Google's list of accounts to
// choose from is the login form here.
export function rewriteRequest(request) {
  request.url = request.url.replace('prompt=select_account', 'prompt=login');
  if (request.url.startsWith('/auth?') && request.url.includes('client_id=com.example.captely')) {
    request.url = request.url.replace('scope=', 'scope=openid+');
  }
}

export const falsify = (signing) => async (ctx, next) => {
  await next();
  if (ctx.body?.id_token) ctx.body.id_token = await falseToken(ctx.body.id_token, signing);
  if (lie.document && ctx.path === '/.well-known/openid-configuration') {
    ctx.body = { ...ctx.body, ...lie.document };
  }
  if (typeof ctx.body === 'string' && ctx.body.includes('Submitting Callback')) greet(ctx);
  if (lie.path === ctx.path) await spoil(ctx);
};

async function falseToken(token, signing) {
  if (!lie.claims && !lie.header && !lie.sign) return token;
  const said = { ...decodeJwt(token), ...lie.claims };
  const claims = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
  const header = { alg: 'RS256', kid: signing.kid, ...lie.header };
  switch (lie.sign ?? 'provider') {
    case 'none': {
      const part = (value) => base64url.encode(JSON.stringify(value));
      return `${part({ ...header, alg: 'none' })}.${part(claims)}.`;
    }
    case 'secret': {
      const secret = new TextEncoder().encode('shared by captely and google');
      return new SignJWT(claims).setProtectedHeader({ ...header, alg: 'HS256' }).sign(secret);
    }
    case 'stranger': {
      const { privateKey } = await generateKeyPair('RS256');
      return new SignJWT(claims).setProtectedHeader(header).sign(privateKey);
    }
    default: {
      const key = await importJWK(signing, 'RS256');
      return new SignJWT(claims).setProtectedHeader(header).sign(key);
    }
  }
}

// Apple tells the name at the first authorisation and never again.
function greet(ctx) {
  const client = ctx.oidc?.client?.clientId;
  const account = ctx.oidc?.session?.accountId;
  if (client !== 'com.example.captely' || greeted.has(account)) return;
  greeted.add(account);
  const user = JSON.stringify({ name: { firstName: 'Ada', lastName: 'L' }, email: account });
  const input = `<input type="hidden" name="user" value="${user.replaceAll('"', '&quot;')}"/>`;
  ctx.body = ctx.body.replace('<noscript>', `${input}<noscript>`);
}

async function spoil(ctx) {
  if (lie.delay_ms) await sleep(lie.delay_ms);
  if (lie.status) ctx.status = lie.status;
  if (lie.text) ctx.body = lie.text;
  if (lie.pad_bytes) ctx.body = { ...ctx.body, padding: 'x'.repeat(lie.pad_bytes) };
}
