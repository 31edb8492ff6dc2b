use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, header};
use axum::routing::post;
use captely_imports::{ImportRoutes, PART_BYTES};
use captely_platform::db::{Db, Stmt};
use captely_platform::http::limits::RateLimits;
use captely_platform::http::{self, Http, HttpOptions, Multipart, Problem, Shared, file_routes};
use captely_testkit::{Answer, both_dbs};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::people::People;
use super::{Dock, HERE, THREE, file, part};
use crate::works::migrations;

struct Office {
    dock: Dock,
    router: Router,
}

/// What the route for whole files stands on.
async fn receive(State(all): State<ImportRoutes>, form: Multipart) -> Result<String, Problem> {
    let (got, fields) = all.imports.receive(HERE, None, form, Ok).await?;
    Ok(format!("{} {} {fields:?}", got.id, got.file_name))
}

impl Office {
    fn new(db: &Db) -> Self {
        let dock = Dock::folder(db);
        let options = HttpOptions {
            address_requests_per_minute: None,
            anonymous_requests_per_minute: None,
            other_limits: false,
            ..HttpOptions::default()
        };
        let http = Http::new(Shared {
            db: db.clone(),
            clock: dock.clock.clone(),
            ids: Arc::clone(&dock.imports.ids),
            keys: dock.keys.clone(),
            limits: RateLimits::new(db),
            authenticate: Arc::new(People),
            options,
        });
        let state = ImportRoutes { http: http.clone(), imports: dock.imports.clone() };
        let links = file_routes(dock.imports.files.clone()).with_state(http.clone());
        let (router, _document) =
            captely_imports::routes(state.clone()).merge(links).split_for_parts();
        let form = Router::new().route("/api/form", post(receive)).with_state(state);
        Self { dock, router: http::layered(router.merge(form), http) }
    }

