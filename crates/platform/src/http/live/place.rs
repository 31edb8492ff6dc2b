use std::collections::HashMap;
use std::hash::Hash;

use super::Hub;
use crate::ids::{UserId, WorkspaceId};

/// How many listen, by workspace and by user.
#[derive(Debug, Default)]
pub(super) struct Counts {
    workspaces: HashMap<WorkspaceId, usize>,
    users: HashMap<UserId, usize>,
}

impl Counts {
    /// Counts one more, unless there are as many as `most` of the workspace or of the user.
    pub(super) fn add(
        &mut self,
        workspace: WorkspaceId,
        user: UserId,
        most: (usize, usize),
    ) -> bool {
        let here = self.workspaces.get(&workspace).copied().unwrap_or_default();
        let theirs = self.users.get(&user).copied().unwrap_or_default();
        let room = here < most.0 && theirs < most.1;
        if room {
            self.workspaces.insert(workspace, here.saturating_add(1));
            self.users.insert(user, theirs.saturating_add(1));
        }
        room
    }

    pub(super) fn remove(&mut self, workspace: WorkspaceId, user: UserId) {
        take_one(&mut self.workspaces, workspace);
        take_one(&mut self.users, user);
    }
}

fn take_one<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: K) {
    let left = counts.get(&key).copied().unwrap_or_default().saturating_sub(1);
    if left == 0 {
        counts.remove(&key);
    } else {
        counts.insert(key, left);
    }
}

/// A listener's place in the limits, given back on drop.
pub(super) struct Place {
    hub: Hub,
    workspace: WorkspaceId,
    user: UserId,
}

impl Place {
    pub(super) fn new(hub: Hub, workspace: WorkspaceId, user: UserId) -> Self {
        Self { hub, workspace, user }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.hub.leave(self.workspace, self.user);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn places_are_given_back() {
        let workspace = |n| WorkspaceId::from(Uuid::from_u128(n));
        let user = |n| UserId::from(Uuid::from_u128(n));
        let mut counts = Counts::default();
        assert!(counts.add(workspace(1), user(1), (2, 2)));
        assert!(counts.add(workspace(1), user(2), (2, 2)));
        assert!(!counts.add(workspace(1), user(3), (2, 2)), "the workspace is full");
        assert!(counts.add(workspace(2), user(1), (2, 2)));
        assert!(!counts.add(workspace(3), user(1), (2, 2)), "the user has two");
        counts.remove(workspace(1), user(1));
        assert!(counts.add(workspace(1), user(3), (2, 2)));
        for (w, u) in [(1, 2), (2, 1), (1, 3)] {
            counts.remove(workspace(w), user(u));
        }
        assert!(counts.workspaces.is_empty() && counts.users.is_empty());
    }
}
