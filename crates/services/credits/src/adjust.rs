//! Corrections by hand.

use captely_contact::Credits;
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use crate::account::Kind;
use crate::entry::Entry;
use crate::grant::{check_amount, cut};
use crate::grants::{GrantRow, State};
use crate::key;
use crate::session::Session;
use crate::store::entry::of_keys;
use crate::{Adjustment, CreditError, GrantSource, Key, Ledger, store};

impl Ledger {
    /// Adds or takes away credits and says why; what is available then. Never takes more than there is. The
    /// same key again changes nothing more.
    pub async fn adjust(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        key: &Key,
        what: &Adjustment,
    ) -> Result<Credits, CreditError> {
        let amount = what.by_millis.saturating_abs();
        check_amount(Credits::millis(amount))?;
        let mut session = Session::open(self, tx, workspace).await?;
        let request = key::request(&format!("adjust|{}|{}", what.by_millis, what.reason));
        let hash = key.hash();
        let known = of_keys(session.tx, workspace, std::iter::once(hash)).await?;
        if let Some(lines) = known.get(&hash) {
            if lines.iter().any(|line| line.request != request) {
                return Err(CreditError::KeyReused);
            }
            return Ok(Credits::millis(session.account.sums.available));
        }
        let id = Uuid::from_bytes(hash);
        if store::grant::get(session.tx, workspace, id).await?.is_some() {
            return Err(CreditError::KeyReused);
        }
        let entry = |kind: Kind, part: i64| Entry {
            member: what.by,
            ..Entry::new(kind, part, hash).asked(request).because(cut(&what.reason))
        };
        if what.by_millis > 0 {
            let row = adjustment_grant(&session, id, request, &what.reason);
            session.post(entry(Kind::Add, amount).of_grant(row.id))?;
            session.grants().await?.put(GrantRow { amount, left: amount, ..row }, true);
        } else {
            let left = session.account.sums.available;
            if left < amount {
                let (wanted, left) = (Credits::millis(amount), Credits::millis(left));
                return Err(CreditError::TooLittle { wanted, left });
            }
            for (line, (grant, part)) in (0..).zip(session.draw(amount).await?) {
                session.post(entry(Kind::Take, part).of_grant(grant).at_line(line))?;
            }
        }
        let available = Credits::millis(session.account.sums.available);
        session.finish().await?;
        Ok(available)
    }
}

fn adjustment_grant(
    session: &Session<'_>,
    id: Uuid,
    request: key::KeyHash,
    reason: &str,
) -> GrantRow {
    GrantRow {
        id,
        source: GrantSource::Adjustment,
        amount: 0,
        left: 0,
        priority: i64::from(GrantSource::Adjustment.priority()),
        effective_at: session.now.as_micros(),
        expires_at: None,
        rollover: None,
        rolled_to: None,
        state: State::Active,
        note: cut(reason),
        request,
        created_at: session.now.as_micros(),
    }
}
