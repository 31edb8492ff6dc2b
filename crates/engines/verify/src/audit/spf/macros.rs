use std::fmt::Write as _;
use std::net::IpAddr;

/// Who sends, for the macros of a record (RFC 7208 §7.2).
pub(crate) struct Sender<'a> {
    pub(crate) address: IpAddr,
    pub(crate) local: &'a str,
    pub(crate) domain: &'a str,
    pub(crate) helo: &'a str,
}

/// RFC 7208 §7.3: a name that grew too long loses labels from the left until it fits.
const NAME_BYTES_MAX: usize = 253;

/// The name that `spec` stands for while the record of `domain` is read; `None` where its syntax is
/// wrong.
pub(super) fn expand(spec: &str, domain: &str, sender: &Sender<'_>) -> Option<String> {
    let mut name = String::with_capacity(spec.len());
    let mut rest = spec;
    while let Some((before, after)) = rest.split_once('%') {
        name.push_str(before);
        rest = match after.split_at_checked(1)? {
            ("%", rest) => {
                name.push('%');
                rest
            }
            ("_", rest) => {
                name.push(' ');
                rest
            }
            ("-", rest) => {
                name.push_str("%20");
                rest
            }
            ("{", inside) => {
                let (macro_text, rest) = inside.split_once('}')?;
                name.push_str(&one(macro_text, domain, sender)?);
                rest
            }
            _ => return None,
        };
    }
    name.push_str(rest);
    let mut shown = name.as_str();
    while shown.len() > NAME_BYTES_MAX {
        shown = shown.split_once('.')?.1;
    }
    Some(shown.trim_end_matches('.').to_owned())
}

/// `l1r+-`: a letter, how many parts from the right, whether reversed, where to split.
fn one(text: &str, domain: &str, sender: &Sender<'_>) -> Option<String> {
    let mut letters = text.chars();
    let letter = letters.next()?;
    let value = match letter.to_ascii_lowercase() {
        's' => format!("{}@{}", sender.local, sender.domain),
        'l' => sender.local.to_owned(),
        'o' => sender.domain.to_owned(),
        'd' => domain.to_owned(),
        'i' => dotted(sender.address),
        // §5.5 advises against asking; "unknown" is what stands for no name.
        'p' => "unknown".to_owned(),
        'v' => if sender.address.is_ipv4() { "in-addr" } else { "ip6" }.to_owned(),
        'h' => sender.helo.to_owned(),
        _ => return None,
    };
    let rest = letters.as_str();
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, rest) = rest.split_at_checked(end)?;
    let count = if digits.is_empty() { usize::MAX } else { digits.parse().ok()? };
    let (reversed, delimiters) = match rest.strip_prefix(['r', 'R']) {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    if count == 0 || !delimiters.chars().all(|c| ".-+,/_=".contains(c)) {
        return None;
    }
    let delimiters = if delimiters.is_empty() { "." } else { delimiters };
    let mut parts: Vec<&str> = value.split(|c| delimiters.contains(c)).collect();
    if reversed {
        parts.reverse();
    }
    let kept = parts.get(parts.len().saturating_sub(count)..).unwrap_or_default().join(".");
    Some(if letter.is_ascii_uppercase() { escaped(&kept) } else { kept })
}

/// §7.3: IPv4 as usual, IPv6 as 32 hexadecimal digits with dots.
fn dotted(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let digits: Vec<String> =
                format!("{:032x}", u128::from(v6)).chars().map(String::from).collect();
            digits.join(".")
        }
    }
}

/// RFC 3986 §2.3: what need not be escaped in a URL.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 7208 §7.4.
    #[test]
    fn examples_of_the_standard() {
        let of = |address: &str, spec: &str| {
            let sender = Sender {
                address: address.parse().unwrap(),
                local: "strong-bad",
                domain: "email.example.com",
                helo: "mx.example.org",
            };
            expand(spec, "email.example.com", &sender)
        };
        for (spec, name) in [
            ("%{s}", "strong-bad@email.example.com"),
            ("%{d4}", "email.example.com"),
            ("%{d2}", "example.com"),
            ("%{d1}", "com"),
            ("%{dr}", "com.example.email"),
            ("%{d2r}", "example.email"),
            ("%{l}", "strong-bad"),
            ("%{l-}", "strong.bad"),
            ("%{lr-}", "bad.strong"),
            ("%{l1r-}", "strong"),
            ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
            ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
            ("%{S}%%%_%-", "strong-bad%40email.example.com% %20"),
        ] {
            assert_eq!(of("192.0.2.3", spec).as_deref(), Some(name), "{spec}");
        }
        let long = "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.x";
        assert_eq!(of("2001:db8::cb01", "%{ir}.%{v}.x").as_deref(), Some(long));
        for spec in ["%", "%{", "%{d", "%{w}", "%{d0}", "%{d2x}", "%q", "%{}"] {
            assert_eq!(of("192.0.2.3", spec), None, "{spec}");
        }
    }
}
