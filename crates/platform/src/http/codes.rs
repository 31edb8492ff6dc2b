//! The codes of problems. A code is stable: programs branch on it. The page `/docs/errors` is made of
//! these and of the codes that services add.

/// A kind of problem.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Its stable name: `not_found`.
    pub name: &'static str,
    /// The HTTP status that goes with it.
    pub status: u16,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What whoever gets it can do.
    pub help: &'static str,
}

/// Defines codes and the list of them.
#[macro_export]
macro_rules! problem_codes {
    ($($(#[$meta:meta])* $constant:ident = $status:literal, $name:literal, $title:literal, $help:literal;)+) => {
        $(
            #[doc = $title]
            $(#[$meta])*
            pub const $constant: $crate::http::Code =
                $crate::http::Code { name: $name, status: $status, title: $title, help: $help };
        )+

        /// All codes of this room.
        pub const ALL: &[&$crate::http::Code] = &[$(&$constant),+];
    };
}

problem_codes! {
    MALFORMED = 400, "malformed", "The request cannot be read.",
        "The detail says where it breaks off: in the JSON, the query or a header. Mend it and send it again.";
    INVALID = 422, "invalid", "A value is not allowed.",
        "`field` names it and the detail says what is allowed. Nothing was changed.";
    UNAUTHENTICATED = 401, "unauthenticated", "Nobody is signed in.",
        "Send an access token or an API key as `Authorization: Bearer …`, or sign in. An access token that has run out is renewed at POST /api/auth/refresh.";
    FORBIDDEN = 403, "forbidden", "You may not do this.",
        "Your role in this workspace does not allow it. An admin or owner can do it or change your role.";
    SCOPE = 403, "scope_missing", "The API key may not do this.",
        "The detail names the scope that is missing. Make a key that has it, or sign in.";
    NOT_IN_PLAN = 403, "not_in_plan", "The workspace's plan does not have this.",
        "The detail says what is missing. An admin can choose a plan that has it.";
    SESSION_NEEDED = 403, "session_needed", "An API key cannot do this.",
        "Sign in as a person: keys cannot manage accounts, keys or members.";
    CONFIRM = 403, "confirmation_needed", "This needs a fresh sign-in.",
        "Confirm with your password or passkey at POST /api/auth/confirm, then repeat the request.";
    CSRF = 403, "csrf_token_missing", "The request lacks the token of its page.",
        "Requests that carry the session cookie and change something need the header X-CSRF-Token with the value that signing in returned.";
    ADDRESS_NOT_ALLOWED = 403, "address_not_allowed", "Not from this address.",
        "The detail names the setting that lists the addresses from which this may be done. Behind a proxy that \
         server.trusted_proxies does not name, and under a host name other than localhost, nobody counts as \
         being on the server's own machine.";
    NO_WORKSPACE = 409, "no_workspace", "No workspace is chosen.",
        "Make a workspace at POST /api/workspaces, accept an invitation, or name one in the header X-Workspace-Id.";
    NOT_FOUND = 404, "not_found", "There is nothing here.",
        "Check the id and the path. What belongs to another workspace is answered the same way.";
    METHOD = 405, "method_not_allowed", "Not with this method.",
        "The header Allow names the methods of this path.";
    CONFLICT = 409, "conflict", "It clashes with what is there.",
        "The detail says with what. Read the present state and decide.";
    KEY_REUSED = 422, "idempotency_key_reused", "The idempotency key was used for another request.",
        "A key stands for one request with one body, for 24 hours. Use a new key for a new request.";
    TOO_LARGE = 413, "too_large", "The request is too large.",
        "The detail names the limit. Split the request.";
    MEDIA_TYPE = 415, "unsupported_media_type", "The body is of another type than expected.",
        "Send JSON with `Content-Type: application/json`, and a file as `multipart/form-data`.";
    LINK_WRONG = 403, "link_wrong", "The link does not work.",
        "It was changed, has run out, or is for another method. Ask again for the file: the answer has a new link.";
    RATE_LIMITED = 429, "rate_limited", "Too many requests.",
        "Wait for as many seconds as Retry-After says. The header RateLimit tells what is left before it happens.";
    LISTENERS = 429, "too_many_listeners", "Too many connections listen already.",
        "Close one: a page or a program needs one connection only. The detail names the limits.";
    SLOW = 408, "request_too_slow", "The request did not arrive in time.",
        "Send it again in one go, or over a better connection.";
    INTERNAL = 500, "internal", "Something broke on our side.",
        "It has been logged under the trace id; tell it to whoever runs this installation. Nothing was half-written.";
    BUSY = 503, "busy", "The server has too much to do.",
        "Wait for as many seconds as Retry-After says, and send it again.";
    DATABASE = 503, "database_unavailable", "The database cannot be reached.",
        "Nothing was changed. Send it again shortly; /api/health tells when the database is back.";
    DISK_FULL = 507, "disk_full", "The disk of the server is full.",
        "Nothing was written. Whoever runs this installation must make room.";
    FILES = 503, "files_unavailable", "The store of files cannot be reached.",
        "Nothing was kept. Send it again shortly; where it stays so, whoever runs this installation looks with `captely doctor`.";
    TIMED_OUT = 503, "timed_out", "It took too long.",
        "What was begun was rolled back. Send it again; with an Idempotency-Key it cannot happen twice.";
}
