//! Bulk searches: up to 5,000 rows in one submit, and their progress.

use serde_json::{Value, json};

use super::errors::{self, fault, invalid};
use super::item::{File, Jobs, Task, file_id};
use super::read::page_limit;
use super::submit::start;
use crate::server::call::{Call, text};
use crate::server::reply::Reply;
use crate::server::send_later;

/// Rows in one submit (contract, Endpoints).
const ROWS_MAX: usize = 5_000;

/// POST `/bulk-search`.
pub(super) fn submit(call: &mut Call<'_>) -> Reply {
    let body = call.json().unwrap_or(Value::Null);
    let task = Task::ALL.into_iter().find(|t| t.as_str() == text(&body, "task"));
    let rows = body.get("data").and_then(Value::as_array);
    let mut faults = Vec::new();
    let value = |field: &str| body.get(field).cloned().unwrap_or(Value::Null);
    if text(&body, "name").is_empty() {
        faults.push(fault("name", "a text that is not empty", &value("name")));
    }
    if task.is_none() {
        faults.push(fault("task", "a task", &value("task")));
    }
    let width = if task == Some(Task::EmailSearch) { 3 } else { 1 };
    match rows {
        None => faults.push(fault("data", "an array", &value("data"))),
        Some(rows) if rows.is_empty() || rows.len() > ROWS_MAX => {
            faults.push(fault("data", "an array of 1 to 5000 rows", &json!(rows.len())));
        }
        Some(rows) => {
            // which rows make a bulk invalid is in no document; ours is strict about the last cell
            let wrong = |row: &Value| {
                let cells = row.as_array().filter(|cells| cells.len() == width);
                let about = cells.and_then(|cells| cells.last()?.as_str());
                !about.is_some_and(|about| about.contains(char::is_alphanumeric))
            };
            if let Some(at) = rows.iter().position(wrong) {
                faults.push(fault(&format!("data[{at}]"), "an array of texts", &json!("row")));
            }
        }
    }
    let (Some(task), Some(rows), true) = (task, rows, faults.is_empty()) else {
        return invalid(&faults);
    };
    begin(call, &body, task, rows)
}

fn begin(call: &mut Call<'_>, body: &Value, task: Task, rows: &[Value]) -> Reply {
    let custom = body.get("custom").filter(|c| c.is_object());
    let ids = custom.and_then(|c| c.get("externalIds")).and_then(Value::as_array);
    let item_hook = custom.map_or("", |c| text(c, "webhookUrlItem"));
    let number = {
        let mut jobs = call.sim.icypeas();
        let number = u32::try_from(jobs.files.len()).unwrap_or(u32::MAX);
        jobs.files.push(File {
            key: call.entry.key.clone(),
            name: text(body, "name").to_owned(),
            task,
            items: Vec::new(),
            created_ms: call.now_ms,
            ready_ms: call.now_ms,
        });
        number
    };
    let mut ready_ms = call.now_ms;
    let mut started = Vec::new();
    for (order, row) in rows.iter().enumerate() {
        let cell = |at: usize| row.get(at).and_then(Value::as_str).map_or("", str::trim);
        let asked = match task {
            Task::EmailSearch => [cell(0), cell(1), cell(2)],
            Task::EmailVerification | Task::DomainSearch => ["", "", cell(0)],
        };
        let mut user_data = serde_json::Map::new();
        if let Some(id) = ids.and_then(|ids| ids.get(order)) {
            user_data.insert("externalId".to_owned(), id.clone());
        }
        if !item_hook.is_empty() {
            user_data.insert("webhookUrl".to_owned(), json!(item_hook));
        }
        let user_data = (!user_data.is_empty()).then_some(Value::Object(user_data));
        let order = u32::try_from(order).unwrap_or(0);
        let Some(place) = start(call, task, asked, user_data, Some(number), order) else {
            return errors::broken(call);
        };
        started.push(place);
    }
    let mut jobs = call.sim.icypeas();
    for place in &started {
        ready_ms = ready_ms.max(jobs.items.get(*place).map_or(0, |item| item.ready_ms));
    }
    let file = usize::try_from(number).ok().and_then(|at| jobs.files.get_mut(at));
    if let Some(file) = file {
        file.items = started;
        file.ready_ms = ready_ms;
    }
    drop(jobs);
    let done_hook = custom.map_or("", |c| text(c, "webhookUrlBulkDone"));
    if !done_hook.is_empty() {
        send_later(call.sim, done_hook, ready_ms, move |sim, path| {
            let data = json!({ "file": file_id(number), "status": "done" });
            super::account::signed(sim, path, &data)
        });
    }
    let body = json!({ "success": true, "status": "in_progress", "file": file_id(number) });
    Reply::json(200, &body)
}

/// POST `/search-files/read`: a page of the account's bulks, the newest first.
pub(super) fn read_files(call: &Call<'_>) -> Reply {
    let body = call.json().unwrap_or(Value::Null);
    let (wanted, status) = (text(&body, "file"), text(&body, "status"));
    let jobs = call.sim.icypeas();
    let mut mine: Vec<(u32, &File)> = (0_u32..)
        .zip(&jobs.files)
        .filter(|(number, file)| {
            file.key == call.entry.key && (wanted.is_empty() || file_id(*number) == wanted)
        })
        .collect();
    mine.reverse();
    let shown: Vec<Value> = mine
        .into_iter()
        .map(|(number, file)| show(call, &jobs, number, file))
        .filter(|file| status.is_empty() || text(file, "status") == status)
        .collect();
    let total = shown.len();
    let page: Vec<Value> = after(&body, shown).into_iter().take(page_limit(&body)).collect();
    let sorts: Vec<Value> = page.iter().map(|file| json!([text(file, "_id")])).collect();
    Reply::json(200, &json!({ "success": true, "total": total, "sorts": sorts, "items": page }))
}

/// With `next: true`, the files behind the last one that `sorts` names.
fn after(body: &Value, files: Vec<Value>) -> Vec<Value> {
    let sorts = body.get("sorts").and_then(Value::as_array);
    let last = sorts.and_then(|s| s.last()?.as_array()?.last()?.as_str());
    match last.filter(|_| body.get("next").and_then(Value::as_bool) == Some(true)) {
        Some(last) => files.into_iter().skip_while(|f| text(f, "_id") != last).skip(1).collect(),
        None => files,
    }
}

fn show(call: &Call<'_>, jobs: &Jobs, number: u32, file: &File) -> Value {
    let rows = file.items.iter().filter_map(|&place| jobs.items.get(place));
    json!({
        "_id": file_id(number),
        "file": file_id(number),
        "name": file.name,
        "task": file.task.as_str(),
        "status": if call.now_ms >= file.ready_ms { "done" } else { "in_progress" },
        "total": file.items.len(),
        "finished": rows.filter(|item| call.now_ms >= item.ready_ms).count(),
        "system": { "createdAt": call.sim.clock.iso(file.created_ms) },
    })
}
