use std::sync::Arc;
use std::time::Duration;

use captely_contact::{CatchAll, Confidence, Domain, EmailAddress};
use tokio::time::timeout;

use crate::address::{AddressError, is_special_use, syntax};
use crate::cache::AnswerCache;
use crate::config::{ConfigError, VerifyConfig};
use crate::dns::{Dns, MailHost};
use crate::evidence::Evidence;
use crate::finding::{Finding, Traits};
use crate::guess::Guess;
use crate::lists::{is_disposable, is_free_provider, is_relay, is_role};
use crate::probe::ProbeNames;
use crate::reach::{self, Reachable};
use crate::smtp::{Answer, Meaning, Pool, Question};
use crate::verdict::{EmailVerdict, Level};

/// Candidates tried by one call of [`EmailVerifier::first_deliverable`].
const CANDIDATES_MAX: usize = 16;
/// A catch-all question without answer is put again after this long.
const UNTESTED_TTL: Duration = Duration::from_mins(1);

/// Verifies addresses by asking DNS and mail servers. A clone shares caches and connections.
///
/// A call ends within `VerifyConfig::call_timeout`. It never fails: a trouble becomes the status
/// `unknown` with its reason, and a trouble of this machine or of a mail host never makes an address
/// invalid.
#[derive(Clone)]
pub struct EmailVerifier {
    inner: Arc<Inner>,
}

struct Inner {
    config: Arc<VerifyConfig>,
    dns: Dns,
    pool: Pool,
    catch_all: AnswerCache<Domain, KnownCatchAll>,
    names: ProbeNames,
}

/// Whether a domain takes any name, and how that is known.
#[derive(Clone)]
struct KnownCatchAll {
    answer: CatchAll,
    evidence: Arc<[String]>,
}

/// A check under way: what is known so far survives a time-out.
struct Check {
    level: Level,
    catch_all: CatchAll,
    mx_host: Option<Arc<str>>,
    evidence: Evidence,
}

