//! Checks the whole ledger of a workspace: replays every entry and compares what comes of it with what is stored.

use std::collections::HashMap;

use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;
use serde::Serialize;
use uuid::Uuid;

use crate::account::{Account, Kind, Sums};
use crate::grants::GrantRow;
use crate::key::KeyHash;
use crate::store::entry::Stored;
use crate::{CreditError, GrantSource, HoldId, Ledger, store};

/// Rows read at a time.
const PAGE_ROWS: u32 = 5_000;
/// Faults that are told of one workspace; what else is wrong is counted.
const FAULTS_TOLD_MAX: usize = 50;

/// What a check has found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Entries replayed.
    pub entries: u64,
    /// Faults, as sentences; the first 50.
    pub faults: Vec<String>,
    /// Faults that are not told.
    pub more_faults: u64,
}

impl Checked {
    /// Whether nothing is wrong.
    pub fn is_right(&self) -> bool {
        self.faults.is_empty()
    }

    /// How many faults there are, told or not.
    pub fn fault_count(&self) -> u64 {
        u64::try_from(self.faults.len()).unwrap_or(u64::MAX).saturating_add(self.more_faults)
    }

    fn fault(&mut self, what: String) {
        if self.faults.len() < FAULTS_TOLD_MAX {
            self.faults.push(what);
        } else {
            self.more_faults = self.more_faults.saturating_add(1);
        }
    }
}

impl Ledger {
    /// Checks the ledger of a workspace in one steady picture of it, while others go on:
    /// numbers without gaps, sums from entries, balances in every line, what is left of grants, open holds,
    /// payments and refunds.
    pub async fn verify(&self, workspace: WorkspaceId) -> Result<Checked, CreditError> {
        let mut tx = self.db().picture().await?;
        let Some(account) = store::account::look(&mut tx, workspace).await? else {
            return Ok(Checked::default());
        };
        let grants = grants(&mut tx, workspace).await?;
        let mut replay = Replay::new(&grants);
        loop {
            let page = store::entry::replay(&mut tx, workspace, replay.seq, PAGE_ROWS).await?;
            if page.is_empty() {
                break;
            }
            for line in &page {
                replay.line(line);
            }
        }
        replay.compare(&account);
        replay.compare_grants(&account, &grants);
        replay.compare_holds(&mut tx, workspace).await?;
        replay.compare_refunds(&mut tx, workspace).await?;
        replay.compare_marks(&mut tx, workspace).await?;
        Ok(replay.checked)
    }

    /// Whether a workspace has an account.
    pub async fn has_account(&self, workspace: WorkspaceId) -> Result<bool, CreditError> {
        Ok(store::account::get(self.db(), workspace).await?.is_some())
    }

    /// The workspaces that have an account behind `after`, in the order of their ids, at most 1,000.
    pub async fn workspaces(
        &self,
        after: Option<WorkspaceId>,
    ) -> Result<Vec<WorkspaceId>, CreditError> {
        Ok(store::account::page(self.db(), after, 1_000).await?)
    }
}

async fn grants(
    tx: &mut Tx,
    workspace: WorkspaceId,
) -> Result<HashMap<Uuid, GrantRow>, CreditError> {
    let mut out: HashMap<Uuid, GrantRow> = HashMap::new();
    let mut after = Uuid::nil();
    loop {
        let page = store::grant::page(tx, workspace, after, PAGE_ROWS).await?;
        let Some(last) = page.last() else { return Ok(out) };
        after = last.id;
        out.extend(page.into_iter().map(|row| (row.id, row)));
    }
}

/// What comes of the entries.
struct Replay {
    seq: i64,
    sums: Sums,
    holds: HashMap<HoldId, i64>,
    left: HashMap<Uuid, i64>,
    put_in: HashMap<Uuid, i64>,
    rolled_into: HashMap<Uuid, bool>,
    refunds: HashMap<KeyHash, i64>,
    checked: Checked,
}

impl Replay {
    fn new(grants: &HashMap<Uuid, GrantRow>) -> Self {
        // What goes on does not go on a second time: whoever has gone on is not gone into.
        let into = |row: &GrantRow| (row.id, row.rolled_to.is_none());
        Self {
            seq: 0,
            sums: Sums::default(),
            holds: HashMap::new(),
            left: HashMap::new(),
            put_in: HashMap::new(),
            rolled_into: grants.values().map(into).collect(),
            refunds: HashMap::new(),
            checked: Checked::default(),
        }
    }

    fn fault(&mut self, what: String) {
        self.checked.fault(what);
    }

    fn line(&mut self, line: &Stored) {
        self.checked.entries = self.checked.entries.saturating_add(1);
        let n = line.seq;
        if n != self.seq + 1 {
            self.fault(format!("entry {n} follows entry {}", self.seq));
        }
        self.seq = n;
        if line.kind.accounts() != (&*line.debit, &*line.credit) {
            let (debit, credit) = (&line.debit, &line.credit);
            self.fault(format!("entry {n} moves from {debit} to {credit}"));
        }
        match self.sums.after(line.kind, line.amount) {
            Ok(sums) => self.sums = sums,
            Err(why) => self.fault(format!("entry {n}: {why}")),
        }
        if line.balance_after != self.sums.available {
            let (said, is) = (line.balance_after, self.sums.available);
            self.fault(format!("entry {n} says that {said} are available, and {is} are"));
        }
        self.on_hold(line);
        self.on_grant(line);
        if let (Kind::Refund, Some(of)) = (line.kind, line.of_key) {
            *self.refunds.entry(of).or_default() += line.amount;
        }
    }

