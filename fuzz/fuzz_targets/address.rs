//! Any text gets an address or a reason. An address in normal form is read again as itself, and
//! everything that is said of one without a network is said without a panic.
#![no_main]

use captely_contact::{Domain, EmailAddress};
use captely_verify::{
    OwnLists, classes, duplicate_key, homograph, is_special_use, provider_rule, repair, shape,
    strict_syntax, suggestion, syntax,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    drop((text.parse::<EmailAddress>(), Domain::from_loose(text), OwnLists::parse(text, text)));
    drop((homograph(text), shape(text)));
    if let Some(email) = repair(text) {
        assert_eq!(syntax(email.as_str()).as_ref(), Ok(&email), "a repair that is no address");
    }
    let Ok(email) = syntax(text) else { return };
    assert_eq!(strict_syntax(email.as_str()).as_ref(), Ok(&email), "the normal form changed");
    let domain = email.domain().expect("an address has a domain");
    let _said = (classes(&email), provider_rule(&email), is_special_use(&domain, false));
    drop(homograph(email.domain_str()));
    let key = duplicate_key(&email);
    if let Ok(again) = syntax(&key) {
        assert_eq!(duplicate_key(&again), key, "the key of a key is another");
    }
    if let Some(meant) = suggestion(&email) {
        assert_eq!(meant.local(), email.local());
        assert_eq!(syntax(meant.as_str()).as_ref(), Ok(&meant), "a suggestion that is no address");
    }
});
