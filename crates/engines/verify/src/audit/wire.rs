use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hickory_resolver::config::NameServerConfig;
use hickory_resolver::proto::op::{Edns, Message, Query, ResponseCode};
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use crate::config::VerifyConfig;
use crate::dns::{exchange, name_servers};

/// Name servers that a machine uses (MAXNS in resolv.conf(5)); more in a setting are not asked.
const NAME_SERVERS_MAX: usize = 3;
/// What the DNS flag day of 2020 recommends: it passes every network in one packet.
const UDP_PAYLOAD_BYTES: u16 = 1_232;

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    Udp,
    Tcp,
}

/// One question put to one name server, past every resolver and cache of this program: only so is
/// it seen what that server does.
#[derive(Debug, Clone)]
pub(super) struct WireQuestion {
    pub(super) name: Name,
    pub(super) kind: RecordType,
    pub(super) transport: Transport,
}

impl WireQuestion {
    /// The answer; the error says in words why there is none.
    pub(super) async fn ask(&self, at: SocketAddr, patience: Duration) -> Result<Message, String> {
        let query = self.message();
        let exchanged = async {
            match self.transport {
                Transport::Udp => exchange(at, &query).await,
                Transport::Tcp => over_tcp(at, &query).await,
            }
        };
        match timeout(patience, exchanged).await {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err("nothing listens there, or it takes no question".to_owned()),
            Err(_elapsed) => Err(format!("no answer within {} s", patience.as_secs_f32())),
        }
    }

    /// With the AD bit (RFC 6840 §5.7: "tell me whether you validated") and DO beside it.
    fn message(&self) -> Message {
        let mut message = Message::query();
        message.metadata.recursion_desired = true;
        message.metadata.authentic_data = true;
        message.add_query(Query::query(self.name.clone(), self.kind));
        let mut edns = Edns::new();
        edns.set_max_payload(UDP_PAYLOAD_BYTES).set_version(0).set_dnssec_ok(true);
        message.set_edns(edns);
        message
    }
}

/// A socket that speaks with that host alone. Nothing is sent yet.
pub(super) async fn udp_towards(at: SocketAddr) -> std::io::Result<UdpSocket> {
    let here: IpAddr = match at {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind(SocketAddr::new(here, 0)).await?;
    socket.connect(at).await?;
    Ok(socket)
}

/// With two bytes of length before each message (RFC 1035 §4.2.2).
async fn over_tcp(at: SocketAddr, query: &Message) -> Option<Message> {
    let bytes = query.to_vec().ok()?;
    let mut stream = TcpStream::connect(at).await.ok()?;
    let length = u16::try_from(bytes.len()).ok()?;
    stream.write_all(&[&length.to_be_bytes(), bytes.as_slice()].concat()).await.ok()?;
    let mut reply = vec![0; usize::from(stream.read_u16().await.ok()?)];
    stream.read_exact(&mut reply).await.ok()?;
    let answer = Message::from_vec(&reply).ok()?;
    (answer.metadata.id == query.metadata.id && answer.queries == query.queries).then_some(answer)
}

/// The name servers that the verifier asks: those of its configuration, else the machine's.
pub(super) fn servers(config: &VerifyConfig) -> Vec<SocketAddr> {
    // A machine without any has been refused before.
    let Ok((found, _)) = name_servers(config) else { return Vec::new() };
    let at = |server: &NameServerConfig| {
        let port = server.connections.first().map_or(53, |connection| connection.port);
        SocketAddr::new(server.ip, port)
    };
    let mut servers: Vec<SocketAddr> = found.name_servers().iter().map(at).collect();
    servers.dedup();
    servers.truncate(NAME_SERVERS_MAX);
    servers
}

/// Whether the server did what was asked; a name that does not exist is an answer too.
pub(super) fn is_answer(code: ResponseCode) -> bool {
    matches!(code, ResponseCode::NoError | ResponseCode::NXDomain)
}
