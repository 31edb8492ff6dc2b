use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use tokio::time::Instant;

use super::Problem;
use super::client_address::NOBODY;
use super::limits::Standing;
use crate::access::Identity;
use crate::ids::WorkspaceId;

/// The longest request id that is taken from outside.
const REQUEST_ID_BYTES_MAX: usize = 64;

/// What is known of a request from its start; made by the outermost layer, shared by all below.
#[derive(Debug, Clone)]
pub struct RequestContext(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    id: String,
    address: IpAddr,
    seen: Mutex<Seen>,
}

/// What the layers below find out.
#[derive(Debug, Default)]
struct Seen {
    identity: Option<Identity>,
    /// Which workspace the operation acts in; none where it acts in none, whatever the session has.
    workspace: Option<WorkspaceId>,
    standing: Option<Standing>,
    /// When a long request last came on.
    moved_at: Option<Instant>,
}

impl RequestContext {
    pub(super) fn new(id: String, address: IpAddr) -> Self {
        Self(Arc::new(Inner { id, address, seen: Mutex::default() }))
    }

    /// Names this request in logs and answers.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Whose request this is: the address of the client, behind proxies that are trusted. Loopback is
    /// whoever is on this machine for certain.
    pub fn address(&self) -> IpAddr {
        self.0.address
    }

    /// The same for a sentence that says why something may not be done from there.
    pub(super) fn place(&self) -> String {
        if self.address() == NOBODY {
            return "a proxy that server.trusted_proxies does not name, or under a host name other \
                    than localhost"
                .to_owned();
        }
        self.address().to_string()
    }

    pub(super) fn identity(&self) -> Option<Identity> {
        self.seen(|seen| seen.identity.clone())
    }

    pub(super) fn set_identity(&self, identity: Identity) {
        self.seen(|seen| seen.identity = Some(identity));
    }

    pub(super) fn workspace(&self) -> Option<WorkspaceId> {
        self.seen(|seen| seen.workspace)
    }

    pub(super) fn acts_in(&self, workspace: WorkspaceId) {
        self.seen(|seen| seen.workspace = Some(workspace));
    }

    /// Says that a long request comes on, with the next piece of an upload, say: how long it may take counts
    /// from now.
    pub fn moves(&self) {
        self.seen(|seen| seen.moved_at = Some(Instant::now()));
    }

    /// Does `work`, unless nothing comes on for `most`.
    pub(super) async fn in_time<T>(
        &self,
        most: Duration,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        let mut work = std::pin::pin!(work);
        let mut until = Instant::now() + most;
        loop {
            if let Ok(done) = tokio::time::timeout_at(until, &mut work).await {
                return Some(done);
            }
            let later = self.seen(|seen| seen.moved_at).map(|at| at + most);
            until = later.filter(|later| *later > Instant::now())?;
        }
    }

    /// Notes how a limit stands; the tightest is told.
    pub(super) fn note(&self, standing: Standing) {
        self.seen(|seen| {
            let tighter = seen.standing.as_ref().is_none_or(|old| standing.left <= old.left);
            if tighter {
                seen.standing = Some(standing);
            }
        });
    }

    pub(super) fn standing(&self) -> Option<Standing> {
        self.seen(|seen| seen.standing.clone())
    }

    /// A poisoned lock is taken all the same: every change is one assignment.
    fn seen<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.0.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<S: Sync> FromRequestParts<S> for RequestContext {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or_else(|| {
            Problem::new(&super::codes::INTERNAL, "Something broke on our side.")
                .because("the router was not put into http::layered")
        })
    }
}

/// The request id that a client or proxy gave, if it is a plain word.
pub(super) fn request_id(headers: &HeaderMap) -> Option<&str> {
    let given = headers.get("x-request-id")?.to_str().ok()?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    (1..=REQUEST_ID_BYTES_MAX)
        .contains(&given.len())
        .then_some(given)?
        .bytes()
        .all(plain)
        .then_some(given)
}

/// The client's address, for operations that note it.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Ok(Self(RequestContext::from_request_parts(parts, state).await?.address()))
    }
}

/// A range of addresses: `10.0.0.0/8`, `2001:db8::/32`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u8,
}

impl Network {
    /// Whether `address` is in it. An IPv4 address in IPv6 clothes counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let mask =
                    u32::MAX.checked_shl(32_u32.saturating_sub(self.bits.into())).unwrap_or(0);
                base.to_bits() & mask == address.to_bits() & mask
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let mask =
                    u128::MAX.checked_shl(128_u32.saturating_sub(self.bits.into())).unwrap_or(0);
                base.to_bits() & mask == address.to_bits() & mask
            }
            _ => false,
        }
    }
}

/// The error is a sentence.
impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no range of addresses such as 10.0.0.0/8 or 192.0.2.7");
        let (base, bits) = text.trim().split_once('/').unwrap_or((text.trim(), ""));
        let base: IpAddr = base.parse().map_err(|_why| wrong())?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = if bits.is_empty() { most } else { bits.parse().map_err(|_why| wrong())? };
        if bits > most { Err(wrong()) } else { Ok(Self { base, bits }) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(network: &str, address: &str, expected: bool) {
        let network: Network = network.parse().unwrap();
        assert_eq!(network.contains(address.parse().unwrap()), expected, "{network} {address}");
    }

    #[test]
    fn ranges() {
        check("10.0.0.0/8", "10.255.0.1", true);
        check("10.0.0.0/8", "11.0.0.1", false);
        check("0.0.0.0/0", "203.0.113.9", true);
        check("192.0.2.7", "192.0.2.7", true);
        check("192.0.2.7", "::ffff:192.0.2.7", true);
        check("2001:db8::/32", "2001:db8:1::1", true);
        check("::/0", "10.0.0.1", false);
        assert!("10.0.0.0/33".parse::<Network>().is_err());
        assert!("ten".parse::<Network>().is_err());
    }

    #[test]
    fn a_request_id_from_outside_is_a_plain_word() {
        let id = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-request-id", text.parse().unwrap());
            request_id(&headers).map(str::to_owned)
        };
        assert_eq!(id("abc-1.2_3"), Some("abc-1.2_3".to_owned()));
        assert_eq!(id(""), None);
        assert_eq!(id("a b"), None);
        assert_eq!(id(&"a".repeat(65)), None);
    }
}
