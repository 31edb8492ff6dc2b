//! `captely serve` and `captely worker`, run as processes.

use std::fs::File;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use captely_testkit::{Process, Signal};
use serde_json::{Value, json};

use crate::http::{Client, PATIENCE};
use crate::program::Room;

/// Settings of every test: any port, and passwords hashed so that tests go on.
const ALWAYS: [&str; 7] = [
    "--json",
    "--data-dir",
    "data",
    "--set",
    "accounts.password_memory_kib=8",
    "--set",
    "accounts.password_passes=1",
];

/// No limit counts, for tests of other things.
pub(crate) const UNLIMITED: [&str; 6] = [
    "--set",
    "server.rate_limit_per_minute=0",
    "--set",
    "server.anonymous_per_minute=0",
    "--set",
    "server.endpoint_limits=false",
];

/// The password of everybody in tests.
pub(crate) const PASSWORD: &str = "staple wagon lantern";

/// A process of the platform, ended with the test.
pub(crate) struct Serving {
    process: Process,
    /// The line that it printed when it was ready.
    pub(crate) announced: Value,
}

impl Serving {
    /// A server on a free port, its data in the room's folder `data`.
    #[track_caller]
    pub(crate) fn start(room: &Room, words: &[&str]) -> Self {
        Self::spawn(room, &[&["serve", "--listen", "127.0.0.1:0"], words].concat(), &[])
    }

    /// A process that does jobs alone.
    #[track_caller]
    pub(crate) fn work(room: &Room, variables: &[(&str, &str)]) -> Self {
        Self::spawn(room, &["worker"], variables)
    }

    /// Any process that stays; its log goes into the room's file `log`.
    #[track_caller]
    pub(crate) fn spawn(room: &Room, words: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::of(Self::command(room, words, variables), room)
    }

    /// What would be run.
    pub(crate) fn command(room: &Room, words: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = room.command(&[words, &ALWAYS].concat());
        command.envs(variables.iter().copied());
        command
    }

    /// Starts it and waits for its line.
    #[track_caller]
    pub(crate) fn of(mut command: Command, room: &Room) -> Self {
        let log = File::options().create(true).append(true).open(room.path().join("log"));
        command.stdout(Stdio::piped()).stderr(log.expect("a file"));
        let mut process = Process::start(&mut command);
        let line = process.line().unwrap_or_default();
        let announced = serde_json::from_str(&line)
            .unwrap_or_else(|why| panic!("{why}: {line:?}\n{}", room.read("log")));
        Self { process, announced }
    }

    /// Where it listens.
    #[track_caller]
    pub(crate) fn address(&self) -> &str {
        self.announced["listening"].as_str().expect("an address")
    }

    /// Somebody who is not signed in.
    pub(crate) fn client(&self) -> Client {
        Client::new(self.address())
    }

    /// The process's number.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        self.process.signal(signal);
    }

    /// Its exit code, when it has ended; none where a signal ended it.
    #[track_caller]
    pub(crate) fn end(mut self) -> Option<i32> {
        self.process.end_within(PATIENCE).code()
    }

    /// Asks it to end.
    #[track_caller]
    pub(crate) fn stop(self) {
        self.signal(Signal::TERM);
        assert_eq!(self.end(), Some(0));
    }

    #[track_caller]
    pub(crate) fn kill(self) {
        self.signal(Signal::KILL);
        assert_eq!(self.end(), None);
    }
}

/// A session as the API gives it.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) user: String,
    pub(crate) id: String,
}

impl Session {
    #[track_caller]
    pub(crate) fn of(answer: &crate::http::Answer) -> Self {
        Self {
            access: answer.text("access_token"),
            refresh: answer.text("refresh_token"),
            user: answer.text("user_id"),
            id: answer.text("session_id"),
        }
    }
}

/// What the people of tests do.
impl Client {
    /// The first person of the installation.
    #[track_caller]
    pub(crate) fn set_up(&self, email: &str) -> Session {
        let wish = json!({"email": email, "password": PASSWORD, "name": "Ada Example"});
        Session::of(&self.post("/api/setup", &wish).expect(201))
    }

    #[track_caller]
    pub(crate) fn login(&self, email: &str) -> Session {
        let with = json!({"email": email, "password": PASSWORD});
        Session::of(&self.post("/api/auth/login", &with).expect(200))
    }

    /// Asks for an account; what to hand in with the code.
    #[track_caller]
    pub(crate) fn register(&self, email: &str) -> String {
        let wish = json!({"email": email, "password": PASSWORD, "name": "Grace Example"});
        self.post("/api/auth/register", &wish).expect(202).text("registration")
    }

    #[track_caller]
    pub(crate) fn verify(&self, registration: &str, code: &str) -> Session {
        let with = json!({"registration": registration, "code": code});
        Session::of(&self.post("/api/auth/verify-email", &with).expect(201))
    }

    /// A new account by mail.
    #[track_caller]
    pub(crate) fn sign_up(&self, email: &str) -> Session {
        let registration = self.register(email);
        self.verify(&registration, &code_of(&self.mail_to(email, 1)[0]))
    }

    /// The pages of all mails to an address, the newest first, once there are `n`.
    #[track_caller]
    pub(crate) fn mail_to(&self, email: &str, n: usize) -> Vec<String> {
        let until = Instant::now() + PATIENCE;
        loop {
            let pages = self.mails(email);
            if pages.len() >= n {
                return pages;
            }
            assert!(Instant::now() < until, "{} mails to {email}, not {n}", pages.len());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The mails to an address that are there.
    #[track_caller]
    pub(crate) fn mails(&self, email: &str) -> Vec<String> {
        let list = self.get("/_sandbox/mail").expect(200).body.replace("&#x2f;", "/");
        let rows = list.split("<tr").filter(|row| row.contains(email));
        let links = rows.filter_map(|row| row.split("href=\"").nth(1)?.split('"').next());
        links.map(|link| self.get(link).expect(200).body).collect()
    }
}

/// Waits until something is so.
#[track_caller]
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "it never comes that {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The six digits of a mail.
#[track_caller]
pub(crate) fn code_of(mail: &str) -> String {
    let words = mail.split(|c: char| !c.is_ascii_alphanumeric());
    let mut codes = words.filter(|w| w.len() == 6 && w.bytes().all(|b| b.is_ascii_digit()));
    codes.next().unwrap_or_else(|| panic!("no code in {mail}")).to_owned()
}
