use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Spf;

/// A parsed record: what to try, in order, and where to go if nothing matches (RFC 7208 §4.6).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) directives: Vec<(Qualifier, Mechanism)>,
    pub(super) redirect: Option<String>,
}

/// What a match means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Qualifier {
    Pass,
    Fail,
    SoftFail,
    Neutral,
}

impl Qualifier {
    pub(super) const fn result(self) -> Spf {
        match self {
            Self::Pass => Spf::Pass,
            Self::Fail => Spf::Fail,
            Self::SoftFail => Spf::SoftFail,
            Self::Neutral => Spf::Neutral,
        }
    }
}

/// What is compared with the address. Names may hold macros; no name is the domain itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Mechanism {
    All,
    Include(String),
    A(Option<String>, Prefixes),
    Mx(Option<String>, Prefixes),
    Ptr(Option<String>),
    Ip(Network),
    Exists(String),
}

/// How many leading bits must agree, by family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Prefixes {
    v4: u8,
    v6: u8,
}

impl Prefixes {
    pub(super) fn network(self, address: IpAddr) -> Network {
        Network { address, bits: if address.is_ipv4() { self.v4 } else { self.v6 } }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    pub(super) fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(net), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32_u32.saturating_sub(self.bits.into()));
                (u32::from(net) ^ u32::from(address)) & mask.unwrap_or(0) == 0
            }
            (IpAddr::V6(net), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128_u32.saturating_sub(self.bits.into()));
                (u128::from(net) ^ u128::from(address)) & mask.unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// Whether the text is an SPF record at all (RFC 7208 §4.5).
pub(super) fn is_record(text: &str) -> bool {
    let version = text.split(' ').next().unwrap_or_default();
    version.eq_ignore_ascii_case("v=spf1")
}

/// The record in a text that [`is_record`]; the error is the first term that is none.
pub(super) fn parse(text: &str) -> Result<Record, String> {
    let mut record = Record { directives: Vec::new(), redirect: None };
    for term in text.split(' ').skip(1).filter(|term| !term.is_empty()) {
        let wrong = || term.chars().take(80).collect::<String>();
        if let Some((name, value)) = modifier(term) {
            if name.eq_ignore_ascii_case("redirect") {
                if record.redirect.is_some() || value.is_empty() {
                    return Err(wrong());
                }
                record.redirect = Some(value.to_owned());
            }
            continue; // §6: unknown modifiers are ignored; `exp` only explains
        }
        let directive = directive(term).ok_or_else(wrong)?;
        let all = directive.1 == Mechanism::All;
        record.directives.push(directive);
        if all {
            record.redirect = None; // §5.1: whatever follows is ignored
            break;
        }
    }
    Ok(record)
}

/// `name=value` where the name is one: an `=` behind a `:` or `/` belongs to a mechanism.
fn modifier(term: &str) -> Option<(&str, &str)> {
    let (name, value) = term.split_once('=')?;
    let named = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    named.then_some((name, value))
}

fn directive(term: &str) -> Option<(Qualifier, Mechanism)> {
    let (qualifier, rest) = match term.split_at_checked(1)? {
        ("+", rest) => (Qualifier::Pass, rest),
        ("-", rest) => (Qualifier::Fail, rest),
        ("~", rest) => (Qualifier::SoftFail, rest),
        ("?", rest) => (Qualifier::Neutral, rest),
        _ => (Qualifier::Pass, term),
    };
    let end = rest.find([':', '/']).unwrap_or(rest.len());
    let (name, value) = rest.split_at_checked(end)?;
    let named = |value: &str| value.strip_prefix(':').filter(|v| !v.is_empty()).map(str::to_owned);
    let mechanism = match name.to_ascii_lowercase().as_str() {
        "all" if value.is_empty() => Mechanism::All,
        "include" => Mechanism::Include(named(value)?),
        "exists" => Mechanism::Exists(named(value)?),
        "ptr" if value.is_empty() => Mechanism::Ptr(None),
        "ptr" => Mechanism::Ptr(Some(named(value)?)),
        "a" => {
            let (name, prefixes) = name_and_prefixes(value)?;
            Mechanism::A(name, prefixes)
        }
        "mx" => {
            let (name, prefixes) = name_and_prefixes(value)?;
            Mechanism::Mx(name, prefixes)
        }
        "ip4" => Mechanism::Ip(network::<Ipv4Addr>(&named(value)?, 32)?),
        "ip6" => Mechanism::Ip(network::<Ipv6Addr>(&named(value)?, 128)?),
        _ => return None,
    };
    Some((qualifier, mechanism))
}

/// `:name/24//64`, each part optional. A `/` may stand in a macro, so lengths are cut off the end.
fn name_and_prefixes(value: &str) -> Option<(Option<String>, Prefixes)> {
    let length = |digits: &str, max: u8| {
        let plain = digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<u8>().ok().filter(|bits| plain && *bits <= max)
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let mut prefixes = Prefixes { v4: 32, v6: 128 };
    let mut rest = value;
    if let Some((before, digits)) = rest.rsplit_once("//")
        && is_number(digits)
    {
        prefixes.v6 = length(digits, 128)?;
        rest = before;
    }
    if let Some((before, digits)) = rest.rsplit_once('/')
        && is_number(digits)
    {
        prefixes.v4 = length(digits, 32)?;
        rest = before;
    }
    if rest.is_empty() {
        return Some((None, prefixes));
    }
    let name = rest.strip_prefix(':').filter(|name| !name.is_empty())?;
    Some((Some(name.to_owned()), prefixes))
}

fn network<T: std::str::FromStr + Into<IpAddr>>(text: &str, max: u8) -> Option<Network> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, bits.parse().ok().filter(|bits| *bits <= max)?),
        None => (text, max),
    };
    let address: IpAddr = address.parse::<T>().ok()?.into();
    let canonical = address.to_canonical();
    // An IPv4 address written as IPv6 loses the 96 bits in front of it.
    let bits =
        if canonical.is_ipv4() && address.is_ipv6() { bits.saturating_sub(96) } else { bits };
    Some(Network { address: canonical, bits })
}
