use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use hickory_proto::op::{Message, OpCode, ResponseCode};
use hickory_proto::rr::rdata::opt::EdnsOption;
use hickory_proto::rr::rdata::{CNAME, MX, NS, PTR, TXT};
use hickory_proto::rr::{Name, RData, Record};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};

/// What the DNS server says about a name and type; NXDOMAIN for names it knows nothing of.
#[derive(Clone)]
pub(crate) enum Answer {
    Mx(Vec<(u16, String)>),
    Addresses(Vec<IpAddr>),
    Pointer(String),
    Texts(Vec<String>),
    Cname(String, Box<Answer>),
    NoData,
    Code(ResponseCode),
    Silence,
    /// Truncated over UDP, whole over TCP.
    OverTcp(Box<Answer>),
    /// With the AD bit.
    Validated(Box<Answer>),
    NameServers(Vec<String>),
    /// What a validating resolver says of broken DNSSEC: SERVFAIL, with that extended error (RFC 8914)
    /// if there is one, and the records to those who want no checking.
    Bogus(Option<u16>, Box<Answer>),
    /// Records of another name.
    Stray(Box<Answer>),
    /// Before the answer, one with another number.
    Forged(Box<Answer>),
    /// No DNS message.
    Garbage,
}

impl Answer {
    pub(crate) fn mx(hosts: &[(u16, &str)]) -> Self {
        Self::Mx(hosts.iter().map(|(preference, host)| (*preference, (*host).to_owned())).collect())
    }

    pub(crate) fn address(address: &str) -> Self {
        Self::Addresses(vec![address.parse().unwrap()])
    }

    pub(crate) fn text(text: &str) -> Self {
        Self::Texts(vec![text.to_owned()])
    }
}

/// By name, then by type; `*` stands for every name that is not there.
type Zone = HashMap<String, HashMap<String, Answer>>;

pub(crate) struct Names {
    pub(crate) at: SocketAddr,
    zone: Arc<Mutex<Zone>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Names {
    pub(crate) async fn serve() -> Self {
        let (udp, tcp) = loop {
            let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            if let Ok(tcp) = TcpListener::bind(udp.local_addr().unwrap()).await {
                break (udp, tcp);
            }
        };
        let names =
            Self { at: udp.local_addr().unwrap(), zone: Arc::default(), asked: Arc::default() };
        tokio::spawn(over_udp(udp, Arc::clone(&names.zone), Arc::clone(&names.asked)));
        tokio::spawn(over_tcp(tcp, Arc::clone(&names.zone)));
        names
    }

    pub(crate) fn set(&self, name: &str, record_type: &str, answer: Answer) {
        let mut zone = self.zone.lock().unwrap();
        zone.entry(name.to_owned()).or_default().insert(record_type.to_owned(), answer);
    }

    /// Questions asked over UDP, as `MX acme.test`.
    pub(crate) fn asked(&self, containing: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|line| line.contains(containing)).count()
    }
}

async fn over_udp(socket: UdpSocket, zone: Arc<Mutex<Zone>>, asked: Arc<Mutex<Vec<String>>>) {
    let mut buffer = [0; 4_096];
    while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
        let query = Message::from_vec(&buffer[..length]).unwrap();
        let question = &query.queries[0];
        asked.lock().unwrap().push(format!("{} {}", question.query_type, plain(&question.name)));
        let replies = replies(&query, &zone.lock().unwrap(), true);
        for reply in replies {
            let _ = socket.send_to(&reply, from).await;
        }
    }
}

async fn over_tcp(listener: TcpListener, zone: Arc<Mutex<Zone>>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let zone = Arc::clone(&zone);
        tokio::spawn(async move {
            while let Ok(length) = stream.read_u16().await {
                let mut buffer = vec![0; usize::from(length)];
                stream.read_exact(&mut buffer).await.unwrap();
                let query = Message::from_vec(&buffer).unwrap();
                let replies = replies(&query, &zone.lock().unwrap(), false);
                for reply in replies {
                    stream.write_u16(u16::try_from(reply.len()).unwrap()).await.unwrap();
                    stream.write_all(&reply).await.unwrap();
                }
            }
        });
    }
}

