//! One piece of work on the ledger of one workspace, inside the caller's transaction. The account's row is locked
//! first, so that whatever follows is decided on what is really there; everything is written at the end.

use std::sync::Arc;

use captely_contact::{Credits, Timestamp};
use captely_platform::db::Tx;
use captely_platform::events::{self, Event};
use captely_platform::ids::WorkspaceId;
use serde_json::json;
use uuid::Uuid;

use crate::account::{Account, Kind, Sums};
use crate::counters::Counters;
use crate::entry::Entry;
use crate::grants::{GrantRow, Grants, State};
use crate::key::{self, KeyHash};
use crate::store::charged::Mark;
use crate::store::hold::HoldRow;
use crate::{CreditError, GrantSource, Ledger, Policy, store};

/// What an unlimited workspace is given when it runs short, in thousandths.
const TOP_UP: i64 = 1_000_000_000;

pub(crate) struct Session<'t> {
    pub(crate) tx: &'t mut Tx,
    pub(crate) ledger: &'t Ledger,
    pub(crate) workspace: WorkspaceId,
    pub(crate) now: Timestamp,
    pub(crate) policy: Arc<Policy>,
    pub(crate) account: Account,
    was: Account,
    grants: Option<Grants>,
    entries: Vec<(i64, i64, Entry)>,
    /// To be added at the end.
    pub(crate) holds: Vec<HoldRow>,
    /// What is paid for now, to be noted at the end.
    pub(crate) marks: Vec<Mark>,
    /// To be counted at the end.
    pub(crate) counters: Counters,
    published: Vec<Event>,
    /// Somebody was refused for want of credits.
    pub(crate) ran_dry: bool,
}

impl<'t> Session<'t> {
    /// Locks the account, which is made where there is none; ends and begins grants whose moment has come.
    pub(crate) async fn open(
        ledger: &'t Ledger,
        tx: &'t mut Tx,
        workspace: WorkspaceId,
    ) -> Result<Self, CreditError> {
        let account = match store::account::lock(tx, workspace).await? {
            Some(account) => account,
            None => store::account::make(tx, workspace).await?,
        };
        // After the lock: whoever waited for it must not act in the past.
        let now = ledger.clock().now();
        let policy = ledger.policy_of(tx, workspace, account.policy_version).await?;
        let mut out = Self {
            tx,
            ledger,
            workspace,
            now,
            policy,
            was: account.clone(),
            account,
            grants: None,
            entries: Vec::new(),
            holds: Vec::new(),
            marks: Vec::new(),
            counters: Counters::default(),
            published: Vec::new(),
            ran_dry: false,
        };
        out.account.turn_day(now);
        if out.account.next_change_at <= now.as_micros() {
            out.turn_grants().await?;
        }
        Ok(out)
    }

    /// Adds an entry: the sums move here and nowhere else.
    pub(crate) fn post(&mut self, entry: Entry) -> Result<(), CreditError> {
        self.account.sums = self.account.sums.after(entry.kind, entry.amount)?;
        self.account.seq += 1;
        self.entries.push((self.account.seq, self.account.sums.available, entry));
        Ok(())
    }

    pub(crate) fn publish(&mut self, kind: &'static str, data: serde_json::Value) {
        let (workspace, at) = (self.workspace, self.now);
        self.published.push(Event { workspace, kind, subject: workspace.as_uuid(), data, at });
    }

    /// Takes `amount` out of grants. There must be so much.
    pub(crate) async fn draw(&mut self, amount: i64) -> Result<Vec<(Uuid, i64)>, CreditError> {
        if self.grants.is_none()
            && let Some(current) = self.account.current_grant
            && self.account.current_left >= amount
        {
            self.account.current_left -= amount;
            return Ok(vec![(current, amount)]);
        }
        let drawn = self.grants().await?.draw(amount);
        if drawn.iter().map(|(_, part)| part).sum::<i64>() != amount {
            return Err(CreditError::Broken("the grants have less than is available"));
        }
        Ok(drawn)
    }

    /// Gives what was held or spent back to its grant; the entry that made it available stands already. Of a
    /// grant that has ended it goes where the rest of that went.
    pub(crate) async fn give_back(
        &mut self,
        grant: Uuid,
        amount: i64,
        key: KeyHash,
        line: &mut i64,
    ) -> Result<(), CreditError> {
        if self.is_drawn_from(grant) {
            self.account.current_left += amount;
            return Ok(());
        }
        let now = self.now;
        let row = self.grant(grant).await?;
        if row.is_over(now) {
            row.left += amount;
            return self.end_grant(grant, key, line).await;
        }
        row.left += amount;
        // Of refunds one grant takes all.
        row.amount = row.amount.max(row.left);
        row.state = State::Active;
        Ok(())
    }

    /// To which grant what was held of one comes back: to itself, or, where its payment was taken back, to that of refunds.
    /// What was held was noted as owed then, so that it is the workspace's own.
    pub(crate) async fn home_of(&mut self, grant: Uuid) -> Result<Uuid, CreditError> {
        if self.is_drawn_from(grant) || self.grant(grant).await?.state != State::Revoked {
            return Ok(grant);
        }
        self.grant_of_refunds().await
    }

