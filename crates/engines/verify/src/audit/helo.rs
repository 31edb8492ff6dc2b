use std::net::IpAddr;

use super::finding::{AuditFinding, AuditState};
use super::questions::Questions;
use crate::dns::Negative;

const WHAT: &str = "HELO name";
const UNLOCKS: &str = "mail servers that turn away callers with a made-up name";

/// Looks at the name said in EHLO. `reverse` is the address's own name, where it leads back.
pub(super) async fn look(
    questions: &Questions,
    helo: &str,
    address: Option<IpAddr>,
    reverse: Option<&str>,
) -> AuditFinding {
    let helo = helo.to_ascii_lowercase();
    let should = match (reverse, address) {
        (Some(name), _) => format!("set verify.helo_name to {name}"),
        (None, Some(address)) => {
            format!("set verify.helo_name to a name of yours whose address is {address}")
        }
        (None, None) => "set verify.helo_name to the public name of this machine".to_owned(),
    };
    let finding = if let Some(literal) = helo.strip_prefix('[') {
        of_literal(&helo, literal.trim_end_matches(']'), address)
    } else if is_made_up(&helo) {
        let says = format!("{helo} is no public name");
        AuditFinding::new(WHAT, "helo_not_public", AuditState::Limited, says)
    } else {
        of_name(questions, &helo, address, reverse).await
    };
    let works = finding.state == AuditState::Works;
    let finding = finding.unlocking(UNLOCKS);
    if works { finding } else { finding.mended_by(should) }
}

/// The same where there was no time.
pub(super) fn untried(why: &str) -> AuditFinding {
    AuditFinding::untried(WHAT, why, UNLOCKS)
}

/// RFC 5321 §4.1.3. Allowed, and taken for a sign of a home computer.
fn of_literal(helo: &str, literal: &str, address: Option<IpAddr>) -> AuditFinding {
    let bare = literal.strip_prefix("ipv6:").unwrap_or(literal);
    let is_ours = address.is_none_or(|address| bare.parse() == Ok(address));
    if is_ours {
        let says = format!("{helo} is an address, which many servers refuse");
        AuditFinding::new(WHAT, "helo_literal", AuditState::Limited, says)
    } else {
        let says = format!("{helo} is not the address that mail servers see");
        AuditFinding::new(WHAT, "helo_elsewhere", AuditState::Broken, says)
    }
}

/// Names without a dot, and those that never are public (RFC 6761, 6762, 8375).
pub(super) fn is_made_up(helo: &str) -> bool {
    let special = ["localhost", "localdomain", "local", "lan", "internal", "invalid", "home.arpa"];
    let below =
        |top: &str| helo.strip_suffix(top).is_some_and(|r| r.is_empty() || r.ends_with('.'));
    !helo.contains('.') || special.into_iter().any(below)
}

async fn of_name(
    questions: &Questions,
    helo: &str,
    address: Option<IpAddr>,
    reverse: Option<&str>,
) -> AuditFinding {
    let like = address.unwrap_or(IpAddr::from([0, 0, 0, 0]));
    let found = match questions.addresses_like(helo, like).await {
        Ok(found) => found,
        Err(Negative::NoSuchName(_) | Negative::NoRecords(_)) => {
            let says = format!("{helo} has no address");
            return AuditFinding::new(WHAT, "helo_no_address", AuditState::Broken, says);
        }
        Err(Negative::Failed(why)) => {
            let says = format!("{helo} could not be looked up: {why}");
            return AuditFinding::new(WHAT, "helo_unknown", AuditState::Missing, says);
        }
    };
    let shown = found.iter().take(3).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let Some(address) = address else {
        let says = format!("{helo} is {shown}; whether that is this machine is not known");
        return AuditFinding::new(WHAT, "helo_resolves", AuditState::Works, says);
    };
    if !found.contains(&address) {
        let says = format!("{helo} is {shown}, but mail servers see {address}");
        return AuditFinding::new(WHAT, "helo_elsewhere", AuditState::Limited, says);
    }
    let says = match reverse {
        Some(name) if name == helo => format!("{helo} is {address}, as its reverse DNS says"),
        Some(name) => format!("{helo} is {address} (whose reverse DNS says {name}: also right)"),
        None => format!("{helo} is {address}"),
    };
    AuditFinding::new(WHAT, "helo_matches", AuditState::Works, says)
}
