// The programs that may sign people in here.
import { load } from './load.mjs';

const { exportPKCS8, generateKeyPair, jwtVerify, decodeProtectedHeader } = await load('jose');

const newPair = () => generateKeyPair('ES256', { extractable: true });
const pair = await newPair();

// The key that Apple would have made in the developer account.
export const appleKey = { pem: await exportPKCS8(pair.privateKey), id: 'ABC123DEFG', team: 'TEAM123456' };

// A good key that Apple knows nothing of.
export const strangerKey = await exportPKCS8((await newPair()).privateKey);

// Apple allows a client secret at most this long a life, in seconds.
const SECRET_LIFE_MAX_S = 15_777_000;

// What Apple checks of a client secret.
export async function verifyAppleSecret(secret, clientId, audience) {
  try {
    const header = decodeProtectedHeader(secret);
    const { payload } = await jwtVerify(secret, pair.publicKey, {
      algorithms: ['ES256'],
      issuer: appleKey.team,
      subject: clientId,
      audience,
      requiredClaims: ['exp', 'iat'],
    });
    return header.kid === appleKey.id && payload.exp - payload.iat <= SECRET_LIFE_MAX_S;
  } catch {
    return false;
  }
}

const web = (client_id, client_secret, path) => ({
  client_id,
  client_secret,
  redirect_uris: [`http://127.0.0.1:9/api/auth/oidc/${path}/callback`],
  grant_types: ['authorization_code'],
  response_types: ['code'],
  token_endpoint_auth_method: 'client_secret_post',
});

export const clients = [
  web('captely-google', 'shared by captely and google', 'google'),
  {
    ...web('captely-es256', 'shared by captely and google', 'google'),
    id_token_signed_response_alg: 'ES256',
  },
  web('somebody-else', 'shared by somebody else and google', 'google'),
  // Never compared as a text: see verifyAppleSecret.
  web('com.example.captely', 'unused', 'apple'),
];
