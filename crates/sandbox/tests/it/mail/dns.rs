use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use captely_sandbox::dns::{self, DnsFaults, DnsServer, DnsSettings, DnsStartError};
use captely_sandbox::mail_world::Personality;
use captely_sandbox::smtp::{DEAD_ADDRESS, Dialect, WEB_ADDRESS, mail_address};
use hickory_server::proto::op::{Edns, Message, OpCode, Query, ResponseCode};
use hickory_server::proto::rr::{DNSClass, Name, RData, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use super::town::{domain_of, host_of, town};

const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

async fn server(settings: DnsSettings) -> DnsServer {
    dns::start(town(), ANY_PORT, settings).await.expect("DNS starts")
}

fn question(name: &str, kind: RecordType) -> Message {
    let mut message = Message::query();
    message.add_query(Query::query(Name::from_ascii(name).unwrap(), kind));
    message
}

/// Asks by UDP; `None` where nothing comes back in a quarter of a second.
async fn exchange(server: &DnsServer, message: &Message) -> Option<Message> {
    let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
    socket.send_to(&message.to_vec().unwrap(), server.addr()).await.unwrap();
    let mut bytes = [0_u8; 4_096];
    let (read, from) =
        timeout(Duration::from_millis(250), socket.recv_from(&mut bytes)).await.ok()?.unwrap();
    assert_eq!(from, server.addr());
    let answer = Message::from_vec(&bytes[..read]).unwrap();
    assert_eq!(answer.metadata.id, message.metadata.id);
    Some(answer)
}

async fn ask(server: &DnsServer, name: &str, kind: RecordType) -> Message {
    exchange(server, &question(name, kind)).await.expect("an answer")
}

/// The data of the answers in sorted text.
fn data(message: &Message) -> Vec<String> {
    let mut all: Vec<_> = message.answers.iter().map(|r| r.data.to_string()).collect();
    all.sort();
    all
}

/// NXDOMAIN, or NOERROR without records; with the zone's SOA, or it could not be cached.
fn assert_negative(message: &Message, code: ResponseCode, zone: &str) {
    assert_eq!(message.metadata.response_code, code, "{message}");
    assert!(message.answers.is_empty(), "{message}");
    let [soa] = message.authorities.as_slice() else { panic!("one SOA: {message}") };
    assert_eq!((soa.name.to_ascii().as_str(), soa.ttl), (zone, 60), "{message}");
    let RData::SOA(data) = &soa.data else { panic!("an SOA: {message}") };
    assert_eq!(data.minimum, 60);
}

#[tokio::test]
async fn mx_and_the_addresses_of_its_hosts() {
    let server = server(DnsSettings { ttl_s: 77, ..DnsSettings::default() }).await;
    let dialect = Dialect::Postfix;
    for personality in [Personality::Normal, Personality::CatchAll, Personality::DeadHost] {
        let domain = domain_of(personality, dialect);
        let hosts = [1, 2].map(|n| host_of(personality, dialect, n));
        let mx = ask(&server, &domain, RecordType::MX).await;
        assert_eq!(data(&mx), [format!("10 {}.", hosts[0]), format!("20 {}.", hosts[1])]);
        assert!(mx.metadata.authoritative && mx.metadata.recursion_available);
        assert!(mx.answers.iter().all(|r| r.ttl == 77));
        for host in &hosts {
            let a = ask(&server, host, RecordType::A).await;
            assert_eq!(data(&a), [mail_address(personality, dialect).to_string()]);
        }
        let a = ask(&server, &domain, RecordType::A).await;
        assert_eq!(data(&a), [WEB_ADDRESS.to_string()], "no mail host, though it has an address");
    }
    let dead = ask(&server, &host_of(Personality::DeadHost, dialect, 1), RecordType::A).await;
    assert_eq!(data(&dead), [DEAD_ADDRESS.to_string()]);
}

#[tokio::test]
async fn mx_come_in_turning_order_so_that_clients_have_to_sort() {
    let server = server(DnsSettings::default()).await;
    let mut firsts = Vec::new();
    for _ in 0..4 {
        let answer = ask(&server, "google-normal.example", RecordType::MX).await;
        firsts.push(answer.answers[0].data.to_string());
    }
    firsts.sort();
    firsts.dedup();
    assert_eq!(firsts.len(), 2, "{firsts:?}");
}

#[tokio::test]
async fn domains_without_mx() {
    let server = server(DnsSettings::default()).await;
    // RFC 7505: one record, preference 0, the root.
    let null = ask(&server, "google-null-mx.example", RecordType::MX).await;
    assert_eq!(data(&null), ["0 ."]);

    let none = ask(&server, "implicit.example", RecordType::MX).await;
    assert_negative(&none, ResponseCode::NoError, "implicit.example.");
    let a = ask(&server, "implicit.example", RecordType::A).await;
    let normal = mail_address(Personality::Normal, Dialect::of_domain("implicit.example"));
    assert_eq!(data(&a), [normal.to_string()]);

    for kind in [RecordType::MX, RecordType::A, RecordType::AAAA] {
        let nothing = ask(&server, "bare.example", kind).await;
        assert_negative(&nothing, ResponseCode::NoError, "bare.example.");
    }
    let six = ask(&server, "google-normal.example", RecordType::AAAA).await;
    assert_negative(&six, ResponseCode::NoError, "google-normal.example.");
}

#[tokio::test]
async fn names_that_do_not_exist() {
    let server = server(DnsSettings::default()).await;
    for (name, zone) in [
        ("nobody-has-this.example", "example."),
        ("deep.below.nobody-has-this.example", "example."),
        ("www.google-normal.example", "google-normal.example."),
        ("mx9.normal-0.mail.example", "example."),
        ("_dmarc.nobody-has-this.example", "example."),
    ] {
        for kind in [RecordType::MX, RecordType::A] {
            assert_negative(&ask(&server, name, kind).await, ResponseCode::NXDomain, zone);
        }
    }
    assert_eq!(server.counts().nxdomain, 10);
}

#[tokio::test]
async fn failing_domains() {
    let server = server(DnsSettings::default()).await;
    for name in ["servfail.test", "mx.servfail.test"] {
        let answer = ask(&server, name, RecordType::MX).await;
        assert_eq!(answer.metadata.response_code, ResponseCode::ServFail);
    }
    for name in ["timeout.test", "mx1.timeout.test"] {
        assert_eq!(exchange(&server, &question(name, RecordType::MX)).await, None);
    }
    // A name that only ends alike is not meant.
    let other = ask(&server, "notimeout.test", RecordType::MX).await;
    assert_negative(&other, ResponseCode::NXDomain, "test.");

    let mx = ask(&server, "dangling.test", RecordType::MX).await;
    assert_eq!(data(&mx), ["10 mx.dangling.test."]);
    for kind in [RecordType::A, RecordType::AAAA] {
        let host = ask(&server, "mx.dangling.test", kind).await;
        assert_negative(&host, ResponseCode::NXDomain, "dangling.test.");
    }
    assert_eq!((server.counts().servfail, server.counts().silent), (2, 2));
}

#[tokio::test]
async fn texts_name_servers_and_soa() {
    let server = server(DnsSettings::default()).await;
    for (name, kind, expected) in [
        ("google-normal.example", RecordType::TXT, "v=spf1 mx ~all"),
        ("google-null-mx.example", RecordType::TXT, "v=spf1 -all"),
        ("_dmarc.google-normal.example", RecordType::TXT, "v=DMARC1; p=quarantine"),
        ("google-normal.example", RecordType::NS, "ns1.sandbox.test."),
        ("ns1.sandbox.test", RecordType::A, "127.0.0.1"),
    ] {
        assert_eq!(data(&ask(&server, name, kind).await), [expected], "{name}");
    }
    let soa = ask(&server, "google-normal.example", RecordType::SOA).await;
    assert!(matches!(soa.answers[0].data, RData::SOA(_)));
    let counts = server.counts();
    assert_eq!((counts.queries, counts.txt, counts.ns, counts.a, counts.soa), (6, 3, 1, 1, 1));
}

#[tokio::test]
async fn names_in_any_case_and_the_question_comes_back_as_asked() {
    let server = server(DnsSettings::default()).await;
    let answer = ask(&server, "GooGle-NormaL.Example.", RecordType::MX).await;
    assert_eq!(answer.answers.len(), 2);
    assert_eq!(answer.queries[0].name().to_ascii(), "GooGle-NormaL.Example.");
    assert_eq!(answer.answers[0].name.to_ascii(), "GooGle-NormaL.Example.");
}

#[tokio::test]
async fn questions_that_are_not_answered_with_data() {
    let server = server(DnsSettings::default()).await;
    let name = || Name::from_ascii("google-normal.example").unwrap();
    let mut chaos = Query::query(name(), RecordType::TXT);
    chaos.set_query_class(DNSClass::CH);
    let mut message = Message::query();
    message.add_query(chaos);
    let code = |m: Option<Message>| m.expect("an answer").metadata.response_code;
    assert_eq!(code(exchange(&server, &message).await), ResponseCode::Refused);

    let mut notify = question("google-normal.example", RecordType::SOA);
    notify.metadata.op_code = OpCode::Notify;
    assert_eq!(code(exchange(&server, &notify).await), ResponseCode::NotImp);

    let mut two = question("google-normal.example", RecordType::A);
    two.add_query(Query::query(name(), RecordType::MX));
    assert_eq!(code(exchange(&server, &two).await), ResponseCode::FormErr);

    let any = ask(&server, "google-normal.example", RecordType::ANY).await;
    assert!(matches!(any.answers.as_slice(), [one] if one.record_type() == RecordType::HINFO));
}

#[tokio::test]
async fn edns_is_answered_with_edns_alone() {
    let server = server(DnsSettings::default()).await;
    assert!(ask(&server, "google-normal.example", RecordType::MX).await.edns.is_none());
    let mut message = question("google-normal.example", RecordType::MX);
    let mut edns = Edns::new();
    edns.set_max_payload(1_232);
    message.set_edns(edns.clone());
    assert!(exchange(&server, &message).await.unwrap().edns.is_some());
    edns.set_version(1);
    message.set_edns(edns);
    let answer = exchange(&server, &message).await.unwrap();
    // 16 is BADVERS here and BADSIG with signatures (RFC 6895 §2.3).
    assert_eq!(u16::from(answer.metadata.response_code), 16);
}

#[tokio::test]
async fn tcp_answers_many_questions_on_one_connection() {
    let server = server(DnsSettings::default()).await;
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    for n in 0..3_u64 {
        let bytes = question("google-normal.example", RecordType::MX).to_vec().unwrap();
        stream.write_u16(u16::try_from(bytes.len()).unwrap()).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
        let mut answer = vec![0_u8; stream.read_u16().await.unwrap().into()];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(data(&Message::from_vec(&answer).unwrap()).len(), 2);
        assert_eq!(server.counts().tcp, n + 1);
    }
}

#[tokio::test]
async fn faults_come_at_their_rates() {
    let faults = DnsFaults {
        seed: 3,
        servfail_per_thousand: 200,
        silent_per_thousand: 100,
        truncated_per_thousand: 200,
    };
    let server = server(DnsSettings { faults, ..DnsSettings::default() }).await;
    let (mut failed, mut silent, mut truncated, mut good) = (0, 0, 0, 0);
    for _ in 0..60 {
        match exchange(&server, &question("google-normal.example", RecordType::MX)).await {
            None => silent += 1,
            Some(m) if m.metadata.response_code == ResponseCode::ServFail => failed += 1,
            Some(m) if m.metadata.truncation => {
                assert!(m.answers.is_empty());
                truncated += 1;
            }
            Some(m) => {
                assert_eq!(m.answers.len(), 2);
                good += 1;
            }
        }
    }
    let counts = server.counts();
    assert_eq!((counts.servfail, counts.silent, counts.truncated), (failed, silent, truncated));
    assert!(failed > 2 && silent > 0 && truncated > 2 && good > 15, "{counts:?}");
}

#[tokio::test]
async fn latency_stopping_and_addresses_it_must_not_have() {
    let slow = server(DnsSettings { latency_ms: 60, ..DnsSettings::default() }).await;
    let start = std::time::Instant::now();
    ask(&slow, "google-normal.example", RecordType::MX).await;
    assert!(start.elapsed() >= Duration::from_millis(60));

    let address = slow.addr();
    let taken = dns::start(town(), address, DnsSettings::default()).await;
    assert!(matches!(taken, Err(DnsStartError::Bind { .. })));
    slow.stop().await;
    let again =
        dns::start(town(), address, DnsSettings::default()).await.expect("the port is free");
    ask(&again, "google-normal.example", RecordType::MX).await;

    let open = dns::start(town(), "0.0.0.0:0".parse().unwrap(), DnsSettings::default()).await;
    assert!(matches!(open, Err(DnsStartError::NotLoopback { .. })));
}
