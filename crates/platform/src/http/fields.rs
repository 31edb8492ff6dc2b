use std::collections::BTreeSet;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::{Paged, Problem, Tagged};

/// Fields of `?fields=` at most.
const FIELDS_MAX: usize = 100;

/// Which fields of each item somebody wants: `?fields=id,email`. All where nothing is said.
#[derive(Debug, Clone, Default)]
pub struct Fields(Option<BTreeSet<String>>);

impl<S: Sync> FromRequestParts<S> for Fields {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let mut named =
            form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "fields");
        let Some((_, list)) = named.next() else { return Ok(Self(None)) };
        let fields: BTreeSet<String> =
            list.split(',').map(str::trim).filter(|f| !f.is_empty()).map(str::to_owned).collect();
        if fields.is_empty() || fields.len() > FIELDS_MAX {
            return Err(Problem::invalid(
                "fields",
                format!("fields must name 1 to {FIELDS_MAX} fields with commas between them."),
            ));
        }
        Ok(Self(Some(fields)))
    }
}

impl Fields {
    /// `page` with only these fields; a field that `T` has not is refused by name.
    pub fn pick<T: Serialize + ToSchema>(&self, page: &Paged<T>) -> Result<Picked, Problem> {
        let mut value = serde_json::to_value(page).map_err(|why| Problem::internal(&why))?;
        let Some(wanted) = &self.0 else { return Ok(Picked(value)) };
        let known = fields_of::<T>();
        if let Some(stranger) = wanted.iter().find(|field| !known.contains(*field)) {
            let known = known.into_iter().collect::<Vec<_>>().join(", ");
            let stranger: String = stranger.chars().take(60).collect();
            return Err(Problem::invalid(
                "fields",
                format!("There is no field {stranger:?}; there are {known}."),
            ));
        }
        let items = value.get_mut("items").and_then(Value::as_array_mut);
        for item in items.into_iter().flatten().filter_map(Value::as_object_mut) {
            item.retain(|name, _| wanted.contains(name));
        }
        Ok(Picked(value))
    }
}

fn fields_of<T: ToSchema>() -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let mut open = vec![T::schema()];
    while let Some(RefOr::T(schema)) = open.pop() {
        match schema {
            Schema::Object(object) => out.extend(object.properties.keys().cloned()),
            Schema::AllOf(all) => open.extend(all.items),
            _ => {}
        }
    }
    out
}

/// A page of which each item has the fields that were asked for.
#[derive(Debug)]
pub struct Picked(Value);

impl IntoResponse for Picked {
    fn into_response(self) -> Response {
        Tagged(self.0).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, ToSchema)]
    struct Item {
        id: u32,
        name: String,
    }

    fn pick(fields: &[&str]) -> Result<String, String> {
        let fields = Fields(Some(fields.iter().map(|f| (*f).to_owned()).collect()));
        let page = Paged { items: vec![Item { id: 1, name: "a".into() }], next: None };
        fields.pick(&page).map(|p| p.0.to_string()).map_err(|why| format!("{why:?}"))
    }

    #[test]
    fn fields_are_picked_by_name() {
        assert_eq!(pick(&["id"]).unwrap(), r#"{"items":[{"id":1}],"next":null}"#);
        let said = pick(&["id", "secret"]).unwrap_err();
        assert!(said.contains("secret") && said.contains("id, name"), "{said}");
    }
}
