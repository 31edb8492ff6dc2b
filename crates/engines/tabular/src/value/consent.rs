use captely_contact::fold;

use super::kind::CellKind;

/// What a cell says of whether somebody may be written to. None of it is a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Consent {
    /// It says yes to the question its column asks. A proof of it is another matter.
    Given,
    /// It says no: never write.
    Refused,
    /// It says nothing.
    Unknown,
}

/// Yes, folded, in the languages of the columns.
const YES: [&str; 22] = [
    "yes", "y", "true", "t", "1", "x", "on", "ja", "j", "oui", "o", "vrai", "wahr", "si", "s",
    "sim", "tak", "ano", "kylla", "da", "evet", "checked",
];
/// No.
const NO: [&str; 16] = [
    "no",
    "n",
    "false",
    "f",
    "0",
    "off",
    "nein",
    "non",
    "faux",
    "falsch",
    "nao",
    "nie",
    "ne",
    "nej",
    "nei",
    "unchecked",
];
/// Words of a refusal, whatever the column asks; they may stand inside a longer text.
const REFUSALS: [&str; 20] = [
    "unsub",
    "optout",
    "optedout",
    "cleaned",
    "bounced",
    "blacklist",
    "blocked",
    "suppress",
    "complain",
    "spam",
    "donot",
    "never",
    "abgemeldet",
    "gesperrt",
    "widerrufen",
    "desabonne",
    "desinscri",
    "uitgeschreven",
    "nonsub",
    "nonmarketing",
];
/// Words of a consent.
const CONSENTS: [&str; 9] = [
    "subscribed",
    "optin",
    "optedin",
    "granted",
    "consented",
    "angemeldet",
    "abonne",
    "confirmed",
    "marketingcontact",
];
/// Words of a consent that is not there yet.
const OPEN: [&str; 5] = ["pending", "unconfirmed", "unverified", "ausstehend", "enattente"];
/// Words that turn a consent round.
const NEGATIONS: [&str; 14] = [
    "not", "no", "non", "nicht", "kein", "keine", "pas", "niet", "geen", "ikke", "inte", "nie",
    "nao", "sin",
];
/// Parts of names whose columns ask whether somebody agreed.
const ASKS_LEAVE: [&str; 22] = [
    "consent",
    "optin",
    "optedin",
    "subscri",
    "newsletter",
    "marketing",
    "permission",
    "allow",
    "gdpr",
    "dsgvo",
    "rgpd",
    "lgpd",
    "rodo",
    "einwilligung",
    "angemeldet",
    "abonn",
    "toestemming",
    "zgoda",
    "samtykke",
    "consenso",
    "consenti",
    "mayemail",
];
/// Parts of names whose columns ask whether somebody refused.
const ASKS_REFUSAL: [&str; 25] = [
    "unsub",
    "optout",
    "optedout",
    "blacklist",
    "cleaned",
    "bounce",
    "suppress",
    "donot",
    "notdisturb",
    "abgemeldet",
    "sperre",
    "keinnewsletter",
    "keinewerbung",
    "desabonne",
    "desinscri",
    "uitgeschreven",
    "afgemeld",
    "geenmailing",
    "baja",
    "disiscri",
    "descadastr",
    "avmeldt",
    "avregistrerad",
    "frameldt",
    "dnc",
];

/// Whether a cell says yes or no; `None` where it says neither.
pub fn truth(text: &str) -> Option<bool> {
    let trimmed = text.trim();
    if matches!(trimmed, "✓" | "✔" | "☑" | "是" | "はい" | "да" | "Да") {
        return Some(true);
    }
    if matches!(trimmed, "✗" | "✘" | "☐" | "否" | "いいえ" | "нет" | "Нет") {
        return Some(false);
    }
    let word = fold(trimmed);
    if YES.contains(&word.as_str()) {
        Some(true)
    } else if NO.contains(&word.as_str()) {
        Some(false)
    } else {
        None
    }
}