fn plain(name: &Name) -> String {
    name.to_ascii().trim_end_matches('.').to_ascii_lowercase()
}

/// The messages that come back: one, unless the answer is to be none or more.
fn replies(query: &Message, zone: &Zone, udp: bool) -> Vec<Vec<u8>> {
    let question = &query.queries[0];
    let name = plain(&question.name);
    let mut message = Message::response(query.metadata.id, OpCode::Query);
    message.metadata.recursion_desired = true;
    message.metadata.recursion_available = true;
    message.add_query(question.clone());
    message.edns.clone_from(&query.edns);
    if !udp {
        // The library cuts every message to this.
        message.edns.get_or_insert_default().set_max_payload(u16::MAX);
    }
    let record_type = question.query_type.to_string();
    let answer = zone
        .get(&name)
        .or_else(|| zone.get("*"))
        .map_or(Answer::Code(ResponseCode::NXDomain), |types| {
            types.get(&record_type).cloned().unwrap_or(Answer::NoData)
        });
    let answer = match answer {
        Answer::Garbage => return vec![b"this is no DNS message".to_vec()],
        Answer::Forged(honest) => {
            let mut forged = message.clone();
            forged.metadata.id = forged.metadata.id.wrapping_add(1);
            let bait = Answer::mx(&[(1, "evil.test")]);
            fill(&mut forged, question.name.clone(), bait, udp).unwrap();
            fill(&mut message, question.name.clone(), *honest, udp).unwrap();
            return vec![forged.to_vec().unwrap(), message.to_vec().unwrap()];
        }
        Answer::Bogus(_, records) if query.metadata.checking_disabled => *records,
        Answer::Bogus(error, _) => {
            if let (Some(error), Some(edns)) = (error, &mut message.edns) {
                edns.options_mut().insert(EdnsOption::Unknown(15, error.to_be_bytes().into()));
            }
            Answer::Code(ResponseCode::ServFail)
        }
        other => other,
    };
    let filled = fill(&mut message, question.name.clone(), answer, udp);
    filled.map(|()| message.to_vec().unwrap()).into_iter().collect()
}

fn fill(message: &mut Message, name: Name, answer: Answer, udp: bool) -> Option<()> {
    let absolute = |text: &str| Name::from_ascii(format!("{text}.")).unwrap();
    match answer {
        Answer::Mx(hosts) => {
            for (preference, host) in hosts {
                let exchange = if host == "." { Name::root() } else { absolute(&host) };
                let data = RData::MX(MX::new(preference, exchange));
                message.add_answer(Record::from_rdata(name.clone(), 60, data));
            }
        }
        Answer::Addresses(addresses) => {
            for address in addresses {
                message.add_answer(Record::from_rdata(name.clone(), 60, RData::from(address)));
            }
        }
        Answer::Cname(target, rest) => {
            let target = absolute(&target);
            let data = RData::CNAME(CNAME(target.clone()));
            message.add_answer(Record::from_rdata(name, 60, data));
            return fill(message, target, *rest, udp);
        }
        Answer::Pointer(target) => {
            let data = RData::PTR(PTR(absolute(&target)));
            message.add_answer(Record::from_rdata(name, 60, data));
        }
        Answer::Texts(texts) => {
            for text in texts {
                let data = RData::TXT(TXT::new(vec![text]));
                message.add_answer(Record::from_rdata(name.clone(), 60, data));
            }
        }
        Answer::NoData => {}
        Answer::NameServers(servers) => {
            for server in servers {
                let data = RData::NS(NS(absolute(&server)));
                message.add_answer(Record::from_rdata(name.clone(), 60, data));
            }
        }
        Answer::Stray(rest) => return fill(message, absolute("stray.test"), *rest, udp),
        Answer::Bogus(..) | Answer::Forged(_) | Answer::Garbage => unreachable!("taken before"),
        Answer::Code(code) => message.metadata.response_code = code,
        Answer::Silence => return None,
        Answer::OverTcp(_) if udp => message.metadata.truncation = true,
        Answer::OverTcp(whole) => return fill(message, name, *whole, udp),
        Answer::Validated(answer) => {
            message.metadata.authentic_data = true;
            return fill(message, name, *answer, udp);
        }
    }
    Some(())
}
