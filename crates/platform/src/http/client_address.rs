use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Uri, header};

use super::request::Network;

/// Addresses of `X-Forwarded-For` that are looked at.
const HOPS_MAX: usize = 20;
/// What a proxy adds to a request that it hands on.
const OF_PROXIES: [&str; 4] = ["x-forwarded-for", "forwarded", "via", "x-real-ip"];
/// The client of whom it is not known that they are on this machine, though the connection is.
pub(super) const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// The client behind `peer`: the last address of `X-Forwarded-For` that is no trusted proxy, where
/// `peer` is one.
///
/// Whoever seems to be on this machine may do more than others, so it must not be lent. Behind a proxy
/// that nobody named as trusted, or that does not say for whom it asks, everybody would seem to be here; and a page of another site would,
/// whose name was made to mean this machine after it was loaded (DNS rebinding): the browser is here,
/// and takes the server for the page's own. Both have [`NOBODY`]'s address instead.
pub(super) fn client_address(
    peer: IpAddr,
    uri: &Uri,
    headers: &HeaderMap,
    trusted: &[Network],
) -> IpAddr {
    let trusts = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let proxied = OF_PROXIES.iter().any(|name| headers.contains_key(*name));
    let (client, is_told) =
        if trusts(peer) { forwarded_for(peer, headers, trusts) } else { (peer, false) };
    let borrowed = proxied && !is_told || !is_for_this_machine(uri, headers);
    if client.to_canonical().is_loopback() && borrowed { NOBODY } else { client }
}

/// The client that trusted proxies name, and whether they do: each hop up to it could be read.
fn forwarded_for(
    peer: IpAddr,
    headers: &HeaderMap,
    trusts: impl Fn(IpAddr) -> bool,
) -> (IpAddr, bool) {
    let told = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = told.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut client = peer;
    for hop in hops.iter().rev().take(HOPS_MAX) {
        // What cannot be read may be forged: the last one that could be read counts.
        let Some(address) = address_of(hop) else { return (client, false) };
        client = address;
        if !trusts(address) {
            break;
        }
    }
    (client, !hops.is_empty())
}

fn address_of(hop: &str) -> Option<IpAddr> {
    let plain = hop.parse::<IpAddr>().ok();
    plain
        .or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .map(|ip| ip.to_canonical())
}

/// Whether a request is for a name that nobody else can have: one of this machine, or an address.
/// Browsers always send `Host`, and no page can change it (Fetch Standard, forbidden request-headers);
/// who sends none is no browser.
fn is_for_this_machine(uri: &Uri, headers: &HeaderMap) -> bool {
    let named = |value: &HeaderValue| value.to_str().ok()?.parse::<Authority>().ok();
    let is_ours =
        |value| named(value).is_some_and(|authority| is_name_of_this_machine(authority.host()));
    // A target in absolute form names the host itself (RFC 9112 §3.2.2).
    uri.host().is_none_or(is_name_of_this_machine)
        && headers.get_all(header::HOST).iter().all(is_ours)
}

/// `localhost` and what ends with it is this machine to every browser (RFC 6761 §6.3), and an address
/// is what it says.
fn is_name_of_this_machine(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or_default();
    bare.parse::<IpAddr>().is_ok() || last.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(peer: &str, uri: &str, sent: &[(&'static str, &str)], expected: &str) {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(*name, value.parse().unwrap());
        }
        let found =
            client_address(peer.parse().unwrap(), &uri.parse().unwrap(), &headers, &trusted);
        assert_eq!(found.to_string(), expected, "{peer} {uri} {sent:?}");
    }

    #[track_caller]
    fn client(peer: &str, forwarded: &str, expected: &str) {
        check(peer, "/", &[("x-forwarded-for", forwarded)], expected);
    }

    #[test]
    fn forwarded_addresses_are_believed_of_trusted_proxies_only() {
        client("203.0.113.1", "198.51.100.9", "203.0.113.1");
        client("10.0.0.1", "198.51.100.9", "198.51.100.9");
        client("10.0.0.1", "1.2.3.4, 198.51.100.9, 10.0.0.2", "198.51.100.9");
        client("10.0.0.1", "198.51.100.9:4711", "198.51.100.9");
        client("10.0.0.1", "1.2.3.4, junk, 10.0.0.2", "10.0.0.2");
        client("10.0.0.1", "", "10.0.0.1");
        client("10.0.0.1", "127.0.0.1", "127.0.0.1");
    }

    #[test]
    fn behind_a_proxy_that_is_not_trusted_nobody_is_here() {
        for name in OF_PROXIES {
            check("127.0.0.1", "/", &[(name, "198.51.100.9")], "0.0.0.0");
            check("203.0.113.1", "/", &[(name, "127.0.0.1")], "203.0.113.1");
        }
    }

    #[test]
    fn behind_a_proxy_that_does_not_say_for_whom_nobody_is_here() {
        let trusted = ["127.0.0.0/8".parse().unwrap()];
        let client = |sent: &[(&'static str, &str)]| {
            let headers = sent.iter().map(|(name, value)| {
                (header::HeaderName::from_static(name), value.parse().unwrap())
            });
            let peer = IpAddr::from([127, 0, 0, 1]);
            client_address(peer, &Uri::from_static("/"), &headers.collect(), &trusted).to_string()
        };
        assert_eq!(client(&[("x-forwarded-for", "203.0.113.1")]), "203.0.113.1");
        assert_eq!(client(&[("x-forwarded-for", "127.0.0.1")]), "127.0.0.1");
        assert_eq!(client(&[]), "127.0.0.1");
        for hops in ["unknown", "203.0.113.1, unknown", "unknown, 127.0.0.1", ""] {
            assert_eq!(client(&[("x-forwarded-for", hops)]), "0.0.0.0", "{hops}");
        }
        for name in ["forwarded", "via", "x-real-ip"] {
            assert_eq!(client(&[(name, "203.0.113.1")]), "0.0.0.0", "{name}");
        }
    }

    #[test]
    fn under_a_name_that_others_can_have_nobody_is_here() {
        for host in ["localhost", "LocalHost:8080", "app.localhost", "127.0.0.1", "[::1]:8080"] {
            check("127.0.0.1", "/", &[("host", host)], "127.0.0.1");
            check("::1", "/", &[("host", host)], "::1");
        }
        for host in ["evil.example", "evil.example:8080", "notlocalhost", "localhost.evil.example"]
        {
            check("127.0.0.1", "/", &[("host", host)], "0.0.0.0");
            check("::ffff:127.0.0.1", "/", &[("host", host)], "0.0.0.0");
            check("10.0.0.1", "/", &[("host", host), ("x-forwarded-for", "127.0.0.1")], "0.0.0.0");
            check("203.0.113.1", "/", &[("host", host)], "203.0.113.1");
        }
        check("127.0.0.1", "/", &[], "127.0.0.1");
        check("127.0.0.1", "/", &[("host", "")], "0.0.0.0");
        check("127.0.0.1", "/", &[("host", "127.0.0.1"), ("host", "evil.example")], "0.0.0.0");
        check("127.0.0.1", "http://evil.example/", &[("host", "127.0.0.1")], "0.0.0.0");
        check("127.0.0.1", "http://127.0.0.1:8080/", &[("host", "127.0.0.1:8080")], "127.0.0.1");
    }
}
