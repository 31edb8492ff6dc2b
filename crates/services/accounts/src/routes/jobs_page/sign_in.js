/** Signing in: the password, then the second factor of those who have one. */

import { Refused, send } from '/admin/assets/session.js';

/** The steps, by the parts of the form that ask for them. */
export const PASSWORD = 'password-fields';
const CODE = 'code-fields';

const at = (id) => document.getElementById(id);
/** What stands for the password while the code is asked for. */
let challenge = '';

/** Asks for one step at a time: what is hidden is neither sent nor checked. */
export function askFor(step) {
  for (const id of [PASSWORD, CODE]) at(id).hidden = at(id).disabled = id !== step;
  for (const id of ['password', 'code']) at(id).value = '';
  if (step === PASSWORD) challenge = '';
  at('back').hidden = step === PASSWORD;
  at('sign-in').hidden = false;
  at(step).querySelector('input').focus();
}

function takeUp(id) {
  at(id).focus();
  at(id).select();
}

/** Hands in what was asked for; false where a code is needed besides. */
export async function signIn() {
  return challenge ? handInCode() : handInPassword();
}

async function handInPassword() {
  try {
    const { status, json } = await send('POST', '/api/auth/login', {
      email: at('email').value.trim(), password: at('password').value, transport: 'cookie',
    });
    askFor(status === 202 ? CODE : PASSWORD);
    challenge = status === 202 ? json.challenge : '';
    return !challenge;
  } catch (why) {
    takeUp('password');
    throw why;
  }
}

async function handInCode() {
  const typed = at('code').value.replace(/\s/g, '');
  // Apps show six digits; a recovery code has ten letters and digits.
  const proof = /^\d{6}$/.test(typed) ? { code: typed } : { recovery_code: typed };
  try {
    await send('POST', '/api/auth/second-factor', { challenge, ...proof, transport: 'cookie' });
    askFor(PASSWORD);
    return true;
  } catch (why) {
    if (why.status !== 410) {
      takeUp('code');
      throw why;
    }
    askFor(PASSWORD);
    takeUp('password');
    throw new Refused(410, 'That took too long, or there were too many tries. Enter your password again.');
  }
}
