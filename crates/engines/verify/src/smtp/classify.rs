//! What a reply to RCPT means. Codes are used where they are precise (RFC 3463), words where they
//! are not; a refusal that may be about the sender never becomes one about the recipient.

use std::time::Duration;

use super::reply::Reply;
use super::retry_hint::{GREYLIST_WAIT, TEMPORARY_WAIT, named_wait};
use super::vocabulary::{
    ABSENT, BLOCK_LISTED, BLOCK_LISTED_WORDS, DISABLED, FULL, GREYLISTED, PASSING, POLICY, RELAY,
    TOO_MANY,
};

/// What a server says about one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// It would take a message.
    Accepted,
    /// There is no such mailbox. `clear` where the code or the words leave no other reading.
    Absent {
        /// Whether the reply can mean nothing else.
        clear: bool,
    },
    /// The mailbox is there and full.
    Full,
    /// The mailbox is there and switched off.
    Disabled,
    /// The server wants fewer recipients in one go: it says nothing about this one.
    TooManyRecipients,
    /// "Come back later", said to every stranger.
    Greylisted(Duration),
    /// A passing trouble.
    Temporary(Duration),
    /// The server does not like who asks.
    SenderBlocked,
    /// A rule of the server that may be about anything.
    Policy,
    /// The server does not take mail for this domain.
    RelayDenied,
    /// The server did not understand the command.
    Protocol,
}

impl Meaning {
    /// When asking again makes sense.
    pub(crate) const fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Greylisted(wait) | Self::Temporary(wait) => Some(wait),
            Self::TooManyRecipients => Some(TEMPORARY_WAIT),
            _ => None,
        }
    }

    /// Whether mail to this very recipient would come back.
    pub(crate) const fn is_refusal(self) -> bool {
        matches!(self, Self::Absent { .. } | Self::Full | Self::Disabled)
    }
}

/// What the reply to `RCPT TO:<recipient>` means.
pub(crate) fn classify(reply: &Reply, recipient: &str) -> Meaning {
    if reply.takes_recipient() {
        return Meaning::Accepted;
    }
    let text = without_echo(&reply.text, recipient);
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if matches!(reply.enhanced, Some((_, 5, 3))) || says(TOO_MANY) {
        return Meaning::TooManyRecipients;
    }
    if reply.is_temporary() {
        return temporary(reply, &text);
    }
    if !(500..600).contains(&reply.code) {
        return Meaning::Protocol;
    }
    permanent(reply, &text)
}

fn permanent(reply: &Reply, text: &str) -> Meaning {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    // Whose fault a 5.7.x is, cannot be told from outside; so with mentions of block lists.
    if says(RELAY) {
        return Meaning::RelayDenied;
    }
    let disabled = says(DISABLED);
    if blames_sender(text) && !says(&["mailbox blocked", "account is blocked", "user is blocked"]) {
        return Meaning::SenderBlocked;
    }
    match reply.enhanced {
        // Exchange Online says 5.4.1 of an absent recipient and 5.1.4 of one that a rule keeps from us.
        Some((_, 7, _) | (_, 1, 4)) => return Meaning::Policy,
        Some((_, 2, 1)) => return Meaning::Disabled,
        Some((_, 2, 2)) => return Meaning::Full,
        Some((_, 1, 7 | 8)) => return Meaning::SenderBlocked,
        Some((_, 1, 0 | 1 | 2 | 3 | 6 | 10)) if disabled => return Meaning::Disabled,
        Some((_, 1, 0 | 1 | 2 | 3 | 6 | 10)) => return Meaning::Absent { clear: true },
        _ => {}
    }
    if disabled {
        return Meaning::Disabled;
    }
    if says(ABSENT) {
        return Meaning::Absent { clear: true };
    }
    if says(FULL) {
        return Meaning::Full;
    }
    if says(PASSING) {
        return Meaning::Temporary(named_wait(text).unwrap_or(TEMPORARY_WAIT));
    }
    if says(POLICY) {
        return Meaning::Policy;
    }
    match (reply.code, reply.enhanced) {
        (552, _) => Meaning::Full,
        // The mailbox's own class (x.2.x), generic words, or none at all.
        (550 | 551 | 553, None | Some((_, 0 | 2, _) | (_, 5, 0))) => {
            Meaning::Absent { clear: false }
        }
        (_, Some((_, 5, _))) => Meaning::Protocol,
        (550..=559, _) => Meaning::Policy,
        _ => Meaning::Protocol,
    }
}

