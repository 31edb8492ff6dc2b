//! Files that come in over HTTP: forms, bare bodies and links.

use std::fmt::Write as _;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::routing::{post, put};
use captely_platform::files::{Files, Link, Links};
use captely_platform::http::{Http, Multipart, Problem, Router, Upload, file_routes};
use captely_platform::ids::WorkspaceId;
use captely_testkit::{Engine, TestDb, run};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;

use crate::files::below;
use crate::http_app::{App, Setup, migrations};
use crate::http_client::{Answer, read_all};

const BYTES_MAX: u64 = 1_000_000;
const FORM: &str = "Content-Type: multipart/form-data; boundary=XX\r\n";

#[derive(Clone)]
struct Rooms {
    http: Http,
    files: Files,
}

impl axum::extract::FromRef<Rooms> for Http {
    fn from_ref(rooms: &Rooms) -> Self {
        rooms.http.clone()
    }
}

async fn form(State(rooms): State<Rooms>, form: Multipart) -> Result<Json<Value>, Problem> {
    let form = form.receive(&rooms.files, "got/form", BYTES_MAX).await?;
    let hash = blake3::Hash::from_bytes(form.file.hash).to_hex().to_string();
    let (name, fields) = (form.file_name, form.fields);
    Ok(Json(json!({ "name": name, "bytes": form.file.bytes, "hash": hash, "fields": fields })))
}

async fn bare(State(rooms): State<Rooms>, upload: Upload) -> Result<Json<Value>, Problem> {
    let kept = upload.keep(&rooms.files, "got/bare", BYTES_MAX).await?;
    Ok(Json(json!({ "bytes": kept.bytes })))
}

/// A server with a folder of files.
struct Desk {
    app: App,
    files: Files,
    folder: TempDir,
}

impl Desk {
    fn left(&self) -> Vec<String> {
        below(self.folder.path().to_owned())
    }

    async fn form(&self, body: &str) -> Answer {
        self.app.ask("POST /api/form", FORM, body).await
    }

