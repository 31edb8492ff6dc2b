use reqwest::header::HeaderValue;

/// Contract, "Idempotency".
const KEY_BYTES_MAX: usize = 255;

/// Names one intent, so that a repeat of the call is answered with what the first one did.
///
/// Stripe keeps it for 24 hours at least. The caller makes it lasting before the call, and repeats
/// with the same key and the same parameters; another intent has another key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

/// The text cannot be an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key has 1 to {KEY_BYTES_MAX} visible ASCII characters without spaces")]
pub struct IdempotencyKeyError;

impl IdempotencyKey {
    /// 1 to 255 visible ASCII characters. No address or name of a person belongs into it.
    pub fn new(text: impl Into<String>) -> Result<Self, IdempotencyKeyError> {
        let text = text.into();
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.is_empty() || text.len() > KEY_BYTES_MAX || !visible {
            return Err(IdempotencyKeyError);
        }
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn header(&self) -> Result<HeaderValue, IdempotencyKeyError> {
        HeaderValue::from_str(&self.0).map_err(|_checked_before| IdempotencyKeyError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_can_be_sent() {
        let renewal = IdempotencyKey::new("renewal:sub_1:1700000000").unwrap();
        assert_eq!(renewal.header().unwrap(), "renewal:sub_1:1700000000");
        assert!(IdempotencyKey::new("k".repeat(255)).is_ok());
        for bad in [String::new(), "k".repeat(256), "a b".into(), "a\r\nb".into(), "ä".into()] {
            assert_eq!(IdempotencyKey::new(bad), Err(IdempotencyKeyError));
        }
    }
}
