use std::net::{IpAddr, Ipv4Addr};

use captely_contact::Domain;
use futures::future::join_all;

use super::finding::{AuditFinding, AuditState};
use super::questions::Questions;
use crate::dns::{DnsFailure, Negative};

/// Text of a listing that is shown.
const REASON_CHARS_MAX: usize = 200;
const UNLOCKS: &str = "mail servers that turn away callers on this list";

/// What a list says of an address.
#[derive(Debug, PartialEq, Eq)]
enum Standing {
    Clear,
    Listed {
        codes: Vec<Ipv4Addr>,
        reason: Option<String>,
    },
    /// It answers with a code that means "not you": a public resolver, too many questions, a typing
    /// mistake (Spamhaus, 127.255.255.0/24).
    RefusesToAnswer(Ipv4Addr),
    /// 127.0.0.1 is listed, which never may be (RFC 5782 §5): the list is shutting down.
    ListsEverything,
    /// The entry that every list has for tests is not there (RFC 5782 §5).
    Dead,
    /// An answer outside 127.0.0.0/8, which no list gives (RFC 5782 §2.1): the zone was sold, or the
    /// resolver makes up answers.
    Strange(Ipv4Addr),
    NoAnswer(DnsFailure),
}

/// Looks the address up in every list, all at the same time; each is tried itself first.
pub(super) async fn look(
    questions: &Questions,
    lists: &[Domain],
    address: IpAddr,
) -> Vec<AuditFinding> {
    let one = async |list: &Domain| {
        let standing = ask(questions, list, address).await;
        finding(list, address, &standing)
    };
    join_all(lists.iter().map(one)).await
}

/// One finding for each list, where there is no address to look up.
pub(super) fn untried(lists: &[Domain], why: &str) -> Vec<AuditFinding> {
    lists.iter().map(|list| AuditFinding::untried(what(list), why, UNLOCKS)).collect()
}

async fn ask(questions: &Questions, list: &Domain, address: IpAddr) -> Standing {
    let [listed, unlisted] = tests(address);
    let (own, listed, unlisted) = tokio::join!(
        codes(questions, list, address),
        codes(questions, list, listed),
        codes(questions, list, unlisted),
    );
    let (own, listed, unlisted) = match (own, listed, unlisted) {
        (Ok(own), Ok(listed), Ok(unlisted)) => (own, listed, unlisted),
        (Err(why), _, _) | (_, Err(why), _) | (_, _, Err(why)) => return Standing::NoAnswer(why),
    };
    let all = || own.iter().chain(&listed).chain(&unlisted).copied();
    if let Some(code) = all().find(|code| !code.is_loopback()) {
        return Standing::Strange(code);
    }
    if let Some(code) = all().find(|code| matches!(code.octets(), [127, 255, 255, _])) {
        return Standing::RefusesToAnswer(code);
    }
    if !unlisted.is_empty() {
        return Standing::ListsEverything;
    }
    if listed.is_empty() {
        return Standing::Dead;
    }
    if own.is_empty() {
        return Standing::Clear;
    }
    Standing::Listed { codes: own, reason: reason(questions, list, address).await }
}

/// The address that every list has for tests, and the one that none has (RFC 5782 §5).
fn tests(like: IpAddr) -> [IpAddr; 2] {
    let tests = [Ipv4Addr::new(127, 0, 0, 2), Ipv4Addr::LOCALHOST];
    tests.map(|test| match like {
        IpAddr::V4(_) => test.into(),
        IpAddr::V6(_) => test.to_ipv6_mapped().into(),
    })
}

/// The answers for an address; none where it is not listed.
async fn codes(
    questions: &Questions,
    list: &Domain,
    address: IpAddr,
) -> Result<Vec<Ipv4Addr>, DnsFailure> {
    let v4 = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    match questions.addresses_like(&entry(list, address), v4).await {
        Ok(found) => Ok(found
            .into_iter()
            .filter_map(|code| match code {
                IpAddr::V4(code) => Some(code),
                IpAddr::V6(_) => None,
            })
            .collect()),
        Err(Negative::NoSuchName(_) | Negative::NoRecords(_)) => Ok(Vec::new()),
        Err(Negative::Failed(why)) => Err(why),
    }
}

