//! `<local part>@<kind of domain>`: Dropcontact's verdict, in English or French.

use captely_contact::{EmailStatus, fold};

/// What a verdict means to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Our percentage; the numbers are our judgement, Dropcontact gives words only.
    pub(super) percent: u8,
    pub(super) status: Option<EmailStatus>,
    /// A verified address, which is what is charged.
    pub(super) charged: bool,
    /// The person asked not to be contacted: the address is not to be kept.
    pub(super) withheld: bool,
}

/// Case, hyphens, underscores and accents do not matter. A word that the contract does not know is
/// taken for a weak find that was charged.
pub(super) fn judge(qualification: &str) -> Verdict {
    let (local, domain) = qualification.split_once('@').unwrap_or((qualification, ""));
    let (local, domain) = (fold(local), fold(domain));
    let verdict = |percent, status, charged| Verdict { percent, status, charged, withheld: false };
    match domain.as_str() {
        "invaliddomain" | "domaineinvalide" => {
            return verdict(0, Some(EmailStatus::Invalid), false);
        }
        "disposable" | "jetable" => return verdict(5, Some(EmailStatus::Disposable), true),
        _ => {}
    }
    match (local.as_str(), domain.as_str()) {
        ("nominative" | "nominatif", "perso") => verdict(75, Some(EmailStatus::Webmail), true),
        ("nominative" | "nominatif", _) => verdict(97, Some(EmailStatus::Valid), true),
        ("catchall", _) => verdict(75, Some(EmailStatus::AcceptAll), true),
        // A mailbox that exists, but not the person's own.
        ("generic" | "generique", _) => verdict(30, Some(EmailStatus::Valid), true),
        ("random" | "aleatoire", _) => verdict(30, None, true),
        ("nonvalidated" | "nonvalide", _) => verdict(40, Some(EmailStatus::Unknown), false),
        ("invalid" | "invalide", _) => verdict(0, Some(EmailStatus::Invalid), false),
        ("donotcontact" | "nepascontacter", _) => {
            Verdict { percent: 0, status: None, charged: true, withheld: true }
        }
        _ => verdict(40, None, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &str, percent: u8, status: &str, charged: bool) {
        let got = judge(words);
        let kind = got.status.map_or("", EmailStatus::as_str);
        assert_eq!((got.percent, kind, got.charged), (percent, status, charged), "{words}");
    }

    #[test]
    fn words_in_both_languages_and_all_spellings() {
        check("nominative@pro", 97, "valid", true);
        check("Nominatif@PRO", 97, "valid", true);
        check("nominative@school", 97, "valid", true);
        check("nominatif@perso", 75, "webmail", true);
        check("catch-all@pro", 75, "accept_all", true);
        check("catch_all@pro", 75, "accept_all", true);
        check("Catch-All@pro", 75, "accept_all", true);
        check("generique@pro", 30, "valid", true);
        check("non_validated@pro", 40, "unknown", false);
        check("non_validé@pro", 40, "unknown", false);
        check("invalid@pro", 0, "invalid", false);
        check("nominative@invalid domain", 0, "invalid", false);
        check("nominatif@domaine invalide", 0, "invalid", false);
        check("nominatif@jetable", 5, "disposable", true);
        check("aléatoire@pro", 30, "", true);
        check("something_new@pro", 40, "", true);
        check("", 40, "", true);
        assert!(judge("Do_Not_Contact@pro").withheld && judge("Ne_Pas_Contacter@pro").withheld);
    }
}
