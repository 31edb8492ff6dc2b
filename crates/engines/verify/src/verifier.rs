use std::sync::Arc;
use std::time::Duration;

use captely_contact::{CatchAll, Domain, EmailAddress};
use tokio::time::timeout;

use crate::address::{AddressError, is_special_use, syntax};
use crate::catch_all::CatchAllMemory;
use crate::check::Check;
use crate::config::{ConfigError, VerifyConfig};
use crate::dns::{Dns, MailHost};
use crate::finding::{BLOCKED, Finding};
use crate::guess::Guess;
use crate::lists::{Classes, Own, classes, is_free_provider};
use crate::probability::Calibration;
use crate::provider_rule::provider_rule;
use crate::reach::{self, Reachable};
use crate::smtp::{Answer, Meaning, Pool};
use crate::suggest::{repair, suggestion};
use crate::verdict::{EmailVerdict, Level};

/// Candidates tried by one call of [`EmailVerifier::first_deliverable`].
const CANDIDATES_MAX: usize = 16;

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
    catch_all: CatchAllMemory,
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
            catch_all: CatchAllMemory::new(Arc::clone(&config), seed),
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
                check.suggestion = repair(address);
                return self.verdict(check, shortened(address), &Finding::BadSyntax(why));
            }
        };
        let Some(domain) = email.domain() else {
            return self.verdict(check, email.into(), &Finding::BadSyntax(AddressError::NoAt));
        };
        check.look_at(&email);
        check.suggestion = suggestion(&email);
        match self.inner.own(&email) {
            Some(Own::Blocked) => {
                return self.verdict(check, email.into(), &Finding::BlockedByOwnList);
            }
            Some(Own::Allowed) => check.classes = check.classes.allowed(),
            None => {}
        }
        if let Err(rule) = provider_rule(&email)
            && rule.certain
        {
            return self.verdict(check, email.into(), &Finding::NotGivenOut(rule));
        }
        let limit = self.inner.config.call_timeout;
        let checked = timeout(limit, self.inner.check(&email, &domain, level, &mut check)).await;
        let finding = checked.unwrap_or(Finding::CallTimeout(limit));
        self.verdict(check, email.into(), &finding)
    }

    /// Whether a verdict from memory still fits the own and the public lists, which may have changed
    /// since. One that does not must be made anew.
    pub fn still_fits(&self, verdict: &EmailVerdict) -> bool {
        let Ok(email) = syntax(&verdict.email) else { return true };
        let own = self.inner.own(&email);
        let blocked = own == Some(Own::Blocked);
        if blocked || verdict.code == BLOCKED {
            return blocked && verdict.code == BLOCKED;
        }
        let listed = classes(&email);
        let now = if own == Some(Own::Allowed) { listed.allowed() } else { listed };
        (now.disposable, now.role) == (verdict.disposable, verdict.role)
    }

    fn verdict(&self, check: Check, email: String, finding: &Finding) -> EmailVerdict {
        let calibration = self.inner.config.calibration.as_deref();
        check.verdict(email, finding, calibration.unwrap_or_else(|| Calibration::built_in()))
    }

    /// The first of the candidates that the domain's mail server takes, tried in order on one
    /// connection; at most 16 are tried. Those of other domains, and those that the own list blocks,
    /// are left out.
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
                check.look_at(&email);
                let verdict = self.verdict(check, email.to_string(), &finding);
                Guess::Found { email, verdict }
            }
            Ok(Guessed::NoMail(finding)) => {
                let email =
                    candidates.first().map_or_else(|| domain.to_string(), ToString::to_string);
                Guess::NoMail { verdict: self.verdict(check, email, &finding) }
            }
            Ok(Guessed::Unknown(finding)) => unknown(&finding, check.retry_after),
            Err(_elapsed) => unknown(&Finding::CallTimeout(limit), None),
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
    /// What the workspace has decided about the address.
    fn own(&self, email: &EmailAddress) -> Option<Own> {
        self.config.own_lists.as_ref()?.look_up(email)
    }

    async fn check(
        &self,
        email: &EmailAddress,
        domain: &Domain,
        level: Level,
        check: &mut Check,
    ) -> Finding {
        let disposable = check.classes.disposable;
        if is_special_use(domain, self.config.allow_private_hosts) {
            return Finding::BadSyntax(AddressError::SpecialUse);
        }
        if level == Level::Syntax {
            return if disposable { Finding::Disposable } else { Finding::SyntaxOk };
        }
        let hosts = match self.hosts(domain, check).await {
            Ok(hosts) => hosts,
            Err(finding) => return finding,
        };
        if level == Level::Domain {
            check.level = Level::Domain;
            return if disposable { Finding::Disposable } else { Finding::DomainExists };
        }
        // A throw-away mailbox is not worth a connection: its state today is not that of tomorrow.
        if level == Level::Mx || disposable {
            return match reach::first_reachable(&self.dns, &hosts, &mut check.evidence).await {
                Ok(host) => {
                    check.note_host(&host);
                    if disposable { Finding::Disposable } else { Finding::MxFound }
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
            Ok(_)
            | Err(Finding::NullMx | Finding::NoMailHost | Finding::BadMx | Finding::ParkedDomain) => {
                Level::Mx
            }
            Err(Finding::NoSuchDomain) => Level::Domain,
            Err(_) => Level::Syntax,
        };
        if let Ok(hosts) = &found {
            check.mx_host = hosts.first().map(|host| Arc::clone(&host.name));
            check.family = hosts.first().map(|host| host.family);
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
        check.note_host(&asked.host);
        if let Some(known) = known {
            check.catch_all = known;
        }
        let Some(answer) = asked.answers.first().copied() else {
            return match asked.trouble {
                None => Finding::PutOff(Meaning::Protocol),
                // Nobody was ever heard from here: most likely the way out is closed.
                Some(trouble) if trouble.may_be_ours() && !self.pool.has_heard().await => {
                    Finding::NoWayOut(trouble)
                }
                Some(trouble) => Finding::Trouble(trouble),
            };
        };
        check.level = Level::Smtp;
        self.catch_all.note_refusal(domain, asked.host.family, wire_address, &[answer]);
        match answer.meaning {
            Meaning::Accepted => {
                self.test_catch_all(domain, &asked.host, check).await;
                Finding::Accepted(check.catch_all)
            }
            meaning if meaning.is_refusal() => {
                check.catch_all = self.catch_all.peek(domain).unwrap_or(check.catch_all);
                Finding::Refused(meaning)
            }
            meaning => {
                // Whoever greylists would put the probe off as well: it is announced along with the
                // recipient, so that one return answers both.
                if meaning.retry_after().is_some() {
                    self.test_catch_all(domain, &asked.host, check).await;
                    check.retry_after = None;
                }
                Finding::PutOff(meaning)
            }
        }
    }

    async fn test_catch_all(&self, domain: &Domain, host: &Reachable, check: &mut Check) {
        check.catch_all = self.catch_all.of(&self.pool, domain, host, &mut check.evidence).await;
        check.retry_after = self.catch_all.retry_after(domain);
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
        if self.catch_all.peek(domain) == Some(CatchAll::Yes) {
            return Guessed::Done(Guess::AcceptsAll);
        }
        let is_ours = |email: &&EmailAddress| {
            email.domain_str() == domain.as_str() && self.own(email) != Some(Own::Blocked)
        };
        let ours = candidates.iter().filter(is_ours);
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
        check.note_host(&asked.host);
        let tried = asked.answers.len();
        let last = tried.checked_sub(1);
        if let Some(refused) = recipients.first() {
            self.catch_all.note_refusal(domain, asked.host.family, refused, &asked.answers);
        }
        let accepted = last.filter(|at| is_accepted(asked.answers.get(*at)));
        if let Some(email) = accepted.and_then(|at| candidates.get(at)) {
            check.level = Level::Smtp;
            self.test_catch_all(domain, &asked.host, check).await;
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
}

fn is_accepted(answer: Option<&Answer>) -> bool {
    answer.is_some_and(|answer| answer.meaning == Meaning::Accepted)
}

/// A domain without hosts takes no mail, unless that could not be found out.
fn no_hosts(finding: Finding) -> Guessed {
    match finding {
        Finding::DnsFailed(_) | Finding::PrivateMx | Finding::BadMx | Finding::ParkedDomain => {
            Guessed::Unknown(finding)
        }
        sure => Guessed::NoMail(sure),
    }
}

fn unknown(finding: &Finding, catch_all_retry: Option<Duration>) -> Guess {
    let weight = finding.weigh(Classes::default());
    Guess::Unknown { reason: weight.reason, retry_after: finding.retry_after().or(catch_all_retry) }
}

/// What was given, cut where somebody pasted a novel.
fn shortened(address: &str) -> String {
    const SHOWN_BYTES_MAX: usize = 320;
    let text = address.trim();
    let cut = text.floor_char_boundary(SHOWN_BYTES_MAX);
    text.get(..cut).unwrap_or_default().to_owned()
}
