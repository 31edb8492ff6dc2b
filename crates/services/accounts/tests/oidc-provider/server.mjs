// An OpenID Connect provider on loopback: panva's certified implementation, set up the way Google and
// Apple behave, with a door through which a test changes what it says.
//
//   node server.mjs FOLDER     FOLDER has node_modules (scripts/oidc-provider makes it)
//
// Prints one line of JSON with its address and keys, and ends when its standard input does.
import { createServer } from 'node:http';

import { appleKey, clients, strangerKey, verifyAppleSecret } from './clients.mjs';
import { findAccount } from './people.mjs';
import { load } from './load.mjs';
import { answer, falsify, reset, rewriteRequest } from './falsify.mjs';

const { default: Provider } = await load('oidc-provider');
const { exportJWK, generateKeyPair } = await load('jose');

const server = createServer((request, response) => handle(request, response));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

let calls = {};
let keysMade = 0;
let provider;
let callback;

// A provider with new keys; what people and codes it knows stays.
async function start() {
  keysMade += 1;
  const make = async (alg) => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    return { ...(await exportJWK(privateKey)), kid: `${alg}-${keysMade}`, alg, use: 'sig' };
  };
  const signing = await make('RS256');
  provider = new Provider(issuer, {
    clients,
    jwks: { keys: [signing, await make('ES256')] },
    findAccount,
    scopes: ['openid', 'name'],
    claims: {
      openid: ['sub', 'hd', 'is_private_email'],
      email: ['email', 'email_verified'],
      profile: ['name'],
    },
    // Google and Apple put the person's claims into the ID token itself.
    conformIdTokenClaims: false,
    cookies: { keys: ['loopback'] },
    features: { devInteractions: { enabled: true } },
    pkce: { required: (_ctx, client) => client.clientId === 'captely-google' },
    ttl: { AuthorizationCode: 300, IdToken: 3600, Session: 600, Interaction: 600, Grant: 600, AccessToken: 3600 },
  });
  const shared = provider.Client.prototype.compareClientSecret;
  provider.Client.prototype.compareClientSecret = function compare(given) {
    return this.clientId === 'com.example.captely'
      ? verifyAppleSecret(given, this.clientId, issuer)
      : shared.call(this, given);
  };
  provider.use(falsify(signing));
  callback = provider.callback();
}

async function handle(request, response) {
  const { pathname } = new URL(request.url, issuer);
  if (pathname.startsWith('/test/')) {
    response.end(JSON.stringify(await control(pathname, request)));
    return;
  }
  calls[pathname] = (calls[pathname] ?? 0) + 1;
  rewriteRequest(request);
  callback(request, response);
}

async function control(pathname, request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  switch (pathname) {
    case '/test/answer': return answer(JSON.parse(body));
    case '/test/reset': calls = {}; return reset();
    case '/test/rotate': await start(); return {};
    case '/test/calls': return calls;
    default: return {};
  }
}

await start();
console.log(JSON.stringify({ issuer, apple_private_key: appleKey.pem, stranger_private_key: strangerKey }));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
