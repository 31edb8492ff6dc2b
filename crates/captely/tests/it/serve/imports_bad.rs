//! Files that a server must refuse, and uploads that do not come whole: one sentence each, and the workspace is what it
//! was.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::{Shutdown, TcpStream};

use captely_testkit::TestDb;
use serde_json::{Value, json};

use crate::bad_lists::{
    PROGRAM, cut_workbook, encrypted_workbook, entity_bomb, macro_workbook, wide, zip_bomb,
};
use crate::http::{Answer, Client, PATIENCE};
use crate::program::Room;
use crate::serving::{Serving, UNLIMITED, until};

const LIST: &str = "Name,Email\nAsha Rao,asha@mills.example\nRavi Iyer,ravi@looms.example\n";
/// The line between the parts of a form.
const LINE: &str = "a-line-that-is-in-no-file";

/// Somebody of a workspace, who brings files.
struct Desk {
    client: Client,
    address: String,
    token: String,
}

impl Desk {
    fn of(server: &Serving) -> Self {
        let token = server.client().set_up("ada@example.com").access;
        let client = server.client().bearing(&token);
        Self { client, address: server.address().to_owned(), token }
    }

    /// The bytes of a request that brings a file, with fields beside it.
    fn form(&self, name: &str, file: &[u8], fields: &[(&str, &str)]) -> Vec<u8> {
        let mut body = Vec::new();
        for (field, value) in fields {
            let head = "content-disposition: form-data; name=";
            body.extend(format!("--{LINE}\r\n{head}\"{field}\"\r\n\r\n{value}\r\n").bytes());
        }
        let head = format!("content-disposition: form-data; name=\"file\"; filename=\"{name}\"");
        body.extend(format!("--{LINE}\r\n{head}\r\n\r\n").bytes());
        body.extend(file);
        body.extend(format!("\r\n--{LINE}--\r\n").bytes());
        self.request("POST", "/api/imports", &format!("multipart/form-data; boundary={LINE}"), body)
    }

    fn request(&self, method: &str, path: &str, kind: &str, body: Vec<u8>) -> Vec<u8> {
        let (address, token, length) = (&self.address, &self.token, body.len());
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
             content-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        [head.into_bytes(), body].concat()
    }

    fn send(&self, request: &[u8]) -> std::io::Result<Answer> {
        Answer::read(self.sent(request)?)
    }

    /// Sends so much of a request and no more; returns when the server has let go of it.
    fn send_part(&self, request: &[u8]) {
        let stream = self.sent(request).expect("sent");
        stream.shutdown(Shutdown::Write).expect("ended");
        // Whether an answer comes or the connection ends is the server's matter.
        if let Ok(answer) = Answer::read(stream) {
            assert!((400..500).contains(&answer.status), "{answer:?}");
        }
    }

    fn sent(&self, request: &[u8]) -> std::io::Result<TcpStream> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(request)?;
        Ok(stream)
    }

    #[track_caller]
    fn bring(&self, name: &str, file: &[u8], fields: &[(&str, &str)]) -> Answer {
        self.send(&self.form(name, file, fields)).unwrap_or_else(|why| panic!("{name}: {why}"))
    }

    #[track_caller]
    fn import(&self, id: &str) -> Value {
        self.client.get(&format!("/api/imports/{id}")).expect(200).json()
    }

    #[track_caller]
    fn imports(&self) -> Vec<Value> {
        let all = self.client.get("/api/imports").expect(200).json();
        all["items"].as_array().expect("items").clone()
    }

    /// The import when it has come to its end.
    #[track_caller]
    fn done(&self, answer: &Answer) -> Value {
        let id = answer.text("id");
        until("the import is done", || self.import(&id)["status"] == "done");
        self.import(&id)
    }
}

/// A file that is refused, named in the answer; its import has failed with the same sentence, and nothing of it is in.
#[track_caller]
fn refused(desk: &Desk, (name, file): (&str, &[u8]), start: &Value, words: &str) {
    let answer = desk.bring(name, file, &[("start", &start.to_string())]).refused(422, "invalid");
    let said = answer.text("detail");
    assert!(said.contains(words) && said.len() < 300 && !said.contains('\n'), "{said}");
    let import = desk.import(&answer.text("import"));
    assert_eq!((&import["counts"]["rows"], &import["started_at"]), (&0.into(), &Value::Null));
    if import["status"] == "failed" {
        assert!(said.starts_with(name), "the place: {said}");
        let trouble = import["trouble"].as_str().expect("why");
        assert_eq!(said, format!("{trouble}."));
    } else {
        // Another mapping may be right.
        assert_eq!(
            (&import["status"], &answer.json()["field"]),
            (&"ready".into(), &"columns".into())
        );
    }
}

