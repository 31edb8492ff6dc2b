//! Domains that look like others on a screen (UTS #39).

use unicode_security::RestrictionLevel;
use unicode_security::confusable_detection::skeleton;
use unicode_security::restriction_level::RestrictionLevelDetection;

use crate::lists::{DomainClass, domain_class};

/// Why a domain may pass for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HomographKind {
    /// Letters of scripts that are not written together stand in one label: a Cyrillic `а` in `pаypal`.
    MixedScripts,
    /// Every letter of a label in another script looks like one of ASCII: Cyrillic `аррӏе`.
    WholeScript,
    /// Latin letters beside ASCII make the name of a free provider: `gmaıl` without the dot of its i.
    LatinLookalike,
}

/// A domain that may pass for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Homograph {
    /// Why.
    pub kind: HomographKind,
    /// The domain as a screen shows it.
    pub shown: String,
    /// The ASCII domain that it looks like, where every letter has such a twin.
    pub looks_like: Option<String>,
}

/// Whether the domain, in ASCII (`xn--…`) or Unicode, may pass for another. A flag and no refusal:
/// the domain may be as honest as any.
pub fn homograph(domain: &str) -> Option<Homograph> {
    // A domain name has no more bytes (RFC 1035 §2.3.4), and one in Unicode not four times as many.
    if domain.len() > 1_012 || (domain.is_ascii() && !has_encoded_label(domain)) {
        return None;
    }
    let (shown, valid) = idna::domain_to_unicode(domain);
    // What is no domain is refused by its syntax.
    if shown.is_ascii() || valid.is_err() {
        return None;
    }
    let looks_like = ascii_twin(&shown);
    let kind = kind(&shown, looks_like.as_deref())?;
    Some(Homograph { kind, shown, looks_like })
}

fn has_encoded_label(domain: &str) -> bool {
    domain.split('.').any(|label| label.get(..4).is_some_and(|p| p.eq_ignore_ascii_case("xn--")))
}

fn kind(shown: &str, looks_like: Option<&str>) -> Option<HomographKind> {
    let foreign = || shown.split('.').filter(|label| !label.is_ascii());
    if foreign().any(|label| !label.check_restriction_level(RestrictionLevel::HighlyRestrictive)) {
        return Some(HomographKind::MixedScripts);
    }
    let looks_like = looks_like?;
    if !foreign().all(has_latin) {
        // Under a top-level domain of its own script a word is what it is: хор.рф.
        let own_top = shown.rsplit('.').next().is_some_and(|top| !top.is_ascii());
        return (!own_top).then_some(HomographKind::WholeScript);
    }
    // The dotless i and its like are ordinary letters of some language.
    (domain_class(looks_like) == Some(DomainClass::Free)).then_some(HomographKind::LatinLookalike)
}

/// Whether a letter of the label is Latin; those of one label are all of one script family here.
fn has_latin(label: &str) -> bool {
    use unicode_security::mixed_script::AugmentedScriptSet;

    let latin = AugmentedScriptSet::for_char('a');
    label.chars().filter(|c| c.is_alphabetic()).any(|c| AugmentedScriptSet::for_char(c) == latin)
}

/// The domain with every letter replaced by its ASCII twin, if each has one.
fn ascii_twin(shown: &str) -> Option<String> {
    let mut twin = String::with_capacity(shown.len());
    for c in shown.chars() {
        if c.is_ascii() {
            twin.push(c); // not its skeleton: that of m is rn
        } else {
            twin.extend(skeleton(c.encode_utf8(&mut [0; 4])));
        }
    }
    twin.make_ascii_lowercase();
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
    twin.bytes().all(plain).then_some(twin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(domain: &str, expected: Option<(HomographKind, Option<&str>)>) {
        let got = homograph(domain);
        let short = got.as_ref().map(|h| (h.kind, h.looks_like.as_deref()));
        assert_eq!(short, expected, "{domain}: {got:?}");
        let encoded = idna::domain_to_ascii(domain).unwrap();
        assert_eq!(homograph(&encoded), got, "{domain} and {encoded}");
    }

    #[test]
    fn lookalikes() {
        check("аррӏе.com", Some((HomographKind::WholeScript, Some("apple.com"))));
        check("www.раураӏ.com", Some((HomographKind::WholeScript, Some("www.paypal.com"))));
        check("pаypal.com", Some((HomographKind::MixedScripts, Some("paypal.com"))));
        check("gооgle.com", Some((HomographKind::MixedScripts, Some("google.com"))));
        check("ακμеbank.com", Some((HomographKind::MixedScripts, None)));
        check("gmaıl.com", Some((HomographKind::LatinLookalike, Some("gmail.com"))));
    }

    #[test]
    fn honest_names() {
        for domain in [
            "example.com",
            "bücher.de",
            "kız.com.tr",
            "москва.com",
            "хор.рф",
            "東京タワー.jp",
            "日本語abc.com",
            "ελλάδα.gr",
            "한국.kr",
            "मुंबई.in",
        ] {
            check(domain, None);
        }
        assert_eq!(homograph(&"а".repeat(1_000_000)), None);
        assert_eq!(homograph("xn--.com"), None);
    }
}
