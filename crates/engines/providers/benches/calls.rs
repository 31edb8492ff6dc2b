//! How many calls a second one core makes: whole calls of two clients (question to outcome) against
//! a minimal responder on loopback, which runs in a thread of its own.
//!
//! `cargo bench -p captely-providers` prints calls a second by the wall clock, and calls for each
//! second that the calling thread spent on a processor, which other work on the machine leaves alone.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement prints and may stop")]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use captely_contact::{Field, Person};
use captely_providers::{Http, HttpConfig, Provider, ProviderSettings, Question};
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const CALLS: usize = 60_000;
const AT_ONCE: usize = 64;

const HUNTER: &str = r#"{"data": {"first_name": "Asha", "last_name": "Rao", "email": "asha.rao@example-mills.in", "score": 92, "domain": "example-mills.in", "accept_all": false, "position": "Head of Purchase", "twitter": null, "linkedin_url": null, "phone_number": null, "company": "Example Mills", "sources": [{"domain": "example-mills.in", "uri": "https://example-mills.in/team", "extracted_on": "2025-11-02", "last_seen_on": "2026-01-03", "still_on_page": true}], "verification": {"date": "2026-01-05", "status": "valid"}}, "meta": {"params": {"first_name": "Asha", "last_name": "Rao"}}}"#;
const ICYPEAS: &str = r#"{"success": true, "item": {"_id": "pR7xT4sB1qYw0aZk", "status": "NONE"}}"#;

fn main() {
    let started = Instant::now();
    let config = HttpConfig { allow_private: true, ..HttpConfig::default() };
    drop(Http::new(&config).unwrap());
    println!("setting up Http: {:.1} ms", started.elapsed().as_secs_f64() * 1e3);
    for (name, body) in [("hunter", HUNTER), ("icypeas", ICYPEAS)] {
        let at = responder(body);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(measure(name, at));
    }
}

async fn measure(name: &str, at: SocketAddr) {
    let config = HttpConfig { allow_private: true, ..HttpConfig::default() };
    let http = Http::new(&config).unwrap();
    let settings =
        ProviderSettings { base: Some(format!("http://{at}")), ..ProviderSettings::new("a-key") };
    let client = captely_providers::client(name, http, &settings).unwrap();
    let question = Question {
        mark: "lead-42".to_owned(),
        person: Person {
            first_name: "Asha".to_owned(),
            last_name: "Rao".to_owned(),
            domain: "example-mills.in".parse().ok(),
            ..Person::default()
        },
        wants: vec![Field::Email],
    };
    let questions = [question];
    run(client.as_ref(), &questions, AT_ONCE * 20).await; // connections and caches
    let (wall, cpu) = (Instant::now(), on_processor());
    run(client.as_ref(), &questions, CALLS).await;
    let (wall, cpu) = (wall.elapsed(), on_processor().saturating_sub(cpu));
    let rate = |time: Duration| f64::from(u32::try_from(CALLS).unwrap()) / time.as_secs_f64();
    println!(
        "{name}: {:.0} calls/s, {:.0} calls for each second of processor",
        rate(wall),
        rate(cpu)
    );
}

async fn run(client: &dyn Provider, questions: &[Question], calls: usize) {
    let mut open = FuturesUnordered::new();
    for _ in 0..calls {
        if open.len() >= AT_ONCE {
            let asked: Option<Result<_, _>> = open.next().await;
            drop(asked.unwrap().unwrap());
        }
        open.push(client.ask(questions));
    }
    while let Some(asked) = open.next().await {
        drop(asked.unwrap());
    }
}

/// Time that this thread spent on a processor, as Linux counts it.
fn on_processor() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(text.split_whitespace().next().unwrap().parse().unwrap())
}

fn responder(body: &'static str) -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(respond(stream, answer.clone()));
            }
        });
    });
    receiver.recv().unwrap()
}

/// One request a read: the client writes each in one piece and waits for its answer.
async fn respond(mut stream: TcpStream, answer: String) {
    stream.set_nodelay(true).unwrap();
    let mut buffer = [0_u8; 8192];
    let mut whole = Vec::new();
    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
        whole.extend_from_slice(buffer.get(..read).unwrap());
        let text = std::str::from_utf8(&whole).unwrap();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() < length.map_or(0, |length| length.parse().unwrap()) {
            continue;
        }
        whole.clear();
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}