async fn reason(questions: &Questions, list: &Domain, address: IpAddr) -> Option<String> {
    let texts = questions.texts(&entry(list, address)).await.ok()?;
    let text = texts.into_iter().next()?;
    let shown = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    Some(shown.take(REASON_CHARS_MAX).collect())
}

/// The name under which an address is listed: its octets backwards (RFC 5782 §2.1), or the nibbles of
/// an IPv6 address (§2.4).
fn entry(list: &Domain, address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            format!("{d}.{c}.{b}.{a}.{list}")
        }
        IpAddr::V6(v6) => {
            let digits = format!("{:032x}", u128::from(v6));
            let mut name = String::with_capacity(96);
            for digit in digits.chars().rev() {
                name.push(digit);
                name.push('.');
            }
            name + list.as_str()
        }
    }
}

/// A zone may hold a customer's key, which is nobody else's business.
fn shown(list: &Domain) -> String {
    const KEY_CHARS_MIN: usize = 20;
    let label = |label: &str| {
        if label.len() >= KEY_CHARS_MIN { "(key)".to_owned() } else { label.to_owned() }
    };
    list.as_str().split('.').map(label).collect::<Vec<_>>().join(".")
}

fn what(list: &Domain) -> String {
    format!("block list {}", shown(list))
}

fn finding(list: &Domain, address: IpAddr, standing: &Standing) -> AuditFinding {
    let (code, state, says, mend) = match standing {
        Standing::Clear => {
            let says = format!("{address} is not on it");
            return AuditFinding::new(what(list), "list_clear", AuditState::Works, says);
        }
        Standing::Listed { codes, reason } => {
            let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
            let reason = reason.as_ref().map_or_else(String::new, |text| format!(": {text}"));
            let says = format!("{address} is on it ({}){reason}", codes.join(", "));
            let mend = "end what it was listed for, then ask the list to take it off, or check from \
                        another address";
            ("list_listed", AuditState::Broken, says, mend)
        }
        Standing::RefusesToAnswer(code) => {
            let says = format!("it does not answer questions from here ({code})");
            let mend = "ask it through a resolver of your own, or under the terms of the list";
            ("list_refuses", AuditState::Missing, says, mend)
        }
        Standing::ListsEverything => {
            let says = "it lists every address, 127.0.0.1 too, so it says nothing".to_owned();
            (
                "list_lists_everything",
                AuditState::Missing,
                says,
                "take it out of verify.block_lists",
            )
        }
        Standing::Dead => {
            let family = if address.is_ipv4() { "" } else { " for IPv6" };
            let says = format!("it has no entry for tests{family} (RFC 5782), so it says nothing");
            ("list_dead", AuditState::Missing, says, "take it out of verify.block_lists")
        }
        Standing::Strange(code) => {
            let says = format!("it answers {code}, as no block list does, so it says nothing");
            let mend = "take it out of verify.block_lists, or mend the resolver";
            ("list_strange", AuditState::Missing, says, mend)
        }
        Standing::NoAnswer(why) => {
            ("list_unknown", AuditState::Missing, format!("no answer: {why}"), "try again later")
        }
    };
    AuditFinding::new(what(list), code, state, says).unlocking(UNLOCKS).mended_by(mend)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_entries() {
        let list: Domain = "list.example.com".parse().unwrap();
        let of = |address: &str| entry(&list, address.parse().unwrap());
        assert_eq!(of("192.0.2.99"), "99.2.0.192.list.example.com");
        // RFC 5782 §2.4.
        assert_eq!(
            of("2001:db8:1:2:3:4:567:89ab"),
            "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.list.example.com"
        );
        assert_eq!(tests("::1".parse().unwrap())[0].to_string(), "::ffff:127.0.0.2");
    }

    #[test]
    fn keys_in_names_are_not_shown() {
        let list: Domain = "abcdefghij0123456789klmnop.zen.example.net".parse().unwrap();
        assert_eq!(shown(&list), "(key).zen.example.net");
    }
}
