//! One connection: bytes in, lines to the session, replies out, one write for each batch of commands.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use super::counters::count;
use super::dialogue::{Dialogues, Scribe};
use super::host::Host;
use super::lines::{Line, LineBuffer};
use super::reply::Reply;
use super::session::{Next, Session};
use super::settings::Fault;
use crate::chance::{draw, topic};

/// Bytes taken from the socket at once.
const READ_BYTES: usize = 8 * 1_024;
/// How long a closed session waits for the client to hang up, so that its last reply is not lost to
/// a reset.
const LINGER: Duration = Duration::from_millis(500);
/// A line that is no SMTP reply, for the fault of that name.
const GARBAGE: &str = "\u{1}%%~ 0x7f not a reply\r\n";

/// Serves one client to its end.
pub(super) async fn serve(
    mut stream: TcpStream,
    client: IpAddr,
    host: Arc<Host>,
    log: Arc<Dialogues>,
    number: u64,
) {
    let _best_effort = stream.set_nodelay(true);
    let mut connection = Connection {
        session: Session::new(
            Arc::clone(&host),
            client,
            draw(host.settings.faults.seed, topic::REQUEST_ID, number),
        ),
        scribe: Scribe::new(&log, host.personality, host.dialect),
        fault: host.settings.faults.of_connection(number),
        host,
        out: String::with_capacity(READ_BYTES),
        lines: LineBuffer::default(),
    };
    if connection.fault.is_some() {
        count(&connection.host.tally().faults);
    }
    // An error is the client gone or a write that took too long; either way there is nobody to tell.
    let _gone: io::Result<()> = connection.run(&mut stream).await;
}

struct Connection {
    session: Session,
    scribe: Option<Scribe>,
    fault: Option<Fault>,
    host: Arc<Host>,
    out: String,
    lines: LineBuffer,
}

impl Connection {
    async fn run(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        if self.fault == Some(Fault::Silent) {
            return self.swallow(stream, self.idle()).await;
        }
        if self.greet(stream).await? == Next::Close {
            return Ok(());
        }
        let mut chunk = vec![0_u8; READ_BYTES];
        loop {
            let Ok(read) = timeout(self.idle(), stream.read(&mut chunk)).await else {
                self.session.say(Reply::Idle, "", &mut self.out);
                return self.close(stream).await;
            };
            let read = read?;
            if read == 0 {
                return Ok(());
            }
            self.lines.fill(chunk.get(..read).unwrap_or_default());
            match self.answer_all(stream).await? {
                Some(Next::Continue) => self.flush(stream).await?,
                Some(Next::Close) => return self.close(stream).await,
                None => return Ok(()),
            }
        }
    }

    /// Answers every line that is there; `None` when the fault says to hang up.
    async fn answer_all(&mut self, stream: &mut TcpStream) -> io::Result<Option<Next>> {
        let now = Instant::now();
        let (_, reply_delay) = self.host.delays();
        while let Some(line) = self.lines.next_line() {
            if let Some(Fault::DropAfter(commands)) = self.fault
                && self.session.commands() >= commands
            {
                return Ok(None);
            }
            if let (Some(scribe), Line::Command(bytes)) = (&mut self.scribe, &line) {
                scribe.client(bytes);
            }
            let from = self.out.len();
            let next = self.session.take(&line, now, &mut self.out);
            self.after_reply(from);
            if next == Next::Close {
                return Ok(Some(next));
            }
            if !reply_delay.is_zero() {
                sleep(reply_delay).await;
                self.flush(stream).await?;
            }
        }
        Ok(Some(Next::Continue))
    }

    /// Writes the reply down, and sees to what the client sent without waiting for it.
    fn after_reply(&mut self, from: usize) {
        if self.fault == Some(Fault::Garbage) {
            self.out.truncate(from);
            self.out.push_str(GARBAGE);
        }
        if let Some(scribe) = &mut self.scribe {
            scribe.server(self.out.get(from..).unwrap_or_default());
        }
        if self.lines.has_pending() && !self.session.may_be_pipelining() {
            count(&self.host.tally().pipelined_unasked);
            if !self.host.dialect.has_extensions() {
                self.lines.discard();
            }
        }
    }

    /// Sends the greeting. A client that speaks first is turned away where the greeting is slow.
    async fn greet(&mut self, stream: &mut TcpStream) -> io::Result<Next> {
        let (banner_delay, _) = self.host.delays();
        if !banner_delay.is_zero() {
            let mut early = [0_u8; 512];
            if let Ok(read) = timeout(banner_delay, stream.read(&mut early)).await {
                if read? > 0 {
                    count(&self.host.tally().talked_early);
                    self.session.say(Reply::GreetingTalkedEarly, "", &mut self.out);
                    self.close(stream).await?;
                }
                return Ok(Next::Close);
            }
        }
        self.session.greet(&mut self.out);
        if let Some(scribe) = &mut self.scribe {
            scribe.server(&self.out);
        }
        self.flush(stream).await?;
        Ok(Next::Continue)
    }

    async fn flush(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        if !self.out.is_empty() {
            timeout(self.idle(), stream.write_all(self.out.as_bytes())).await??;
            self.out.clear();
        }
        Ok(())
    }

    /// Sends what there is to send, says that there will be no more, and waits for the client to go.
    async fn close(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        self.flush(stream).await?;
        // Handed in before the client sees the end, so that whoever saw it can read the dialogue.
        self.scribe = None;
        stream.shutdown().await?;
        self.swallow(stream, LINGER).await
    }

    /// Reads and forgets until the client hangs up or the time is over.
    async fn swallow(&self, stream: &mut TcpStream, time: Duration) -> io::Result<()> {
        let mut chunk = [0_u8; 512];
        let until_gone = async {
            while stream.read(&mut chunk).await? > 0 {}
            io::Result::Ok(())
        };
        timeout(time, until_gone).await.unwrap_or(Ok(()))
    }

    fn idle(&self) -> Duration {
        Duration::from_millis(self.host.settings.idle_timeout_ms)
    }
}
