//! A phone number of any text, with and without a default country, gets a verdict and never a panic.
#![no_main]

use captely_verify::phone;
use libfuzzer_sys::fuzz_target;

const COUNTRIES: [Option<&str>; 4] = [None, Some("US"), Some("DE"), Some("zz")];

fuzz_target!(|text: &str| {
    for country in COUNTRIES {
        let first = phone(text, country);
        let again = phone(text, country);
        assert_eq!(first, again, "the same text, two verdicts");
    }
});
