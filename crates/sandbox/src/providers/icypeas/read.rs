//! The read endpoint: one search by its id, or a page of them.

use serde_json::{Value, json};

use super::errors::{self, fault, invalid};
use super::item::{Item, Jobs, Task, file_id, id_of, place_of};
use crate::server::call::{Call, text};
use crate::server::reply::Reply;

/// A page has this many items unless `limit` says otherwise, and never more than 100.
const PAGE_DEFAULT: usize = 10;
const PAGE_MAX: usize = 100;

/// POST `/bulk-single-searchs/read`.
pub(super) fn read(call: &Call<'_>) -> Reply {
    let Some(body) = call.json().filter(Value::is_object) else {
        return invalid(&[fault("body", "a JSON object", &Value::Null)]);
    };
    let jobs = call.sim.icypeas();
    if body.get("id").is_some() {
        let place = place_of(call.world().seed(), text(&body, "id"));
        let mine = |place: &usize| jobs.items.get(*place).is_some_and(|i| i.key == call.entry.key);
        return match place.filter(mine) {
            Some(place) => page(call, &jobs, &[place], 1),
            None => errors::named(call, "SearchNotFoundError"),
        };
    }
    let places: Vec<usize> = match text(&body, "mode") {
        "single" => {
            let Some(task) = Task::ALL.into_iter().find(|t| t.as_str() == text(&body, "type"))
            else {
                return invalid(&[fault(
                    "type",
                    "a task",
                    body.get("type").unwrap_or(&Value::Null),
                )]);
            };
            let listed = |item: &Item| {
                item.file.is_none() && item.task == task && item.key == call.entry.key
            };
            // The newest first.
            let all = jobs.items.iter().enumerate().rev();
            all.filter(|(_, item)| listed(item)).map(|(place, _)| place).collect()
        }
        "bulk" => {
            let wanted = text(&body, "file");
            let numbered = (0_u32..).zip(&jobs.files);
            let mut mine = numbered.filter(|(_, file)| file.key == call.entry.key);
            match mine.find(|(number, _)| file_id(*number) == wanted) {
                Some((_, file)) => file.items.clone(),
                None => return errors::named(call, "SearchNotFoundError"),
            }
        }
        _ => {
            return invalid(&[fault(
                "mode",
                "\"single\" or \"bulk\"",
                body.get("mode").unwrap_or(&Value::Null),
            )]);
        }
    };
    let total = places.len();
    let places = after(call, &body, places);
    let shown: Vec<usize> = places.into_iter().take(page_limit(&body)).collect();
    page(call, &jobs, &shown, total)
}

/// How many entries the page is to have.
pub(super) fn page_limit(body: &Value) -> usize {
    let limit = body.get("limit").and_then(Value::as_u64).and_then(|l| usize::try_from(l).ok());
    limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX)
}

/// With `next: true`, what follows the last item that `sorts` names.
fn after(call: &Call<'_>, body: &Value, places: Vec<usize>) -> Vec<usize> {
    if body.get("next").and_then(Value::as_bool) != Some(true) {
        return places;
    }
    let last = body.get("sorts").and_then(Value::as_array).and_then(|sorts| sorts.last());
    let id = last.and_then(Value::as_array).and_then(|s| s.last()).and_then(Value::as_str);
    let Some(place) = id.and_then(|id| place_of(call.world().seed(), id)) else { return places };
    places.into_iter().skip_while(|p| *p != place).skip(1).collect()
}

fn page(call: &Call<'_>, jobs: &Jobs, places: &[usize], total: usize) -> Reply {
    let seed = call.world().seed();
    let items = places.iter().filter_map(|&place| Some((place, jobs.items.get(place)?)));
    let shown: Vec<Value> =
        items.clone().map(|(place, item)| item.show(call.sim, place, call.now_ms)).collect();
    let sorts: Vec<Value> = items
        .map(|(place, item)| {
            let created = call.sim.clock.unix_ms(item.created_ms);
            json!([created, item.order, id_of(seed, place)])
        })
        .collect();
    let body = json!({ "success": true, "total": total, "sorts": sorts, "items": shown });
    Reply::json(200, &body)
}
