//! The codes of problems that this service adds.

use captely_platform::problem_codes;

problem_codes! {
    SHORT = 402, "credits_short", "There are not enough credits.",
        "`needed` says how many this takes and `left` how many there are. Buy a package, choose a larger plan, or ask for less.";
    LIMIT = 429, "credit_limit", "A limit on credits is used up.",
        "`limit` names it, `value` says how much it is, `left` what is left of it, `resets_at` when it begins anew (null where it does not by itself). Retry-After says the same in seconds.";
    KEY_MISSING = 422, "idempotency_key_missing", "The request needs an idempotency key.",
        "Send the header Idempotency-Key with a value of your own, and the same one when you repeat the request: it is then done once.";
}
