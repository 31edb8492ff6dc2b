//! `expand[]`: ids that are answered as the objects they name.

use serde_json::Value;

use super::failure::Failure;
use super::members::shown;
use super::shop::Shop;

/// The deepest path that is followed; a bound of the sandbox's own, the contract states none.
const LEVELS_MAX: usize = 4;

/// What is answered only where it is asked for; kept under these names with an underscore.
const ON_REQUEST: [&str; 3] = ["line_items", "payments", "confirmation_secret"];

/// The object as it is answered: with what was asked to be expanded, without the sandbox's own members.
pub(super) fn expanded(shop: &Shop, object: &Value, paths: &[String]) -> Result<Value, Failure> {
    let mut object = object.clone();
    for path in paths {
        let levels: Vec<&str> = path.split('.').collect();
        if levels.len() > LEVELS_MAX {
            let why = "The sandbox expands 4 levels at most.";
            return Err(Failure::invalid(why).param("expand"));
        }
        if !expand(shop, &mut object, &levels) {
            let why = format!("This property cannot be expanded ({path}).");
            return Err(Failure::invalid(why).param("expand"));
        }
    }
    Ok(shown(&object))
}

/// Whether there was something of that name.
fn expand(shop: &Shop, at: &mut Value, levels: &[&str]) -> bool {
    let Some((first, rest)) = levels.split_first() else { return true };
    if let Value::Array(list) = at {
        return list.iter_mut().all(|item| expand(shop, item, levels));
    }
    let Some(members) = at.as_object_mut() else { return at.is_null() };
    if ON_REQUEST.contains(first)
        && let Some(hidden) = members.get(&format!("_{first}")).cloned()
    {
        members.insert((*first).to_owned(), hidden);
    }
    let Some(inner) = members.get_mut(*first) else { return false };
    if let Some(id) = inner.as_str() {
        let object = shop.get(id);
        if !object.is_object() {
            return false;
        }
        *inner = object;
    }
    expand(shop, inner, rest)
}
