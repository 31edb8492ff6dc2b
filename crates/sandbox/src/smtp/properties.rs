//! Whatever a client sends, a session answers in form and keeps its rules.

use std::net::IpAddr;
use std::sync::Arc;

use proptest::prelude::*;
use tokio::time::Instant;

use super::command::Command;
use super::counters::Counters;
use super::dialect::Dialect;
use super::host::Host;
use super::lines::{Line, LineBuffer};
use super::path::{self, Path};
use super::session::{Next, Session};
use super::settings::SmtpSettings;
use crate::mail_world::{MailDomain, MailWorld, Mailbox, Personality};

/// One domain, `x.test`, at the host under test; `ada` and `bob` live there.
struct Hamlet(MailDomain);

impl MailWorld for Hamlet {
    fn domain(&self, domain: &str) -> Option<MailDomain> {
        domain.eq_ignore_ascii_case("x.test").then(|| self.0.clone())
    }

    fn mailbox(&self, _domain: &str, local: &str) -> Mailbox {
        match local.to_ascii_lowercase().as_str() {
            "ada" | "bob" => Mailbox::Exists,
            "full" => Mailbox::Full,
            _ => Mailbox::Absent,
        }
    }

    fn host(&self, host: &str) -> Option<Personality> {
        host.ends_with(".hosts.test").then_some(self.0.personality)
    }
}

fn host_of(dialect: Dialect) -> String {
    let names = (0..1_000).map(|n| format!("mx.group-{n}.hosts.test"));
    names.into_iter().find(|name| Dialect::of_host(name) == dialect).unwrap_or_default()
}

fn session(personality: Personality, dialect: Dialect) -> Session {
    let mx = vec![(10, host_of(dialect))];
    let world: Arc<dyn MailWorld> = Arc::new(Hamlet(MailDomain { personality, mx, has_a: true }));
    let settings = Arc::new(SmtpSettings { errors_max: u32::MAX, ..SmtpSettings::default() });
    let (greylist, counters) = (Arc::default(), Arc::<Counters>::default());
    let host = Host::new((personality, dialect), &world, &settings, &greylist, &counters);
    Session::new(Arc::new(host), IpAddr::from([127, 0, 0, 1]), 7)
}

fn personality() -> impl Strategy<Value = Personality> {
    prop::sample::select(super::address::LISTENING.to_vec())
}

fn dialect() -> impl Strategy<Value = Dialect> {
    prop::sample::select(Dialect::ALL.to_vec())
}

/// Lines from sensible to senseless.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let local = prop_oneof![Just("ada"), Just("bob"), Just("full"), Just("zz"), Just("\"a b\"")];
    let domain =
        prop_oneof![4 => Just("x.test"), 1 => Just("other.test"), 1 => Just("[127.0.0.1]")];
    let address = (local, domain).prop_map(|(local, domain)| format!("{local}@{domain}"));
    prop_oneof![
        4 => address.clone().prop_map(|a| format!("RCPT TO:<{a}>").into_bytes()),
        2 => address.prop_map(|a| format!("MAIL FROM:<{a}> SIZE=10").into_bytes()),
        3 => prop::sample::select(vec![
            "EHLO c.test", "HELO c.test", "MAIL FROM:<>", "RSET", "NOOP", "DATA", "VRFY x", "STARTTLS",
            "RCPT TO:<postmaster>", "RCPT TO:<>", "MAIL FROM: <a@x.test>", "HELP", "AUTH PLAIN",
        ]).prop_map(|l| l.as_bytes().to_vec()),
        1 => "[A-Z]{3,5} ?[ -~]{0,40}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..60),
    ]
}

/// The code of a text that is exactly one reply (RFC 5321 §4.2), or why it is none.
fn code_of(reply: &str) -> Result<u16, String> {
    let body = reply.strip_suffix("\r\n").ok_or("no CR LF at the end")?;
    let lines: Vec<_> = body.split("\r\n").collect();
    let code = lines.first().and_then(|l| l.get(..3)).ok_or("no code")?;
    for (n, line) in lines.iter().enumerate() {
        let join = if n + 1 == lines.len() { " " } else { "-" };
        let fits = line.len() <= 510 && line.is_ascii() && !line.contains(['\r', '\n']);
        if line.get(..3) != Some(code) || line.get(3..4) != Some(join) || !fits {
            return Err(format!("line {n} is out of form: {line:?}"));
        }
    }
    code.parse().ok().filter(|c| (200..600).contains(c)).ok_or_else(|| format!("code {code}"))
}

