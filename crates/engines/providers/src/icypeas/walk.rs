//! Which read the next poll makes.
//!
//! Each poll is one read, and its tickets may be on any page of the account's list, whose order is
//! not documented. What is remembered between polls is only where in the list we are: nothing about
//! rows, and nothing that matters if it is lost.

use std::sync::{Mutex, PoisonError};

use serde_json::Value;

/// After so many pages without any ticket we wanted the walk begins again at the first page.
const PAGES_MAX: u32 = 10;

#[derive(Debug, Default)]
pub(super) struct Walk(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The list's own cursor, if the next page is wanted.
    sorts: Option<Value>,
    /// Pages since the walk began at the first one.
    pages: u32,
    /// The last list page showed no wanted ticket: the next read goes by id.
    useless: bool,
    /// Whose turn it is to be read by id.
    turn: usize,
}

/// What a poll reads.
#[derive(Debug, PartialEq)]
pub(super) enum Read {
    Nothing,
    /// The ticket in this place, by its id.
    ById(usize),
    /// A page of the list: the first one, or the one behind this cursor.
    List(Option<Value>),
}

/// What a page brought.
pub(super) struct Page {
    /// Wanted tickets that were on it.
    pub(super) shown: usize,
    pub(super) wanted: usize,
    /// Cursor to the next page, if there can be one.
    pub(super) sorts: Option<Value>,
}

impl Walk {
    /// One ticket is read by id. Several are read in a list page, but after a page that showed none
    /// of them one is read by id first, so that every ticket comes to its end whatever lists show.
    pub(super) fn next(&self, tickets: usize) -> Read {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match tickets {
            0 => Read::Nothing,
            1 => Read::ById(0),
            _ if state.useless => {
                state.useless = false;
                let slot = state.turn.checked_rem(tickets).unwrap_or(0);
                state.turn = state.turn.wrapping_add(1);
                Read::ById(slot)
            }
            _ => Read::List(state.sorts.take()),
        }
    }

    /// Moves on while tickets are missing; begins anew when all were shown or the list ended.
    pub(super) fn saw(&self, page: Page) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.useless = page.shown == 0;
        state.pages = state.pages.saturating_add(1);
        let go_on = page.shown < page.wanted && state.pages < PAGES_MAX;
        state.sorts = page.sorts.filter(|_| go_on);
        if state.sorts.is_none() {
            state.pages = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_ticket_goes_by_id_and_several_by_list() {
        let walk = Walk::default();
        assert_eq!(walk.next(0), Read::Nothing);
        assert_eq!(walk.next(1), Read::ById(0));
        assert_eq!(walk.next(2), Read::List(None));
    }

    #[test]
    fn pages_follow_while_tickets_are_missing() {
        let walk = Walk::default();
        walk.saw(Page { shown: 1, wanted: 3, sorts: Some(json!([1])) });
        assert_eq!(walk.next(2), Read::List(Some(json!([1]))));
        walk.saw(Page { shown: 2, wanted: 2, sorts: Some(json!([2])) });
        assert_eq!(walk.next(2), Read::List(None), "all were shown");
    }

    #[test]
    fn a_useless_list_leads_to_reads_by_id_in_turn() {
        let walk = Walk::default();
        let mut by_id = Vec::new();
        for _poll in 0..6 {
            match walk.next(3) {
                Read::ById(slot) => by_id.push(slot),
                _ => walk.saw(Page { shown: 0, wanted: 3, sorts: None }),
            }
        }
        assert_eq!(by_id, [0, 1, 2]);
    }

    #[test]
    fn a_walk_ends() {
        let walk = Walk::default();
        for _page in 0..PAGES_MAX {
            walk.saw(Page { shown: 1, wanted: 2, sorts: Some(json!([9])) });
        }
        assert_eq!(walk.next(2), Read::List(None));
    }
}
