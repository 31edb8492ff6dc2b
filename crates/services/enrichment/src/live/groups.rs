use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::poller::Open;

/// Tickets that are not answered, by what one poll can read together: all searches of an account, the
/// records of one batch, or one ticket.
#[derive(Default)]
pub(super) struct Groups {
    all: HashMap<String, Group>,
    /// When each group that waits for a poll has its turn.
    turns: BTreeSet<(Instant, String)>,
    /// Groups without tickets, to be forgotten when their pause is over.
    resting: VecDeque<(Instant, String)>,
}

struct Group {
    open: VecDeque<Open>,
    /// No poll before.
    next: Instant,
    /// A poll of this group is under way.
    busy: bool,
}

impl Groups {
    pub(super) fn add(&mut self, name: &str, open: Open) {
        let next = open.due;
        let group = self.all.entry(name.to_owned()).or_insert_with(|| Group {
            open: VecDeque::new(),
            next,
            busy: false,
        });
        // later tickets are due later: the turn is that of the first
        if let (true, false) = (group.open.is_empty(), group.busy) {
            self.turns.insert((open.due.max(group.next), name.to_owned()));
        }
        group.open.push_back(open);
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Whether no ticket waits for a poll.
    pub(super) fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    /// When the next poll is due, if any ticket waits for one.
    pub(super) fn due(&self) -> Option<Instant> {
        self.turns.first().map(|(at, _)| *at)
    }

    /// The tickets of the next poll, at most `most`, and the name of their group, which rests for
    /// `pause` from now.
    pub(super) fn take(
        &mut self,
        most: usize,
        now: Instant,
        pause: Duration,
    ) -> Option<(String, Vec<Open>)> {
        self.due().filter(|due| *due <= now)?;
        let (_, name) = self.turns.pop_first()?;
        let group = self.all.get_mut(&name)?;
        let (mut taken, mut left) = (Vec::new(), VecDeque::new());
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
        Some((name, taken))
    }

    /// A poll of this group has ended; `again` are its tickets without an answer.
    pub(super) fn put_back(&mut self, name: &str, again: Vec<Open>, now: Instant) {
        if let Some(group) = self.all.get_mut(name) {
            group.busy = false;
            group.open.extend(again);
            match group.open.iter().map(|open| open.due).min() {
                Some(due) => {
                    self.turns.insert((due.max(group.next), name.to_owned()));
                }
                None => self.resting.push_back((group.next, name.to_owned())),
            }
        }
        while self.resting.front().is_some_and(|(until, _)| *until <= now) {
            let Some((_, name)) = self.resting.pop_front() else { return };
            let over = |group: &Group| !group.busy && group.open.is_empty() && group.next <= now;
            if self.all.get(&name).is_some_and(over) {
                self.all.remove(&name);
            }
        }
    }
}
