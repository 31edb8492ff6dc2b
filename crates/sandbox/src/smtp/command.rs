//! Commands of RFC 5321 §4.1, read strictly: what the grammar forbids is refused, so that a client
//! that is wrong finds out here and not at its users' expense.

use super::path::{self, Path, PathError};

/// One command line, without its line end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command<'a> {
    Helo(&'a str),
    Ehlo(&'a str),
    Mail {
        path: Path<'a>,
        parameters: &'a str,
    },
    Rcpt {
        path: Path<'a>,
        parameters: &'a str,
    },
    Data,
    Rset,
    Noop,
    Quit,
    Vrfy,
    Help,
    StartTls,
    /// A command of RFC 5321 or a registered extension that these servers do not have.
    NotImplemented,
}

/// Why a line is no command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommandError {
    /// No such verb.
    Unrecognised,
    /// The verb is known, its argument is not what it takes.
    Syntax,
    /// MAIL or RCPT with something that is no path.
    Path(PathError),
}

impl<'a> Command<'a> {
    /// Reads one line (without CR LF). Verbs are taken in any case (RFC 5321 §2.4).
    pub(super) fn parse(line: &'a [u8]) -> Result<Self, CommandError> {
        let text = std::str::from_utf8(line).map_err(|_not_utf8| CommandError::Unrecognised)?;
        if text.bytes().any(|b| b.is_ascii_control()) {
            return Err(CommandError::Unrecognised);
        }
        let (verb, argument) = match text.split_once(' ') {
            Some((verb, argument)) => (verb, Some(argument)),
            None => (text, None),
        };
        let mut upper = [0_u8; 8];
        let place = upper.get_mut(..verb.len()).ok_or(CommandError::Unrecognised)?;
        place.copy_from_slice(verb.as_bytes());
        place.make_ascii_uppercase();
        let bare = |command: Self| match argument.map(str::trim) {
            None | Some("") => Ok(command),
            Some(_) => Err(CommandError::Syntax),
        };
        match &*place {
            b"HELO" => client_name(argument).map(Self::Helo),
            b"EHLO" => client_name(argument).map(Self::Ehlo),
            b"MAIL" => {
                let (path, parameters) = after_keyword(argument, "FROM:")?;
                Ok(Self::Mail { path, parameters })
            }
            b"RCPT" => {
                let (path, parameters) = after_keyword(argument, "TO:")?;
                if path == Path::Null {
                    return Err(CommandError::Path(PathError::Syntax));
                }
                Ok(Self::Rcpt { path, parameters })
            }
            b"DATA" => bare(Self::Data),
            b"RSET" => bare(Self::Rset),
            b"QUIT" => bare(Self::Quit),
            b"STARTTLS" => bare(Self::StartTls),
            b"NOOP" => Ok(Self::Noop),
            b"HELP" => Ok(Self::Help),
            b"VRFY" if argument.is_some_and(|a| !a.trim().is_empty()) => Ok(Self::Vrfy),
            b"VRFY" => Err(CommandError::Syntax),
            b"EXPN" | b"TURN" | b"ETRN" | b"AUTH" | b"BDAT" | b"SEND" | b"SOML" | b"SAML" => {
                Ok(Self::NotImplemented)
            }
            _ => Err(CommandError::Unrecognised),
        }
    }
}

/// The name after HELO or EHLO: a host name or an address literal.
fn client_name(argument: Option<&str>) -> Result<&str, CommandError> {
    let name = argument.unwrap_or_default().trim_end();
    let fits = path::is_host_name(name) || path::is_address_literal(name);
    if fits { Ok(name) } else { Err(CommandError::Syntax) }
}

/// The path after `FROM:` or `TO:`, no space on either side of the colon (RFC 5321 §3.3).
fn after_keyword<'a>(
    argument: Option<&'a str>,
    keyword: &str,
) -> Result<(Path<'a>, &'a str), CommandError> {
    let argument = argument.unwrap_or_default();
    let (head, rest) = argument.split_at_checked(keyword.len()).ok_or(CommandError::Syntax)?;
    if !head.eq_ignore_ascii_case(keyword) {
        return Err(CommandError::Syntax);
    }
    path::parse(rest).map_err(CommandError::Path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &Result<Command<'_>, CommandError>) {
        let got = Command::parse(line.as_bytes());
        assert!(got == *expected, "{line:?}: {got:?} and not {expected:?}");
    }

    #[test]
    fn commands_in_any_case() {
        check("eHLo client.test", &Ok(Command::Ehlo("client.test")));
        check("HELO [127.0.0.1]", &Ok(Command::Helo("[127.0.0.1]")));
        check(
            "MAIL FROM:<> SIZE=7",
            &Ok(Command::Mail { path: Path::Null, parameters: " SIZE=7" }),
        );
        check(
            "rcpt to:<Postmaster>",
            &Ok(Command::Rcpt { path: Path::Postmaster, parameters: "" }),
        );
        check("noop anything at all", &Ok(Command::Noop));
        check("VRFY ada", &Ok(Command::Vrfy));
        check("QUIT ", &Ok(Command::Quit));
        check("AUTH PLAIN", &Ok(Command::NotImplemented));
    }

    #[test]
    fn lines_that_are_no_commands() {
        use CommandError::{Syntax, Unrecognised};
        for unknown in ["", " EHLO a", "EHLOX a", "GET / HTTP/1.1", "MA IL", "\u{1}QUIT", "QUIT\t"]
        {
            check(unknown, &Err(Unrecognised));
        }
        for bad in
            ["EHLO", "EHLO ", "EHLO a b", "HELO -a", "MAIL", "MAIL TO:<a@b.test>", "DATA now"]
        {
            check(bad, &Err(Syntax));
        }
        for path in ["MAIL FROM: <a@b.test>", "RCPT TO:<>", "RCPT TO:a@b.test"] {
            check(path, &Err(CommandError::Path(PathError::Syntax)));
        }
        assert_eq!(Command::parse(b"EHLO \xff"), Err(Unrecognised));
    }
}
