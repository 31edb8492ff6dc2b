//! Lists, page by page (contract, "Pagination").

use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::Stripe;
use crate::error::{self, StripeError};
use crate::form;
use crate::read::Inner;

/// The most objects that one call of a `list_…` method brings.
pub const LISTED_MAX: usize = 10_000;

/// Contract: `limit` is 1 to 100.
const PAGE_MAX: usize = 100;

/// The newest objects that fit a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing<T> {
    /// Newest first.
    pub objects: Vec<T>,
    /// There are older ones: go on behind the last object's id with `starting_after`.
    pub more: bool,
}

/// What can be listed.
pub(crate) trait Listed: DeserializeOwned {
    /// Where the next page starts after this object.
    fn id(&self) -> &str;
}

impl Stripe {
    /// Reads pages until `max` objects (at most [`LISTED_MAX`]) are there or the list ends.
    pub(crate) async fn list<T: Listed>(
        &self,
        path: &[&str],
        filter: &impl Serialize,
        max: usize,
    ) -> Result<Listing<T>, StripeError> {
        let filter = form::encode(filter).map_err(error::refused)?;
        let max = max.clamp(1, LISTED_MAX);
        let mut objects: Vec<T> = Vec::new();
        let mut query = filter.clone();
        loop {
            let wanted = max.saturating_sub(objects.len());
            let page = page_query(&query, wanted.min(PAGE_MAX));
            let Inner { mut data, has_more } = self.ask(Method::GET, path, &page).await?;
            let (beyond, came) = (data.len() > wanted, !data.is_empty());
            data.truncate(wanted);
            objects.append(&mut data);
            let more = has_more || beyond;
            match objects.last().filter(|_| came && more && objects.len() < max) {
                Some(last) => query = following(&filter, last.id()),
                // An empty page that says there is more would be asked for ever.
                None => return Ok(Listing { objects, more }),
            }
        }
    }
}

fn page_query(query: &str, limit: usize) -> String {
    let mut form = form_urlencoded::Serializer::new(query.to_owned());
    form.append_pair("limit", &limit.to_string());
    form.finish()
}

/// `filter` with its place moved behind `id`.
fn following(filter: &str, id: &str) -> String {
    let kept =
        form_urlencoded::parse(filter.as_bytes()).filter(|(name, _)| name != "starting_after");
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(kept);
    form.append_pair("starting_after", id);
    form.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_moves_and_the_filter_stays() {
        let filter = "customer=cus_1&starting_after=sub_1";
        assert_eq!(following(filter, "sub_9"), "customer=cus_1&starting_after=sub_9");
        assert_eq!(page_query("", 100), "limit=100");
        assert_eq!(page_query("a=1", 7), "a=1&limit=7");
    }
}