proptest! {
    #[test]
    fn one_reply_in_form_for_every_line_and_no_rcpt_without_mail(
        personality in personality(),
        dialect in dialect(),
        lines in prop::collection::vec(line(), 1..60),
    ) {
        let mut session = session(personality, dialect);
        let mut out = String::new();
        session.greet(&mut out);
        let greeting = code_of(&out).map_err(TestCaseError::fail)?;
        prop_assert!([220, 554].contains(&greeting));
        let (mut in_mail, mut rcpts_judged) = (false, 0);
        for bytes in &lines {
            out.clear();
            let next = session.take(&Line::Command(bytes), Instant::now(), &mut out);
            let code = code_of(&out).map_err(TestCaseError::fail)?;
            let command = Command::parse(bytes);
            prop_assert_eq!(next == Next::Close, code == 221 || code == 421);
            if next == Next::Close {
                break;
            }
            match command {
                Err(_) => prop_assert!((500..560).contains(&code), "{code}"),
                Ok(Command::Mail { .. }) if code == 250 => {
                    prop_assert!(!in_mail && personality != Personality::BlocksSender);
                    in_mail = true;
                }
                Ok(Command::Rcpt { path, .. }) if code == 250 => {
                    prop_assert!(in_mail);
                    let Path::Mailbox(mailbox) = path else { continue };
                    prop_assert_eq!(mailbox.domain, "x.test");
                    let exists = ["ada", "bob"].contains(&mailbox.local.as_ref());
                    prop_assert!(exists || personality == Personality::CatchAll);
                    prop_assert!(personality != Personality::Greylisting);
                    rcpts_judged += 1;
                    prop_assert!(personality != Personality::RefusesSecondRcpt || rcpts_judged == 1);
                }
                Ok(Command::Rset | Command::Ehlo(_) | Command::Helo(_)) if code == 250 => {
                    in_mail = false;
                }
                Ok(Command::Data) => {
                    prop_assert!([503, 554].contains(&code));
                    if out.contains("takes no messages") {
                        in_mail = false;
                    }
                }
                Ok(_) => {}
            }
        }
    }

    #[test]
    fn bytes_come_out_as_the_same_lines_however_they_are_cut(
        parts in prop::collection::vec(
            prop_oneof![
                4 => "[ -~]{0,30}",
                3 => Just("\r\n".to_owned()),
                2 => prop::sample::select(vec!["\r".to_owned(), "\n".to_owned()]),
                1 => (1_000_usize..1_100).prop_map(|n| "x".repeat(n)),
            ],
            0..40,
        ),
        cuts in prop::collection::vec(1_usize..700, 1..20),
    ) {
        let bytes = parts.concat().into_bytes();
        let taken = |pieces: &[&[u8]]| {
            let (mut buffer, mut lines) = (LineBuffer::default(), Vec::new());
            for piece in pieces {
                buffer.fill(piece);
                while let Some(line) = buffer.next_line() {
                    lines.push(format!("{line:?}"));
                }
            }
            lines
        };
        let mut pieces = Vec::new();
        let mut rest = bytes.as_slice();
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, tail) = rest.split_at((*cut).min(rest.len()));
            pieces.push(piece);
            rest = tail;
        }
        prop_assert_eq!(taken(&pieces), taken(&[&bytes]));
    }

    #[test]
    fn any_text_is_read_as_a_path_or_refused(text in "<?[ -~é]{0,300}>?.{0,10}") {
        if let Ok((Path::Mailbox(mailbox), _)) = path::parse(&text) {
            prop_assert!(text.contains(mailbox.text) && mailbox.text.len() <= 254);
            prop_assert!(mailbox.local.len() <= 64 && !mailbox.domain.is_empty());
        }
    }

    #[test]
    fn a_quoted_local_part_means_what_was_quoted(local in "[ -~]{1,20}") {
        let quoted = local.replace('\\', "\\\\").replace('"', "\\\"");
        let text = format!("<\"{quoted}\"@x.test>");
        match path::parse(&text) {
            Ok((Path::Mailbox(mailbox), "")) => prop_assert_eq!(mailbox.local.as_ref(), local),
            other => return Err(TestCaseError::fail(format!("{text}: {other:?}"))),
        }
    }
}
