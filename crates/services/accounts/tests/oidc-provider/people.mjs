// Whoever types a name at the login form exists. What is said about them is as Google or as Apple
// would say it, by the client that asks.
export async function findAccount(ctx, sub) {
  const apple = ctx.oidc.client?.clientId === 'com.example.captely';
  return { accountId: sub, claims: async () => ({ sub, ...(apple ? asApple(sub) : asGoogle(sub)) }) };
}

// The login name is the address. Addresses of other people's domains come with a verified address
// but without `hd`, except for organisations, which have one below work.example.
function asGoogle(login) {
  const domain = login.split('@')[1];
  const organisation = domain?.endsWith('work.example') ? { hd: domain } : {};
  return { email: login, email_verified: true, name: 'Ada King', ...organisation };
}

// Truth as text, and no name: that comes beside the token, once.
function asApple(login) {
  const hidden = login.endsWith('@privaterelay.appleid.com');
  return { email: login, email_verified: 'true', is_private_email: String(hidden) };
}
