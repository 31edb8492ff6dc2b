use captely_contact::fold;
use captely_crm::{Channel, NewConsent, Stance};
use captely_tabular::value::{Asks, Consent, consent, truth};

/// Words in a stage of a lead or in a tag that say that somebody wants no mail, folded.
const REFUSALS: [&str; 6] =
    ["unsubscri", "optedout", "optout", "donotcontact", "donotemail", "abgemeldet"];
/// Words that say that an address takes no mail, folded; the person said nothing.
const DEAD: [&str; 3] = ["cleaned", "bounce", "undeliverable"];

/// What a cell of a consent column says; `None` where it says nothing. A yes never counts for more than
/// what the column asks, and a bare yes in a column that may ask either is a no.
pub(super) fn read(channel: Channel, asks: Asks, column: &str, text: &str) -> Option<NewConsent> {
    let stance = match consent(asks, text) {
        Consent::Refused => Stance::Refused,
        Consent::Given => Stance::Given,
        Consent::Unknown if asks == Asks::Either && truth(text) == Some(true) => Stance::Refused,
        Consent::Unknown => return None,
    };
    Some(NewConsent { channel, stance, evidence: evidence(column, text) })
}

/// A refusal that stands in another column: a stage of the lead, a tag, the state of its address.
pub(super) fn refusal(column: &str, text: &str) -> NewConsent {
    let evidence = evidence(column, text);
    NewConsent { channel: Channel::Email, stance: Stance::Refused, evidence }
}

/// Whether such a text says that somebody wants no mail.
pub(super) fn refuses(text: &str) -> bool {
    let folded = fold(text);
    REFUSALS.iter().any(|word| folded.contains(word))
}

/// Whether a text says that mail to the address came back.
pub(super) fn is_dead(text: &str) -> bool {
    let folded = fold(text);
    DEAD.iter().any(|word| folded.contains(word))
}

fn evidence(column: &str, text: &str) -> String {
    let words: String = text.chars().take(super::PROBLEM_VALUE_CHARS_MAX).collect();
    format!("{column}: {words}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_makes_a_subscription() {
        use Stance::{Given, Refused};
        for (column, text, expected) in [
            ("Unsubscribed", "true", Some(Refused)),
            ("Unsubscribed", "false", None),
            ("EMAIL_BLACKLISTED", "1", Some(Refused)),
            ("Email Opt Out", "2024-03-15", Some(Refused)),
            ("Subscribed", "yes", Some(Given)),
            ("Subscribed", "no", Some(Refused)),
            ("Marketing Consent", "", None),
            ("Status", "Subscribed", Some(Given)),
            ("Status", "cleaned", Some(Refused)),
            ("Status", "bounced", Some(Refused)),
            ("Flag", "yes", Some(Refused)),
            ("Flag", "no", None),
        ] {
            let found = read(Channel::Email, Asks::of(column), column, text);
            assert_eq!(found.as_ref().map(|c| c.stance), expected, "{column}: {text}");
            assert!(found.is_none_or(|c| c.evidence == format!("{column}: {text}")));
        }
        let call = read(Channel::Call, Asks::Refusal, "Anrufe", "ja").unwrap();
        assert_eq!((call.channel, call.stance), (Channel::Call, Refused));
    }

    #[test]
    fn refusals_stand_in_other_columns_too() {
        for (text, expected) in
            [("Unsubscribed", true), ("Do not contact", true), ("Qualified", false), ("", false)]
        {
            assert_eq!(refuses(text), expected, "{text}");
        }
        assert!(is_dead("Hard bounce") && is_dead("Cleaned") && !is_dead("Valid"));
    }
}
