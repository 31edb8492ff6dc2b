//! Measures, run by hand in release:
//! `cargo test --release -p captely-sandbox --test it speed -- --ignored --nocapture`.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Instant;

use captely_sandbox::dns::{self, DnsSettings};
use captely_sandbox::mail_world::Personality;
use captely_sandbox::smtp::{self, Dialect, SmtpServer, SmtpSettings};
use hickory_server::proto::op::{Message, Query};
use hickory_server::proto::rr::{Name, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

use super::town::{domain_of, town};

/// RCPT in all, at 16 connections.
const RCPTS: u32 = 320_000;
const CONNECTIONS: u32 = 16;
/// Sessions of each connection in a row.
const SESSIONS: u32 = 2_000;
const QUERIES: u32 = 100_000;

/// The server has one thread of its own; the clients have another.
fn on_its_own_thread<T: Send + 'static>(start: impl AsyncFnOnce() -> T + Send + 'static) -> T {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            send.send(start().await).ok();
            std::future::pending::<()>().await;
        });
    });
    receive.recv().unwrap()
}

#[tokio::test]
#[ignore = "a measure, for release builds"]
async fn rcpt_per_second() {
    let server =
        on_its_own_thread(async || smtp::start(town(), SmtpSettings::default()).await.unwrap());
    let mut asked = 0;
    for batch in [1, 10, 100] {
        let start = Instant::now();
        let each = RCPTS / CONNECTIONS / if batch == 1 { 8 } else { 1 };
        let sessions: Vec<_> = (0..CONNECTIONS)
            .map(|_| tokio::spawn(session(address(&server), each, batch)))
            .collect();
        for session in sessions {
            session.await.unwrap();
        }
        let rate = f64::from(each * CONNECTIONS) / start.elapsed().as_secs_f64();
        asked += u64::from(each * CONNECTIONS);
        println!("{batch:>3} RCPT a batch: {rate:.0} RCPT/s over {CONNECTIONS} connections");
    }
    let counts = server.counts(Personality::Normal);
    assert_eq!((counts.rcpts, counts.turned_away, counts.protocol_errors), (asked, 0, 0));
    assert!(counts.accepted >= asked / 4, "{counts:?}");
}

#[tokio::test]
#[ignore = "a measure, for release builds"]
async fn sessions_per_second() {
    let server =
        on_its_own_thread(async || smtp::start(town(), SmtpSettings::default()).await.unwrap());
    let start = Instant::now();
    let clients: Vec<_> =
        (0..CONNECTIONS).map(|_| tokio::spawn(sessions(address(&server)))).collect();
    for client in clients {
        client.await.unwrap();
    }
    let rate = f64::from(SESSIONS * CONNECTIONS) / start.elapsed().as_secs_f64();
    println!("{rate:.0} whole sessions/s of one RCPT each, {CONNECTIONS} at a time");
    assert_eq!(server.counts(Personality::Normal).accepted, u64::from(SESSIONS * CONNECTIONS));
}

/// Connects, greets, asks for one mailbox and quits, waiting for each reply.
async fn sessions(address: SocketAddr) {
    let rcpt = format!("RCPT TO:<ada@{}>\r\n", domain_of(Personality::Normal, Dialect::Postfix));
    let mut bytes = vec![0_u8; 4_096];
    for _ in 0..SESSIONS {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        assert!(stream.read(&mut bytes).await.unwrap() > 0);
        for line in ["EHLO client.test\r\n", "MAIL FROM:<>\r\n", &rcpt, "QUIT\r\n"] {
            stream.write_all(line.as_bytes()).await.unwrap();
            assert!(stream.read(&mut bytes).await.unwrap() > 0);
        }
    }
}

fn address(server: &SmtpServer) -> SocketAddr {
    server.addr(Personality::Normal, Dialect::Postfix)
}

/// Sends `rcpts` RCPT in batches of MAIL, RCPT…, RSET, and counts the replies by their line ends.
async fn session(address: SocketAddr, rcpts: u32, batch: u32) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut bytes = vec![0_u8; 64 * 1_024];
    assert!(stream.read(&mut bytes).await.unwrap() > 0);
    stream.write_all(b"EHLO client.test\r\n").await.unwrap();
    assert!(stream.read(&mut bytes).await.unwrap() > 0);
    let domain = domain_of(Personality::Normal, Dialect::Postfix);
    let mut text = String::from("MAIL FROM:<>\r\n");
    for n in 0..batch {
        let local = if n % 4 == 0 { "bob" } else { "nobody" };
        write!(text, "RCPT TO:<{local}{n}@{domain}>\r\n").unwrap();
    }
    text.push_str("RSET\r\n");
    for _ in 0..rcpts / batch {
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut replies = 0;
        while replies < batch + 2 {
            let read = stream.read(&mut bytes).await.unwrap();
            assert!(read > 0, "the host hung up");
            replies += bytes[..read].iter().map(|b| u32::from(*b == b'\n')).sum::<u32>();
        }
    }
}

#[tokio::test]
#[ignore = "a measure, for release builds"]
async fn dns_queries_per_second() {
    let server = on_its_own_thread(async || {
        dns::start(town(), "127.0.0.1:0".parse().unwrap(), DnsSettings::default()).await.unwrap()
    });
    let start = Instant::now();
    let askers: Vec<_> = (0..32).map(|_| tokio::spawn(ask(server.addr(), QUERIES / 32))).collect();
    for asker in askers {
        asker.await.unwrap();
    }
    let rate = f64::from(QUERIES / 32 * 32) / start.elapsed().as_secs_f64();
    println!("{rate:.0} MX queries/s by UDP, 32 at a time");
}

async fn ask(address: SocketAddr, queries: u32) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.connect(address).await.unwrap();
    let mut message = Message::query();
    let name = Name::from_ascii("postfix-normal.example").unwrap();
    message.add_query(Query::query(name, RecordType::MX));
    let question = message.to_vec().unwrap();
    let mut bytes = [0_u8; 1_232];
    for _ in 0..queries {
        socket.send(&question).await.unwrap();
        assert!(socket.recv(&mut bytes).await.unwrap() > 40);
    }
}
