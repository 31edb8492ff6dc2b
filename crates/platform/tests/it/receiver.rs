//! What tests of telemetry stand on: a receiver on loopback that keeps what is posted to it, and a clock.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use captely_platform::clock::Clock;
use captely_testkit::TestClock;

/// Stands at 2026-01-05T09:00:00Z.
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(TestClock::default())
}

/// One request as it came.
#[derive(Debug)]
pub(crate) struct Posted {
    /// `POST /v1/traces HTTP/1.1` and the headers, in lower case.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

pub(crate) struct Loopback {
    /// `127.0.0.1:PORT`
    pub(crate) address: String,
    posted: Receiver<Posted>,
}

impl Loopback {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (to, posted) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let to = to.clone();
                std::thread::spawn(move || serve(&stream.unwrap(), &to));
            }
        });
        Self { address, posted }
    }

    /// The next request. The wait is for a broken sender only.
    pub(crate) fn next(&self) -> Posted {
        self.posted.recv_timeout(Duration::from_mins(1)).unwrap()
    }

    /// Whether nothing more has come by now.
    pub(crate) fn is_done(&self) -> bool {
        self.posted.try_recv().is_err()
    }
}

fn serve(stream: &TcpStream, to: &Sender<Posted>) {
    let mut reader = BufReader::new(stream);
    while let Some(posted) = read(&mut reader) {
        if to.send(posted).is_err() {
            return;
        }
        let mut stream = stream;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    }
}

/// `None` when the other side is done.
fn read(reader: &mut BufReader<&TcpStream>) -> Option<Posted> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        head += &(line + "\n");
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Posted { head, body })
}
