use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::poller::Open;

/// Tickets that are not answered, by what one poll can read together: all searches of an account, the
/// records of one batch, or one ticket.
#[derive(Default)]
pub(super) struct Groups(HashMap<String, Group>);

struct Group {
    open: VecDeque<Open>,
    /// No poll before.
    next: Instant,
    /// A poll of this group is under way.
    busy: bool,
}

impl Groups {
    pub(super) fn add(&mut self, group: &str, open: Open) {
        if let Some(group) = self.0.get_mut(group) {
            group.open.push_back(open);
        } else {
            let next = open.due;
            let group_of_one = Group { open: VecDeque::from([open]), next, busy: false };
            self.0.insert(group.to_owned(), group_of_one);
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.values().all(|group| group.open.is_empty())
    }

    /// When the next poll is due, if any ticket waits for one.
    pub(super) fn due(&self) -> Option<Instant> {
        self.0.values().filter_map(Group::due).min()
    }

    /// The tickets of the next poll, at most `most`, and the name of their group, which rests for
    /// `pause` from now.
    pub(super) fn take(
        &mut self,
        most: usize,
        now: Instant,
        pause: Duration,
    ) -> Option<(String, Vec<Open>)> {
        let ready = |(_, group): &(&String, &mut Group)| group.due().is_some_and(|due| due <= now);
        let (name, group) = self.0.iter_mut().find(ready)?;
        let mut taken = Vec::new();
        let mut left = VecDeque::new();
        for open in group.open.drain(..) {
            if taken.len() < most && open.due <= now {
                taken.push(open);
            } else {
                left.push_back(open);
            }
        }
        group.open = left;
        group.next = now + pause;
        group.busy = true;
        Some((name.clone(), taken))
    }

    /// A poll of this group has ended; `again` are its tickets without an answer.
    pub(super) fn put_back(&mut self, name: &str, again: Vec<Open>, now: Instant) {
        if let Some(group) = self.0.get_mut(name) {
            group.busy = false;
            group.open.extend(again);
        }
        // groups without tickets rest until their pause is over, then they are forgotten
        self.0.retain(|_, group| group.busy || !group.open.is_empty() || group.next > now);
    }
}

impl Group {
    fn due(&self) -> Option<Instant> {
        let first = self.open.iter().map(|open| open.due).min().filter(|_| !self.busy)?;
        Some(first.max(self.next))
    }
}
