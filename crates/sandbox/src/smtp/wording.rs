//! The sentences of each dialect. Codes and form follow what each family of servers sends; the words
//! are our own. A client has to understand the code, the enhanced code where there is one, and the
//! sense of the text where the code alone is ambiguous (550 stands for five different things).

use super::dialect::Dialect::{self, Exim, Google, Microsoft, Old, Postfix};
use super::reply::{Reply, Wording};

const fn say(code: u16, enhanced: &'static str, text: &'static str) -> Wording {
    Wording { code, enhanced, text }
}

/// The wording of a reply, EHLO's apart from its list of extensions.
pub(super) fn of(dialect: Dialect, reply: Reply) -> Wording {
    greeting(dialect, reply)
        .or_else(|| recipient(dialect, reply))
        .or_else(|| sender(dialect, reply))
        .unwrap_or_else(|| plain(reply))
}

fn greeting(dialect: Dialect, reply: Reply) -> Option<Wording> {
    Some(match (reply, dialect) {
        (Reply::Greeting, Google) => say(220, "", "{host} ESMTP {mark} - lantern"),
        (Reply::Greeting, Microsoft) => {
            say(220, "", "{host} Harbour ESMTP mail service ready [{mark}]")
        }
        (Reply::Greeting, Postfix) => say(220, "", "{host} ESMTP Millrace"),
        (Reply::Greeting, Exim) => say(220, "", "{host} ESMTP Heron 4.9"),
        (Reply::Greeting, Old) => say(220, "", "{host} mail server ready"),
        (Reply::GreetingBlocked, Exim) => {
            say(554, "", "your address {client} is on a block list, see blocklist.test")
        }
        (Reply::GreetingBlocked, Old) => {
            say(554, "", "no mail from {client}: blocked by our black list")
        }
        (Reply::GreetingBlocked, _) => say(
            554,
            "5.7.1",
            "Service unavailable; client host [{client}] blocked using blocklist.test",
        ),
        (Reply::GreetingBusy, _) => {
            say(421, "4.7.0", "{host} too many connections, come back later")
        }
        (Reply::GreetingTalkedEarly, _) => {
            say(554, "5.5.1", "{host} protocol error: you spoke before the greeting")
        }
        (Reply::Helo | Reply::Ehlo, Google) => say(250, "", "{host} at your service, [{client}]"),
        (Reply::Ehlo, Microsoft) => say(250, "", "{host} Hello [{client}]"),
        (Reply::Ehlo, Exim) => say(250, "", "{host} Hello client [{client}]"),
        (Reply::Helo | Reply::Ehlo, _) => say(250, "", "{host}"),
        (Reply::EhloUnknown, _) => say(502, "", "command not known here"),
        _ => return None,
    })
}

fn sender(dialect: Dialect, reply: Reply) -> Option<Wording> {
    Some(match (reply, dialect) {
        (Reply::SenderTaken, Google) => say(250, "2.1.0", "OK {mark} - lantern"),
        (Reply::SenderTaken, Microsoft) => say(250, "2.1.0", "Sender OK"),
        (Reply::SenderTaken, Postfix) => say(250, "2.1.0", "Ok"),
        (Reply::SenderTaken, _) => say(250, "", "OK"),
        (Reply::SenderBlocked, Google) => say(
            554,
            "5.7.1",
            "[{client}] We take no mail from this network: the address\n\
             is on a block list for unsolicited mail. See blocklist.test/why\n{mark} - lantern",
        ),
        (Reply::SenderBlocked, _) => say(
            554,
            "5.7.1",
            "Service unavailable, messages from [{client}] are refused because the network is on our block list (S3150) [{host}]",
        ),
        _ => return None,
    })
}

