//! What the API says of itself, as it is served: the document is whole, and what it points to is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::http::Client;
use crate::program::Room;
use crate::serving::{Serving, UNLIMITED};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// An operation of the document.
pub(crate) struct Operation<'d> {
    pub(crate) method: &'d str,
    pub(crate) path: &'d str,
    pub(crate) said: &'d Value,
}

impl Operation<'_> {
    pub(crate) fn id(&self) -> &str {
        self.said["operationId"].as_str().unwrap_or_default()
    }
}

/// All operations of a document.
pub(crate) fn operations(document: &Value) -> Vec<Operation<'_>> {
    let paths = document["paths"].as_object().expect("paths");
    let all = paths.iter().flat_map(|(path, item)| {
        let methods = METHODS.iter().filter_map(move |method| Some((*method, item.get(*method)?)));
        methods.map(move |(method, said)| Operation { method, path, said })
    });
    all.collect()
}

#[test]
fn the_document_is_whole_and_what_it_names_is_there() {
    let room = Room::new();
    let server = Serving::start(&room, &UNLIMITED);
    let client = server.client();
    let document = client.get("/api/openapi.json").expect(200).json();
    let faults = faults_of(&document);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    check_codes(&client, &document);
    check_page(&client);
    compare_with_kept(&document);
}

/// What is missing, a line each.
fn faults_of(document: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let version = document["openapi"].as_str().unwrap_or_default();
    if !version.starts_with("3.1") {
        faults.push(format!("the version is {version}"));
    }
    let mut ids = BTreeSet::new();
    for operation in operations(document) {
        let id = operation.id();
        let mut fault =
            |what: &str| faults.push(format!("{} {}: {what}", operation.method, operation.path));
        if !is_verb_noun(id) {
            fault(&format!("operationId is {id:?}"));
        }
        if !ids.insert(id.to_owned()) {
            fault(&format!("{id} stands twice"));
        }
        if operation.said["summary"].as_str().is_none_or(str::is_empty) {
            fault("no summary");
        }
        if operation.said["tags"].as_array().is_none_or(Vec::is_empty) {
            fault("no tag");
        }
        for (what, content) in contents(operation.said) {
            if !has_example(document, content) {
                fault(&format!("no example of {what}"));
            }
        }
        for refused in ["400", "422", "429", "500", "503"] {
            if operation.said["responses"][refused].is_null() {
                fault(&format!("{refused} is not told"));
            }
        }
        for status in without_problem(operation.said) {
            fault(&format!("the body of {status} is not told"));
        }
        if operation.method == "get"
            && operation.said["responses"]["200"]["content"].get("application/json").is_some()
            && operation.said["responses"]["304"].is_null()
        {
            fault("304 is not told");
        }
        let with_access = operation.said["security"].as_array().is_some_and(|all| !all.is_empty());
        if with_access
            && (operation.said["responses"]["401"].is_null()
                || operation.said["responses"]["403"].is_null())
        {
            fault("401 or 403 is not told");
        }
    }
    references(document, &mut |reference| {
        let found = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
        if found.is_none() {
            faults.push(format!("{reference} is not there"));
        }
    });
    faults
}

/// `list_members`; the field's own words for signing in and out are one word.
fn is_verb_noun(id: &str) -> bool {
    const WORDS: [&str; 5] = ["confirm", "login", "logout", "refresh", "register"];
    let plain = id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    plain && (WORDS.contains(&id) || id.split('_').filter(|word| !word.is_empty()).count() >= 2)
}

/// The JSON bodies of an operation that need an example.
fn contents(said: &Value) -> Vec<(String, &Value)> {
    let json = |content: &'_ Value| content.get("application/json").is_some();
    let mut out = Vec::new();
    if json(&said["requestBody"]["content"]) {
        out.push(("the body".to_owned(), &said["requestBody"]["content"]["application/json"]));
    }
    for (status, answer) in said["responses"].as_object().into_iter().flatten() {
        if json(&answer["content"]) {
            out.push((status.clone(), &answer["content"]["application/json"]));
        }
    }
    out
}

/// The statuses of refusals whose body is not described.
fn without_problem(said: &Value) -> Vec<&String> {
    let answers = said["responses"].as_object().into_iter().flatten();
    let refusals =
        answers.filter(|(status, _)| status.parse().is_ok_and(|status: u16| status >= 400));
    let bare = |answer: &Value| answer["content"].as_object().is_none_or(serde_json::Map::is_empty);
    refusals.filter(|(_, answer)| bare(answer)).map(|(status, _)| status).collect()
}

