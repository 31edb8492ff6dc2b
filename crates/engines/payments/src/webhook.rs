//! Whether a call to our webhook comes from Stripe (contract, "Webhooks/signatures").

use std::time::Duration;

use captely_contact::Timestamp;
use captely_providers::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::event::{Event, UnreadEvent};
use crate::read;

/// The usual tolerance between Stripe's clock and ours, to both sides.
pub const TOLERANCE: Duration = Duration::from_mins(5);

/// The longest header that is read, in bytes. Two secrets and the test scheme take 250.
const HEADER_BYTES_MAX: usize = 4 * 1024;

/// The most signatures that are compared; Stripe sends one for each secret of the endpoint.
const SIGNATURES_MAX: usize = 16;

/// The largest body that is read, in bytes. An event of Stripe's is some kilobytes long.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;

/// The length of an HMAC with SHA-256, in bytes.
const SIGNATURE_BYTES: usize = 32;

/// Why a call is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No secret is set.
    #[error(
        "no secret is set for Stripe's webhook; it starts with whsec_ and stands in Stripe's dashboard at the endpoint"
    )]
    NoSecret,
    /// The header has not its form.
    #[error("the header Stripe-Signature cannot be read: {0}")]
    Header(&'static str),
    /// Longer than [`BODY_BYTES_MAX`].
    #[error("the body is larger than {BODY_BYTES_MAX} bytes")]
    BodyTooLarge,
    /// None of the signatures is made with one of our secrets over this body.
    #[error(
        "no signature fits the body: the secret may belong to another endpoint, or something changed the body on its way"
    )]
    Mismatch,
    /// Signed well, too long ago: a repeat by somebody else, or a clock that is wrong.
    #[error("the call was signed {} s ago; {} s are allowed: is this machine's clock right?", .age.as_secs(), .allowed.as_secs())]
    TooOld {
        /// How long ago.
        age: Duration,
        /// The tolerance.
        allowed: Duration,
    },
    /// Signed well, in the future.
    #[error("the call was signed {} s in the future; {} s are allowed: is this machine's clock right?", .ahead.as_secs(), .allowed.as_secs())]
    TooNew {
        /// How far.
        ahead: Duration,
        /// The tolerance.
        allowed: Duration,
    },
    /// Signed well, and no event that can be read.
    #[error(transparent)]
    Unread(#[from] UnreadEvent),
}

/// Checks the header `Stripe-Signature` over `body`, as it came, and reads the event.
///
/// Any signature `v1` made with any of `secrets` will do, so that the secret can be changed while
/// calls come in: set the new one beside the old one first. The signature is compared in constant
/// time, and its time must lie within `tolerance` of `now`, both ends included.
pub fn verify(
    header: &str,
    body: &[u8],
    secrets: &[Key],
    now: Timestamp,
    tolerance: Duration,
) -> Result<Event, SignatureError> {
    if body.len() > BODY_BYTES_MAX {
        return Err(SignatureError::BodyTooLarge);
    }
    let header = Header::parse(header)?;
    check_signature(&header, body, secrets)?;
    check_time(&header, now, tolerance)?;
    Ok(Event::read(body)?)
}

/// What the header says.
struct Header<'h> {
    /// As it stands there, since it was signed so.
    time: &'h str,
    seconds: i64,
    signatures: Vec<[u8; SIGNATURE_BYTES]>,
}

impl<'h> Header<'h> {
    /// `t=<unix>,v1=<hex>[,v1=<hex>…]`; other schemes are passed over, and so is a `v1` of another
    /// form, which can fit nothing.
    fn parse(text: &'h str) -> Result<Self, SignatureError> {
        if text.len() > HEADER_BYTES_MAX {
            return Err(SignatureError::Header("it is too long"));
        }
        let mut time = None;
        let mut signatures = Vec::new();
        for part in text.split(',') {
            match part.trim().split_once('=') {
                Some(("t", _)) if time.is_some() => {
                    return Err(SignatureError::Header("it has more than one time"));
                }
                Some(("t", value)) => time = Some(value),
                Some(("v1", value)) if signatures.len() < SIGNATURES_MAX => {
                    signatures.extend(from_hex(value));
                }
                _ => {}
            }
        }
        let time = time.ok_or(SignatureError::Header("it has no time (t=)"))?;
        let is_number = !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = time.parse().ok().filter(|_| is_number);
        let seconds = seconds.ok_or(SignatureError::Header("its time is no number of seconds"))?;
        if signatures.is_empty() {
            return Err(SignatureError::Header("it has no signature of the scheme v1"));
        }
        Ok(Self { time, seconds, signatures })
    }
}

/// Every pair of secret and signature is compared, so that the time taken says nothing.
fn check_signature(
    header: &Header<'_>,
    body: &[u8],
    secrets: &[Key],
) -> Result<(), SignatureError> {
    let mut secrets = secrets.iter().filter(|secret| !secret.is_empty()).peekable();
    if secrets.peek().is_none() {
        return Err(SignatureError::NoSecret);
    }
    let mut fits = false;
    for secret in secrets {
        // The whole text of the secret is the key, `whsec_` included (contract, step 2).
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()) else {
            continue;
        };
        mac.update(header.time.as_bytes());
        mac.update(b".");
        mac.update(body);
        for signature in &header.signatures {
            fits |= mac.clone().verify_slice(signature).is_ok();
        }
    }
    if fits { Ok(()) } else { Err(SignatureError::Mismatch) }
}

fn check_time(
    header: &Header<'_>,
    now: Timestamp,
    allowed: Duration,
) -> Result<(), SignatureError> {
    // To the second, as the signature's time is.
    let now = read::from_seconds(read::to_seconds(now));
    let signed = read::from_seconds(header.seconds);
    let (age, ahead) = (now.since(signed), signed.since(now));
    if age > allowed {
        return Err(SignatureError::TooOld { age, allowed });
    }
    if ahead > allowed {
        return Err(SignatureError::TooNew { ahead, allowed });
    }
    Ok(())
}

/// 64 hexadecimal digits in any case.
fn from_hex(text: &str) -> Option<[u8; SIGNATURE_BYTES]> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let mut bytes = Vec::with_capacity(SIGNATURE_BYTES);
    for pair in text.as_bytes().chunks(2) {
        let &[high, low] = pair else { return None };
        bytes.push((digit(high)? << 4) | digit(low)?);
    }
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests;
