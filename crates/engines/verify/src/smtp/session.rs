use std::net::IpAddr;

use tokio::time::Instant;

use super::connect::Caller;
use super::reply::Reply;
use super::retry_hint::{TEMPORARY_WAIT, named_wait};
use super::trouble::{Trouble, words};
use super::wire::Wire;
use crate::config::StartTls;

/// One connection to a mail server, greeted and ready for recipients.
pub(crate) struct Session {
    wire: Wire,
    pipelining: bool,
    smtp_utf8: bool,
    /// Domain of the recipients of the open transaction: some servers (Google's) want one only.
    transaction: Option<String>,
    /// Recipients asked so far.
    pub(crate) asked: usize,
    /// When it was last put aside.
    pub(crate) idle_since: Instant,
    /// The greeting, for the record.
    pub(crate) greeting: String,
    /// The first line of the reply to EHLO; many servers name in it the address they see.
    pub(crate) hello: String,
    /// The protocol that keeps it private.
    pub(crate) privacy: Option<&'static str>,
}

/// What a host is believed to do well; it is asked without what it has failed at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trust {
    pub(crate) tls: bool,
    pub(crate) pipelining: bool,
}

/// What the server offers, from its reply to EHLO.
struct Keywords(Vec<String>);

impl Keywords {
    fn offer(&self, keyword: &str) -> bool {
        let is_it = |line: &String| {
            line.split(' ').next().is_some_and(|first| first.eq_ignore_ascii_case(keyword))
        };
        self.0.iter().skip(1).any(is_it)
    }

    fn into_first_line(self) -> String {
        self.0.into_iter().next().unwrap_or_default()
    }
}

/// Answers to a batch of recipients, in order; fewer than asked where `ended` says why.
pub(crate) struct Batch {
    pub(crate) replies: Vec<Reply>,
    pub(crate) ended: Option<Trouble>,
    /// Whether the commands were sent in one go and some were answered: a server that forgets the rest
    /// looks like one that fell silent.
    pub(crate) partly_answered: bool,
}

impl Session {
    /// Connects, reads the greeting, says EHLO and goes private where that is wanted and offered.
    pub(crate) async fn open(
        caller: &Caller,
        (host, addresses): (&str, &[IpAddr]),
        trust: Trust,
    ) -> Result<Self, Trouble> {
        let config = &caller.config;
        let mut wire = Wire::new(caller.connect(addresses).await?, config.command_timeout);
        let greeting = wire.reply("the greeting").await?;
        if greeting.code != 220 {
            return Err(unwelcome(&greeting, "the greeting"));
        }
        let mut keywords = hello(&mut wire, &config.helo_name).await?;
        let mut privacy = None;
        if let Some(tls) = caller.tls.as_ref().filter(|_| trust.tls)
            && keywords.offer("STARTTLS")
            && start_tls(&mut wire).await?
        {
            privacy = Some(wire.go_private(tls, host).await?);
            // RFC 3207 §4.2: what was said before counts for nothing.
            keywords = hello(&mut wire, &config.helo_name).await?;
        }
        if privacy.is_none() && config.starttls == StartTls::Required {
            return Err(Trouble::NoStartTls);
        }
        Ok(Self {
            wire,
            pipelining: trust.pipelining && keywords.offer("PIPELINING"),
            smtp_utf8: keywords.offer("SMTPUTF8"),
            transaction: None,
            asked: 0,
            idle_since: Instant::now(),
            greeting: greeting.to_string(),
            hello: keywords.into_first_line(),
            privacy,
        })
    }

    /// Whether it can still be used.
    pub(crate) const fn is_open(&self) -> bool {
        self.wire.open
    }

    /// Asks about recipients of one domain. Nothing is ever sent to them: no DATA follows.
    ///
    /// Where the server takes PIPELINING (RFC 2920) the whole batch costs one round trip.
    pub(crate) async fn ask(&mut self, from: &str, domain: &str, recipients: &[&str]) -> Batch {
        let international = !recipients.iter().all(|r| r.is_ascii());
        if international && !self.smtp_utf8 {
            let ended = Some(Trouble::NoSmtpUtf8);
            return Batch { replies: Vec::new(), ended, partly_answered: false };
        }
        let replies = Vec::with_capacity(recipients.len());
        let mut batch = Batch { replies, ended: None, partly_answered: false };
        let asked = if self.pipelining {
            self.ask_in_one_go(from, domain, recipients, international, &mut batch).await
        } else {
            self.ask_one_by_one(from, domain, recipients, international, &mut batch).await
        };
        if let Err(trouble) = asked {
            self.wire.open = false;
            batch.ended = Some(trouble);
        }
        batch
    }

    /// Makes sure that the server has said nothing unasked: from there on no reply could be matched
    /// with its question. A 421 is the server's right at any time.
    async fn in_step(&mut self) -> Result<(), Trouble> {
        if !self.wire.has_unread().await {
            return Ok(());
        }
        let unasked = self.wire.reply("an idle connection").await?;
        Err(match unasked.code {
            421 => unwelcome(&unasked, "an idle connection"),
            _ => Trouble::Garbled("an idle connection"),
        })
    }

