//! What ZeroBounce says of an address: a pair of words, always the same for the same address.

use captely_contact::EmailAddress;

use crate::chance::{again, draw, happens, index, mark, topic};
use crate::mail_world::{MailDomain, MailWorld, Mailbox, Personality};
use crate::provider::Provider;
use crate::world::{ROLES, World, is_disposable, is_free_mail};

/// How often, in thousandths, it errs on a mailbox it could test.
const ERROR_PERMILLE: u32 = 10;

/// Domains that nobody means, and the ones that are meant.
const TYPOS: [(&str, &str); 4] = [
    ("gmial.com", "gmail.com"),
    ("gamil.com", "gmail.com"),
    ("yaho.com", "yahoo.com"),
    ("outlok.com", "outlook.com"),
];

/// The two words, and whether the server greylists whoever comes for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) status: &'static str,
    pub(super) sub_status: &'static str,
    pub(super) greylists: bool,
}

impl Said {
    const fn new(status: &'static str, sub_status: &'static str) -> Self {
        Self { status, sub_status, greylists: false }
    }

    pub(super) const fn unknown(sub_status: &'static str) -> Self {
        Self::new("unknown", sub_status)
    }
}

/// The address that may have been meant.
pub(super) fn meant(account: &str, domain: &str) -> Option<String> {
    let meant = TYPOS.iter().find(|(typo, _)| *typo == domain);
    meant.map(|(_, right)| format!("{account}@{right}"))
}

/// The verdict on an address in lower case.
pub(super) fn verdict(world: &World, email: &str) -> Said {
    let address = email.rsplit_once('@').filter(|_| email.parse::<EmailAddress>().is_ok());
    let Some((local, domain)) = address else {
        return Said::new("invalid", "failed_syntax_check");
    };
    if meant(local, domain).is_some() {
        return Said::new("invalid", "possible_typo");
    }
    let holder = world.by_email(email).and_then(|id| world.person(id));
    if holder.is_some_and(|person| person.opted_out) {
        return Said::new("do_not_mail", "global_suppression");
    }
    if is_disposable(domain) {
        return Said::new("do_not_mail", "disposable");
    }
    match world.domain(domain) {
        // Real ones, of whose mailboxes this world knows nothing.
        None if is_free_mail(domain) => Said::unknown("antispam_system"),
        None => Said::new("invalid", "no_dns_entries"),
        Some(mail) => at_domain(world, &mail, local, domain),
    }
}

fn at_domain(world: &World, mail: &MailDomain, local: &str, domain: &str) -> Said {
    let number = mark(&format!("{local}@{domain}")) ^ Provider::Zerobounce.number();
    let drawn = draw(world.seed(), topic::VERIFICATION, number);
    let mailbox = world.mailbox(domain, local);
    let of_mailbox = || of_mailbox(mailbox, local, drawn);
    match mail.personality {
        Personality::NullMx => Said::new("invalid", "does_not_accept_mail"),
        Personality::NoMx if !mail.has_a => Said::new("invalid", "no_dns_entries"),
        Personality::CatchAll => catch_all(mailbox, local, drawn),
        Personality::DeadHost => {
            let words =
                ["mail_server_did_not_respond", "failed_smtp_connection", "timeout_exceeded"];
            let word = words.get(index(again(drawn, 1), words.len()));
            Said::unknown(word.copied().unwrap_or_default())
        }
        // It asks from many addresses, so that most such hosts do answer it.
        Personality::BlocksSender if happens(again(drawn, 1), 500) => {
            let blunt = happens(again(drawn, 2), 500);
            Said::unknown(if blunt { "forcible_disconnect" } else { "antispam_system" })
        }
        Personality::Tarpit if happens(again(drawn, 1), 250) => Said::unknown("timeout_exceeded"),
        Personality::Greylisting => {
            Said { greylists: happens(again(drawn, 1), 500), ..of_mailbox() }
        }
        _ => of_mailbox(),
    }
}

fn catch_all(mailbox: Mailbox, local: &str, drawn: u64) -> Said {
    if is_role(local) {
        return Said::new("do_not_mail", "role_based_catch_all");
    }
    // Some it knows from elsewhere.
    if mailbox == Mailbox::Exists && happens(drawn, 80) {
        return Said::new("valid", "accept_all");
    }
    Said::new("catch-all", "")
}

fn of_mailbox(mailbox: Mailbox, local: &str, drawn: u64) -> Said {
    let errs = happens(drawn, ERROR_PERMILLE);
    let rarely = |step| happens(again(drawn, step), 5);
    match mailbox {
        Mailbox::Exists if errs => Said::unknown("exception_occurred"),
        Mailbox::Exists if is_role(local) => Said::new("do_not_mail", "role_based"),
        Mailbox::Exists if rarely(3) => Said::new("abuse", ""),
        Mailbox::Exists if rarely(4) => Said::new("do_not_mail", "toxic"),
        Mailbox::Exists => Said::new("valid", ""),
        Mailbox::Full => Said::new("invalid", "mailbox_quota_exceeded"),
        Mailbox::Absent | Mailbox::Disabled if errs => Said::new("valid", ""),
        // An address that died long ago and was set up again as a trap.
        Mailbox::Absent if rarely(3) => Said::new("spamtrap", ""),
        Mailbox::Absent | Mailbox::Disabled => Said::new("invalid", "mailbox_not_found"),
    }
}

fn is_role(local: &str) -> bool {
    matches!(local, "postmaster" | "abuse") || ROLES.iter().any(|(role, _)| *role == local)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn verdicts_follow_the_truth() {
        let world = World::new(11, 5_000);
        let (mut sound, mut all) = (0, 0);
        let mut words: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        for id in 0..world.people() {
            let person = world.person(id).unwrap();
            let company = world.company(person.company).unwrap();
            let said = verdict(&world, &world.listed_email(&person).unwrap());
            *words.entry((said.status, said.sub_status)).or_default() += 1;
            if person.opted_out {
                assert_eq!(said.sub_status, "global_suppression");
                continue;
            }
            match company.personality {
                Personality::NullMx => assert_eq!(said.status, "invalid"),
                Personality::DeadHost => assert_eq!(said.status, "unknown"),
                Personality::CatchAll => {
                    assert!(said.status == "catch-all" || said.sub_status == "accept_all");
                }
                Personality::Normal => {
                    all += 1;
                    sound += u32::from(match person.mailbox {
                        Mailbox::Exists => said.status == "valid",
                        Mailbox::Absent | Mailbox::Disabled | Mailbox::Full => {
                            said.status == "invalid"
                        }
                    });
                }
                _ => {}
            }
        }
        assert!(sound * 100 >= all * 97 && sound < all, "{sound} of {all}");
        assert!(words.len() >= 14, "{words:?}");
    }

    #[test]
    fn addresses_of_all_kinds() {
        let world = World::new(11, 500);
        for (email, status, sub_status) in [
            ("a@throwaway.test", "do_not_mail", "disposable"),
            ("a@nowhere.example", "invalid", "no_dns_entries"),
            ("a@gmial.com", "invalid", "possible_typo"),
            ("a@gmail.com", "unknown", "antispam_system"),
            ("nobody", "invalid", "failed_syntax_check"),
            ("a b@x.example", "invalid", "failed_syntax_check"),
        ] {
            assert_eq!(verdict(&world, email), Said::new(status, sub_status), "{email}");
        }
        assert_eq!(meant("a", "gmial.com").as_deref(), Some("a@gmail.com"));
    }
}
