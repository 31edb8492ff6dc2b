//! `qualification`: `<local part>@<domain kind>`, in English or, unless asked otherwise, French.

use crate::chance::happens;
use crate::knowledge::Verdict;

/// The language of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    French,
    English,
}

/// What the part before the `@` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Local {
    Nominative,
    CatchAll,
    Generic,
    DoNotContact,
    NonValidated,
    Invalid,
}

impl Local {
    /// The word; `catch-all` is spelt in two ways.
    fn word(self, language: Language, drawn: u64) -> &'static str {
        let french = language == Language::French;
        match self {
            Self::Nominative if french => "nominatif",
            Self::Nominative => "nominative",
            Self::CatchAll if happens(drawn, 300) => "catch_all",
            Self::CatchAll => "catch-all",
            Self::Generic if french => "generique",
            Self::Generic => "generic",
            Self::DoNotContact if french => "Ne_Pas_Contacter",
            Self::DoNotContact => "Do_Not_Contact",
            Self::NonValidated if french => "non_validé",
            Self::NonValidated => "non_validated",
            Self::Invalid if french => "invalide",
            Self::Invalid => "invalid",
        }
    }
}

/// What the domain is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Company,
    Private,
    Disposable,
    Invalid,
}

impl Kind {
    const fn word(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Company, _) => "pro",
            (Self::Private, _) => "perso",
            (Self::Disposable, Language::French) => "jetable",
            (Self::Disposable, Language::English) => "disposable",
            (Self::Invalid, Language::French) => "domaine invalide",
            (Self::Invalid, Language::English) => "invalid domain",
        }
    }
}

/// The whole word.
pub(super) fn qualification(local: Local, kind: Kind, language: Language, drawn: u64) -> String {
    format!("{}@{}", local.word(language, drawn), kind.word(language))
}

/// What a verdict comes to; `known_domain` tells a refused mailbox from a domain that takes no mail.
pub(super) const fn of_verdict(verdict: Verdict, role: bool, known_domain: bool) -> (Local, Kind) {
    match verdict {
        Verdict::Valid if role => (Local::Generic, Kind::Company),
        Verdict::Valid => (Local::Nominative, Kind::Company),
        Verdict::Invalid if known_domain => (Local::Invalid, Kind::Company),
        Verdict::Invalid => (Local::Invalid, Kind::Invalid),
        Verdict::AcceptAll => (Local::CatchAll, Kind::Company),
        Verdict::Webmail => (Local::Nominative, Kind::Private),
        Verdict::Disposable => (Local::Nominative, Kind::Disposable),
        Verdict::Unknown => (Local::NonValidated, Kind::Company),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages() {
        for (language, words) in [
            (Language::English, ["nominative@pro", "non_validated@pro", "invalid@invalid domain"]),
            (Language::French, ["nominatif@pro", "non_validé@pro", "invalide@domaine invalide"]),
        ] {
            let said = [
                qualification(Local::Nominative, Kind::Company, language, 0),
                qualification(Local::NonValidated, Kind::Company, language, 0),
                qualification(Local::Invalid, Kind::Invalid, language, 0),
            ];
            assert_eq!(said, words);
        }
    }
}
