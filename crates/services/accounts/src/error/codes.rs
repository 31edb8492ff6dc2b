//! The codes of problems that this service adds.

use captely_platform::problem_codes;

problem_codes! {
    WRONG_PASSWORD = 401, "wrong_credentials", "The address or the password is wrong.",
        "Check both. Whether the address has an account is not told. A forgotten password is set anew through POST /api/auth/forgot-password.";
    WRONG_CODE = 422, "wrong_code", "The code is not right.",
        "Codes are valid for a short time and few tries. Ask for a new one.";
    SECOND_FACTOR = 401, "second_factor_wrong", "The second factor is not right.",
        "Type the code that the app shows now, or a recovery code that was not used yet.";
    EXPIRED = 410, "expired", "It has run out or was used.",
        "Links and challenges are good once and for a while. Ask for a new one.";
    TOO_MANY_TRIES = 429, "too_many_tries", "Too many tries for this account.",
        "Wait for as many seconds as Retry-After says.";
    NOT_A_MEMBER = 403, "not_for_you", "It was meant for somebody else.",
        "Sign in with the address that it was sent to.";
    SET_UP = 409, "already_set_up", "This installation is set up.",
        "Sign in, or ask whoever runs it for an invitation.";
    SIGN_UP_CLOSED = 403, "sign_up_closed", "New accounts are by invitation only.",
        "Ask a member of the workspace for an invitation.";
    LAST_OWNER = 409, "last_owner", "A workspace has one owner at least.",
        "Make somebody else owner first, at POST /api/workspaces/current/transfer.";
    LAST_WAY_IN = 409, "last_way_in", "It is the last way to sign in.",
        "Set a password through POST /api/auth/forgot-password, or add a passkey, before you take this one away.";
    PASSKEYS_OFF = 409, "passkeys_unavailable", "This installation has no passkeys.",
        "Browsers offer them on sites with a name and https only (or on localhost). Whoever runs this installation sets its public URL so.";
    PASSKEY_REFUSED = 401, "passkey_refused", "The passkey was not accepted.",
        "Start again. Where it was removed from the account, sign in another way.";
    OIDC_REFUSED = 401, "oidc_refused", "The sign-in elsewhere did not succeed.",
        "Start again, in the same browser and without waiting long. The detail says why.";
    OIDC_CANCELLED = 409, "oidc_cancelled", "The sign-in elsewhere was cancelled.",
        "Nothing was changed. Start again, or sign in another way.";
    OIDC_UNAVAILABLE = 503, "oidc_unavailable", "The sign-in elsewhere does not work now.",
        "Sign in another way, or try again in a few minutes. Where the detail speaks of this server, whoever runs it must mend it.";
    EMAIL_UNVERIFIED = 403, "email_not_verified", "The provider does not vouch for the address.",
        "Sign up with the address and a password, then link the account in the settings.";
    NOT_ADMITTED = 403, "address_not_admitted", "This address may not sign up here.",
        "Use your address at work: throw-away and, mostly, personal addresses are refused.";
    LINK_FIRST = 409, "link_first", "There is an account that is not linked to this one.",
        "Sign in as before, then link the account in the settings, at POST /api/auth/identities/{provider}.";
    DISABLED = 403, "account_disabled", "This account is switched off.",
        "Ask whoever runs this installation.";
}
