use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use hickory_proto::op::{Message, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{CNAME, MX};
use hickory_proto::rr::{Name, RData, Record};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};

/// What the DNS server says about a name and type; NXDOMAIN for names it knows nothing of.
#[derive(Clone)]
pub(crate) enum Answer {
    Mx(Vec<(u16, String)>),
    Addresses(Vec<IpAddr>),
    Cname(String, Box<Answer>),
    NoData,
    Code(ResponseCode),
    Silence,
    /// Truncated over UDP, whole over TCP.
    OverTcp(Box<Answer>),
}

impl Answer {
    pub(crate) fn mx(hosts: &[(u16, &str)]) -> Self {
        Self::Mx(hosts.iter().map(|(preference, host)| (*preference, (*host).to_owned())).collect())
    }
}

/// By name, then by type.
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
        let reply = reply(&query, &zone.lock().unwrap(), true);
        if let Some(reply) = reply {
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
                let reply = reply(&query, &zone.lock().unwrap(), false);
                if let Some(reply) = reply {
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

fn reply(query: &Message, zone: &Zone, udp: bool) -> Option<Vec<u8>> {
    let question = &query.queries[0];
    let name = plain(&question.name);
    let mut message = Message::response(query.metadata.id, OpCode::Query);
    message.metadata.recursion_desired = true;
    message.metadata.recursion_available = true;
    message.add_query(question.clone());
    let record_type = question.query_type.to_string();
    let answer = zone.get(&name).map_or(Answer::Code(ResponseCode::NXDomain), |types| {
        types.get(&record_type).cloned().unwrap_or(Answer::NoData)
    });
    fill(&mut message, question.name.clone(), answer, udp)?;
    Some(message.to_vec().unwrap())
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
        Answer::NoData => {}
        Answer::Code(code) => message.metadata.response_code = code,
        Answer::Silence => return None,
        Answer::OverTcp(_) if udp => message.metadata.truncation = true,
        Answer::OverTcp(whole) => return fill(message, name, *whole, udp),
    }
    Some(())
}
