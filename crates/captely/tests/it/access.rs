//! Who may do what: every operation of the document is called by everybody, and answered as the table
//! says. An operation that is not in the table fails the test, and so does a row without operation.

mod shops;
mod sold;
mod table;
mod world;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use crate::api::{Operation, operations};
use crate::http::{Answer, Client};
use table::{ROWS, Row, Target};
use world::{Actor, World};

#[test]
fn every_operation_answers_everybody_as_the_table_says() {
    let mut world = World::build();
    let document = world.anybody().get("/api/openapi.json").expect(200).json();
    let operations = operations(&document);
    let known: BTreeSet<&str> = ROWS.iter().map(|row| row.operation).collect();
    assert_eq!(known.len(), ROWS.len(), "an operation has two rows");
    let there: BTreeSet<&str> = operations.iter().map(Operation::id).collect();
    let missing: Vec<_> = there.difference(&known).collect();
    assert!(missing.is_empty(), "put into access/table.rs: {missing:?}");
    let gone: Vec<_> = known.difference(&there).collect();
    assert!(gone.is_empty(), "not there any more: {gone:?}");
    check_all(&mut world, &document, ROWS);
}

/// Has the operation of each row called by everybody.
#[track_caller]
fn check_all(world: &mut World, document: &Value, rows: &[Row]) {
    let (operations, mut faults) = (operations(document), Vec::new());
    for row in rows {
        let operation = operations.iter().find(|one| one.id() == row.operation).expect("there");
        world.sign_in();
        check_other_workspace(world, document, operation, row, &mut faults);
        check(world, document, operation, row, &mut faults);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn check(
    world: &mut World,
    document: &Value,
    operation: &Operation<'_>,
    row: &Row,
    faults: &mut Vec<String>,
) {
    let mut given = [0; Actor::ALL.len()];
    let mut said = String::new();
    for (n, actor) in Actor::ALL.into_iter().enumerate() {
        let client = world.client(actor);
        let answer = call(world, &client, document, operation, row);
        given[n] = answer.status;
        if answer.status != row.statuses[n] {
            write!(said, "\n    {actor:?}: {}", answer.body).expect("a String takes it");
        }
        if answer.status < 400 {
            world.used(row.target);
            let foreign = matches!(actor, Actor::Stranger) && !row.anybody();
            if let Some(id) = world.ids().find(|id| foreign && answer.body.contains(*id)) {
                faults.push(format!("{}: a stranger sees {id}: {}", row.operation, answer.body));
            }
        }
    }
    if given != row.statuses {
        faults.push(format!("{}: {given:?}, not {:?}{said}", row.operation, row.statuses));
    }
}

/// Whoever names a workspace that is not theirs is told that there is none, whatever they ask, and
/// before anything else that is not there.
fn check_other_workspace(
    world: &mut World,
    document: &Value,
    operation: &Operation<'_>,
    row: &Row,
    faults: &mut Vec<String>,
) {
    if row.anybody() {
        return;
    }
    for actor in [Actor::Stranger, Actor::Superadmin] {
        let client = world.client(actor).with("x-workspace-id", &world.workspace);
        let answer = call(world, &client, document, operation, row);
        if answer.status != 404 || answer.json()["field"] != "X-Workspace-Id" {
            faults.push(format!("{}: {actor:?} in it: {answer:?}", row.operation));
        }
    }
}

/// Calls an operation with the body and ids of its row, else with those that the document shows.
fn call(
    world: &mut World,
    client: &Client,
    document: &Value,
    operation: &Operation<'_>,
    row: &Row,
) -> Answer {
    let mut path = operation.path.to_owned();
    for parameter in operation.said["parameters"].as_array().into_iter().flatten() {
        if parameter["in"] == "path" {
            let shown = &parameter["example"];
            assert!(!shown.is_null(), "no example of what is in {}", operation.path);
            let shown = shown.as_str().map_or_else(|| shown.to_string(), str::to_owned);
            let name = format!("{{{}}}", parameter["name"].as_str().expect("a name"));
            let id = world.target(row.target).unwrap_or(shown);
            path = path.replace(&name, &id);
        }
    }
    path.push_str(row.query);
    let body = match row.body {
        Some(body) => Some(body(world)),
        None => example(document, operation.said),
    };
    let body = body.map(|body| body.to_string());
    let client =
        if row.keyed { client.with("idempotency-key", &world.new_key()) } else { client.clone() };
    client.send(&operation.method.to_uppercase(), &path, body.as_deref())
}

/// The body that the document shows.
fn example(document: &Value, said: &Value) -> Option<Value> {
    let content = said["requestBody"]["content"].get("application/json")?;
    if let Some(own) = content.get("example") {
        return Some(own.clone());
    }
    let schema = content["schema"]["$ref"].as_str()?.strip_prefix('#')?;
    document.pointer(schema)?.get("example").cloned()
}
