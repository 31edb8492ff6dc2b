//! A full name of any text is split without a panic, and nothing is made up: the letters of each part's words stand in it
//! in their order. What is in parentheses or is no letter of a name may be left out between them.
#![no_main]

use captely_contact::{fold, name_case, name_parts, split_full_name};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (first, last) = split_full_name(text);
    for word in first.split_whitespace().chain(last.split_whitespace()) {
        let mut letters = text.chars();
        let stands = word.chars().all(|c| letters.any(|letter| letter == c));
        assert!(stands, "{word:?} is not in {text:?}");
    }
    drop((fold(text), name_case(text), name_parts(text).cased()));
});