    /// Whether the account's row alone says what is left of a grant.
    fn is_drawn_from(&self, grant: Uuid) -> bool {
        self.grants.is_none() && self.account.current_grant == Some(grant)
    }

    /// Of an unlimited workspace, what is missing for `needed` is granted.
    pub(crate) async fn top_up(&mut self, needed: i64) -> Result<(), CreditError> {
        let missing = needed - self.account.sums.available;
        if !self.policy.unlimited || missing <= 0 {
            return Ok(());
        }
        let key = key::own("top-up", &(self.account.seq + 1).to_be_bytes());
        let row = GrantRow {
            id: self.ledger.ids().uuid(),
            source: GrantSource::Unlimited,
            amount: 0,
            left: 0,
            priority: i64::from(GrantSource::Unlimited.priority()),
            effective_at: self.now.as_micros(),
            expires_at: None,
            rollover: None,
            rolled_to: None,
            state: State::Active,
            note: String::new(),
            request: KeyHash::default(),
            created_at: self.now.as_micros(),
        };
        self.fill(row, missing.max(TOP_UP), Kind::Grant, key, String::new()).await
    }

    /// Adds a grant with an entry of `kind` that gives it `amount`.
    pub(crate) async fn fill(
        &mut self,
        mut row: GrantRow,
        amount: i64,
        kind: Kind,
        key: KeyHash,
        reason: String,
    ) -> Result<(), CreditError> {
        let entry = Entry::new(kind, amount, key).of_grant(row.id).because(reason);
        self.post(entry)?;
        row.amount += amount;
        row.left += amount;
        self.grants().await?.put(row, true);
        Ok(())
    }

    /// The open grants, read once.
    pub(crate) async fn grants(&mut self) -> Result<&mut Grants, CreditError> {
        if self.grants.is_none() {
            let open = store::grant::open(self.tx, self.workspace).await?;
            let current = self.account.current_grant.map(|id| (id, self.account.current_left));
            self.grants = Some(Grants::read(open, current));
        }
        self.grants.as_mut().ok_or(CreditError::Broken("grants that were read are gone"))
    }

    /// One grant, open or not, to change it.
    pub(crate) async fn grant(&mut self, id: Uuid) -> Result<&mut GrantRow, CreditError> {
        if self.grants().await?.get(id).is_none() {
            let found = store::grant::get(self.tx, self.workspace, id).await?;
            let row = found.ok_or(CreditError::Broken("a grant is missing"))?;
            self.grants().await?.put(row, false);
        }
        self.grants().await?.change(id).ok_or(CreditError::Broken("a grant is missing"))
    }

    /// Writes everything down.
    pub(crate) async fn finish(mut self) -> Result<Timestamp, CreditError> {
        if let Some(grants) = &mut self.grants {
            let current = grants.settle();
            self.account.current_grant = current.map(|(id, _)| id);
            self.account.current_left = current.map_or(0, |(_, left)| left);
            self.account.next_change_at = grants.next_change_at();
        }
        self.alert();
        if !self.account.sums.balance() {
            return Err(CreditError::Broken("the sums do not balance"));
        }
        if let Some(grants) = &self.grants {
            store::grant::save(self.tx, self.workspace, grants.changed()).await?;
        }
        // Every entry has a number from the account: where that is as it was there is nothing to write.
        if self.account != self.was {
            let inserts = vec![
                store::entry::insert(self.workspace, self.now, &self.entries),
                store::hold::insert(self.workspace, &self.holds),
                store::charged::insert(self.workspace, &self.marks),
                self.counters.insert(self.workspace),
            ];
            store::account::save(self.tx, self.workspace, &self.account, inserts).await?;
        } else if !self.holds.is_empty() {
            let back = store::hold::insert(self.workspace, &self.holds);
            self.tx.insert_many(back.head, back.columns, back.rows, back.tail).await?;
        }
        if !self.published.is_empty() {
            events::publish(self.tx, self.ledger.ids(), &self.published).await?;
        }
        Ok(self.now)
    }

    /// Tells once when little is left, and once when nothing is.
    fn alert(&mut self) {
        let left = self.account.sums.available;
        let low_at = self.account.low_at.unwrap_or(self.policy.low_at.as_millis());
        let level = match left {
            _ if self.policy.unlimited => 0,
            // Nothing ever came in: nothing has run out.
            _ if self.account.seq == 0 && !self.ran_dry => 0,
            ..=0 => 2,
            _ if self.ran_dry => 2,
            _ if left < low_at => 1,
            _ => 0,
        };
        // What is told stays told until something comes in.
        // What was set aside and comes back did not come in.
        let of = |sums: &Sums| sums.available + sums.held;
        let came_in = of(&self.account.sums) > of(&self.was.sums);
        let level = if came_in { level } else { level.max(self.account.alert) };
        if level > self.account.alert {
            let kind = if level == 2 { "credit.depleted" } else { "credit.low" };
            let (left, low_at) = (Credits::millis(left), Credits::millis(low_at));
            self.publish(
                kind,
                json!({ "available": left.to_string(), "low_at": low_at.to_string() }),
            );
        }
        self.account.alert = level;
    }
}
