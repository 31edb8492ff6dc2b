//! A sandbox served by the program itself.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

use captely_testkit::{Process, Signal};

use crate::http::Client;
use crate::program::Room;

/// A sandbox that is stopped when the test is over.
pub(crate) struct Served {
    process: Process,
    pub(crate) addresses: serde_json::Value,
}

impl Served {
    pub(crate) fn start(room: &Room, words: &[&str]) -> Self {
        let mut command = room.command(&[&["sandbox", "--people", "200"], words].concat());
        let mut process = Process::start(command.stdout(Stdio::piped()));
        let line = process.line().expect("a line");
        let addresses = serde_json::from_str(&line).unwrap_or_else(|why| panic!("{why}: {line}"));
        Self { process, addresses }
    }

    pub(crate) fn http(&self) -> &str {
        self.addresses["http"].as_str().expect("an address")
    }

    pub(crate) fn get(&self, path: &str) -> String {
        let address = self.http().strip_prefix("http://").expect("http");
        let mut stream = TcpStream::connect(address).expect("connects");
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("UTF-8");
        answer
    }

    fn body(&self, path: &str) -> String {
        let answer = self.get(path);
        dechunked(answer.split_once("\r\n\r\n").expect("a body").1)
    }

    /// Whoever asks it as its API's clients do.
    pub(crate) fn client(&self) -> Client {
        Client::new(self.http().strip_prefix("http://").expect("http"))
    }

    /// Something that happens at its Stripe, such as `dispute?payment_intent=…`; what it says.
    #[track_caller]
    pub(crate) fn at_stripe(&self, path: &str) -> serde_json::Value {
        let path = format!("/_sandbox/stripe/{path}");
        self.client().post(&path, &serde_json::json!({})).expect(200).json()
    }

    /// Somebody pays one of its pages with a card that is good.
    #[track_caller]
    pub(crate) fn pay(&self, page: &str) {
        let session = page.rsplit('/').next().expect("a session");
        let session = session.split(['?', '#']).next().expect("a session");
        let said = self.at_stripe(&format!("pay?session={session}&card=4242424242424242"));
        assert_eq!(said["status"], "complete", "{said}");
    }

    /// What its Stripe took from whom.
    pub(crate) fn books(&self) -> serde_json::Value {
        self.client().get("/_sandbox/stripe").expect(200).json()
    }

    /// What is true of the world, as CSV.
    pub(crate) fn truth(&self) -> String {
        self.body("/_sandbox/truth.csv?n=200")
    }

    /// A list of people of the world.
    pub(crate) fn leads(&self, rows: u32) -> String {
        self.body(&format!("/_sandbox/leads.csv?n={rows}"))
    }

    /// The sum of one number of the ledger over all providers, such as `calls` or `charged_twice`.
    pub(crate) fn ledger(&self, number: &str) -> f64 {
        let ledger: serde_json::Value =
            serde_json::from_str(&self.body("/_sandbox/calls")).expect("the ledger");
        let providers = ledger.as_object().expect("providers").values();
        providers.map(|p| p[number].as_f64().unwrap_or_else(|| panic!("{number}: {p}"))).sum()
    }

    /// Waits until the providers have had so many calls.
    #[track_caller]
    pub(crate) fn wait_for_calls(&self, calls: f64) {
        self.wait_for_calls_or(calls, || false);
    }

    /// The same, or until there is nothing to wait for any more.
    pub(crate) fn wait_for_calls_or(&self, calls: f64, mut is_over: impl FnMut() -> bool) {
        let until = Instant::now() + Duration::from_mins(1);
        while self.ledger("calls") < calls && !is_over() {
            assert!(Instant::now() < until, "{} calls, not {calls}", self.ledger("calls"));
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    pub(crate) fn stop(mut self, signal: Signal) -> Option<i32> {
        self.process.signal(signal);
        self.process.end().code()
    }
}

/// The body of an answer, whichever way its length is told.
pub(crate) fn dechunked(body: &str) -> String {
    let mut out = String::new();
    let mut rest = body;
    while let Some((size, after)) = rest.split_once("\r\n") {
        let Ok(size) = usize::from_str_radix(size.trim(), 16) else { return body.to_owned() };
        if size == 0 {
            return out;
        }
        let (chunk, left) = after.split_at(size);
        out.push_str(chunk);
        rest = left.trim_start_matches("\r\n");
    }
    body.to_owned()
}
