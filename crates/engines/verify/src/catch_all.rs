//! Whether a domain takes any name: asked with a made-up one, and remembered.

use std::sync::Arc;
use std::time::Duration;

use captely_contact::{CatchAll, Domain};

use crate::cache::AnswerCache;
use crate::config::VerifyConfig;
use crate::dns::MailFamily;
use crate::evidence::Evidence;
use crate::limits::{self, Probe};
use crate::probe::ProbeNames;
use crate::reach::Reachable;
use crate::smtp::{Answer, Meaning, Pool, Question, Trouble};

/// What is known of the domains asked so far.
pub(crate) struct CatchAllMemory {
    config: Arc<VerifyConfig>,
    known: AnswerCache<Domain, Known>,
    names: ProbeNames,
}

/// Whether a domain takes any name, and how that is known.
#[derive(Clone)]
struct Known {
    answer: CatchAll,
    /// When asking again makes sense, where the answer was put off.
    retry_after: Option<Duration>,
    evidence: Arc<[String]>,
}

impl CatchAllMemory {
    pub(crate) fn new(config: Arc<VerifyConfig>, seed: u64) -> Self {
        Self {
            known: AnswerCache::new(config.catch_all_cache_entries_max),
            names: ProbeNames::new(seed),
            config,
        }
    }

    /// What is remembered.
    pub(crate) fn peek(&self, domain: &Domain) -> Option<CatchAll> {
        self.known.peek(domain).map(|known| known.answer)
    }

    /// When asking again makes sense, where the last answer was put off.
    pub(crate) fn retry_after(&self, domain: &Domain) -> Option<Duration> {
        self.known.peek(domain).and_then(|known| known.retry_after)
    }

    /// Whether the domain takes any name: remembered, and asked by one caller at a time.
    pub(crate) async fn of(
        &self,
        pool: &Pool,
        domain: &Domain,
        host: &Reachable,
        evidence: &mut Evidence,
    ) -> CatchAll {
        let probe = self.probe_of(host.family);
        if probe == Probe::Never {
            let known = self.known.peek(domain);
            evidence.push(|| "no catch-all probe: the settings forbid it".to_owned());
            return known.map_or(CatchAll::NotTested, |known| known.answer);
        }
        let own = probe == Probe::OwnConnection;
        let known =
            self.known.get(domain, async || self.probe(pool, domain, host, own).await).await;
        evidence.extend(&known.evidence);
        known.answer
    }

    /// A domain that refused a name as absent does not take every name: no probe is needed. Of the
    /// providers that treat later recipients of a connection unlike the first, only the first counts.
    pub(crate) fn note_refusal(
        &self,
        domain: &Domain,
        family: MailFamily,
        refused: &str,
        answers: &[Answer],
    ) {
        let honest_later = self.probe_of(family) != Probe::OwnConnection;
        let certain = |answer: &Answer| match answer.meaning {
            Meaning::Absent { clear } => answer.first || (clear && honest_later),
            _ => false,
        };
        let open = self.peek(domain).is_none_or(|known| known == CatchAll::NotTested);
        if open && answers.iter().any(certain) {
            let evidence = Arc::from([format!("not catch-all: {refused} was refused")]);
            let known = Known { answer: CatchAll::No, retry_after: None, evidence };
            self.known.put(domain, known, self.config.catch_all_ttl);
        }
    }

    fn probe_of(&self, family: MailFamily) -> Probe {
        if !self.config.catch_all_probe {
            return Probe::Never;
        }
        let limits = limits::in_force(&self.config.family_limits, family);
        limits.map_or(Probe::AnyConnection, |limits| limits.probe)
    }

    /// Only an answer about the made-up name says yes or no: whatever else happens leaves it open.
    async fn probe(
        &self,
        pool: &Pool,
        domain: &Domain,
        host: &Reachable,
        own_connection: bool,
    ) -> (Known, Duration) {
        let name = format!("{}@{domain}", self.names.of(domain.as_str()));
        let mut evidence = Evidence::default();
        evidence.push(|| "catch-all probe with a made-up name".to_owned());
        let question = Question {
            host: &host.name,
            family: host.family,
            addresses: &host.addresses,
            domain: domain.as_str(),
            recipients: &[name.as_str()],
            one_is_enough: true,
            make_sure: false,
            own_connection,
        };
        let (answers, trouble) = pool.ask(&question, &mut evidence).await;
        let meaning = answers.first().map(|answer| answer.meaning);
        let retry_after = meaning
            .map_or_else(|| trouble.as_ref().and_then(Trouble::retry_after), Meaning::retry_after);
        let answer = match meaning {
            Some(Meaning::Accepted) => CatchAll::Yes,
            Some(Meaning::Absent { .. }) => CatchAll::No,
            _ => CatchAll::NotTested,
        };
        let tested = answer != CatchAll::NotTested;
        if !tested {
            let why = trouble.map_or_else(
                || "the reply says nothing about the name".to_owned(),
                |trouble| trouble.to_string(),
            );
            evidence.push(|| format!("! catch-all not tested: {why}"));
        }
        let ttl = if tested {
            self.config.catch_all_ttl
        } else {
            let ttl = self.config.catch_all_untested_ttl;
            retry_after.unwrap_or(ttl).min(ttl)
        };
        (Known { answer, retry_after, evidence: evidence.into_lines().into() }, ttl)
    }
}
