use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problem;

/// Items of a page where nothing is said.
const PAGE_ITEMS: u32 = 50;
/// Items of a page at most.
const PAGE_ITEMS_MAX: u32 = 200;
/// The longest cursor, in bytes.
const CURSOR_BYTES_MAX: usize = 600;

/// Which page of a list: the query of an operation that has no filters.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Items of the page, 1 to 200; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200, example = 50)]
    pub limit: Option<u32>,
    /// Where the page begins: `next` of the page before.
    #[param(max_length = 600)]
    pub after: Option<String>,
    /// Which fields of each item, with commas between them; all where nothing is said. Read by
    /// [`super::Fields`].
    #[param(max_length = 2000, example = "id")]
    pub fields: Option<String>,
}

impl Page {
    /// How many items.
    pub fn limit(&self) -> Result<u32, Problem> {
        match self.limit {
            None => Ok(PAGE_ITEMS),
            Some(n @ 1..=PAGE_ITEMS_MAX) => Ok(n),
            Some(n) => Err(Problem::invalid(
                "limit",
                format!("limit is {n}, but must be from 1 to {PAGE_ITEMS_MAX}."),
            )),
        }
    }

    /// Behind which item the page begins; none for the first.
    pub fn after<T: DeserializeOwned>(&self) -> Result<Option<T>, Problem> {
        let Some(text) = &self.after else { return Ok(None) };
        let cursor: Cursor<T> =
            text.parse().map_err(|said: String| Problem::invalid("after", said))?;
        Ok(Some(cursor.0))
    }
}

/// A place in a list: what it is sorted by and the id, as text that means nothing to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor<T>(pub T);

impl<T: Serialize> Cursor<T> {
    /// As text.
    pub fn text(&self) -> String {
        // Tuples of numbers and texts always become JSON.
        BASE64.encode(serde_json::to_vec(&self.0).unwrap_or_default())
    }
}

/// The error is a sentence.
impl<T: DeserializeOwned> FromStr for Cursor<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "This is no place in this list; take `next` of the page before.".to_owned();
        if text.len() > CURSOR_BYTES_MAX {
            return Err(wrong());
        }
        let bytes = BASE64.decode(text).map_err(|_why| wrong())?;
        let plain = std::str::from_utf8(&bytes).is_ok_and(|text| !text.contains("\\u0000"));
        let value = plain.then(|| serde_json::from_slice(&bytes).ok()).flatten();
        value.map(Self).ok_or_else(wrong)
    }
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Paged<T> {
    /// The items, in the order of the list.
    pub items: Vec<T>,
    /// Where the next page begins: give it as `after`. Null on the last page.
    #[schema(example = "WzE3Njc2MDM2MDAwMDAwMDAsIjAxOTkwMDAwMDAwMDcwMDA4MDAwMDAwMDAwMDAwMGFiIl0")]
    pub next: Option<String>,
}

impl<T> Paged<T> {
    /// A page of at most `limit` of `items`, which are one more than that if there are more; `place`
    /// says where an item stands.
    pub fn of<P: Serialize>(mut items: Vec<T>, limit: u32, place: impl Fn(&T) -> P) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(|last| Cursor(place(last)).text()) } else { None };
        Self { items, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_being_written_down() {
        let text = Cursor((7_i64, "con_1".to_owned())).text();
        assert_eq!(text.parse(), Ok(Cursor((7_i64, "con_1".to_owned()))));
        assert!("%%%".parse::<Cursor<i64>>().is_err());
        assert!(BASE64.encode("[1]").parse::<Cursor<i64>>().is_err());
        assert!(BASE64.encode("\"a\\u0000\"").parse::<Cursor<String>>().is_err());
    }

    #[test]
    fn the_last_page_has_no_next() {
        let page = Paged::of(vec![1, 2, 3], 2, |n| *n);
        assert_eq!(page.items, [1, 2]);
        assert_eq!(page.next, Some(Cursor(2).text()));
        assert_eq!(Paged::of(vec![1, 2], 2, |n| *n).next, None);
    }

    #[test]
    fn a_page_is_of_1_to_200_items() {
        let limit = |limit| Page { limit, ..Page::default() }.limit();
        assert_eq!(limit(None).unwrap(), 50);
        assert_eq!(limit(Some(200)).unwrap(), 200);
        assert!(limit(Some(0)).is_err() && limit(Some(201)).is_err());
    }
}
