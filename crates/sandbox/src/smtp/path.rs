//! Reverse-paths and forward-paths of RFC 5321 §4.1.2, as strictly as the RFC has them.

use std::borrow::Cow;

/// RFC 5321 §4.5.3.1.1.
const LOCAL_BYTES_MAX: usize = 64;
/// RFC 5321 §4.5.3.1.2.
const DOMAIN_BYTES_MAX: usize = 255;
/// RFC 5321 §4.5.3.1.3, with the angle brackets.
const PATH_BYTES_MAX: usize = 256;

/// What stood between the angle brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Path<'a> {
    /// `<>`, the sender of bounces.
    Null,
    /// `<Postmaster>` without a domain, which every host must take (RFC 5321 §4.5.1).
    Postmaster,
    /// A mailbox.
    Mailbox(Mailbox<'a>),
}

/// A mailbox in a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mailbox<'a> {
    /// The local part, its quotes and backslashes taken off.
    pub(super) local: Cow<'a, str>,
    /// The domain, or an address literal with its square brackets.
    pub(super) domain: &'a str,
    /// Both as they were written, without a source route.
    pub(super) text: &'a str,
}

/// Why a path is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathError {
    /// No angle brackets, or what is inside is no mailbox.
    Syntax,
    /// A part is over its length.
    TooLong,
    /// Letters beyond ASCII, for which the client would need SMTPUTF8 (RFC 6531).
    NotAscii,
}

/// Splits `<path> parameters` into the path and the rest, which is empty or begins with a space.
pub(super) fn parse(text: &str) -> Result<(Path<'_>, &str), PathError> {
    let inner = text.strip_prefix('<').ok_or(PathError::Syntax)?;
    let end = closing(inner).ok_or(PathError::Syntax)?;
    let (inside, rest) = inner.split_at_checked(end).ok_or(PathError::Syntax)?;
    let rest = rest.strip_prefix('>').ok_or(PathError::Syntax)?;
    if !rest.is_empty() && !rest.starts_with(' ') {
        return Err(PathError::Syntax);
    }
    if inside.len().saturating_add(2) > PATH_BYTES_MAX {
        return Err(PathError::TooLong);
    }
    if inside.is_empty() {
        return Ok((Path::Null, rest));
    }
    if !inside.is_ascii() {
        return Err(PathError::NotAscii);
    }
    let text = without_route(inside)?;
    if text.eq_ignore_ascii_case("postmaster") {
        return Ok((Path::Postmaster, rest));
    }
    mailbox(text).map(|mailbox| (Path::Mailbox(mailbox), rest))
}

/// The place of the `>` that ends the path; one inside quotes does not.
fn closing(inner: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'>' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// Drops a source route (`@a,@b:`), which a server must take and may ignore (RFC 5321 §4.1.1.3).
fn without_route(inside: &str) -> Result<&str, PathError> {
    if !inside.starts_with('@') {
        return Ok(inside);
    }
    let (route, mailbox) = inside.split_once(':').ok_or(PathError::Syntax)?;
    let is_hop = |hop: &str| hop.strip_prefix('@').is_some_and(is_host_name);
    if route.split(',').all(is_hop) { Ok(mailbox) } else { Err(PathError::Syntax) }
}

fn mailbox(text: &str) -> Result<Mailbox<'_>, PathError> {
    let (local, domain) = text.rsplit_once('@').ok_or(PathError::Syntax)?;
    if local.len() > LOCAL_BYTES_MAX || domain.len() > DOMAIN_BYTES_MAX {
        return Err(PathError::TooLong);
    }
    if !is_host_name(domain) && !is_address_literal(domain) {
        return Err(PathError::Syntax);
    }
    let local = match local.strip_prefix('"') {
        Some(rest) => unquoted(rest)?,
        None if is_dot_string(local) => Cow::Borrowed(local),
        None => return Err(PathError::Syntax),
    };
    Ok(Mailbox { local, domain, text })
}

/// The content of a quoted string whose opening quote is already gone.
fn unquoted(rest: &str) -> Result<Cow<'_, str>, PathError> {
    let inside = rest.strip_suffix('"').ok_or(PathError::Syntax)?;
    let mut out = String::with_capacity(inside.len());
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            '\\' => chars.next().ok_or(PathError::Syntax)?,
            '"' => return Err(PathError::Syntax),
            plain => plain,
        };
        if !(' '..='~').contains(&c) {
            return Err(PathError::Syntax);
        }
        out.push(c);
    }
    Ok(Cow::Owned(out))
}

/// Atoms with single dots between them.
fn is_dot_string(local: &str) -> bool {
    let is_atext = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext))
}

/// Labels of letters, digits and inner hyphens; an underscore is let through because the world has it.
pub(super) fn is_host_name(name: &str) -> bool {
    let is_label = |label: &str| {
        let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(inner)
    };
    name.split('.').all(is_label)
}

/// `[192.0.2.1]` or `[IPv6:2001:db8::1]`.
pub(super) fn is_address_literal(text: &str) -> bool {
    let Some(inside) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) else {
        return false;
    };
    match inside.get(..5) {
        Some(tag) if tag.eq_ignore_ascii_case("IPv6:") => {
            inside.get(5..).is_some_and(|v6| v6.parse::<std::net::Ipv6Addr>().is_ok())
        }
        _ => inside.parse::<std::net::Ipv4Addr>().is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<(&str, &str), PathError>) {
        let got = parse(text);
        let got = got.as_ref().map_err(|e| *e).map(|(path, _)| match path {
            Path::Null => ("", ""),
            Path::Postmaster => ("postmaster", ""),
            Path::Mailbox(m) => (m.local.as_ref(), m.domain),
        });
        assert_eq!(got, expected, "{text:?}");
    }

    #[test]
    fn paths_of_the_rfc() {
        check("<>", Ok(("", "")));
        check("<PostMaster>", Ok(("postmaster", "")));
        check("<ada@x.test>", Ok(("ada", "x.test")));
        check("<ada@x.test> SIZE=1", Ok(("ada", "x.test")));
        check("<@a.test,@b.test:ada@x.test>", Ok(("ada", "x.test")));
        check(r#"<"a \"b\">c"@x.test>"#, Ok((r#"a "b">c"#, "x.test")));
        check("<a.b+c/d=e@[127.0.0.1]>", Ok(("a.b+c/d=e", "[127.0.0.1]")));
        check("<a@[IPv6:::1]>", Ok(("a", "[IPv6:::1]")));
    }

    #[test]
    fn texts_that_are_no_paths() {
        for bad in [
            "",
            "<",
            "ada@x.test",
            "<ada>",
            "<ada@>",
            "<@x.test>",
            "<a..b@x.test>",
            "<.a@x.test>",
            "<a b@x.test>",
            "<ada@x.test>SIZE=1",
            " <ada@x.test>",
            "<ada@-x.test>",
            "<ada@x..test>",
            "<ada@[300.1.1.1]>",
            r#"<"a@x.test>"#,
            r#"<"a"b@x.test>"#,
            "<@a.test ada@x.test>",
        ] {
            check(bad, Err(PathError::Syntax));
        }
        check(&format!("<{}@x.test>", "a".repeat(65)), Err(PathError::TooLong));
        check(&format!("<a@{}test>", "x.".repeat(130)), Err(PathError::TooLong));
        check("<ädа@x.test>", Err(PathError::NotAscii));
    }
}
