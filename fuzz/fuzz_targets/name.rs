//! A full name of any text is split without a panic, and nothing is made up: each part's words stand in it.
#![no_main]

use captely_contact::{fold, split_full_name};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (first, last) = split_full_name(text);
    for word in first.split_whitespace().chain(last.split_whitespace()) {
        assert!(text.contains(word), "{word:?} is not in {text:?}");
    }
    drop(fold(text));
});
