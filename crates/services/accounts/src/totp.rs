//! Codes of an authenticator app (TOTP, RFC 6238): SHA-1, six digits, a new one every 30 seconds, which
//! is what every such app understands.

use captely_contact::{EmailAddress, Timestamp};
use captely_platform::chance::Chance;
use totp_rs::{Algorithm, Builder, Totp};
use zeroize::Zeroizing;

/// RFC 4226 §4 R6 recommends 160 bits.
pub const TOTP_SECRET_BYTES: usize = 20;
const STEP_S: u64 = 30;
/// Codes of this many steps before and after are taken too: RFC 6238 §5.2 recommends one.
const STEPS_APART: u16 = 1;
/// Shown by the app above the code.
const ISSUER: &str = "Captely";

/// The secret that a person's authenticator app and we share. Store it sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret(Zeroizing<[u8; TOTP_SECRET_BYTES]>);

/// The stored secret has another length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the stored secret has {0} bytes instead of {TOTP_SECRET_BYTES}; set the second factor up again"
)]
pub struct TotpSecretError(usize);

impl TotpSecret {
    /// A new secret. `chance` must be seeded by the operating system.
    pub fn draw(chance: &Chance) -> Self {
        let mut bytes = Zeroizing::new([0; TOTP_SECRET_BYTES]);
        chance.fill(&mut *bytes);
        Self(bytes)
    }

    /// The secret as it was stored.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TotpSecretError> {
        let exact = <[u8; TOTP_SECRET_BYTES]>::try_from(bytes);
        let exact = exact.map_err(|_why| TotpSecretError(bytes.len()))?;
        Ok(Self(Zeroizing::new(exact)))
    }

    /// What to seal and store.
    pub fn as_bytes(&self) -> &[u8; TOTP_SECRET_BYTES] {
        &self.0
    }

    /// `otpauth://totp/…`, to be shown as a QR code once; the app names the account by the address.
    pub fn url(&self, email: &EmailAddress) -> String {
        // An address holds no colon, and none of the other parts can be wrong.
        self.totp()
            .with_account_name(email.as_str())
            .build_noncompliant()
            .to_url()
            .unwrap_or_default()
    }

    /// The secret in base 32, for those who type it in.
    pub fn base32(&self) -> String {
        self.totp().build_noncompliant().secret().to_base32()
    }

    /// The step (30 seconds since 1970 each) whose code this is, if it is the step of `now` or one
    /// beside it. The caller refuses a step that is not greater than the last one used: a code is
    /// good for one time (RFC 6238 §5.2).
    pub fn verify(&self, typed: &str, now: Timestamp) -> Option<u64> {
        let code: String =
            typed.chars().take(20).filter(|c| !c.is_whitespace() && *c != '-').collect();
        let six_digits = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        let totp: Totp = self.totp().build_noncompliant();
        six_digits.then(|| totp.check(&code, seconds(now))).flatten()
    }

    /// The code of this moment, as the app shows it.
    pub fn code(&self, now: Timestamp) -> String {
        self.totp().build_noncompliant().generate(seconds(now)).to_string()
    }

    fn totp(&self) -> Builder {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(STEPS_APART)
            .with_step_duration(STEP_S)
            .with_issuer(Some(ISSUER))
            .with_secret(self.0.to_vec())
    }
}

/// Never shown.
impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(***)")
    }
}

fn seconds(at: Timestamp) -> u64 {
    at.since(Timestamp::default()).as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::default().plus(Duration::from_secs(seconds))
    }

    fn rfc_secret() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").unwrap()
    }

    /// RFC 6238 appendix B, SHA-1; of its eight digits the last six.
    #[test]
    fn the_vectors_of_the_rfc() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(rfc_secret().code(at(seconds)), code);
            assert_eq!(rfc_secret().verify(code, at(seconds)), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn one_step_apart_is_near_enough() {
        let secret = rfc_secret();
        for (now, expected) in [(29, Some(1)), (30, Some(1)), (89, Some(1)), (90, None)] {
            assert_eq!(secret.verify("287082", at(now)), expected, "{now}");
        }
        assert_eq!(secret.verify("287 082", at(59)), Some(1));
        for typed in ["", "28708", "2870820", "28708a", "٢٨٧٠٨٢", &"2".repeat(1_000_000)] {
            assert_eq!(secret.verify(typed, at(59)), None);
        }
    }

    #[test]
    fn an_app_can_read_the_url() {
        let secret = rfc_secret();
        let url = secret.url(&"ada+x@example.org".parse().unwrap());
        assert_eq!(
            url,
            "otpauth://totp/Captely:ada%2Bx%40example.org?secret=\
             GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Captely"
        );
        assert_eq!(secret.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn secrets_are_drawn_kept_and_never_shown() {
        let chance = Chance::from_seed(1);
        let secret = TotpSecret::draw(&chance);
        assert_ne!(secret, TotpSecret::draw(&chance));
        assert_eq!(TotpSecret::from_bytes(secret.as_bytes()), Ok(secret.clone()));
        assert_eq!(TotpSecret::from_bytes(b"short"), Err(TotpSecretError(5)));
        assert_eq!(format!("{secret:?}"), "TotpSecret(***)");
    }
}