impl EmailVerifier {
    /// A verifier with its own caches and connections; call it inside a Tokio runtime. `seed` decides
    /// the made-up names of catch-all probes.
    pub fn new(config: VerifyConfig, seed: u64) -> Result<Self, ConfigError> {
        config.check()?;
        let config = Arc::new(config);
        let inner = Inner {
            dns: Dns::new(&config)?,
            pool: Pool::new(Arc::clone(&config)),
            catch_all: AnswerCache::new(config.catch_all_cache_entries_max),
            names: ProbeNames::new(seed),
            config,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What is known of the address, checked up to `level`.
    pub async fn verify(&self, address: &str, level: Level) -> EmailVerdict {
        let mut check = Check::new();
        let email = match syntax(address) {
            Ok(email) => email,
            Err(why) => {
                return check.verdict(
                    shortened(address),
                    &Finding::BadSyntax(why),
                    Traits::default(),
                );
            }
        };
        let Some(domain) = email.domain() else {
            return check.verdict(
                email.into(),
                &Finding::BadSyntax(AddressError::NoAt),
                Traits::default(),
            );
        };
        let traits = traits(&email, &domain);
        let limit = self.inner.config.call_timeout;
        let checked =
            timeout(limit, self.inner.check(&email, &domain, level, traits, &mut check)).await;
        let finding = checked.unwrap_or(Finding::CallTimeout(limit));
        check.verdict(email.into(), &finding, traits)
    }

    /// The first of the candidates that the domain's mail server takes, tried in order on one
    /// connection; at most 16 are tried, and those of other domains are left out.
    ///
    /// A domain that is known to take any name, or takes no mail, is said so at once. At a free
    /// provider nothing is tried: whoever has the name there is most likely somebody else.
    pub async fn first_deliverable(&self, domain: &Domain, candidates: &[EmailAddress]) -> Guess {
        if is_free_provider(domain) {
            let reason =
                format!("{domain} is a free provider, where a guessed name is somebody else's.");
            return Guess::Unknown { reason, retry_after: None };
        }
        let mut check = Check::new();
        let limit = self.inner.config.call_timeout;
        let guessed = self.inner.guess(domain, candidates, &mut check);
        match timeout(limit, guessed).await {
            Ok(Guessed::Done(guess)) => guess,
            Ok(Guessed::Found(email, finding)) => {
                let traits = traits(&email, domain);
                let verdict = check.verdict(email.to_string(), &finding, traits);
                Guess::Found { email, verdict }
            }
            Ok(Guessed::NoMail(finding)) => {
                let email =
                    candidates.first().map_or_else(|| domain.to_string(), ToString::to_string);
                Guess::NoMail { verdict: check.verdict(email, &finding, Traits::default()) }
            }
            Ok(Guessed::Unknown(finding)) => unknown(&finding),
            Err(_elapsed) => unknown(&Finding::CallTimeout(limit)),
        }
    }
}

enum Guessed {
    Done(Guess),
    Found(EmailAddress, Finding),
    NoMail(Finding),
    Unknown(Finding),
}

impl Inner {
    async fn check(
        &self,
        email: &EmailAddress,
        domain: &Domain,
        level: Level,
        traits: Traits,
        check: &mut Check,
    ) -> Finding {
        if is_special_use(domain, self.config.allow_private_hosts) {
            return Finding::BadSyntax(AddressError::SpecialUse);
        }
        if level == Level::Syntax {
            return if traits.disposable { Finding::Disposable } else { Finding::SyntaxOk };
        }
        let hosts = match self.hosts(domain, check).await {
            Ok(hosts) => hosts,
            Err(finding) => return finding,
        };
        if level == Level::Domain {
            check.level = Level::Domain;
            return if traits.disposable { Finding::Disposable } else { Finding::DomainExists };
        }
        // A throw-away mailbox is not worth a connection: its state today is not that of tomorrow.
        if level == Level::Mx || traits.disposable {
            return match reach::first_reachable(&self.dns, &hosts, &mut check.evidence).await {
                Ok(host) => {
                    check.mx_host = Some(host.name);
                    if traits.disposable { Finding::Disposable } else { Finding::MxFound }
                }
                Err(finding) => finding,
            };
        }
        self.mailbox(email, domain, &hosts, check).await
    }

    /// The domain's mail hosts; sets how far the check got.
    async fn hosts(&self, domain: &Domain, check: &mut Check) -> Result<Arc<[MailHost]>, Finding> {
        let found = reach::mail_hosts(&self.dns, domain, &mut check.evidence).await;
        check.level = match &found {
            Ok(_) | Err(Finding::NullMx | Finding::NoMailHost) => Level::Mx,
            Err(Finding::NoSuchDomain) => Level::Domain,
            Err(_) => Level::Syntax,
        };
        if let Ok(hosts) = &found {
            check.mx_host = hosts.first().map(|host| Arc::clone(&host.name));
        }
        found
    }

    /// Asks about the recipient, and afterwards, if it was accepted, about a made-up one.
    async fn mailbox(
        &self,
        email: &EmailAddress,
        domain: &Domain,
        hosts: &[MailHost],
        check: &mut Check,
    ) -> Finding {
        let known = self.catch_all.peek(domain);
        let wire_address = email.as_str();
        let asked = reach::ask(
            (&self.dns, &self.pool),
            hosts,
            (domain, &[wire_address]),
            (false, true),
            &mut check.evidence,
        )
        .await;
        let asked = match asked {
            Ok(asked) => asked,
            Err(finding) => return finding,
        };
        check.mx_host = Some(Arc::clone(&asked.host.name));
        if let Some(known) = known {
            check.catch_all = known.answer;
        }
        let Some(answer) = asked.answers.first().copied() else {
            return asked.trouble.map_or(Finding::PutOff(Meaning::Protocol), Finding::Trouble);
        };
        check.level = Level::Smtp;
        self.note_refusal(domain, wire_address, &[answer]);
        match answer.meaning {
            Meaning::Accepted => {
                check.catch_all = self.catch_all(domain, &asked.host, &mut check.evidence).await;
                Finding::Accepted(check.catch_all)
            }
            meaning if meaning.is_refusal() => {
                check.catch_all = self.catch_all.peek(domain).map_or(check.catch_all, |k| k.answer);
                Finding::Refused(meaning)
            }
            meaning => Finding::PutOff(meaning),
        }
    }

    async fn guess(
        &self,
        domain: &Domain,
        candidates: &[EmailAddress],
        check: &mut Check,
    ) -> Guessed {
        if is_special_use(domain, self.config.allow_private_hosts) {
            return Guessed::NoMail(Finding::BadSyntax(AddressError::SpecialUse));
        }
        let hosts = match self.hosts(domain, check).await {
            Ok(hosts) => hosts,
            Err(finding) => return no_hosts(finding),
        };
        if self.catch_all.peek(domain).is_some_and(|known| known.answer == CatchAll::Yes) {
            return Guessed::Done(Guess::AcceptsAll);
        }
        let ours = candidates.iter().filter(|c| c.domain_str() == domain.as_str());
        let candidates: Vec<&EmailAddress> = ours.take(CANDIDATES_MAX).collect();
        let recipients: Vec<&str> = candidates.iter().map(|c| c.as_str()).collect();
        if recipients.is_empty() {
            return Guessed::Done(Guess::NoneAccepted { tried: 0 });
        }
        let asked = reach::ask(
            (&self.dns, &self.pool),
            &hosts,
            (domain, &recipients),
            (true, false),
            &mut check.evidence,
        )
        .await;
        let asked = match asked {
            Ok(asked) => asked,
            Err(finding) => return no_hosts(finding),
        };
        check.mx_host = Some(Arc::clone(&asked.host.name));
        let tried = asked.answers.len();
        let last = tried.checked_sub(1);
        if let Some(refused) = recipients.first() {
            self.note_refusal(domain, refused, &asked.answers);
        }
        let accepted = last.filter(|at| is_accepted(asked.answers.get(*at)));
        if let Some(email) = accepted.and_then(|at| candidates.get(at)) {
            check.level = Level::Smtp;
            check.catch_all = self.catch_all(domain, &asked.host, &mut check.evidence).await;
            return match check.catch_all {
                CatchAll::Yes => Guessed::Done(Guess::AcceptsAll),
                CatchAll::No => Guessed::Found((*email).clone(), Finding::Accepted(CatchAll::No)),
                CatchAll::NotTested => Guessed::Unknown(Finding::Accepted(CatchAll::NotTested)),
            };
        }
        if let Some(trouble) = asked.trouble {
            return Guessed::Unknown(Finding::Trouble(trouble));
        }
        let open = |answer: &&Answer| !matches!(answer.meaning, Meaning::Absent { .. });
        match asked.answers.iter().find(open) {
            // A full or closed mailbox may be the person's own: paid sources may know another.
            Some(answer) => Guessed::Unknown(Finding::PutOff(answer.meaning)),
            None => Guessed::Done(Guess::NoneAccepted { tried }),
        }
    }

    /// A domain that refused a name as absent does not take every name: no probe is needed.
    fn note_refusal(&self, domain: &Domain, refused: &str, answers: &[Answer]) {
        let certain = |answer: &Answer| match answer.meaning {
            Meaning::Absent { clear } => clear || answer.first,
            _ => false,
        };
        if answers.iter().any(certain) && self.catch_all.peek(domain).is_none() {
            let evidence = Arc::from([format!("not catch-all: {refused} was refused")]);
            let known = KnownCatchAll { answer: CatchAll::No, evidence };
            self.catch_all.put(domain, known, self.config.catch_all_ttl);
        }
    }

    /// Whether the domain takes any name: remembered, and asked by one caller at a time.
    async fn catch_all(
        &self,
        domain: &Domain,
        host: &Reachable,
        evidence: &mut Evidence,
    ) -> CatchAll {
        if !self.config.catch_all_probe {
            return self.catch_all.peek(domain).map_or(CatchAll::NotTested, |known| known.answer);
        }
        let known = self.catch_all.get(domain, async || self.probe(domain, host).await).await;
        evidence.extend(&known.evidence);
        known.answer
    }

    async fn probe(&self, domain: &Domain, host: &Reachable) -> (KnownCatchAll, Duration) {
        let name = format!("{}@{domain}", self.names.next());
        let mut evidence = Evidence::default();
        evidence.push(|| "catch-all probe with a made-up name".to_owned());
        let question = Question {
            host: &host.name,
            addresses: &host.addresses,
            domain: domain.as_str(),
            recipients: &[name.as_str()],
            one_is_enough: true,
            make_sure: false,
        };
        let (answers, trouble) = self.pool.ask(&question, &mut evidence).await;
        if let Some(trouble) = trouble {
            evidence.push(|| format!("! {trouble}"));
        }
        let answer = match answers.first().map(|answer| answer.meaning) {
            Some(Meaning::Accepted) => CatchAll::Yes,
            Some(Meaning::Absent { .. }) => CatchAll::No,
            _ => CatchAll::NotTested,
        };
        let tested = answer != CatchAll::NotTested;
        let ttl = if tested { self.config.catch_all_ttl } else { UNTESTED_TTL };
        (KnownCatchAll { answer, evidence: evidence.into_lines().into() }, ttl)
    }
}

impl Check {
    fn new() -> Self {
        Self {
            level: Level::Syntax,
            catch_all: CatchAll::NotTested,
            mx_host: None,
            evidence: Evidence::default(),
        }
    }

    fn verdict(self, email: String, finding: &Finding, traits: Traits) -> EmailVerdict {
        let weight = finding.weigh(traits);
        EmailVerdict {
            email,
            status: weight.status,
            safety: weight.safety,
            catch_all: self.catch_all,
            level: self.level,
            score: weight.score,
            confidence: Confidence::percent(weight.confidence),
            disposable: traits.disposable,
            role: traits.role,
            free_provider: traits.free_provider,
            reason: weight.reason,
            code: weight.code,
            mx_host: self.mx_host.map(|host| host.to_string()),
            retry_after: finding.retry_after(),
            evidence: self.evidence.into_lines(),
        }
    }
}

fn traits(email: &EmailAddress, domain: &Domain) -> Traits {
    Traits {
        disposable: is_disposable(domain),
        role: is_role(email.local()),
        free_provider: is_free_provider(domain),
        relay: is_relay(domain),
    }
}

fn is_accepted(answer: Option<&Answer>) -> bool {
    answer.is_some_and(|answer| answer.meaning == Meaning::Accepted)
}

/// A domain without hosts takes no mail, unless that could not be found out.
fn no_hosts(finding: Finding) -> Guessed {
    match finding {
        Finding::DnsFailed(_) | Finding::PrivateMx => Guessed::Unknown(finding),
        sure => Guessed::NoMail(sure),
    }
}

fn unknown(finding: &Finding) -> Guess {
    let weight = finding.weigh(Traits::default());
    Guess::Unknown { reason: weight.reason, retry_after: finding.retry_after() }
}

/// What was given, cut where somebody pasted a novel.
fn shortened(address: &str) -> String {
    const SHOWN_BYTES_MAX: usize = 320;
    let text = address.trim();
    let cut = text.floor_char_boundary(SHOWN_BYTES_MAX);
    text.get(..cut).unwrap_or_default().to_owned()
}
