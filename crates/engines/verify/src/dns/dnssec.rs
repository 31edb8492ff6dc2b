//! Why a validating resolver said SERVFAIL. The resolver library keeps neither the Extended DNS Errors
//! of an answer nor a way to ask without validation, so the two questions are put to the name server
//! directly.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use hickory_resolver::proto::op::{Edns, Message, Query, ResponseCode};
use hickory_resolver::proto::rr::rdata::opt::{EdnsCode, EdnsOption};
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::net::UdpSocket;

/// The EDNS option that carries an Extended DNS Error (RFC 8914 §2).
const EXTENDED_ERROR: u16 = 15;
/// What this side takes by UDP, as RFC 9715 §3.1 advises.
const PAYLOAD_BYTES: u16 = 1_232;

/// Words on what is broken where the domain's DNSSEC is; `None` where something else is.
///
/// Puts the question again with EDNS, for the resolver's own reason; where it gives none, asks once
/// more with checking disabled (RFC 4035 §3.2.2): an answer then means that only validation failed.
pub(super) async fn broken(server: SocketAddr, name: Name, kind: RecordType) -> Option<String> {
    let checked = exchange(server, &question(&name, kind, false)).await?;
    if checked.metadata.response_code != ResponseCode::ServFail {
        return None; // a passing trouble: it answers now
    }
    if let Some(reason) = reason(&checked) {
        return reason.is_dnssec.then_some(reason.words);
    }
    let unchecked = exchange(server, &question(&name, kind, true)).await?;
    let answered =
        matches!(unchecked.metadata.response_code, ResponseCode::NoError | ResponseCode::NXDomain);
    answered.then(|| "it answers when validation is switched off".to_owned())
}

/// A reason that the server gave for an error.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reason {
    is_dnssec: bool,
    words: String,
}

/// The Extended DNS Error of a message, if it has one.
pub(super) fn reason(message: &Message) -> Option<Reason> {
    let option = message.edns.as_ref()?.option(EdnsCode::Unknown(EXTENDED_ERROR))?;
    let EdnsOption::Unknown(_, data) = option else { return None };
    let (code, _text) = data.split_first_chunk::<2>()?;
    let code = u16::from_be_bytes(*code);
    let words = match code {
        6 => "bogus",
        7 => "its signatures have expired",
        8 => "its signatures are not valid yet",
        9 => "its DNSKEY is missing",
        10 => "its signatures are missing",
        11 => "its DNSKEY is no zone key",
        12 => "its NSEC records are missing",
        _ => "other",
    };
    Some(Reason {
        is_dnssec: (6..=12).contains(&code),
        words: format!("{words}, extended DNS error {code}"),
    })
}

fn question(name: &Name, kind: RecordType, checking_disabled: bool) -> Message {
    let mut message = Message::query();
    message.add_query(Query::query(name.clone(), kind));
    message.metadata.recursion_desired = true;
    message.metadata.checking_disabled = checking_disabled;
    let mut edns = Edns::new();
    edns.set_max_payload(PAYLOAD_BYTES);
    message.set_edns(edns);
    message
}

/// One question by UDP from a port of its own, and the answer that has its number and question.
pub(crate) async fn exchange(server: SocketAddr, question: &Message) -> Option<Message> {
    let any: SocketAddr = if server.is_ipv4() {
        (Ipv4Addr::UNSPECIFIED, 0).into()
    } else {
        (Ipv6Addr::UNSPECIFIED, 0).into()
    };
    let socket = UdpSocket::bind(any).await.ok()?;
    // The system then drops what others send.
    socket.connect(server).await.ok()?;
    socket.send(&question.to_vec().ok()?).await.ok()?;
    let mut buffer = vec![0; usize::from(PAYLOAD_BYTES)];
    loop {
        let length = socket.recv(&mut buffer).await.ok()?;
        let Ok(answer) = Message::from_vec(buffer.get(..length)?) else { continue };
        if answer.metadata.id == question.metadata.id && answer.queries == question.queries {
            return Some(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_error(code: u16) -> Message {
        let mut message = Message::query();
        let mut edns = Edns::new();
        let mut data = code.to_be_bytes().to_vec();
        data.extend_from_slice(b"some words");
        edns.options_mut().insert(EdnsOption::Unknown(EXTENDED_ERROR, data));
        message.set_edns(edns);
        Message::from_vec(&message.to_vec().unwrap()).unwrap()
    }

    #[test]
    fn extended_errors_6_to_12_are_about_dnssec() {
        for code in 0..40 {
            let reason = reason(&with_error(code)).unwrap();
            assert_eq!(reason.is_dnssec, (6..=12).contains(&code), "{reason:?}");
            assert!(reason.words.ends_with(&code.to_string()));
        }
        assert_eq!(reason(&Message::query()), None);
        assert!(reason(&with_error(7)).unwrap().words.contains("expired"));
    }
}
