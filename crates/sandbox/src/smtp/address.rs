//! Which loopback address is which mail host. A server cannot see what host name a client dialled,
//! so every behaviour in every dialect has an address of its own, and DNS sends clients there.

use std::net::Ipv4Addr;

use super::dialect::Dialect;
use crate::mail_world::{MailWorld, Personality};

/// The personalities that answer on a socket, in the order of their addresses.
pub(super) const LISTENING: [Personality; 6] = [
    Personality::Normal,
    Personality::CatchAll,
    Personality::Greylisting,
    Personality::RefusesSecondRcpt,
    Personality::Tarpit,
    Personality::BlocksSender,
];

/// Where nothing listens on the mail port: the host of a `DeadHost` domain.
pub const DEAD_ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 250);

/// The web server of a domain whose mail goes elsewhere. Nothing listens there on the mail port, so
/// that a client that wrongly tries the A record of a domain with an MX learns nothing.
pub const WEB_ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 251);

/// The address of the mail hosts with this behaviour and dialect: 127.0.0.2 to 127.0.0.31, and
/// [`DEAD_ADDRESS`] for the personalities that answer no connection.
pub fn mail_address(personality: Personality, dialect: Dialect) -> Ipv4Addr {
    let row = LISTENING.iter().position(|p| *p == personality);
    let column = Dialect::ALL.iter().position(|d| *d == dialect);
    let octet = row.zip(column).map(|(row, column)| row * Dialect::ALL.len() + column + 2);
    octet
        .and_then(|octet| u8::try_from(octet).ok())
        .map_or(DEAD_ADDRESS, |octet| Ipv4Addr::new(127, 0, 0, octet))
}

/// The address of a mail host of the world by its name; `None` where the world has no such host.
pub fn host_address(world: &dyn MailWorld, host: &str) -> Option<Ipv4Addr> {
    world.host(host).map(|personality| mail_address(personality, Dialect::of_host(host)))
}

/// The address a domain's own A record gives; `None` where it has none. It is a mail host only for
/// a domain without MX (RFC 5321 §5.1).
pub fn domain_address(world: &dyn MailWorld, domain: &str) -> Option<Ipv4Addr> {
    let known = world.domain(domain)?;
    let address = match known.personality {
        Personality::NoMx => mail_address(Personality::Normal, Dialect::of_domain(domain)),
        _ => WEB_ADDRESS,
    };
    known.has_a.then_some(address)
}

/// Whether the host with this behaviour and dialect takes mail for the domain.
pub(super) fn serves(
    world: &dyn MailWorld,
    personality: Personality,
    dialect: Dialect,
    domain: &str,
) -> bool {
    let Some(known) = world.domain(domain) else { return false };
    if known.personality == Personality::NoMx {
        let at_a_record = personality == Personality::Normal && known.has_a;
        return at_a_record && Dialect::of_domain(domain) == dialect;
    }
    let is_here =
        |host: &str| world.host(host) == Some(personality) && Dialect::of_host(host) == dialect;
    known.personality == personality && known.mx.iter().any(|(_, host)| is_here(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listening_host_has_its_own_address() {
        let mut all: Vec<_> = LISTENING
            .iter()
            .flat_map(|p| Dialect::ALL.map(|dialect| mail_address(*p, dialect)))
            .collect();
        assert_eq!(all.first(), Some(&Ipv4Addr::new(127, 0, 0, 2)));
        assert_eq!(all.last(), Some(&Ipv4Addr::new(127, 0, 0, 31)));
        all.dedup();
        assert_eq!(all.len(), 30);
        for personality in [Personality::DeadHost, Personality::NullMx, Personality::NoMx] {
            assert_eq!(mail_address(personality, Dialect::Exim), DEAD_ADDRESS);
        }
        assert!(!all.contains(&DEAD_ADDRESS) && !all.contains(&WEB_ADDRESS));
    }
}