    async fn ask_in_one_go(
        &mut self,
        from: &str,
        domain: &str,
        recipients: &[&str],
        international: bool,
        batch: &mut Batch,
    ) -> Result<(), Trouble> {
        self.in_step().await?;
        let opening = self.open_transaction(from, domain, international);
        for recipient in recipients {
            self.wire.command(&["RCPT TO:<", recipient, ">"]);
        }
        self.wire.flush("RCPT").await?;
        self.read_opening(opening).await?;
        batch.partly_answered = opening.mail;
        for _ in recipients {
            self.read_recipient(batch).await?;
            batch.partly_answered = true;
        }
        match self.in_step().await {
            // One reply too many: which belongs to whom is not known.
            Err(why @ Trouble::Garbled(_)) => {
                batch.replies.clear();
                Err(why)
            }
            // The server ends the session behind its answers: they stand.
            Err(_ended) => {
                self.wire.open = false;
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    async fn ask_one_by_one(
        &mut self,
        from: &str,
        domain: &str,
        recipients: &[&str],
        international: bool,
        batch: &mut Batch,
    ) -> Result<(), Trouble> {
        self.in_step().await?;
        let other_domain = self.transaction.as_deref() != Some(domain);
        if self.transaction.is_some() && (other_domain || international) {
            self.wire.command(&["RSET"]);
            self.wire.flush("RSET").await?;
            self.read_opening(Opening { reset: true, mail: false }).await?;
            self.transaction = None;
        }
        let opening = self.open_transaction(from, domain, international);
        if opening.mail {
            self.wire.flush("MAIL").await?;
            self.read_opening(opening).await?;
        }
        for recipient in recipients {
            self.in_step().await?;
            self.wire.command(&["RCPT TO:<", recipient, ">"]);
            self.wire.flush("RCPT").await?;
            self.read_recipient(batch).await?;
        }
        Ok(())
    }

    /// Writes what must stand before the recipients: nothing where the open transaction serves.
    fn open_transaction(&mut self, from: &str, domain: &str, international: bool) -> Opening {
        let reset = self.transaction.is_some();
        if self.transaction.as_deref() == Some(domain) && !international {
            return Opening { reset: false, mail: false };
        }
        if reset {
            self.wire.command(&["RSET"]);
        }
        let parameter = if international { "> SMTPUTF8" } else { ">" };
        self.wire.command(&["MAIL FROM:<", from, parameter]);
        self.transaction = Some(domain.to_owned());
        Opening { reset, mail: true }
    }

    async fn read_opening(&mut self, opening: Opening) -> Result<(), Trouble> {
        if opening.reset {
            let reply = self.wire.reply("RSET").await?;
            if !reply.is_ok() {
                return Err(unwelcome(&reply, "RSET"));
            }
        }
        if opening.mail {
            let reply = self.wire.reply("MAIL").await?;
            if !reply.is_ok() {
                return Err(unwelcome(&reply, "MAIL"));
            }
        }
        Ok(())
    }

    async fn read_recipient(&mut self, batch: &mut Batch) -> Result<(), Trouble> {
        let reply = self.wire.reply("RCPT").await?;
        // RFC 5321 §3.8: 421 may come at any time and ends the session, whatever was asked.
        if reply.code == 421 {
            return Err(unwelcome(&reply, "RCPT"));
        }
        if wants_tls(&reply) {
            return Err(Trouble::StartTlsWanted);
        }
        // 220, 221 and such: replies to something that was not asked.
        if (200..400).contains(&reply.code) && !reply.takes_recipient() {
            return Err(Trouble::Garbled("RCPT"));
        }
        self.asked = self.asked.saturating_add(1);
        batch.replies.push(reply);
        Ok(())
    }
}

/// Commands written before the recipients, whose replies come first.
#[derive(Clone, Copy)]
struct Opening {
    reset: bool,
    mail: bool,
}

/// Says EHLO, or HELO to servers that know nothing else.
async fn hello(wire: &mut Wire, name: &str) -> Result<Keywords, Trouble> {
    wire.command(&["EHLO ", name]);
    wire.flush("EHLO").await?;
    let (mut hello, lines) = wire.reply_lines("EHLO").await?;
    if (500..=504).contains(&hello.code) {
        wire.command(&["HELO ", name]);
        wire.flush("HELO").await?;
        hello = wire.reply("HELO").await?;
    }
    if hello.is_ok() { Ok(Keywords(lines)) } else { Err(unwelcome(&hello, "EHLO")) }
}

/// Whether the server is ready for a handshake; if not, the talk goes on in the clear (454, RFC 3207 §4).
async fn start_tls(wire: &mut Wire) -> Result<bool, Trouble> {
    wire.command(&["STARTTLS"]);
    wire.flush("STARTTLS").await?;
    let reply = wire.reply("STARTTLS").await?;
    if reply.code == 421 { Err(unwelcome(&reply, "STARTTLS")) } else { Ok(reply.code == 220) }
}

/// RFC 3207 §4: `530 5.7.0 Must issue a STARTTLS command first`.
fn wants_tls(reply: &Reply) -> bool {
    reply.code == 530 && reply.text.to_ascii_lowercase().contains("tls")
}

/// Greeting, EHLO, RSET or MAIL was refused, or the session ended.
fn unwelcome(reply: &Reply, stage: &'static str) -> Trouble {
    if reply.is_temporary() {
        let wait = named_wait(&reply.text.to_lowercase()).unwrap_or(TEMPORARY_WAIT);
        Trouble::Temporary(words(reply), wait)
    } else if wants_tls(reply) {
        Trouble::StartTlsWanted
    } else if reply.code < 400 {
        Trouble::Garbled(stage)
    } else {
        Trouble::SenderBlocked(words(reply))
    }
}
