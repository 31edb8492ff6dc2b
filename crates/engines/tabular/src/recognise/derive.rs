//! What the words of an unknown name give away: consent in any wording, pages of networks, a number or a place
//! (`work`, `privat`) beside a known name.

use super::alias::Names;
use super::context;
use super::role::Role;

/// Words that speak of leave to write, in any name.
const CONSENT: [&str; 24] = [
    "consent",
    "optin",
    "optout",
    "blacklisted",
    "blacklist",
    "suppressed",
    "suppression",
    "unsubscribed",
    "unsubscribe",
    "unsub",
    "subscribed",
    "gdpr",
    "dsgvo",
    "rgpd",
    "lgpd",
    "rodo",
    "einwilligung",
    "consentement",
    "consenso",
    "consentimiento",
    "consentimento",
    "toestemming",
    "zgoda",
    "samtykke",
];
/// Pairs of words that do.
const CONSENT_PAIRS: [(&str, &str); 8] = [
    ("opt", "in"),
    ("opt", "out"),
    ("opted", "in"),
    ("opted", "out"),
    ("not", "disturb"),
    ("not", "email"),
    ("not", "contact"),
    ("not", "mail"),
];
/// Beside them, these make it a detail of the consent, not the consent.
const DETAILS: [&str; 11] =
    ["time", "timestamp", "date", "ip", "source", "id", "text", "method", "map", "form", "country"];
/// Words beside the name of a network that leave it the address of a page there.
const PAGE: [&str; 20] = [
    "url", "link", "profile", "page", "public", "contact", "person", "people", "lead", "prospect",
    "member", "user", "handle", "address", "personal", "web", "account", "profil", "lien",
    "perfil",
];
const COMPANY: [&str; 9] = [
    "company",
    "organization",
    "organisation",
    "business",
    "entreprise",
    "unternehmen",
    "firma",
    "empresa",
    "azienda",
];
/// Behind or before a name: it is the one at work,
const AT_WORK: [&str; 15] = [
    "work",
    "business",
    "office",
    "geschaftlich",
    "dienstlich",
    "bureau",
    "buro",
    "kontor",
    "professionnel",
    "pro",
    "ufficio",
    "lavoro",
    "trabajo",
    "trabalho",
    "zakelijk",
];
/// or the one at home,
const AT_HOME: [&str; 11] = [
    "home",
    "privat",
    "private",
    "personal",
    "domicile",
    "perso",
    "personnel",
    "casa",
    "hogar",
    "prive",
    "particulier",
];
/// or a further one.
const FURTHER: [&str; 6] = ["other", "additional", "secondary", "alternate", "weitere", "autre"];

/// Words that say of which unit or how sure a number is.
const UNITS: [&str; 36] = [
    "in",
    "of",
    "the",
    "usd",
    "us",
    "eur",
    "gbp",
    "chf",
    "dollars",
    "euro",
    "euros",
    "000s",
    "000",
    "k",
    "m",
    "mm",
    "mio",
    "mln",
    "million",
    "millions",
    "thousand",
    "thousands",
    "tsd",
    "teur",
    "est",
    "estimated",
    "approx",
    "approximate",
    "total",
    "current",
    "number",
    "num",
    "no",
    "nr",
    "range",
    "count",
];

/// The role that the words show, and why.
pub(super) fn by_words(names: &Names, words: &[String]) -> Option<(Role, &'static str)> {
    let has = |word: &str| words.iter().any(|w| w == word);
    let pair = |(a, b): (&str, &str)| {
        words.windows(2).any(|w| matches!(w, [first, second] if first == a && second == b))
    };
    if pair(("not", "call")) || has("dnc") {
        return Some((Role::DoNotCall, "its name forbids calls"));
    }
    let detail = words.iter().any(|w| DETAILS.contains(&w.as_str()));
    let refusal = words.iter().any(|w| w.starts_with("unsub") || w == "optout" || w == "desabonne");
    let consent = words.iter().any(|w| CONSENT.contains(&w.as_str()))
        || CONSENT_PAIRS.into_iter().any(pair)
        || refusal;
    if consent && (!detail || (refusal && (has("date") || has("time")))) {
        return Some((Role::Consent, "its name speaks of leave to write"));
    }
    network(words)
        .or_else(|| status(names, words))
        .or_else(|| beside(names, words))
        .or_else(|| numbered(names, words))
        .or_else(|| amount(names, words))
}

/// A number of the company with its unit: `Annual Revenue (in 000s USD)`, `Est. No. of Employees`.
fn amount(names: &Names, words: &[String]) -> Option<(Role, &'static str)> {
    let rest: Vec<String> =
        words.iter().filter(|w| !UNITS.contains(&w.as_str())).cloned().collect();
    let role = (rest.len() < words.len()).then(|| by_name(names, &rest)).flatten()?;
    matches!(role, Role::Employees | Role::Revenue)
        .then_some((role, "its name is a known one, with a unit"))
}

