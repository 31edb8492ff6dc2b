//! `Stripe-Signature` (contract, "Webhooks/signatures").

use crate::mac::{hex, sha256};

/// The header's value: `t=<unix seconds>,v1=<hex>`, the HMAC-SHA256 of `t.body` under the whole text of
/// the secret, which is not decoded.
pub(super) fn header(secret: &str, t: i64, body: &str) -> String {
    format!("t={t},v1={}", hex(&sha256(secret.as_bytes(), &format!("{t}.{body}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contracts_vector() {
        let body = r#"{"id":"evt_1","object":"event"}"#;
        assert_eq!(
            header("whsec_test_secret", 1_700_000_000, body),
            "t=1700000000,v1=0c8670ed117751cc551a20e35839447075c42800ea3cf3e8a2fbda99cd1e6edd"
        );
    }
}
