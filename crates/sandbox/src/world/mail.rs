//! The world as DNS and SMTP see it.

use super::World;
use super::addresses::free_mailbox;
use crate::chance::{again, below, draw, happens, topic};
use crate::mail_world::{MailDomain, MailWorld, Mailbox, Personality};

/// How many groups of mail hosts domains of one personality share.
const GROUPS_MAX: u64 = 12;

/// Local parts that belong to a function, and how often (in thousandths) a domain has them.
pub(crate) const ROLES: [(&str, u32); 8] = [
    ("info", 700),
    ("contact", 550),
    ("sales", 350),
    ("support", 300),
    ("hello", 250),
    ("jobs", 200),
    ("accounts", 150),
    ("marketing", 150),
];

/// The sandbox's free mail and throw-away providers, beside a few that everybody knows.
const FREE_MAIL: [&str; 6] =
    ["freemail.example", "postfach.example", "gmail.com", "outlook.com", "yahoo.com", "gmx.de"];
const DISPOSABLE: [&str; 2] = ["throwaway.test", "minutenpost.test"];

/// Whether the domain is a free mail provider's.
pub(crate) fn is_free_mail(domain: &str) -> bool {
    FREE_MAIL.contains(&domain.to_lowercase().as_str())
}

/// Whether the domain gives out throw-away addresses.
pub(crate) fn is_disposable(domain: &str) -> bool {
    DISPOSABLE.contains(&domain.to_lowercase().as_str())
}

fn folded(name: &str) -> String {
    name.trim_end_matches('.').to_lowercase()
}

impl World {
    /// Whether the company has the role address `local`.
    pub(crate) fn has_role_address(&self, company_key: u64, local: &str) -> bool {
        if local == "postmaster" || local == "abuse" {
            return true;
        }
        let place = ROLES.iter().position(|(role, _)| *role == local);
        let Some((place, (_, permille))) = place.and_then(|p| Some((p, ROLES.get(p)?))) else {
            return false;
        };
        let step = u64::try_from(place).unwrap_or(0);
        happens(again(draw(self.seed(), topic::ROLE_ADDRESS, company_key), step), *permille)
    }
}

impl MailWorld for World {
    fn domain(&self, domain: &str) -> Option<MailDomain> {
        let domain = folded(domain);
        if is_disposable(&domain) || FREE_MAIL.iter().take(2).any(|d| *d == domain) {
            let mx = vec![(10, "mx1.normal-0.mail.example".to_owned())];
            return Some(MailDomain { personality: Personality::Normal, mx, has_a: true });
        }
        let company = self.company(self.by_domain(&domain)?)?;
        let personality = company.personality;
        let drawn = again(draw(self.seed(), topic::COMPANY_MAIL, company.key), 1);
        let word = personality.as_str().replace('_', "-");
        let host = |n| format!("mx{n}.{word}-{}.mail.example", below(drawn, GROUPS_MAX));
        let mut mx = vec![(10, host(1))];
        if happens(again(drawn, 1), 400) {
            mx.push((20, host(2)));
        }
        if matches!(personality, Personality::NullMx | Personality::NoMx) {
            mx.clear();
        }
        let has_a = personality != Personality::NoMx || happens(again(drawn, 2), 500);
        Some(MailDomain { personality, mx, has_a })
    }

    fn mailbox(&self, domain: &str, local: &str) -> Mailbox {
        let (domain, local) = (folded(domain), local.to_lowercase());
        if FREE_MAIL.iter().take(2).any(|d| *d == domain) {
            return free_mailbox(self.seed(), &format!("{local}@{domain}"));
        }
        let Some(company) = self.by_domain(&domain) else { return Mailbox::Absent };
        let key = self.company_key(company);
        if self.has_role_address(key, &local) {
            return Mailbox::Exists;
        }
        let Some(id) = self.by_email(&format!("{local}@{domain}")) else { return Mailbox::Absent };
        match self.person(id) {
            Some(person) if person.moved_to == Some(company) => Mailbox::Exists,
            Some(person) => person.mailbox,
            None => Mailbox::Absent,
        }
    }

    fn host(&self, host: &str) -> Option<Personality> {
        let host = folded(host);
        let (number, rest) = host.strip_suffix(".mail.example")?.split_once('.')?;
        let (word, group) = rest.rsplit_once('-')?;
        let known =
            matches!(number, "mx1" | "mx2") && group.parse::<u64>().is_ok_and(|g| g < GROUPS_MAX);
        let is_meant = |p: &Personality| p.as_str().replace('_', "-") == word;
        Personality::ALL.into_iter().find(|p| known && is_meant(p))
    }
}

impl World {
    /// What the draws of a company hang on.
    pub(crate) fn company_key(&self, company: u32) -> u64 {
        if company < self.companies() {
            return u64::from(company);
        }
        self.guests().company(company).map_or(u64::from(company), |c| c.key)
    }
}