fn recipient(dialect: Dialect, reply: Reply) -> Option<Wording> {
    Some(match reply {
        Reply::RecipientTaken => match dialect {
            Google => say(250, "2.1.5", "OK {mark} - lantern"),
            Microsoft => say(250, "2.1.5", "Recipient OK"),
            Postfix => say(250, "2.1.5", "Ok"),
            Exim => say(250, "", "Accepted"),
            Old => say(250, "", "Recipient ok"),
        },
        Reply::RecipientAbsent => match dialect {
            Google => say(
                550,
                "5.1.1",
                "There is no account at the address you wrote to. Look for\n\
                 typing mistakes or spaces in the address and try again. See\n\
                 support.lantern.test/no-such-user {mark} - lantern",
            ),
            Microsoft => say(
                550,
                "5.1.10",
                "RecipientNotFound; no recipient here has the address {path} [{host}]",
            ),
            Postfix => {
                say(550, "5.1.1", "<{path}>: Recipient refused: user unknown in mailbox table")
            }
            Exim => say(550, "", "<{path}>: no such user here"),
            Old => say(550, "", "User unknown"),
        },
        Reply::RecipientFull => match dialect {
            Google => say(
                452,
                "4.2.2",
                "The account you wrote to has no room left: over quota.\n\
                 Its owner has to free some space first. {mark} - lantern",
            ),
            Microsoft => {
                say(552, "5.2.2", "MailboxFull; the mailbox of {path} is over its quota [{host}]")
            }
            Postfix => say(552, "5.2.2", "<{path}>: Recipient refused: mailbox is full"),
            Exim => say(452, "", "<{path}>: mailbox is full, retry timeout not reached"),
            Old => say(552, "", "Mailbox full, storage allocation exceeded"),
        },
        Reply::RecipientDisabled => match dialect {
            Google => say(
                550,
                "5.2.1",
                "The account you wrote to is disabled and\ntakes no mail. {mark} - lantern",
            ),
            Microsoft => {
                say(550, "5.2.1", "Mailbox disabled; {path} does not receive mail [{host}]")
            }
            Postfix => {
                say(550, "5.2.1", "<{path}>: Recipient refused: this account has been disabled")
            }
            Exim => say(550, "", "<{path}>: account disabled"),
            Old => say(550, "", "Mailbox disabled for this recipient"),
        },
        _ => return recipient_policy(dialect, reply),
    })
}

/// Refusals that say nothing of the mailbox.
fn recipient_policy(dialect: Dialect, reply: Reply) -> Option<Wording> {
    Some(match (reply, dialect) {
        (Reply::RecipientGreylisted, Google) => say(
            450,
            "4.7.1",
            "Greylisted: we have not seen you before,\ntry again later. {mark} - lantern",
        ),
        (Reply::RecipientGreylisted, Microsoft) => {
            say(451, "4.7.1", "Server busy with new senders, please try again later [{host}]")
        }
        (Reply::RecipientGreylisted, Postfix) => {
            say(450, "4.7.1", "<{path}>: Recipient refused: greylisted, try again later")
        }
        (Reply::RecipientGreylisted, Exim) => {
            say(451, "", "<{path}>: deferred by greylisting, please retry")
        }
        (Reply::RecipientGreylisted, Old) => say(450, "", "Temporarily deferred, try again later"),
        (Reply::RecipientSecond, Exim | Old) => {
            say(550, "", "too many recipients: one per connection, please")
        }
        (Reply::RecipientSecond, Microsoft) => {
            say(452, "4.5.3", "Too many recipients in one session [{host}]")
        }
        (Reply::RecipientSecond | Reply::RecipientTooMany, _) => {
            say(452, "4.5.3", "Too many recipients")
        }
        (Reply::RecipientRelay, Google) => say(
            550,
            "5.7.1",
            "We relay for nobody: the domain you wrote to does not\nhave its mail here. {mark} - lantern",
        ),
        (Reply::RecipientRelay, Microsoft) => {
            say(550, "5.7.1", "Unable to relay: {path} belongs to no domain of ours [{host}]")
        }
        (Reply::RecipientRelay, Postfix) => say(554, "5.7.1", "<{path}>: Relay access denied"),
        (Reply::RecipientRelay, Exim) => say(550, "", "relay not permitted"),
        (Reply::RecipientRelay, Old) => say(554, "", "Relaying denied"),
        _ => return None,
    })
}