/// What a column asks about being written to, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Asks {
    /// Whether somebody refused: `Unsubscribed`, `Do not call`.
    Refusal,
    /// Whether somebody agreed: `Newsletter`, `Marketing Consent`.
    Leave,
    /// It could be either: `Status`. A bare yes says nothing there.
    Either,
}

impl Asks {
    /// By the name of the column.
    pub fn of(header: &str) -> Self {
        let name = fold(header);
        if within(&ASKS_REFUSAL, &name) {
            Self::Refusal
        } else if within(&ASKS_LEAVE, &name) {
            Self::Leave
        } else {
            Self::Either
        }
    }
}

/// What a cell of a consent column says. A word of refusal counts in any column; a date or a yes in a column
/// that asks for refusals is a refusal; a no there says nothing, and never that somebody agreed.
pub fn consent(asks: Asks, value: &str) -> Consent {
    if value.trim().is_empty() {
        return Consent::Unknown;
    }
    let word = fold(value);
    if within(&REFUSALS, &word) {
        return Consent::Refused;
    }
    if within(&OPEN, &word) {
        return Consent::Unknown;
    }
    let (agrees, negated) = (within(&CONSENTS, &word), is_negated(value));
    if agrees && negated {
        return Consent::Refused;
    }
    let said = truth(value);
    let dated = CellKind::of(value) == CellKind::Date;
    match asks {
        Asks::Refusal if said == Some(true) || dated => Consent::Refused,
        Asks::Leave if said == Some(false) => Consent::Refused,
        Asks::Leave if said == Some(true) || dated || agrees => Consent::Given,
        Asks::Either if agrees => Consent::Given,
        Asks::Refusal | Asks::Leave | Asks::Either => Consent::Unknown,
    }
}

fn within(list: &[&str], text: &str) -> bool {
    list.iter().any(|part| text.contains(part))
}

/// `Not subscribed`, `nicht angemeldet`.
fn is_negated(value: &str) -> bool {
    let words = value.split(|c: char| !c.is_alphanumeric());
    words.map(fold).any(|word| NEGATIONS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_in_many_languages() {
        for (text, expected) in [
            ("Yes", Some(true)),
            ("JA", Some(true)),
            ("Sí", Some(true)),
            ("x", Some(true)),
            ("✓", Some(true)),
            ("0", Some(false)),
            ("Não", Some(false)),
            ("maybe", None),
            ("", None),
        ] {
            assert_eq!(truth(text), expected, "{text}");
        }
    }

    #[test]
    fn no_column_makes_a_subscription_of_silence() {
        for (header, value, expected) in [
            ("EMAIL_BLACKLISTED", "Yes", Consent::Refused),
            ("EMAIL_BLACKLISTED", "No", Consent::Unknown),
            ("Email Opt Out", "true", Consent::Refused),
            ("Email Opt Out", "", Consent::Unknown),
            ("Unsubscribed", "2024-03-15", Consent::Refused),
            ("Abgemeldet am", "15.03.2024", Consent::Refused),
            ("Status", "cleaned", Consent::Refused),
            ("Status", "Unsubscribed", Consent::Refused),
            ("Email Subscription Status", "Subscribed", Consent::Given),
            ("Marketing contact status", "Non-marketing contact", Consent::Refused),
            ("Marketing Consent", "nein", Consent::Refused),
            ("Marketing Consent", "ja", Consent::Given),
            ("Newsletter", "perhaps", Consent::Unknown),
            ("Do not email", "1", Consent::Refused),
            ("Status", "yes", Consent::Unknown),
            ("Status", "Not subscribed", Consent::Refused),
            ("Newsletter", "nicht angemeldet", Consent::Refused),
            ("Newsletter", "unconfirmed", Consent::Unknown),
            ("Newsletter", "pending opt-in", Consent::Unknown),
        ] {
            assert_eq!(consent(Asks::of(header), value), expected, "{header}: {value}");
        }
    }
}
