//! A full name of any text is split without a panic, and nothing is made up: each part's words stand in it. A text with
//! letters keeps a name.
#![no_main]

use captely_contact::{fold, name_case, name_parts};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let parts = name_parts(text);
    let said = [&parts.prefix, &parts.first, &parts.last, &parts.suffix];
    for word in said.iter().flat_map(|part| part.split_whitespace()) {
        assert!(text.contains(word), "{word:?} is not in {text:?}");
    }
    let letters = text.chars().any(|c| c.is_ascii_alphabetic());
    assert!(!letters || said.iter().any(|part| !part.is_empty()), "nothing is left of {text:?}");
    drop((fold(text), name_case(text), parts.cased()));
});
