//! A call to the webhook is refused or read, whatever its header and body. The first line is the header.
#![no_main]

use std::time::Duration;

use captely_contact::Timestamp;
use captely_payments::{Event, webhook};
use captely_providers::Key;
use libfuzzer_sys::fuzz_target;

const NOW: Timestamp = Timestamp::micros(1_700_000_000_000_000);

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (header, body) = text.split_once('\n').unwrap_or((&text, ""));
    let secrets = [Key::from("whsec_test_secret"), Key::from("whsec_other_secret")];
    if webhook::verify(header, body.as_bytes(), &secrets, NOW, Duration::from_mins(5)).is_ok() {
        assert!(header.contains("v1="), "taken without a signature");
    }
    // Behind the signature, which made-up bytes never pass.
    if let Ok(event) = serde_json::from_str::<Event>(body) {
        assert!(!event.id.is_empty() && !event.kind.is_empty());
    }
});
