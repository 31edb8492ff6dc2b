use std::fmt;

/// RFC 5321 §4.5.3.1.5 allows 512 bytes; some servers write legal notices.
pub(crate) const REPLY_LINE_BYTES_MAX: usize = 4_096;
/// Lines of one reply; the longest EHLO answers have about twenty.
pub(crate) const REPLY_LINES_MAX: usize = 64;
/// Text of a reply that is kept.
const REPLY_TEXT_BYTES_MAX: usize = 400;

/// A server's answer to one command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Reply {
    /// Three digits, 200 to 599.
    pub(crate) code: u16,
    /// Enhanced status (RFC 3463): class, subject, detail.
    pub(crate) enhanced: Option<(u16, u16, u16)>,
    /// The lines without their codes, one space between them, cut at 400 bytes.
    pub(crate) text: String,
}

/// What a line says about the reply it belongs to.
pub(crate) enum Line {
    /// More lines follow.
    More,
    /// This was the last.
    Last,
}

/// The line does not begin with a reply code.
#[derive(Debug)]
pub(crate) struct Garbled;

impl Reply {
    /// Takes the next line, without its line end, into the reply.
    pub(crate) fn push(&mut self, line: &[u8]) -> Result<Line, Garbled> {
        let (digits, rest) = line.split_at_checked(3).ok_or(Garbled)?;
        let digits = std::str::from_utf8(digits).map_err(|_not_text| Garbled)?;
        let code = digits.parse::<u16>().map_err(|_not_digits| Garbled)?;
        if !(200..600).contains(&code) || digits.starts_with('+') {
            return Err(Garbled);
        }
        let (more, rest) = match rest.split_first() {
            None => (false, rest),
            Some((b' ', rest)) => (false, rest),
            Some((b'-', rest)) => (true, rest),
            Some(_) => return Err(Garbled),
        };
        // RFC 5321 §4.2.1: all lines of a reply have the same code.
        if self.code != 0 && self.code != code {
            return Err(Garbled);
        }
        self.code = code;
        self.push_text(&String::from_utf8_lossy(rest));
        Ok(if more { Line::More } else { Line::Last })
    }

    fn push_text(&mut self, line: &str) {
        let line = line.trim();
        let found = leading_status(line);
        if self.enhanced.is_none() {
            self.enhanced = found.map(|(status, _)| status).or_else(|| bracketed_status(line));
        }
        // Continuation lines repeat the status; the words are wanted once.
        let words = found.map_or(line, |(_, rest)| rest.trim_start());
        if !self.text.is_empty() && !words.is_empty() {
            self.text.push(' ');
        }
        for c in words.chars() {
            if self.text.len() >= REPLY_TEXT_BYTES_MAX {
                break;
            }
            self.text.push(if c.is_control() { ' ' } else { c });
        }
    }

    /// The reply to EHLO, MAIL or RSET that says yes. Another 2xx answers something else: a second
    /// greeting (220), an end (221).
    pub(crate) const fn is_ok(&self) -> bool {
        self.code == 250
    }

    /// The recipient would get the message, here or where it is forwarded (RFC 5321 §4.3.2).
    pub(crate) const fn takes_recipient(&self) -> bool {
        matches!(self.code, 250..=252)
    }

    /// 4xx.
    pub(crate) fn is_temporary(&self) -> bool {
        (400..500).contains(&self.code)
    }
}

/// `5.1.1 rest`.
fn leading_status(text: &str) -> Option<((u16, u16, u16), &str)> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    Some((status(word)?, rest))
}

/// `… (#5.1.1)`, as qmail writes.
fn bracketed_status(text: &str) -> Option<(u16, u16, u16)> {
    let (_, after) = text.split_once("(#")?;
    status(after.split([')', ' ']).next()?)
}

fn status(word: &str) -> Option<(u16, u16, u16)> {
    let mut parts = word.split('.').map(|part| {
        let fits = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if fits { part.parse::<u16>().ok() } else { None }
    });
    let (class, subject, detail) = (parts.next()??, parts.next()??, parts.next()??);
    (matches!(class, 2 | 4 | 5) && parts.next().is_none()).then_some((class, subject, detail))
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some((class, subject, detail)) = self.enhanced {
            write!(f, " {class}.{subject}.{detail}")?;
        }
        if self.text.is_empty() { Ok(()) } else { write!(f, " {}", self.text) }
    }
}

/// One reply from bytes that somebody made up, within the bounds of [`super::wire`].
#[cfg(feature = "fuzzing")]
pub(crate) fn any_reply(bytes: &[u8]) -> Option<Reply> {
    let mut reply = Reply::default();
    for line in bytes.split(|byte| *byte == b'\n').take(REPLY_LINES_MAX) {
        let line = line.get(..REPLY_LINE_BYTES_MAX).unwrap_or(line);
        match reply.push(line.strip_suffix(b"\r").unwrap_or(line)) {
            Ok(Line::Last) => return Some(reply),
            Ok(Line::More) => {}
            Err(Garbled) => return None,
        }
    }
    None
}

#[cfg(test)]
pub(crate) fn reply(text: &str) -> Reply {
    let mut reply = Reply::default();
    for line in text.lines() {
        assert!(reply.push(line.as_bytes()).is_ok(), "{line:?}");
    }
    reply
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, code: u16, enhanced: Option<(u16, u16, u16)>, words: &str) {
        let expected = Reply { code, enhanced, text: words.into() };
        assert_eq!(reply(text), expected, "{text:?}");
    }

    #[test]
    fn replies() {
        check("250 2.1.5 Ok", 250, Some((2, 1, 5)), "Ok");
        check("250", 250, None, "");
        check(
            "550-5.1.1 The account\n550 5.1.1 is gone",
            550,
            Some((5, 1, 1)),
            "The account is gone",
        );
        check("550 sorry, no mailbox (#5.1.1)", 550, Some((5, 1, 1)), "sorry, no mailbox (#5.1.1)");
        check(
            "250-mx.example.com at 1.2.3.4\n250 SIZE",
            250,
            None,
            "mx.example.com at 1.2.3.4 SIZE",
        );
        check("220 9.1.1 no class", 220, None, "9.1.1 no class");
        check("550 5.1.10\tx", 550, None, "5.1.10 x");
        assert_eq!(reply("451 4.7.1 Later").to_string(), "451 4.7.1 Later");
    }

    #[test]
    fn garbage_is_refused() {
        for line in
            ["", "2", "25", "xyz hello", "099 low", "600 high", "250+x", "\u{fffd}50 x", "+50 x"]
        {
            assert!(Reply::default().push(line.as_bytes()).is_err(), "{line:?}");
        }
        let mut changing = Reply::default();
        assert!(changing.push(b"250-yes").is_ok() && changing.push(b"550 no").is_err());
        let mut long = Reply::default();
        assert!(long.push(format!("250 {}", "ä".repeat(5_000)).as_bytes()).is_ok());
        assert!(long.text.len() <= REPLY_TEXT_BYTES_MAX + 4);
    }
}
