//! What a provider's verifier says of an address.

use crate::chance::{again, draw, happens, mark, topic};
use crate::mail_world::{MailWorld, Mailbox, Personality};
use crate::provider::Provider;
use crate::world::{World, is_disposable, is_free_mail};

/// A verifier's finding, before it is put into a provider's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The mailbox takes mail.
    Valid,
    /// Mail would bounce.
    Invalid,
    /// The domain takes mail for every name.
    AcceptAll,
    /// A free mail provider.
    Webmail,
    /// A throw-away address.
    Disposable,
    /// The servers gave no usable answer.
    Unknown,
}

/// How often, in thousandths, a verifier errs on a mailbox it could test.
const ERROR_PERMILLE: u32 = 12;

/// The verdict of `provider` on `email`, always the same for the same address.
pub(crate) fn verdict(world: &World, provider: Provider, email: &str) -> Verdict {
    let email = email.trim().to_lowercase();
    let Some((local, domain)) = email.rsplit_once('@') else { return Verdict::Invalid };
    if is_disposable(domain) {
        return Verdict::Disposable;
    }
    if is_free_mail(domain) {
        return Verdict::Webmail;
    }
    let Some(mail) = world.domain(domain) else { return Verdict::Invalid };
    let drawn = draw(world.seed(), topic::VERIFICATION, mark(&email) ^ provider.number());
    match mail.personality {
        Personality::NullMx => Verdict::Invalid,
        Personality::NoMx if !mail.has_a => Verdict::Invalid,
        Personality::CatchAll => Verdict::AcceptAll,
        Personality::DeadHost => Verdict::Unknown,
        // Providers probe from many addresses and over days, so most such hosts do answer them.
        Personality::BlocksSender if happens(again(drawn, 1), 500) => Verdict::Unknown,
        Personality::Tarpit if happens(again(drawn, 1), 250) => Verdict::Unknown,
        _ => of_mailbox(world.mailbox(domain, local), happens(drawn, ERROR_PERMILLE)),
    }
}

const fn of_mailbox(mailbox: Mailbox, errs: bool) -> Verdict {
    match (mailbox, errs) {
        (Mailbox::Exists, false) | (Mailbox::Absent | Mailbox::Disabled, true) => Verdict::Valid,
        (Mailbox::Absent | Mailbox::Disabled, false) => Verdict::Invalid,
        (Mailbox::Full, _) | (Mailbox::Exists, true) => Verdict::Unknown,
    }
}
