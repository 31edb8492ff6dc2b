use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;

use super::Spf;
use super::macros::{Sender, expand};
use super::record::{Mechanism, Prefixes, Qualifier, Record, is_record, parse};
use crate::dns::Negative;

/// RFC 7208 §4.6.4: terms that ask DNS, over all records together.
const LOOKUPS_MAX: usize = 10;
/// The same: names behind one MX or PTR.
const NAMES_MAX: usize = 10;

/// The questions to DNS that records lead to.
pub(crate) trait Names: Sync {
    /// Texts at a name.
    fn texts(&self, name: &str) -> impl Future<Output = Result<Vec<String>, Negative>> + Send;
    /// Addresses of a name in the family of `like`.
    fn addresses_like(
        &self,
        name: &str,
        like: IpAddr,
    ) -> impl Future<Output = Result<Vec<IpAddr>, Negative>> + Send;
    /// Mail hosts of a name.
    fn exchanges(&self, name: &str) -> impl Future<Output = Result<Vec<String>, Negative>> + Send;
    /// Names of an address.
    fn pointers(
        &self,
        address: IpAddr,
    ) -> impl Future<Output = Result<Vec<String>, Negative>> + Send;
}

/// `check_host()` of RFC 7208 §4.
pub(crate) async fn check_host<N: Names>(names: &N, domain: &str, sender: &Sender<'_>) -> Spf {
    let address = sender.address.to_canonical();
    let sender = Sender { address, ..*sender };
    let mut check = Check { names, sender: &sender, lookups: 0 };
    let outcome = check.domain(domain.to_owned()).await;
    outcome.unwrap_or_else(|ended| ended)
}

struct Check<'a, N> {
    names: &'a N,
    sender: &'a Sender<'a>,
    lookups: usize,
}

/// `Err` holds a result that ends the whole check: an error of whatever kind.
type Checked<T> = Result<T, Spf>;
type Recursion<'s> = Pin<Box<dyn Future<Output = Checked<Spf>> + Send + 's>>;

impl<N: Names> Check<'_, N> {
    fn domain(&mut self, domain: String) -> Recursion<'_> {
        Box::pin(async move {
            if !is_name(&domain) {
                return Ok(Spf::None);
            }
            let Some(record) = self.record(&domain).await? else { return Ok(Spf::None) };
            for (qualifier, mechanism) in &record.directives {
                if self.matches(mechanism, &domain).await? {
                    return Ok(qualifier.result());
                }
            }
            let Some(target) = &record.redirect else { return Ok(Qualifier::Neutral.result()) };
            self.count()?;
            let target = self.target(Some(target), &domain)?;
            match self.domain(target.clone()).await? {
                Spf::None => Err(Spf::PermError(format!("redirect={target} has no record"))),
                result => Ok(result),
            }
        })
    }

    async fn record(&self, domain: &str) -> Checked<Option<Record>> {
        let texts = or_none(self.names.texts(domain).await)?;
        let mut records = texts.iter().filter(|text| is_record(text));
        let Some(text) = records.next() else { return Ok(None) };
        if records.next().is_some() {
            return Err(Spf::PermError(format!("{domain} has more than one record")));
        }
        let wrong = |term| Spf::PermError(format!("{domain} has {term:?} in its record"));
        parse(text).map(Some).map_err(wrong)
    }

    async fn matches(&mut self, mechanism: &Mechanism, domain: &str) -> Checked<bool> {
        let address = self.sender.address;
        if !matches!(mechanism, Mechanism::All | Mechanism::Ip(_)) {
            self.count()?;
        }
        match mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Ip(network) => Ok(network.contains(address)),
            Mechanism::Include(spec) => {
                let target = self.target(Some(spec), domain)?;
                match self.domain(target.clone()).await? {
                    Spf::Pass => Ok(true),
                    Spf::None => Err(Spf::PermError(format!("include:{target} has no record"))),
                    _ => Ok(false),
                }
            }
            Mechanism::A(spec, prefixes) => {
                let target = self.target(spec.as_ref(), domain)?;
                self.has_address(&target, *prefixes).await
            }
            Mechanism::Mx(spec, prefixes) => {
                let target = self.target(spec.as_ref(), domain)?;
                self.mail_host_has_address(&target, *prefixes).await
            }
            Mechanism::Exists(spec) => {
                // §5.7: an A record, whatever family the sender has.
                let target = self.target(Some(spec), domain)?;
                let like = IpAddr::from([0, 0, 0, 0]);
                Ok(!or_none(self.names.addresses_like(&target, like).await)?.is_empty())
            }
            Mechanism::Ptr(spec) => {
                let target = self.target(spec.as_ref(), domain)?;
                self.is_named_below(&target).await
            }
        }
    }

    async fn has_address(&self, name: &str, prefixes: Prefixes) -> Checked<bool> {
        let address = self.sender.address;
        let found = or_none(self.names.addresses_like(name, address).await)?;
        Ok(found.iter().any(|at| prefixes.network(*at).contains(address)))
    }

    async fn mail_host_has_address(&self, name: &str, prefixes: Prefixes) -> Checked<bool> {
        let hosts = or_none(self.names.exchanges(name).await)?;
        for host in hosts.iter().take(NAMES_MAX) {
            if self.has_address(host, prefixes).await? {
                return Ok(true);
            }
        }
        if hosts.len() > NAMES_MAX {
            return Err(Spf::PermError(format!("mx:{name} has more than {NAMES_MAX} hosts")));
        }
        Ok(false)
    }

    /// §5.5: a name of the address that leads back to it and lies in the domain.
    async fn is_named_below(&self, domain: &str) -> Checked<bool> {
        let address = self.sender.address;
        let pointers = self.names.pointers(address).await.unwrap_or_default();
        for name in pointers.iter().take(NAMES_MAX) {
            let below = name.strip_suffix(domain).is_some_and(|r| r.is_empty() || r.ends_with('.'));
            let back = async || self.names.addresses_like(name, address).await.unwrap_or_default();
            if below && back().await.contains(&address) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The name that a term speaks of.
    fn target(&self, spec: Option<&String>, domain: &str) -> Checked<String> {
        let Some(spec) = spec else { return Ok(domain.to_owned()) };
        let name = expand(spec, domain, self.sender);
        name.ok_or_else(|| Spf::PermError(format!("{domain} has the name {spec:?} in its record")))
    }

    fn count(&mut self) -> Checked<()> {
        self.lookups = self.lookups.saturating_add(1);
        if self.lookups > LOOKUPS_MAX {
            let why = format!("it takes more than {LOOKUPS_MAX} look-ups");
            return Err(Spf::PermError(why));
        }
        Ok(())
    }
}

/// That there is nothing is an answer; that nobody said is an error for now.
fn or_none<T>(answer: Result<Vec<T>, Negative>) -> Checked<Vec<T>> {
    match answer {
        Ok(found) => Ok(found),
        Err(Negative::NoSuchName(_) | Negative::NoRecords(_)) => Ok(Vec::new()),
        Err(Negative::Failed(_why)) => Err(Spf::TempError),
    }
}

/// §4.3: more than one label, none empty, none and not all too long.
fn is_name(domain: &str) -> bool {
    domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(|label| (1..=63).contains(&label.len()))
}
