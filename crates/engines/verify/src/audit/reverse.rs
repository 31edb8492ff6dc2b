use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use futures::future::join_all;

use super::finding::{AuditFinding, AuditState};
use super::helo::is_made_up;
use super::questions::Questions;
use crate::dns::Negative;

const WHAT: &str = "reverse DNS";
const UNLOCKS: &str =
    "mail servers that turn away callers without a proper name (Google and Yahoo among them)";
/// Names of one address that are followed; a sender has one.
const NAMES_MAX: usize = 4;

/// What is known of the address's name.
pub(super) struct Reverse {
    pub(super) finding: AuditFinding,
    /// A public name that leads back to the address.
    pub(super) name: Option<String>,
}

/// Whether the address has a name that leads back to it (RFC 1912 §2.1; RFC 8499, "forward-confirmed").
pub(super) async fn look(questions: &Questions, address: IpAddr) -> Reverse {
    let names = match questions.pointers(address).await {
        Ok(names) => names,
        Err(Negative::NoSuchName(_) | Negative::NoRecords(_)) => return nameless(address),
        Err(Negative::Failed(why)) => {
            let says = format!("could not be found out: {why}");
            let finding = AuditFinding::new(WHAT, "ptr_unknown", AuditState::Missing, says);
            return Reverse { finding: finding.unlocking(UNLOCKS), name: None };
        }
    };
    let back = names.iter().take(NAMES_MAX).map(|name| questions.addresses_like(name, address));
    let back = join_all(back).await;
    let confirmed = names
        .iter()
        .zip(&back)
        .find(|(_, found)| found.as_ref().is_ok_and(|addresses| addresses.contains(&address)));
    match confirmed {
        Some((name, _)) => named(name, address),
        None => unconfirmed(&names, &back, address),
    }
}

/// The same where there is no address or no time.
pub(super) fn untried(why: &str) -> Reverse {
    Reverse { finding: AuditFinding::untried(WHAT, why, UNLOCKS), name: None }
}

fn nameless(address: IpAddr) -> Reverse {
    let finding = AuditFinding::new(
        WHAT,
        "ptr_missing",
        AuditState::Missing,
        format!("{address} has no name"),
    );
    let mend = "have the provider of this machine set a PTR record: its own name, such as \
                mail.example.com";
    Reverse { finding: finding.unlocking(UNLOCKS).mended_by(mend), name: None }
}

fn named(name: &str, address: IpAddr) -> Reverse {
    let faults = [
        (is_made_up(name), "ptr_not_public", "which is no public name"),
        (is_generic(name, address), "ptr_generic", "which looks like a line of an access provider"),
    ];
    if let Some((_, code, why)) = faults.into_iter().find(|(applies, ..)| *applies) {
        let finding = AuditFinding::new(
            WHAT,
            code,
            AuditState::Limited,
            format!("{address} is {name}, {why}"),
        )
        .unlocking(UNLOCKS)
        .mended_by("have a name of your own set as the PTR record, such as mail.example.com");
        let name = (code == "ptr_generic").then(|| name.to_owned());
        return Reverse { finding, name };
    }
    let says = format!("{address} is {name}, and {name} is {address}");
    let finding = AuditFinding::new(WHAT, "ptr_confirmed", AuditState::Works, says);
    Reverse { finding, name: Some(name.to_owned()) }
}

fn unconfirmed(
    names: &[String],
    back: &[Result<Vec<IpAddr>, Negative>],
    address: IpAddr,
) -> Reverse {
    let shown = names.iter().take(NAMES_MAX).cloned().collect::<Vec<_>>().join(", ");
    let failed = back.iter().any(|found| matches!(found, Err(Negative::Failed(_))));
    let finding = if failed {
        let says = format!("{address} is {shown}, but DNS does not say where that leads");
        AuditFinding::new(WHAT, "ptr_unknown", AuditState::Missing, says)
    } else {
        let says = format!("{address} is {shown}, which does not lead back to {address}");
        AuditFinding::new(WHAT, "ptr_unconfirmed", AuditState::Broken, says)
    };
    let record = if address.is_ipv4() { "an A" } else { "an AAAA" };
    let mend =
        format!("give {shown} {record} record with {address}, or have the PTR record changed");
    Reverse { finding: finding.unlocking(UNLOCKS).mended_by(mend), name: None }
}

/// Words that access providers put into the names of their lines.
const LINE_WORDS: [&str; 12] = [
    "adsl",
    "broadband",
    "cable",
    "dhcp",
    "dial",
    "dialup",
    "dsl",
    "dyn",
    "dynamic",
    "pool",
    "pppoe",
    "unassigned",
];

/// Whether the name is one that a provider made out of the address.
fn is_generic(name: &str, address: IpAddr) -> bool {
    if words(name).any(|word| LINE_WORDS.contains(&word)) {
        return true;
    }
    match address {
        IpAddr::V4(v4) => has_octets(name, v4),
        IpAddr::V6(v6) => has_nibbles(name, v6),
    }
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['.', '-', '_'])
}

/// The four numbers, in whatever order (`203-0-113-7`, `7.113.0.203`), or all of it as one.
fn has_octets(name: &str, address: Ipv4Addr) -> bool {
    let [a, b, c, d] = address.octets();
    let hexadecimal = format!("{a:02x}{b:02x}{c:02x}{d:02x}");
    let padded = format!("{a:03}{b:03}{c:03}{d:03}");
    if name.contains(&hexadecimal) || name.contains(&padded) {
        return true;
    }
    let number = |word: &str| {
        let digits = word.trim_start_matches(|c: char| !c.is_ascii_digit());
        digits.parse::<u8>().ok()
    };
    let mut found: Vec<u8> = words(name).filter_map(number).collect();
    [a, b, c, d].iter().all(|octet| {
        let at = found.iter().position(|number| number == octet);
        at.map(|at| found.swap_remove(at)).is_some()
    })
}

/// The lower half as digits in either order, with or without separators.
fn has_nibbles(name: &str, address: Ipv6Addr) -> bool {
    let digits = format!("{:032x}", u128::from(address));
    let low = digits.get(16..).unwrap_or_default();
    let joined: String = name.chars().filter(char::is_ascii_hexdigit).collect();
    let backwards: String = low.chars().rev().collect();
    joined.contains(low) || joined.contains(&backwards)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_providers_make() {
        for (address, name) in [
            ("203.0.113.7", "203-0-113-7.isp.example"),
            ("203.0.113.7", "7.113.0.203.isp.example"),
            ("203.0.113.7", "host203-000-113-007.isp.example"),
            ("203.0.113.7", "ip203000113007.isp.example"),
            ("203.0.113.7", "cb007107.isp.example"),
            ("203.0.113.7", "x1.dyn.isp.example"),
            ("203.0.113.7", "pool-9.isp.example"),
            ("2001:db8::1:2:3:4", "0001-0002-0003-0004.isp.example"),
            ("2001:db8::1:2:3:4", "4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.isp.example"),
        ] {
            assert!(is_generic(name, address.parse().unwrap()), "{name}");
        }
        for (address, name) in [
            ("203.0.113.7", "mail.example.com"),
            ("203.0.113.7", "mx7.example.com"),
            ("203.0.113.7", "mail-203-7.example.com"),
            ("1.1.1.1", "mx1.example.com"),
            ("2001:db8::7", "mail7.example.com"),
        ] {
            assert!(!is_generic(name, address.parse().unwrap()), "{name}");
        }
    }
}
