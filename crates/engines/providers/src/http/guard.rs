//! Which addresses an outbound call may reach.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The guard refused an address; nothing was sent.
#[derive(Debug, Clone)]
pub(crate) struct Refusal(pub(crate) String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

/// Checks what a URL shows by itself: its scheme, and its host where that is a literal address.
/// Names are checked by [`GuardedResolver`] each time a connection is made, so that a name that
/// changes its address between two look-ups gains nothing.
pub(crate) fn check_url(url: &Url, allow_private: bool) -> Result<(), Refusal> {
    match url.scheme() {
        "https" => {}
        "http" if allow_private => {}
        "http" => return Err(Refusal("calls go over https:// only".to_owned())),
        other => return Err(Refusal(format!("{other}:// is no scheme for calls"))),
    }
    if allow_private {
        return Ok(());
    }
    // The URL parser has already turned 0x7f.1, 2130706433 and their like into 127.0.0.1. The host
    // in text form is all that reqwest re-exports; an IPv6 address stands in brackets.
    let host = url.host_str().unwrap_or_default();
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    match bare.parse::<IpAddr>() {
        Ok(ip) if !is_public(ip) => Err(Refusal(format!("{ip} is no public address"))),
        _ => Ok(()),
    }
}

/// The system's resolver without the addresses that the guard refuses.
pub(super) struct GuardedResolver {
    pub(super) allow_private: bool,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let all = tokio::net::lookup_host((host.as_str(), 0)).await?;
            let kept = keep_public(&host, all, allow_private)?;
            let kept: Addrs = Box::new(kept.into_iter());
            Ok(kept)
        })
    }
}

/// The addresses of `host` that may be called. An error if it has addresses but none of that kind.
fn keep_public(
    host: &str,
    all: impl Iterator<Item = SocketAddr>,
    allow_private: bool,
) -> Result<Vec<SocketAddr>, Refusal> {
    let mut refused = None;
    let mut kept = Vec::new();
    for address in all {
        if allow_private || is_public(address.ip()) {
            kept.push(address);
        } else {
            refused = Some(address.ip());
        }
    }
    match refused {
        Some(ip) if kept.is_empty() => {
            Err(Refusal(format!("{host} leads to {ip}, which is no public address")))
        }
        _ => Ok(kept),
    }
}

/// Whether an address belongs to the public internet.
///
/// Source: the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890 and its updates),
/// multicast and the reserved blocks, and Azure's metadata address, which is public by number only.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// Networks that are not the public internet, as (first address, length of the prefix in bits).
const SPECIAL_V4: [([u8; 4], u32); 16] = [
    ([0, 0, 0, 0], 8),        // this network
    ([10, 0, 0, 0], 8),       // private
    ([100, 64, 0, 0], 10),    // shared by carriers; one cloud's metadata
    ([127, 0, 0, 0], 8),      // loopback
    ([168, 63, 129, 16], 32), // Azure's metadata and health service
    ([169, 254, 0, 0], 16),   // link-local; most clouds' metadata
    ([172, 16, 0, 0], 12),    // private
    ([192, 0, 0, 0], 24),     // protocol assignments
    ([192, 0, 2, 0], 24),     // examples
    ([192, 88, 99, 0], 24),   // old 6to4 relays
    ([192, 168, 0, 0], 16),   // private
    ([198, 18, 0, 0], 15),    // benchmarks
    ([198, 51, 100, 0], 24),  // examples
    ([203, 0, 113, 0], 24),   // examples
    ([224, 0, 0, 0], 4),      // multicast
    ([240, 0, 0, 0], 4),      // reserved, broadcast
];

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let inside = |(network, bits): &([u8; 4], u32)| {
        let differs = u32::from_be_bytes(*network) ^ u32::from(ip);
        differs.leading_zeros() >= *bits
    };
    !SPECIAL_V4.iter().any(inside)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let last_v4 = || {
        let [.., a, b, c, d] = ip.octets();
        Ipv4Addr::new(a, b, c, d)
    };
    match ip.segments() {
        // An IPv4 address in IPv6 clothes is judged by what it carries.
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => is_public_v4(last_v4()),
        // Teredo and other protocol assignments, examples, 6to4: none is a provider's address.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [0x2002, ..] => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // All that is given out today is 2000::/3.
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_and_not() {
        for public in ["93.184.215.14", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for special in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.170",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.7",
            "168.63.129.16",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2001:0:7f00:1::",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
        assert!(is_public("64:ff9b::101:101".parse().unwrap()), "NAT64 of a public address");
    }

    #[test]
    fn literal_addresses_in_urls() {
        for refused in [
            "https://127.0.0.1/",
            "https://127.1:8443/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://[::1]/",
            "https://[::ffff:192.168.0.1]/",
            "https://169.254.169.254/latest/meta-data",
            "http://example.com/",
            "ftp://example.com/",
        ] {
            let url = Url::parse(refused).unwrap();
            assert!(check_url(&url, false).is_err(), "{refused}");
        }
        assert!(check_url(&Url::parse("https://api.example.com/").unwrap(), false).is_ok());
        assert!(check_url(&Url::parse("http://127.0.0.1:1/").unwrap(), true).is_ok());
        assert!(check_url(&Url::parse("file:///etc/passwd").unwrap(), true).is_err());
    }

    #[test]
    fn only_public_addresses_of_a_name_are_tried() {
        let at = |ip: &str| SocketAddr::new(ip.parse().unwrap(), 0);
        let both = || [at("10.0.0.1"), at("1.1.1.1")].into_iter();
        assert_eq!(keep_public("x.example", both(), false).unwrap(), [at("1.1.1.1")]);
        assert_eq!(keep_public("x.example", both(), true).unwrap().len(), 2);
        let why = keep_public("x.example", [at("10.0.0.1")].into_iter(), false).unwrap_err();
        assert_eq!(why.to_string(), "x.example leads to 10.0.0.1, which is no public address");
    }
}