    /// Waits until nothing is left.
    async fn cleared(&self) {
        for _try in 0..500 {
            if self.left().is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it is left: {:?}", self.left());
    }

    async fn link(&self, writes: bool) -> String {
        let ttl = Duration::from_mins(1);
        let (workspace, name) = (WorkspaceId::LOCAL, by_link());
        let link = Link { workspace, name: &name, ttl };
        let made = if writes {
            self.files.presigned_put(link, 10).await
        } else {
            self.files.presigned_get(link, "Über 1.csv").await
        };
        made.unwrap().strip_prefix("http://t").unwrap().to_owned()
    }
}

/// The file that links are for.
fn by_link() -> String {
    format!("by/{}/link", WorkspaceId::LOCAL)
}

fn served(test: impl AsyncFnOnce(Desk)) {
    run(async {
        let db = TestDb::new(Engine::Sqlite, &migrations()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut setup = Setup::default();
        setup.options.body_time_max = Duration::from_millis(300);
        setup.options.request_time_max = Duration::from_millis(500);
        let mut files = Files::local(folder.path()).unwrap();
        let app = App::with(&db, setup, |http| {
            let (keys, clock) = (http.keys.clone(), http.clock.clone());
            files = files.clone().with_links(Links { keys, clock, public_url: "http://t".into() });
            let rooms = Rooms { http: http.clone(), files: files.clone() };
            let own = Router::new().route("/api/form", post(form)).route("/api/bare", put(bare));
            let (links, _document) =
                file_routes(files.clone()).with_state(http.clone()).split_for_parts();
            own.with_state(rooms).merge(links)
        });
        test(Desk { app, files, folder }).await;
    });
}

fn part(head: &str, body: &str) -> String {
    format!("--XX\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n")
}

#[test]
fn a_form_with_its_file_and_fields() {
    served(async |desk| {
        let file = "name,email\r\nAda,ada@example.com\r\n--X\r\n--XY--\r\n".repeat(4_000);
        let mut body = part("name=\"tag\"", "Q1 ü");
        body += &part("name=\"file\"; filename=\"../C:\\\\leads.csv\"", &file);
        body += &part("name=\"note\"", "");
        let answer = desk.form(&(body + "--XX--\r\n")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let expected = json!({
            "name": "leads.csv", "bytes": file.len(), "fields": { "tag": "Q1 ü", "note": "" },
            "hash": blake3::hash(file.as_bytes()).to_hex().to_string(),
        });
        assert_eq!(answer.json(), expected);
        assert_eq!(std::fs::read_to_string(desk.folder.path().join("got/form")).unwrap(), file);
        let empty = part("name=\"file\"; filename=\"\"", "") + "--XX--";
        assert_eq!(desk.form(&empty).await.json()["name"], "file");
    });
}

#[test]
fn what_is_wrong_with_a_form_is_named_and_nothing_kept() {
    served(async |desk| {
        let file = part("name=\"file\"; filename=\"a.csv\"", "a\r\n1");
        let end = "--XX--\r\n";
        let check = async |body: &str, status: u16, code: &str, field: &str| {
            desk.form(body).await.check(status, code, field);
            desk.cleared().await;
        };
        check(&(part("name=\"tag\"", "x") + end), 422, "invalid", "file").await;
        check(&format!("{file}{file}{end}"), 422, "invalid", "file").await;
        check(&(part("name=\"list\"; filename=\"a.csv\"", "x") + end), 422, "invalid", "file")
            .await;
        check(&format!("{file}{0}{0}{end}", part("name=\"a\"", "x")), 422, "invalid", "a").await;
        check(&format!("{file}{}{end}", part("name=\"a\"", "x\0y")), 422, "invalid", "a").await;
        check(&format!("{file}{}{end}", part("filename=\"a\"", "x")), 400, "malformed", "").await;
        let long = part("name=\"a\"", &"x".repeat(70_000));
        check(&format!("{file}{long}{end}"), 413, "too_large", "a").await;
        for head in ["name=\"NAME\"", "name=\"NAME\"; filename=\"a.csv\""] {
            let named = part(&head.replace("NAME", &"x".repeat(129)), "x");
            check(&format!("{file}{named}{end}"), 413, "too_large", "").await;
        }
        let mut many = file.clone();
        for n in 0..33 {
            many += &part(&format!("name=\"f{n}\""), "x");
        }
        check(&(many + end), 413, "too_large", "").await;
        // Cut off, though the body says that it is whole.
        check(&file, 400, "malformed", "").await;
        check(file.trim_end(), 400, "malformed", "").await;
        check("", 400, "malformed", "").await;
        check("no form at all", 400, "malformed", "").await;
        let mut endless = "--XX\r\n".to_owned();
        for n in 0..200_000 {
            write!(endless, "X-{n}: 1\r\n").unwrap();
        }
        check(&endless, 400, "malformed", "").await;
        let large = part("name=\"file\"; filename=\"a\"", &"x".repeat(1_000_001));
        check(&(large + end), 413, "too_large", "").await;
    });
}

#[test]
fn bodies_of_another_kind_are_no_forms() {
    served(async |desk| {
        for kind in ["application/json", "multipart/form-data", "multipart/mixed; boundary=XX"] {
            let line = format!("Content-Type: {kind}\r\n");
            let answer = desk.app.ask("POST /api/form", &line, "{}").await;
            answer.check(415, "unsupported_media_type", "");
        }
    });
}

fn head(path: &str, more: &str) -> String {
    format!("{path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n{more}\r\n")
}

#[test]
fn what_is_announced_too_large_is_not_waited_for() {
    served(async |desk| {
        let large = "Content-Length: 999999999999\r\n";
        let form = head("POST /api/form", &format!("{FORM}{large}"));
        Answer::read(&desk.app.raw(form.as_bytes()).await).check(413, "too_large", "");
        let bare = head("PUT /api/bare", large);
        Answer::read(&desk.app.raw(bare.as_bytes()).await).check(413, "too_large", "");
    });
}

#[test]
fn the_whole_may_take_long_but_no_piece_of_it() {
    served(async |desk| {
        let mut stream = desk.app.connect().await;
        let bare = head("PUT /api/bare", "Content-Length: 10\r\n");
        stream.write_all(bare.as_bytes()).await.unwrap();
        // Longer than the request may take, were it not for the pieces that come.
        for _piece in 0..10 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            stream.write_all(b"x").await.unwrap();
        }
        let answer = Answer::read(&read_all(&mut stream).await);
        assert_eq!((answer.status, answer.json()["bytes"].as_u64()), (200, Some(10)));
        std::fs::remove_file(desk.folder.path().join("got/bare")).unwrap();
        for path in ["PUT /api/bare", "POST /api/form"] {
            let slow = head(path, &format!("{FORM}Content-Length: 100\r\n")) + "--XX\r\nA";
            let answer = Answer::read(&desk.app.raw(slow.as_bytes()).await);
            answer.check(408, "request_too_slow", "");
        }
        desk.cleared().await;
    });
}

#[test]
fn a_connection_that_breaks_leaves_nothing() {
    served(async |desk| {
        let begun = part("name=\"file\"; filename=\"a\"", &"x".repeat(200_000));
        for (path, body) in [("PUT /api/bare", "x".repeat(100_000)), ("POST /api/form", begun)] {
            let mut stream = desk.app.connect().await;
            let all = head(path, &format!("{FORM}Content-Length: 900000\r\n")) + &body;
            stream.write_all(all.as_bytes()).await.unwrap();
            drop(stream);
        }
        desk.cleared().await;
        // The server goes on.
        assert_eq!(desk.app.ask("PUT /api/bare", "", "x").await.status, 200);
    });
}

#[test]
fn links_read_and_write_one_file() {
    served(async |desk| {
        let (read, write) = (desk.link(false).await, desk.link(true).await);
        desk.app.ask(&format!("GET {read}"), "", "").await.check(404, "not_found", "");
        assert_eq!(desk.app.ask(&format!("PUT {write}"), "", "a,b\n").await.status, 204);
        let got = desk.app.ask(&format!("GET {read}"), "", "").await;
        assert_eq!((got.status, got.body.as_str()), (200, "a,b\n"));
        let named = "attachment; filename=\"_ber 1.csv\"; filename*=UTF-8''%C3%9Cber%201.csv";
        assert_eq!(got.header("content-disposition").as_deref(), Some(named));
        assert_eq!(got.header("content-type").as_deref(), Some("application/octet-stream"));
        assert_eq!(got.header("x-content-type-options").as_deref(), Some("nosniff"));
        assert_eq!(got.header("content-length").as_deref(), Some("4"));
        let long = "x".repeat(11);
        desk.app.ask(&format!("PUT {write}"), "", &long).await.check(413, "too_large", "");
        let got = desk.app.ask(&format!("GET {read}"), "", "").await;
        assert_eq!(got.body, "a,b\n", "what was there stays");
        for (method, link) in [("GET", &write), ("PUT", &read), ("GET", &format!("{read}A"))] {
            let body = if method == "PUT" { "x" } else { "" };
            let answer = desk.app.ask(&format!("{method} {link}"), "", body).await;
            answer.check(403, "link_wrong", "");
        }
        desk.app.clock.advance(Duration::from_mins(1));
        desk.app.ask(&format!("GET {read}"), "", "").await.check(403, "link_wrong", "");
        desk.app.ask(&format!("PUT {write}"), "", "x").await.check(403, "link_wrong", "");
    });
}