    async fn send(&self, who: &str, what: (&str, &str), kind: &str, body: Body) -> Answer {
        let mut request = Request::builder().method(what.0).uri(what.1);
        request = request.header(header::AUTHORIZATION, format!("Bearer {who}"));
        let mut request = request.header(header::CONTENT_TYPE, kind).body(body).unwrap();
        http::came_from(&mut request, IpAddr::from([127, 0, 0, 1]));
        Answer::read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    async fn json(&self, who: &str, what: (&str, &str), body: &Value) -> Answer {
        self.send(who, what, "application/json", Body::from(body.to_string())).await
    }

    async fn begin(&self, bytes: usize) -> Value {
        let body = json!({ "file_name": "../leads.csv", "bytes": bytes });
        self.json("user", ("POST", "/api/imports/uploads"), &body).await.is(201).clone()
    }

    async fn put(&self, id: &str, n: u32, body: impl Into<Body>) -> Answer {
        let path = format!("/api/imports/{id}/parts/{n}");
        self.send("user", ("PUT", &path), "application/octet-stream", body.into()).await
    }
}

both_dbs! {
    migrations = &migrations();

    async fn a_file_goes_up_in_parts(db) {
        let office = Office::new(&db);
        let file = file(THREE);
        let begun = office.begin(file.len()).await;
        assert_eq!((&begun["file_name"], &begun["parts"]), (&json!("leads.csv"), &json!(3)));
        assert_eq!(begun["part_bytes"], PART_BYTES);
        let id = begun["id"].as_str().unwrap();
        let hash = blake3::hash(&part(&file, 3)).to_hex().to_string();
        let put = office.put(id, 3, part(&file, 3)).await;
        assert_eq!(put.is(200), &json!({ "number": 3, "bytes": 1_000, "hash": hash }));
        office.put(id, 1, part(&file, 1)).await.is(200);
        let parts = format!("/api/imports/{id}/parts");
        let seen = office.json("viewer", ("GET", &parts), &Value::Null).await;
        let items = seen.is(200)["items"].as_array().unwrap();
        let numbers: Vec<_> = items.iter().map(|item| item["number"].clone()).collect();
        assert_eq!(numbers, [json!(1), json!(3)]);
        let complete = format!("/api/imports/{id}/complete");
        let gap = office.json("user", ("POST", &complete), &json!({})).await;
        gap.refused_for(409, "conflict", None);
        assert_eq!(gap.is(409)["missing"], json!([2]));
        office.put(id, 2, part(&file, 2)).await.is(200);
        office.put(id, 2, part(&file, 1)).await.refused_for(409, "conflict", Some("number"));
        let whole = blake3::hash(&file).to_hex().to_string();
        let body = json!({ "bytes": file.len(), "hash": whole });
        let done = office.json("user", ("POST", &complete), &body).await;
        let done = done.is(200);
        assert_eq!((&done["bytes"], &done["hash"]), (&json!(file.len()), &json!(whole)));
        assert_eq!(done["preview"]["columns"][1]["role"], "email");
        office.dock.check_ready(id.parse().unwrap(), &file).await;
        office.json("viewer", ("GET", &parts), &Value::Null).await.refused_for(409, "conflict", None);
    }

    async fn a_file_goes_up_by_its_link(db) {
        let office = Office::new(&db);
        let file = file(100_000);
        let begun = office.begin(file.len()).await;
        let (id, url) = (begun["id"].as_str().unwrap(), begun["put_url"].as_str().unwrap());
        let path = url.strip_prefix("http://127.0.0.1:8080").unwrap();
        let long = [file.as_slice(), b"x"].concat();
        office.send("", ("PUT", path), "", Body::from(long)).await.refused_for(413, "too_large", None);
        let sent = office.send("", ("PUT", path), "", Body::from(file.clone())).await;
        assert_eq!(sent.status, 204);
        let complete = format!("/api/imports/{id}/complete");
        office.json("user", ("POST", &complete), &json!({})).await.is(200);
        office.dock.check_ready(id.parse().unwrap(), &file).await;
    }

    async fn a_form_becomes_an_import_or_nothing(db) {
        let office = Office::new(&db);
        let form = async |body: &str| {
            let kind = "multipart/form-data; boundary=XX";
            office.send("user", ("POST", "/api/form"), kind, Body::from(body.to_owned())).await
        };
        let part = |name: &str, body: &str| {
            format!("--XX\r\nContent-Disposition: form-data; name={name}\r\n\r\n{body}\r\n")
        };
        let file = part("file; filename=\"a/b.csv\"", "email\n");
        for bad in [file.clone(), part("tag", "x") + "--XX--", part("file; filename=x", "") + "--XX--"] {
            assert!(form(&bad).await.status >= 400);
        }
        let answer = form(&format!("{}{file}--XX--", part("tag", "Q1"))).await;
        let id = answer.text.split(' ').next().unwrap().parse().unwrap();
        assert_eq!(answer.text, format!("{id} b.csv {{\"tag\": \"Q1\"}}"));
        office.dock.check_ready(id, b"email\n").await;
        let sql = "SELECT COUNT(*) FROM event WHERE workspace_id = $1 AND kind = 'import.uploaded'";
        let told: Option<(i64,)> = db.one(Stmt::text(sql, [HERE.into()])).await.unwrap();
        assert_eq!(told, Some((1,)), "nobody is told of what was refused");
    }

    async fn a_form_that_is_wrong_leaves_nothing(db) {
        let office = Office::new(&db);
        let form = async |fields: &[(&str, &str)]| {
            let part = |(name, body): &(&str, &str)| {
                format!("--XX\r\nContent-Disposition: form-data; name={name}\r\n\r\n{body}\r\n")
            };
            let body = fields.iter().map(part).collect::<String>() + "--XX--";
            office.send("user", ("POST", "/api/imports"), "multipart/form-data; boundary=XX", Body::from(body)).await
        };
        let file = ("file; filename=\"a.csv\"", "Name,Email\nAsha Rao,asha@mills.example\n");
        for (field, named) in [
            (("options", "{\"delimiter\": 7}"), "options"),
            (("start", "{\"tag\": []}"), "start"),
            (("begin", "False"), "begin"),
            (("start", "{\"tags\": [\"\"]}"), "tags"),
            (("country", "DE"), "country"),
        ] {
            let refused = form(&[file, field]).await;
            refused.refused_for(422, "invalid", Some(named));
            assert_eq!(refused.is(422).get("import"), None);
            assert_eq!(office.dock.left().await, [""; 0], "{field:?}");
        }
        let list = ("GET", "/api/imports");
        assert_eq!(office.json("user", list, &Value::Null).await.is(200)["items"], json!([]));
        // What the file itself is refused for has an import, which can be ended.
        let nobody = ("file; filename=\"a.csv\"", "colour,size\nred,7\n");
        let refused = form(&[nobody]).await;
        let id = refused.is(422)["import"].as_str().expect("which import waits").to_owned();
        let cancel = format!("/api/imports/{id}/cancel");
        office.json("user", ("POST", &cancel), &Value::Null).await.is(200);
    }

    async fn an_upload_is_ended_and_told_once(db) {
        let office = Office::new(&db);
        let id = office.begin(10).await["id"].as_str().unwrap().to_owned();
        office.put(&id, 1, "Name,Email").await.is(200);
        let cancel = format!("/api/imports/{id}/cancel");
        for _ in 0..2 {
            let ended = office.json("user", ("POST", &cancel), &Value::Null).await;
            assert_eq!(ended.is(200)["status"], "cancelled");
        }
        assert_eq!(office.dock.left().await, [""; 0]);
        let events: Vec<(String,)> = {
            let sql = "SELECT kind FROM event WHERE workspace_id = $1";
            db.all(Stmt::text(sql, [HERE.into()])).await.unwrap()
        };
        assert_eq!(events, [("import.cancelled".to_owned(),)]);
    }

    async fn what_is_asked_wrongly_is_named(db) {
        let office = Office::new(&db);
        let begin = ("POST", "/api/imports/uploads");
        for (body, status, code, field) in [
            (json!({ "file_name": "a", "bytes": 0 }), 422, "invalid", "bytes"),
            (json!({ "file_name": "", "bytes": 1 }), 422, "invalid", "file_name"),
            (json!({ "file_name": "a", "bytes": 1, "hash": "x" }), 422, "invalid", "hash"),
            (json!({ "file_name": "a", "bytes": 1_u64 << 40 }), 413, "too_large", "bytes"),
        ] {
            office.json("user", begin, &body).await.refused_for(status, code, Some(field));
        }
        let id = office.begin(10).await["id"].as_str().unwrap().to_owned();
        office.put(&id, 2, "x").await.refused_for(422, "invalid", Some("number"));
        office.put(&id, 1, "x").await.refused_for(422, "invalid", None);
        office.put(&id, 1, "x".repeat(11)).await.refused_for(413, "too_large", None);
        office.put("imp_0", 1, "x").await.refused_for(404, "not_found", None);
    }

    async fn viewers_and_strangers_bring_nothing(db) {
        let office = Office::new(&db);
        let new = json!({ "file_name": "a", "bytes": 10 });
        office.json("viewer", ("POST", "/api/imports/uploads"), &new).await.refused_for(403, "forbidden", None);
        let id = office.begin(10).await["id"].as_str().unwrap().to_owned();
        let complete = format!("/api/imports/{id}/complete");
        office.json("viewer", ("POST", &complete), &json!({})).await.refused_for(403, "forbidden", None);
        office.json("stranger", ("POST", &complete), &json!({})).await.refused_for(404, "not_found", None);
        let parts = format!("/api/imports/{id}/parts");
        office.json("stranger", ("GET", &parts), &Value::Null).await.refused_for(404, "not_found", None);
    }

    async fn results_come_in_pages(db) {
        let office = Office::new(&db);
        let leads: Vec<Value> =
            (1..=5).map(|n| json!({ "name": format!("Asha{n} Rao"), "email": format!("a{n}@mills.example") })).collect();
        let came = office.json("user", ("POST", "/api/imports/leads"), &json!({ "leads": leads })).await;
        let results = format!("/api/imports/{}/results?limit=2", came.is(201)["import_id"].as_str().unwrap());
        let (mut rows, mut next) = (Vec::new(), Value::Null);
        loop {
            let after = next.as_str().map_or_else(String::new, |next| format!("&after={next}"));
            let page = office.json("user", ("GET", &format!("{results}{after}")), &Value::Null).await;
            let page = page.is(200);
            rows.extend(page["items"].as_array().unwrap().iter().map(|row| row["row"].as_u64().unwrap()));
            next = page["next"].clone();
            if next.is_null() {
                break;
            }
        }
        assert_eq!(rows, [1, 2, 3, 4, 5]);
        let skipped = office.json("user", ("GET", &format!("{results}&outcome=skipped")), &Value::Null).await;
        assert_eq!(skipped.is(200)["items"], json!([]));
        for wrong in ["limit=0", "limit=201", "after=x", "outcome=gone"] {
            let path = format!("{}?{wrong}", results.split('?').next().unwrap());
            let field = wrong.split('=').next();
            office.json("user", ("GET", &path), &Value::Null).await.refused_for(422, "invalid", field);
        }
    }
}