/// The page of a person or a company in a network.
fn network(words: &[String]) -> Option<(Role, &'static str)> {
    let rest = |network: &str| {
        let others = words.iter().filter(|w| *w != network);
        (others.clone().count() < words.len())
            .then(|| others.map(String::as_str).collect::<Vec<_>>())
    };
    let linkedin = rest("linkedin").or_else(|| {
        // `linkedIn` is two words, `linked` and `in`.
        words.windows(2).any(|w| matches!(w, [a, b] if a == "linked" && b == "in")).then(|| {
            words.iter().map(String::as_str).filter(|w| !matches!(*w, "linked" | "in")).collect()
        })
    });
    let is_page = |rest: &[&str]| rest.iter().all(|w| PAGE.contains(w) || COMPANY.contains(w));
    let of_company = |rest: &[&str]| rest.iter().any(|w| COMPANY.contains(w));
    if let Some(rest) = linkedin.filter(|rest| is_page(rest)) {
        return Some(if of_company(&rest) {
            (Role::CompanyLinkedinUrl, "its name is that of a company's page on LinkedIn")
        } else {
            (Role::LinkedinUrl, "its name is that of a profile on LinkedIn")
        });
    }
    let found = |network: &str| rest(network).is_some_and(|rest| is_page(&rest));
    if found("facebook") {
        return Some((Role::FacebookUrl, "its name is that of a page on Facebook"));
    }
    found("twitter").then_some((Role::TwitterUrl, "its name is that of a profile on Twitter"))
}

/// `Email 1 status`, `Work Email Verification`.
fn status(names: &Names, words: &[String]) -> Option<(Role, &'static str)> {
    let (last, rest) = words.split_last()?;
    let said =
        matches!(last.as_str(), "status" | "validity" | "verification" | "verified" | "grade");
    let email =
        matches!(by_name(names, rest), Some(Role::Email | Role::OtherEmail | Role::PersonalEmail));
    (said && email).then_some((Role::EmailStatus, "its name speaks of an e-mail address's state"))
}

/// A known name with a word for work, home or another one beside it.
fn beside(names: &Names, words: &[String]) -> Option<(Role, &'static str)> {
    let (last, before) = words.split_last()?;
    let (first, behind) = words.split_first()?;
    [(last, before), (first, behind)].into_iter().find_map(|(word, rest)| {
        let role = by_name(names, rest)?;
        let is = |list: &[&str]| list.contains(&word.as_str());
        if is(&AT_WORK) {
            Some((at_work(role), "its name is a known one, at work"))
        } else if is(&AT_HOME) {
            Some((at_home(role)?, "its name is a known one, at home"))
        } else if is(&FURTHER) {
            Some((further(role)?, "its name is a known one, a further one"))
        } else {
            None
        }
    })
}

/// A number between the words: `Organization 1 - Name`, `E-mail 2 - Value`.
fn numbered(names: &Names, words: &[String]) -> Option<(Role, &'static str)> {
    let at = words.iter().position(|w| w.parse::<u8>().is_ok())?;
    let number: u8 = words.get(at)?.parse().ok()?;
    let rest: Vec<String> =
        words.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, w)| w.clone()).collect();
    let role = by_name(names, &rest)?;
    let role = if number <= 1 { role } else { further(role)? };
    Some((role, "its name is a known one, with a number"))
}

/// The role of a name that stands in the tables, as it is or with a word before or behind it that changes nothing.
fn by_name(names: &Names, words: &[String]) -> Option<Role> {
    if words.is_empty() {
        return None;
    }
    names
        .find(&words.concat())
        .map(|a| a.role)
        .or_else(|| context::qualified(names, words).map(|(role, _)| role))
        .filter(|role| !matches!(role, Role::Ignore | Role::Unknown))
}

const fn at_work(role: Role) -> Role {
    match role {
        Role::Phone => Role::WorkPhone,
        other => other,
    }
}

const fn at_home(role: Role) -> Option<Role> {
    match role {
        Role::Phone | Role::HomePhone => Some(Role::HomePhone),
        Role::Email | Role::PersonalEmail => Some(Role::PersonalEmail),
        _ => None,
    }
}

/// A second one of the same kind, where there is a place for it.
pub(super) const fn further(role: Role) -> Option<Role> {
    match role {
        Role::Phone | Role::WorkPhone | Role::MobilePhone | Role::HomePhone | Role::OtherPhone => {
            Some(Role::OtherPhone)
        }
        Role::Email | Role::OtherEmail | Role::PersonalEmail => Some(Role::OtherEmail),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::alias::KNOWN;
    use super::super::words::words;
    use super::*;

    #[test]
    fn words_give_names_away() {
        for (name, role) in [
            ("SMS Marketing Consent", Some(Role::Consent)),
            ("Is_Unsubscribed", Some(Role::Consent)),
            ("Unsubscribed Date", Some(Role::Consent)),
            ("DOUBLE_OPT-IN", Some(Role::Consent)),
            ("Do not disturb", Some(Role::Consent)),
            ("Consent Timestamp", None),
            ("OPTIN_IP", None),
            ("unsubscribed_client_id_map", None),
            ("Mobile Do Not Call", Some(Role::DoNotCall)),
            ("LinkedIn Company Profile URL", Some(Role::CompanyLinkedinUrl)),
            ("linkedInProfileUrl", Some(Role::LinkedinUrl)),
            ("LinkedIn Followers", None),
            ("Facebook Company Profile URL", Some(Role::FacebookUrl)),
            ("Email 1 status", Some(Role::EmailStatus)),
            ("PLZ (geschäftlich)", Some(Role::PostalCode)),
            ("Telefon (privat)", Some(Role::HomePhone)),
            ("Straße privat", None),
            ("Phone - Other", Some(Role::OtherPhone)),
            ("E-mail 3 - Value", Some(Role::OtherEmail)),
            ("Organization 1 - Department", Some(Role::Department)),
            ("Address 2 - City", None),
            ("Annual Revenue (in 000s USD)", Some(Role::Revenue)),
            ("Revenue (EUR)", Some(Role::Revenue)),
            ("Est. No. of Employees", Some(Role::Employees)),
            ("Total Funding (USD)", None),
            ("Number of Locations", None),
            ("Something Else", None),
        ] {
            assert_eq!(by_words(&KNOWN, &words(name)).map(|(role, _)| role), role, "{name}");
        }
    }
}
