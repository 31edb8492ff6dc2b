//! What fuzz targets call. Nothing here may panic, run long or hold much memory, whatever comes in.

use crate::dns;
use crate::smtp;

/// Reads the bytes as one reply of a mail server and says what it would mean for a recipient.
pub fn smtp_reply(bytes: &[u8]) {
    smtp::read_any_reply(bytes);
}

/// Reads the bytes as one DNS message and says where mail would go.
pub fn dns_answer(bytes: &[u8]) {
    dns::read_any_answer(bytes);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            smtp_reply(&bytes);
            dns_answer(&bytes);
        }

        #[test]
        fn lines_that_look_like_replies(
            lines in prop::collection::vec("[2-5][0-9]{2}[ -]([245]\\.[0-9]{1,3}\\.[0-9]{1,3} )?\\PC{0,60}", 0..90),
        ) {
            smtp_reply(lines.join("\r\n").as_bytes());
        }
    }
}