/// What all servers say in much the same words.
fn plain(reply: Reply) -> Wording {
    match reply {
        Reply::Bye => say(221, "2.0.0", "{host} closing connection"),
        Reply::MessageTooBig => say(552, "5.3.4", "Message larger than our limit"),
        Reply::VrfyUnsure => say(252, "2.5.0", "Cannot tell who is a user; send and see"),
        Reply::Help => say(214, "2.0.0", "Commands: HELO EHLO MAIL RCPT RSET NOOP VRFY QUIT"),
        Reply::DataRefused => say(554, "5.7.1", "Thank you, but this host takes no messages"),
        Reply::DataWithoutRecipients => say(554, "5.5.1", "No valid recipients"),
        Reply::TlsUnavailable => say(454, "4.7.0", "TLS not available for a temporary reason"),
        Reply::NeedHello => say(503, "5.5.1", "Say HELO or EHLO first"),
        Reply::NeedSender => say(503, "5.5.1", "MAIL first"),
        Reply::SecondSender => say(503, "5.5.1", "Sender already given"),
        Reply::OnlyQuit => {
            say(503, "5.5.1", "Not accepting mail from you; QUIT is all that is left")
        }
        Reply::Unrecognised => say(500, "5.5.2", "Command not recognised"),
        Reply::NotImplemented => say(502, "5.5.1", "Command not implemented"),
        Reply::Syntax => say(501, "5.5.4", "Syntax error in the argument"),
        Reply::BadPath => say(501, "5.1.3", "Bad address syntax"),
        Reply::SenderUnqualified => say(501, "5.1.7", "Sender address needs a domain"),
        Reply::PathTooLong => say(501, "5.1.3", "Address too long"),
        Reply::PathNotAscii => say(553, "5.6.7", "Address needs SMTPUTF8, which is not offered"),
        Reply::BadParameter => say(555, "5.5.4", "Parameter not recognised"),
        Reply::LineTooLong => say(500, "5.5.2", "Line too long"),
        Reply::BareLineFeed => say(500, "5.5.2", "Lines end with CR LF"),
        Reply::TooManyCommands => say(421, "4.7.0", "{host} too many commands in one session"),
        Reply::TooManyErrors => say(421, "4.7.0", "{host} too many errors"),
        Reply::TooManyRefusals => say(421, "4.7.0", "{host} too many unknown recipients"),
        Reply::Idle => say(421, "4.4.2", "{host} timeout exceeded"),
        _ => say(250, "2.0.0", "OK"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::reply::{Blanks, write};
    use super::*;

    fn wire(dialect: Dialect, reply: Reply) -> String {
        let path = format!("{}@{}", "l".repeat(64), "d".repeat(185));
        let blanks = Blanks {
            host: "mx-31.harbour.test",
            client: std::net::IpAddr::from([127, 0, 0, 1]),
            path: &path,
            mark: u64::MAX,
        };
        let mut out = String::new();
        write(&mut out, dialect, &of(dialect, reply), &blanks);
        out
    }

    /// RFC 5321 §4.2: code, hyphen or space, text; one code; 512 bytes at most a line (§4.5.3.1.5).
    #[test]
    fn every_reply_is_well_formed() {
        let replies = [
            Reply::Greeting,
            Reply::GreetingBlocked,
            Reply::GreetingBusy,
            Reply::Helo,
            Reply::Ehlo,
            Reply::SenderTaken,
            Reply::SenderBlocked,
            Reply::RecipientTaken,
            Reply::RecipientAbsent,
            Reply::RecipientFull,
            Reply::RecipientDisabled,
            Reply::RecipientGreylisted,
            Reply::RecipientSecond,
            Reply::RecipientTooMany,
            Reply::RecipientRelay,
            Reply::Done,
            Reply::DataRefused,
            Reply::Idle,
            Reply::BadPath,
            Reply::Unrecognised,
        ];
        for (dialect, reply) in
            Dialect::ALL.into_iter().flat_map(|d| replies.into_iter().map(move |r| (d, r)))
        {
            let text = wire(dialect, reply);
            assert!(
                text.ends_with("\r\n") && text.is_ascii() && !text.contains(['{', '}']),
                "{text}"
            );
            let lines: Vec<_> = text.split_terminator("\r\n").collect();
            for (n, line) in lines.iter().enumerate() {
                let last = n + 1 == lines.len();
                assert!(line.len() <= 510 && !line.contains('\n'), "{line}");
                assert_eq!(line.get(..3), lines[0].get(..3), "{text}");
                assert_eq!(line.get(3..4), Some(if last { " " } else { "-" }), "{text}");
            }
        }
    }

    #[test]
    fn the_code_says_what_kind_of_refusal_it_is() {
        for dialect in Dialect::ALL {
            let class = |reply| of(dialect, reply).code / 100;
            assert_eq!(class(Reply::RecipientTaken), 2);
            assert_eq!(class(Reply::RecipientAbsent), 5);
            assert_eq!(class(Reply::RecipientGreylisted), 4);
            assert_eq!(class(Reply::RecipientDisabled), 5);
            assert_eq!(
                wire(dialect, Reply::RecipientAbsent).contains("5.1.1"),
                dialect.has_enhanced_codes()
            );
        }
    }
}
