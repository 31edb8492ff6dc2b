//! All that is known of one address or number, for `--json` of single arguments.

use captely_providers::CheckedPhone;
use captely_verify::{EmailVerdict, PhoneVerdict};
use serde_json::{Value, json};

/// The whole verdict behind an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Details {
    /// There was nothing to check.
    None,
    /// Without its evidence, which stands beside it.
    Email(Box<EmailVerdict>),
    Phone {
        /// What the numbering plans say.
        own: Box<PhoneVerdict>,
        /// What an outside verifier says.
        outside: Option<Box<CheckedPhone>>,
    },
}

impl Details {
    /// The members of `details`.
    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::None => Value::Null,
            Self::Email(verdict) => email(verdict),
            Self::Phone { own, outside } => phone(own, outside.as_deref()),
        }
    }
}

fn email(verdict: &EmailVerdict) -> Value {
    json!({
        "email": verdict.email,
        "valid": verdict.is_valid(),
        "deliverability": verdict.deliverability().as_str(),
        "code": verdict.code,
        "disposable": verdict.disposable,
        "role": verdict.role,
        "free_provider": verdict.free_provider,
        "relay": verdict.relay,
        "lookalike": verdict.lookalike,
        "mx_host": verdict.mx_host,
        "family": verdict.family,
        "likeness": verdict.basis.likeness.as_str(),
        "because": verdict.basis.reasons(),
    })
}

fn phone(verdict: &PhoneVerdict, outside: Option<&CheckedPhone>) -> Value {
    let origin = verdict.origin();
    json!({
        "e164": verdict.e164,
        "valid": verdict.valid,
        "code": verdict.code,
        "type": verdict.kind,
        "dial": verdict.dial,
        "country": verdict.country,
        "country_source": verdict.country_source,
        "extension": verdict.extension,
        "second_number": verdict.rest,
        "repaired": verdict.repaired,
        "carrier": origin.carrier,
        "portable": origin.portable,
        "place": origin.place,
        "time_zones": origin.time_zones,
        "outside": outside.map(|found| json!({
            "valid": found.valid,
            "type": found.kind,
            "carrier": found.carrier,
            "country": found.country,
            "line_status": found.line,
        })),
    })
}
