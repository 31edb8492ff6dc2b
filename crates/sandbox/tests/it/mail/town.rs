//! A small world for these tests: a domain for each personality in each dialect.

use std::sync::Arc;

use captely_sandbox::mail_world::{MailDomain, MailWorld, Mailbox, Personality};
use captely_sandbox::smtp::Dialect;

/// `google-catch-all.example` is a domain; so are `implicit.example` (no MX, an A) and
/// `bare.example` (neither). Everybody called ada or bob-something has a mailbox everywhere.
pub(super) struct Town;

pub(super) fn town() -> Arc<dyn MailWorld> {
    Arc::new(Town)
}

pub(super) fn domain_of(personality: Personality, dialect: Dialect) -> String {
    format!("{}-{}.example", dialect.as_str(), word(personality))
}

/// The name of the n-th mail host of this behaviour and dialect.
pub(super) fn host_of(personality: Personality, dialect: Dialect, n: u32) -> String {
    let host = |group: u32| format!("mx{n}.{}-{group}.mail.example", word(personality));
    (0..1_000).map(host).find(|h| Dialect::of_host(h) == dialect).expect("1,000 names, 5 dialects")
}

fn word(personality: Personality) -> String {
    personality.as_str().replace('_', "-")
}

fn personality_of(word_asked: &str) -> Option<Personality> {
    Personality::ALL.into_iter().find(|p| word(*p) == word_asked)
}

impl MailWorld for Town {
    fn domain(&self, domain: &str) -> Option<MailDomain> {
        let domain = domain.trim_end_matches('.').to_lowercase();
        if ["implicit.example", "bare.example"].contains(&domain.as_str()) {
            let has_a = domain == "implicit.example";
            return Some(MailDomain { personality: Personality::NoMx, mx: vec![], has_a });
        }
        let (dialect, rest) = domain.strip_suffix(".example")?.split_once('-')?;
        let dialect = Dialect::ALL.into_iter().find(|d| d.as_str() == dialect)?;
        let personality = personality_of(rest)?;
        let mx = match personality {
            Personality::NullMx | Personality::NoMx => vec![],
            _ => [(10, 1), (20, 2)].map(|(p, n)| (p, host_of(personality, dialect, n))).to_vec(),
        };
        Some(MailDomain { personality, mx, has_a: true })
    }

    fn mailbox(&self, domain: &str, local: &str) -> Mailbox {
        match local.to_lowercase().as_str() {
            _ if self.domain(domain).is_none() => Mailbox::Absent,
            "full" => Mailbox::Full,
            "gone" => Mailbox::Disabled,
            name if name == "ada" || name.starts_with("bob") => Mailbox::Exists,
            _ => Mailbox::Absent,
        }
    }

    fn host(&self, host: &str) -> Option<Personality> {
        let host = host.trim_end_matches('.').to_lowercase();
        let (number, rest) = host.strip_suffix(".mail.example")?.split_once('.')?;
        let (word, _group) = rest.rsplit_once('-')?;
        ["mx1", "mx2"].contains(&number).then(|| personality_of(word)).flatten()
    }
}