    fn on_hold(&mut self, line: &Stored) {
        let by = match line.kind {
            Kind::Hold => line.amount,
            Kind::Capture | Kind::Release => -line.amount,
            _ => return,
        };
        let Some(id) = line.hold else {
            return self.fault(format!("entry {} names no hold", line.seq));
        };
        let open = self.holds.entry(id).or_default();
        *open += by;
        match *open {
            0 => drop(self.holds.remove(&id)),
            ..0 => self.fault(format!("entry {} ends more of {id} than was held", line.seq)),
            _ => {}
        }
    }

    fn on_grant(&mut self, line: &Stored) {
        let Some(id) = line.grant else {
            return self.fault(format!("entry {} names no grant", line.seq));
        };
        let Some(into) = self.rolled_into.get(&id).copied() else {
            return self.fault(format!("entry {} names a grant that is not there", line.seq));
        };
        let by = line.kind.on_grant(into) * line.amount;
        let left = self.left.entry(id).or_default();
        *left += by;
        if *left < 0 {
            self.fault(format!("entry {} draws more from a grant than was left", line.seq));
        }
        if matches!(line.kind, Kind::Grant | Kind::Add) || (line.kind == Kind::Rollover && into) {
            *self.put_in.entry(id).or_default() += line.amount;
        }
    }

    fn compare(&mut self, account: &Account) {
        if account.seq != self.seq {
            self.fault(format!(
                "the account counts {} entries; there are {}",
                account.seq, self.seq
            ));
        }
        if account.sums != self.sums {
            self.fault(format!(
                "the account says {:?}; its entries say {:?}",
                account.sums, self.sums
            ));
        }
        if !account.sums.balance() {
            self.fault("the sums of the account do not balance".to_owned());
        }
    }

    fn compare_grants(&mut self, account: &Account, grants: &HashMap<Uuid, GrantRow>) {
        let mut all = 0;
        for row in grants.values() {
            let is_current = account.current_grant == Some(row.id);
            let said = if is_current { account.current_left } else { row.left };
            let left = self.left.get(&row.id).copied().unwrap_or(0);
            all += said;
            if said != left {
                self.fault(format!("a grant says that {said} are left; its entries say {left}"));
            }
            if row.state.is_over() && said != 0 {
                self.fault(format!("a grant that is over has {said} left"));
            }
            let put_in = self.put_in.get(&row.id).copied().unwrap_or(0);
            let exact = !matches!(row.source, GrantSource::Refund);
            if exact && put_in > 0 && put_in != row.amount {
                self.fault(format!("a grant says {}; its entries gave it {put_in}", row.amount));
            }
        }
        if all != account.sums.available {
            let available = account.sums.available;
            self.fault(format!("{available} are available; the grants have {all} left"));
        }
    }

    async fn compare_holds(
        &mut self,
        tx: &mut Tx,
        workspace: WorkspaceId,
    ) -> Result<(), CreditError> {
        let mut after = None;
        loop {
            let page = store::hold::page(tx, workspace, after, PAGE_ROWS).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            for row in &page {
                *self.holds.entry(row.id).or_default() -= row.amount;
            }
        }
        let wrong: Vec<HoldId> =
            self.holds.iter().filter(|(_, left)| **left != 0).map(|(id, _)| *id).collect();
        for id in wrong {
            self.fault(format!("{id} is not as its entries say"));
        }
        Ok(())
    }

    async fn compare_refunds(
        &mut self,
        tx: &mut Tx,
        workspace: WorkspaceId,
    ) -> Result<(), CreditError> {
        let mut after = KeyHash::default().to_vec();
        loop {
            let page = store::refunded::page(tx, workspace, &after, PAGE_ROWS).await?;
            let Some((last, _)) = page.last() else { break };
            after = last.to_vec();
            let keys = page.iter().map(|(key, _)| *key);
            let charges = store::entry::of_keys(tx, workspace, keys).await?;
            for (key, said) in page {
                let given = self.refunds.remove(&key).unwrap_or(0);
                let charged = spent(charges.get(&key).map(Vec::as_slice).unwrap_or_default());
                if said != given || said > charged {
                    self.fault(format!(
                        "a charge of {charged} counts {said} as given back; its entries gave {given}"
                    ));
                }
            }
        }
        let not_counted = self.refunds.len();
        if not_counted > 0 {
            self.fault(format!("{not_counted} refunds are not counted at their charges"));
        }
        Ok(())
    }

    async fn compare_marks(
        &mut self,
        tx: &mut Tx,
        workspace: WorkspaceId,
    ) -> Result<(), CreditError> {
        let mut after = None;
        loop {
            let page = store::charged::page(tx, workspace, after, PAGE_ROWS).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some((last.subject, last.action));
            let keys = page.iter().map(|mark| mark.key);
            let charges = store::entry::of_keys(tx, workspace, keys).await?;
            for mark in page {
                let lines = charges.get(&mark.key).map(Vec::as_slice).unwrap_or_default();
                if spent(lines) != mark.amount {
                    let (action, said, is) = (mark.action, mark.amount, spent(lines));
                    self.fault(format!("a contact's {action} counts {said} as paid; it was {is}"));
                }
            }
        }
    }
}

fn spent(lines: &[store::entry::Line]) -> i64 {
    let charges = lines.iter().filter(|line| matches!(line.kind, Kind::Capture | Kind::Charge));
    charges.map(|line| line.amount).sum()
}
