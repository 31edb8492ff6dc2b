//! Calling through a SOCKS5 proxy (RFC 1928) with a user name and password (RFC 1929). Names are looked
//! up here: the proxy is told an address, so that what is called is what was checked.

use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::trouble::Trouble;

/// A SOCKS5 proxy, written `socks5://user:password@host:port`. Shown without its secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct SocksProxy {
    host: String,
    port: u16,
    login: Option<(String, String)>,
}

/// The port of SOCKS (RFC 1928 §3).
const DEFAULT_PORT: u16 = 1_080;

impl SocksProxy {
    /// A connection to `target` by way of the proxy.
    pub(super) async fn connect(&self, target: SocketAddr) -> Result<TcpStream, Trouble> {
        let failed = |why: &dyn fmt::Display| Trouble::Proxy(format!("{self}: {why}"));
        let mut stream = TcpStream::connect((self.host.as_str(), self.port))
            .await
            .map_err(|why| failed(&why))?;
        match self.negotiate(&mut stream, target).await {
            Ok(0) => Ok(stream),
            // RFC 1928 §6: what the proxy found out about the target.
            Ok(3 | 4) => Err(Trouble::Unreachable(format!("through {self}"))),
            Ok(5) => Err(Trouble::ConnectRefused),
            Ok(6) => Err(Trouble::ConnectTimeout),
            Ok(other) => Err(failed(&format!("it refuses to connect (reply {other})"))),
            Err(why) => Err(failed(&why)),
        }
    }

    /// Greets, signs in and asks for the target; gives the proxy's reply code.
    async fn negotiate(&self, stream: &mut TcpStream, target: SocketAddr) -> io::Result<u8> {
        let methods: &[u8] = if self.login.is_some() { &[5, 2, 0, 2] } else { &[5, 1, 0] };
        stream.write_all(methods).await?;
        let mut chosen = [0; 2];
        stream.read_exact(&mut chosen).await?;
        match (chosen, &self.login) {
            ([5, 0], _) => {}
            ([5, 2], Some((user, password))) => sign_in(stream, user, password).await?,
            ([5, _], _) => return Err(io::Error::other("it wants another way of signing in")),
            _ => return Err(io::Error::other("it does not speak SOCKS5")),
        }
        stream.write_all(&connect_request(target)).await?;
        let mut head = [0; 4];
        stream.read_exact(&mut head).await?;
        let [5, reply, _, kind] = head else {
            return Err(io::Error::other("it does not speak SOCKS5"));
        };
        // The address it called from is of no use here, and stands before what the target says.
        let address_bytes = match kind {
            1 => 4,
            4 => 16,
            3 => usize::from(stream.read_u8().await?),
            _ => return Err(ErrorKind::InvalidData.into()),
        };
        let mut bound = vec![0; address_bytes.saturating_add(2)];
        stream.read_exact(&mut bound).await?;
        Ok(reply)
    }
}

async fn sign_in(stream: &mut TcpStream, user: &str, password: &str) -> io::Result<()> {
    let mut request = vec![1];
    for text in [user, password] {
        request.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
        request.extend_from_slice(text.as_bytes());
    }
    stream.write_all(&request).await?;
    let mut answer = [0; 2];
    stream.read_exact(&mut answer).await?;
    if answer == [1, 0] { Ok(()) } else { Err(io::Error::other("it refuses the user or password")) }
}

fn connect_request(target: SocketAddr) -> Vec<u8> {
    let mut request = vec![5, 1, 0];
    match target.ip() {
        IpAddr::V4(v4) => {
            request.push(1);
            request.extend_from_slice(&v4.octets());
        }
        IpAddr::V6(v6) => {
            request.push(4);
            request.extend_from_slice(&v6.octets());
        }
    }
    request.extend_from_slice(&target.port().to_be_bytes());
    request
}

impl fmt::Display for SocksProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "socks5://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "socks5://{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Debug for SocksProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for SocksProxy {
    /// Never holds what stands before the `@`.
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (_, shown) = text.rsplit_once('@').unwrap_or(("", text));
        let wrong =
            |why| format!("the proxy {shown:?} {why}; write socks5://user:password@host:port");
        let rest =
            text.strip_prefix("socks5://").ok_or_else(|| wrong("is no socks5:// address"))?;
        let (login, place) = match rest.rsplit_once('@') {
            Some((login, place)) => (Some(login), place),
            None => (None, rest),
        };
        let place = place.trim_end_matches('/');
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => {
                (host, port.parse().map_err(|_not_a_number| wrong("has no port number"))?)
            }
            _ => (place, DEFAULT_PORT),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() || port == 0 {
            return Err(wrong("names no host"));
        }
        let login = login.map(|login| {
            let (user, password) = login.split_once(':').unwrap_or((login, ""));
            (percent_decoded(user), percent_decoded(password))
        });
        if login.iter().any(|(user, password)| {
            user.is_empty() || user.len() > 255 || password.is_empty() || password.len() > 255
        }) {
            return Err(wrong("has a user or password that is empty or longer than 255 bytes"));
        }
        Ok(Self { host, port, login })
    }
}

/// `%40` for `@` and so on; what is no such escape stays as it is.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escape = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = escape.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = byte.filter(|_| *first == b'%') {
            bytes.push(byte);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_and_shown_without_secrets() {
        let proxy: SocksProxy = "socks5://ada:s%40cret:x@proxy.test:1081".parse().unwrap();
        assert_eq!(proxy.login, Some(("ada".into(), "s@cret:x".into())));
        assert_eq!(
            format!("{proxy} {proxy:?}"),
            "socks5://proxy.test:1081 socks5://proxy.test:1081"
        );
        let proxy: SocksProxy = "socks5://[2001:db8::1]".parse().unwrap();
        assert_eq!((proxy.host.as_str(), proxy.port), ("2001:db8::1", 1_080));
        assert_eq!(proxy.to_string(), "socks5://[2001:db8::1]:1080");
        for wrong in [
            "http://ada:hidden@proxy.test:1",
            "socks5://ada:hidden@",
            "socks5://ada:hidden@proxy.test:port",
            "socks5://ada:hidden@proxy.test:99999",
            "socks5://:hidden@proxy.test",
        ] {
            let why = wrong.parse::<SocksProxy>().unwrap_err();
            assert!(!why.contains("hidden") && why.contains("socks5://user"), "{why}");
        }
    }
}