fn check(more: &[&str]) {
    let room = Room::new();
    let server = Serving::start(&room, &[&UNLIMITED, more].concat());
    let desk = Desk::of(&server);
    let first = desk.bring("before.csv", LIST.as_bytes(), &[]).expect(201);
    assert_eq!(desk.done(&first)["counts"]["created"], 2);

    let plain = json!({});
    let both = json!({"columns": {"Mail": "email", "E-Mail": "email"}});
    let two = b"Mail,E-Mail\na@mills.example,b@mills.example\n";
    let line = "x".repeat(20 << 20);
    for (name, file, start, words) in [
        ("list.csv", PROGRAM, &plain, "a Windows program"),
        ("list.xlsx", PROGRAM, &plain, "a Windows program"),
        ("secret.xlsx", &encrypted_workbook(), &plain, "protected by a password"),
        ("cut.xlsx", &cut_workbook(), &plain, "the workbook is damaged"),
        ("zip.xlsx", &zip_bomb(), &plain, "unpacks to more than 250 times"),
        ("xml.xlsx", &entity_bomb(), &plain, "the workbook is damaged"),
        ("wide.csv", &wide(), &plain, "line 1: the header cannot be read"),
        ("line.csv", line.as_bytes(), &plain, "larger than 1048576 bytes"),
        ("two.csv", two, &both, "Columns 1 (\"Mail\") and 2 (\"E-Mail\") cannot both be email"),
    ] {
        refused(&desk, (name, file), start, words);
    }
    let macros = desk.bring("list.xlsm", &macro_workbook(), &[]).expect(201);
    assert_eq!(desk.done(&macros)["counts"]["created"], 1);
    cut_in_half(&desk);
    twice_at_once(&desk);
    // Whoever was there before is met by the same list, as they were.
    let again = desk.bring("before.csv", LIST.as_bytes(), &[]).expect(201);
    assert_eq!(desk.done(&again)["counts"]["unchanged"], 2);
    server.stop();
}

/// Half of a form leaves no import; half of a part leaves the upload as it was.
fn cut_in_half(desk: &Desk) {
    let before = desk.imports().len();
    let whole = desk.form("half.csv", LIST.as_bytes(), &[]);
    desk.send_part(&whole[..whole.len() - 60]);
    assert_eq!(desk.imports().len(), before);

    let begin = json!({"file_name": "parts.csv", "bytes": LIST.len()});
    let begun = desk.client.post("/api/imports/uploads", &begin).expect(201).text("id");
    let path = format!("/api/imports/{begun}/parts/1");
    let put = desk.request("PUT", &path, "application/octet-stream", LIST.as_bytes().to_vec());
    desk.send_part(&put[..put.len() - LIST.len() / 2]);
    let parts = desk.client.get(&format!("/api/imports/{begun}/parts")).expect(200).json();
    assert_eq!(parts["items"], json!([]), "half a part is none");
    let complete = format!("/api/imports/{begun}/complete");
    desk.client.post(&complete, &json!({})).refused(409, "conflict");
    desk.send(&put).expect("sent").expect(200);
    desk.client.post(&complete, &json!({})).expect(200);
    assert_eq!(desk.import(&begun)["status"], "ready");
    desk.client.post(&format!("/api/imports/{begun}/cancel"), &json!({})).expect(200);
}

/// Both come to their end, every row of both is there, and each person once.
fn twice_at_once(desk: &Desk) {
    let mut list = String::from("Name,Email\n");
    for n in 0..3_000 {
        writeln!(list, "Ada{n} Rao{n},ada{n}@mills{n}.example").expect("written");
    }
    let bring = || desk.bring("twice.csv", list.as_bytes(), &[]).expect(201);
    let (one, two) = std::thread::scope(|scope| {
        let one = scope.spawn(bring);
        let two = bring();
        (one.join().expect("sent"), two)
    });
    let ended = [desk.done(&one), desk.done(&two)];
    let sum = |what: &str| -> u64 {
        ended.iter().map(|import| import["counts"][what].as_u64().expect("a number")).sum()
    };
    assert_eq!((sum("rows"), sum("created"), sum("unchanged")), (6_000, 3_000, 3_000), "{ended:?}");
}

#[test]
fn bad_imports_on_sqlite() {
    check(&[]);
}

#[test]
fn bad_imports_on_postgres() {
    let Some(db) = captely_testkit::run(TestDb::postgres()) else { return };
    check(&["--database", db.url(), "--migrate"]);
}