fn temporary(reply: &Reply, text: &str) -> Meaning {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let named = named_wait(text);
    if says(GREYLISTED) {
        return Meaning::Greylisted(named.unwrap_or(GREYLIST_WAIT));
    }
    if blames_sender(text) {
        return Meaning::SenderBlocked;
    }
    if matches!(reply.enhanced, Some((_, 2, 2))) || says(FULL) {
        return Meaning::Full;
    }
    if let Some(meaning) = behind_gateway(text) {
        return meaning;
    }
    // What greylisting looks like where the word is not said.
    let grey = matches!((reply.code, reply.enhanced), (450 | 451, Some((_, 7, 1) | (_, 2, 0))));
    if grey || (matches!(reply.code, 450 | 451) && says(&["try again", "retry", "come back"])) {
        return Meaning::Greylisted(named.unwrap_or(GREYLIST_WAIT));
    }
    Meaning::Temporary(named.unwrap_or(TEMPORARY_WAIT))
}

/// What the host behind a Postfix gateway said of the mailbox for good. The gateway passes it on with
/// 450 by default (`unverified_recipient_reject_code`), as it does what was said for now.
fn behind_gateway(text: &str) -> Option<Meaning> {
    let (_, told) = text.split_once("unverified address: host ")?;
    let (_, said) = told.split_once(" said: ")?;
    let said = said.strip_suffix(" (in reply to rcpt to command)")?;
    let mut reply = Reply::default();
    reply.push(said.as_bytes()).ok()?;
    let for_good = (500..600).contains(&reply.code);
    let meaning = permanent(&reply, &reply.text);
    let certain = matches!(meaning, Meaning::Absent { clear: true } | Meaning::Disabled);
    (for_good && certain).then_some(meaning)
}

fn blames_sender(text: &str) -> bool {
    BLOCK_LISTED.iter().any(|phrase| text.contains(phrase))
        || text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| BLOCK_LISTED_WORDS.contains(&word))
}