/// Its own, or one that its schema gives: of the whole, or of each part.
fn has_example(document: &Value, content: &Value) -> bool {
    let own = ["example", "examples"].iter().any(|name| content.get(*name).is_some());
    own || shows(document, &content["schema"], 0)
}

fn shows(document: &Value, schema: &Value, depth: usize) -> bool {
    if depth > 16 {
        return false;
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let found = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
        return found.is_some_and(|found| shows(document, found, depth + 1));
    }
    if ["example", "examples", "enum", "const"].iter().any(|name| schema.get(*name).is_some()) {
        return true;
    }
    for name in ["allOf", "oneOf", "anyOf"] {
        if let Some(parts) = schema[name].as_array() {
            let all = |part: &Value| part["type"] == "null" || shows(document, part, depth + 1);
            return parts.iter().all(all);
        }
    }
    if let Some(fields) = schema["properties"].as_object() {
        // What stands for itself, such as a number or yes and no, needs none.
        return fields.values().all(|field| is_plain(field) || shows(document, field, depth + 1));
    }
    schema.get("items").is_some_and(|items| is_plain(items) || shows(document, items, depth + 1))
}

fn is_plain(schema: &Value) -> bool {
    let kind = &schema["type"];
    let words: Vec<&str> = match kind {
        Value::String(word) => vec![word],
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect(),
        _ => return false,
    };
    // An object of which nothing is said may hold anything.
    let open = words == ["object"] && schema.get("properties").is_none();
    open || words.iter().all(|word| ["boolean", "integer", "number", "null"].contains(word))
}

fn references(value: &Value, found: &mut dyn FnMut(&str)) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_str() {
                    Some(reference) if name == "$ref" => found(reference),
                    _ => references(field, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// Every code that the document shows is explained at the place that its `type` names.
fn check_codes(client: &Client, document: &Value) {
    let page = client.get("/docs/errors").expect(200).body;
    let mut shown = BTreeSet::new();
    for operation in operations(document) {
        for answer in operation.said["responses"].as_object().expect("answers").values() {
            let example = &answer["content"]["application/problem+json"]["example"]["type"];
            shown.extend(example.as_str().map(str::to_owned));
        }
    }
    assert!(shown.len() > 8, "{shown:?}");
    for place in shown {
        let anchor = place.strip_prefix("/docs/errors#").expect("a place on that page");
        assert!(page.contains(&format!("id=\"{anchor}\"")), "/docs/errors has no {anchor}");
    }
    let codes = page.matches("<h2 id=\"").count();
    let all = captely_platform::http::codes::ALL.len();
    assert!(codes > all, "{codes} codes on the page");
}

/// The page for reading loads all that it needs from here.
fn check_page(client: &Client) {
    assert_eq!(client.get("/").expect(303).header("location"), Some("/docs/"));
    let moved = client.get("/docs");
    let place = match moved.status {
        200 => "/docs".to_owned(),
        _ => moved.header("location").expect("a place").to_owned(),
    };
    let page = client.get(&place).expect(200).body;
    let marks = ["src=\"", "href=\""];
    let parts = marks.iter().flat_map(|mark| page.split(mark).skip(1));
    let links: BTreeSet<&str> = parts.filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.len() >= 4, "{links:?}");
    for link in links {
        assert!(!link.contains("//"), "{link} is on another host");
        let path = match link.strip_prefix('/') {
            Some(_) => link.to_owned(),
            None => format!("/docs/{}", link.trim_start_matches("./")),
        };
        let part = client.get(&path).expect(200);
        assert!(!part.body.is_empty(), "{path} is empty");
    }
    let starts = client.get("/docs/swagger-initializer.js").expect(200).body;
    assert!(starts.contains("/api/openapi.json"), "{starts}");
}

/// By name at every level: the order that serde_json keeps depends on what else is built with it.
fn in_order(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let sorted: BTreeMap<_, _> =
                fields.iter().map(|(k, v)| (k.clone(), in_order(v))).collect();
            Value::Object(sorted.into_iter().collect())
        }
        Value::Array(items) => items.iter().map(in_order).collect(),
        other => other.clone(),
    }
}

/// The document as it stands in the repository, so that a change of the API is seen in review.
fn compare_with_kept(document: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/gen/openapi.json");
    let now = serde_json::to_string_pretty(&in_order(document)).expect("JSON") + "\n";
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, now).expect("written");
        return;
    }
    let kept = fs::read_to_string(&path).expect("docs/gen/openapi.json");
    let kept: Value = serde_json::from_str(&kept).expect("JSON");
    assert!(kept == *document, "docs/gen/openapi.json is behind: test with UPDATE_DOCS=1");
}
