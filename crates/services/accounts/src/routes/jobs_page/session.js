/** Talks to the API with the cookies of a session. */

/** What a request that changes something must bring. */
let csrf = '';

/** The workspace that is asked about; that of the session where it is empty. */
export const acting = { workspace: '' };

/** The headers that name it. */
export const inWorkspace = () => (acting.workspace ? { 'X-Workspace-Id': acting.workspace } : {});

/** An answer that is no success; its message is a sentence for a person. */
export class Refused extends Error {
  constructor(status, detail, { code = '', retryAfterS = 0 } = {}) {
    super(detail);
    Object.assign(this, { status, code, retryAfterS });
  }
}

export async function send(method, path, body) {
  const headers = inWorkspace();
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET') headers['X-CSRF-Token'] = csrf;
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const json = await answer.json().catch(() => null);
  if (!answer.ok) {
    const detail = json?.detail ?? `The server answered with ${answer.status}. Try again in a moment.`;
    const retryAfterS = Number(answer.headers.get('Retry-After')) || 0;
    throw new Refused(answer.status, detail, { code: json?.code, retryAfterS });
  }
  // Signing in, renewing and asking for it bring it.
  csrf = json?.csrf_token ?? csrf;
  return { status: answer.status, json };
}

/**
 * Asks, and once more where the access token had run out meanwhile, or another tab has signed in anew:
 * the page's token was the old session's.
 */
export async function ask(method, path, body) {
  try {
    return (await send(method, path, body)).json;
  } catch (why) {
    const isOld = why.status === 401 || why.code === 'csrf_token_missing';
    if (!isOld || !(await renew())) throw why;
    return (await send(method, path, body)).json;
  }
}

/**
 * Takes up the session of the cookies; false where there is none. One tab after the other: a refresh
 * token is good once.
 */
export async function renew() {
  const turn = navigator.locks
    ? (work) => navigator.locks.request('captely-renew', work)
    : (work) => work();
  return turn(async () => {
    for (const [method, path, body] of [['GET', '/api/auth/csrf'], ['POST', '/api/auth/refresh', {}]]) {
      try {
        await send(method, path, body);
        return true;
      } catch (why) {
        if (why.status !== 401) throw why;
      }
    }
    return false;
  });
}