/// The text in lower case without the recipient that servers repeat: `disabled@spamhaus.example` must
/// not be read as a word of the server.
fn without_echo(text: &str, recipient: &str) -> String {
    let mut text = text.to_lowercase();
    let (local, domain) = recipient.rsplit_once('@').unwrap_or((recipient, ""));
    if text.contains(domain) && !domain.is_empty() {
        text = text.replace(recipient, " ").replace(domain, " ");
    }
    // Some repeat only the name, in quotes or angle brackets.
    for (open, close) in [('<', '>'), ('\'', '\''), ('"', '"')] {
        let echo = format!("{open}{local}{close}");
        if text.contains(&echo) {
            text = text.replace(&echo, " ");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::reply::reply;
    use super::*;

    const CLEAR: Meaning = Meaning::Absent { clear: true };
    const UNCLEAR: Meaning = Meaning::Absent { clear: false };

    #[track_caller]
    fn check(text: &str, expected: Meaning) {
        assert_eq!(classify(&reply(text), "ada@acme.com"), expected, "{text:?}");
    }

    #[test]
    fn accepted() {
        check("250 2.1.5 OK", Meaning::Accepted);
        check("251 User not local; will forward", Meaning::Accepted);
    }

    #[test]
    fn absent() {
        check("550 5.1.1 <ada@acme.com>: Recipient address rejected: User unknown", CLEAR);
        check("550-5.1.1 The email account that you tried to reach does not exist", CLEAR);
        check("550 5.4.1 Recipient address rejected: Access denied", CLEAR);
        check("550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup", CLEAR);
        check("554 delivery error: dd This user doesn't have a yahoo.com account", CLEAR);
        check("552 1 Requested mail action aborted, mailbox not found", CLEAR);
        check("550 Invalid Recipient", CLEAR);
        check("511 sorry, no mailbox here by that name (#5.1.1 - chkuser)", CLEAR);
        check("550 Unrouteable address", CLEAR);
        check("550 No such user here", CLEAR);
        check("550 5.1.1 User unknown in relay recipient table", CLEAR);
        check("553 5.3.0 ... No such user", CLEAR);
        check("550 Requested action not taken", UNCLEAR);
        check("550 5.5.0 Requested action not taken: mailbox unavailable", UNCLEAR);
        check("550", UNCLEAR);
    }

    #[test]
    fn there_but_not_usable() {
        check("452 4.2.2 The email account that you tried to reach is over quota", Meaning::Full);
        check("552 5.2.2 Mailbox full", Meaning::Full);
        check("552 Requested mail action aborted: exceeded storage allocation", Meaning::Full);
        check("550 Mailbox is full", Meaning::Full);
        check("550 5.2.1 The email account that you tried to reach is disabled", Meaning::Disabled);
        check("550 5.1.1 Account has been disabled", Meaning::Disabled);
        check("554 mailbox suspended", Meaning::Disabled);
    }

    #[test]
    fn never_the_recipients_fault() {
        check(
            "550 5.7.1 Service unavailable; client host blocked using zen.spamhaus.org",
            Meaning::SenderBlocked,
        );
        check("550 5.1.1 rejected, your IP is on a blacklist", Meaning::SenderBlocked);
        check("554 5.7.1 Message rejected due to local policy", Meaning::Policy);
        check("550 5.7.1 no such user", Meaning::Policy);
        check("550 5.7.509 Access denied", Meaning::Policy);
        check("550 5.1.8 Sender address rejected: Domain not found", Meaning::SenderBlocked);
        check("554 5.7.1 <ada@acme.com>: Relay access denied", Meaning::RelayDenied);
        check("550 relaying denied", Meaning::RelayDenied);
        check("554 Transaction failed", Meaning::Policy);
        check("503 5.5.1 Bad sequence of commands", Meaning::Protocol);
        check("451 4.7.1 blocked by reputation", Meaning::SenderBlocked);
        check("350 what", Meaning::Protocol);
    }

    #[test]
    fn for_now() {
        let grey = |s| Meaning::Greylisted(Duration::from_secs(s));
        check("451 4.7.1 Greylisting in action, please come back in 60 seconds", grey(60));
        check("450 4.2.0 <ada@acme.com>: Recipient address rejected: Greylisted", grey(300));
        check("450 4.7.1 try again later", grey(300));
        check("451 Temporary local problem, please try again", grey(300));
        check("450 4.2.1 receiving mail too quickly", Meaning::Temporary(TEMPORARY_WAIT));
        check("452 4.3.1 Insufficient system resources", Meaning::Temporary(TEMPORARY_WAIT));
        check("421 4.3.2 Service shutting down", Meaning::Temporary(TEMPORARY_WAIT));
    }

    #[test]
    fn too_many() {
        check("452 4.5.3 Too many recipients", Meaning::TooManyRecipients);
        check("452 too many recipients", Meaning::TooManyRecipients);
        check("550 5.5.3 no more", Meaning::TooManyRecipients);
        check("550 only one recipient allowed", Meaning::TooManyRecipients);
    }

    #[test]
    fn what_the_host_behind_a_gateway_said() {
        let gateway = |said: &str| {
            format!(
                "450 4.1.1 <ada@acme.com>: Recipient address rejected: unverified address: {said}"
            )
        };
        let told = |said: &str| {
            gateway(&format!("host mx[192.0.2.1] said: {said} (in reply to RCPT TO command)"))
        };
        check(&told("550 Unrouteable address"), CLEAR);
        check(&told("550 5.1.1 <ada@acme.com>: user unknown"), CLEAR);
        check(&told("550 5.2.1 mailbox disabled"), Meaning::Disabled);
        let passing = Meaning::Temporary(TEMPORARY_WAIT);
        check(&told("450 4.3.0 no such user yet"), passing);
        check(&told("550 5.7.1 not for you"), passing);
        check(&told("550 no"), passing);
        check(&gateway("Address verification in progress"), passing);
        check(&gateway("host mx said: 550 No such user (in reply to MAIL FROM command)"), passing);
    }

    #[test]
    fn an_echoed_address_is_no_word_of_the_server() {
        let meaning = |text, recipient| classify(&reply(text), recipient);
        let text = "550 5.1.1 <disabled@relay-spamhaus.com>: user unknown";
        assert_eq!(meaning(text, "disabled@relay-spamhaus.com"), CLEAR);
        assert_eq!(meaning("550 <spam>: user unknown", "spam@acme.com"), CLEAR);
    }
}
