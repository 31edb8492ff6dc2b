use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::finding::{AuditFinding, AuditState};
use super::mail_port::Greeted;
use super::wire::udp_towards;
use crate::config::VerifyConfig;
use crate::dns::is_public;

const WHAT: &str = "public address";

/// The address that mail servers see, and how it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnAddress {
    pub(super) address: IpAddr,
    from: &'static str,
}

impl OwnAddress {
    pub(super) const fn told(address: IpAddr) -> Self {
        Self { address, from: "as set" }
    }

    /// The address as far as this machine knows it: the one that it is set to call from, else the one
    /// that the system would send from, if that is public. Behind a proxy it knows nothing.
    pub(super) async fn of_machine(config: &VerifyConfig) -> Option<Self> {
        if !config.proxies.is_empty() {
            return None;
        }
        match config.source_addresses.first() {
            Some(source) if is_public(*source) => {
                Some(Self { address: *source, from: "one of the source addresses set" })
            }
            Some(_private) => None,
            None => Self::of_route().await,
        }
    }

    /// IPv4 first, as mail hosts are called. Connecting a UDP socket sends nothing.
    async fn of_route() -> Option<Self> {
        // TEST-NET-1 (RFC 5737) and the documentation prefix (RFC 3849): routed like the world.
        let there: [IpAddr; 2] = [
            Ipv4Addr::new(192, 0, 2, 1).into(),
            Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(),
        ];
        for there in there {
            if let Some(address) = source_towards(there).await
                && is_public(address)
            {
                return Some(Self { address, from: "an address of this machine" });
            }
        }
        None
    }

    /// The address that a mail server names in its reply to EHLO.
    pub(super) fn of_greetings(greeted: &[Greeted], allow_private: bool) -> Option<Self> {
        let hellos = greeted.iter().filter_map(|g| Some(g.welcome()?.hello.as_str()));
        let mut seen = hellos.filter_map(named_address);
        let address = seen.find(|address| allow_private || is_public(*address))?;
        Some(Self { address, from: "as a mail server sees it" })
    }
}

async fn source_towards(there: IpAddr) -> Option<IpAddr> {
    let socket = udp_towards(SocketAddr::new(there, 25)).await.ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// The address in `mx.example Hello host [203.0.113.7]`, as Exim, Sendmail, Google and Microsoft
/// write it. The last one counts: the name we gave may be an address literal and stands before it.
fn named_address(hello: &str) -> Option<IpAddr> {
    let inside = |piece: &str| piece.split_once(']').map(|(inside, _)| inside.trim().to_owned());
    let all = hello.split('[').skip(1).filter_map(inside);
    let read = |text: String| {
        let bare = text.strip_prefix("IPv6:").unwrap_or(&text);
        bare.parse::<IpAddr>().ok().map(|address| address.to_canonical())
    };
    all.filter_map(read).last()
}

pub(super) fn finding(own: Option<&OwnAddress>) -> AuditFinding {
    let Some(own) = own else {
        let says = "unknown: this machine has a private one, and no mail server said what it sees";
        return AuditFinding::new(WHAT, "address_unknown", AuditState::Missing, says)
            .unlocking("looking at reverse DNS, sender policy and block lists")
            .mended_by("set verify.public_address, or give --address");
    };
    let says = format!("{} ({})", own.address, own.from);
    AuditFinding::new(WHAT, "address_known", AuditState::Works, says)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_replies() {
        for (hello, address) in [
            ("mx.example Hello host.example [203.0.113.7]", Some("203.0.113.7")),
            ("mx.example at your service, [203.0.113.7]", Some("203.0.113.7")),
            ("mx.example Hello [192.0.2.1] ([203.0.113.7]), pleased", Some("203.0.113.7")),
            ("mx.example Hello x [IPv6:2001:db8::7]", Some("2001:db8::7")),
            ("mx.example Hello x [2001:db8::7]", Some("2001:db8::7")),
            ("mx.example Hello x [::ffff:203.0.113.7]", Some("203.0.113.7")),
            ("mx.example", None),
            ("mx.example [nothing] [", None),
        ] {
            assert_eq!(named_address(hello), address.map(|a| a.parse().unwrap()), "{hello}");
        }
    }
}
