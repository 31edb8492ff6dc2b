//! Stored payment methods: Stripe's list, kept here so that it can be shown without asking.

use captely_accounts::{Entry, Origin};
use captely_contact::Timestamp;
use captely_payments::PaymentMethod;
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;

use super::Billing;
use super::apply::Followed;
use super::fetched::{FETCHES_MAX, Fetched};
use super::prices::key;
use crate::error::BillingError;
use crate::ids::PaymentMethodId;
use crate::model::Method;
use crate::store;

/// Methods that are kept of one workspace.
const METHODS_MAX: usize = 100;

impl Billing {
    /// The stored methods, in the order of their coming.
    pub(crate) async fn methods(
        &self,
        workspace: WorkspaceId,
    ) -> Result<Vec<Method>, BillingError> {
        let mut tx = self.db.reader().await?;
        Ok(store::method::list(&mut tx, workspace).await?)
    }

    /// Takes one away, at Stripe first.
    pub(crate) async fn remove_method(
        &self,
        workspace: WorkspaceId,
        id: PaymentMethodId,
        entry: Entry,
        from: &Origin,
    ) -> Result<(), BillingError> {
        let stripe = &self.stripe_access()?.client;
        let known = self.methods(workspace).await?;
        let method = known.into_iter().find(|method| method.id == id);
        let method = method.ok_or(BillingError::NotFound("payment method"))?;
        match stripe.detach_payment_method(&method.stripe_id, &key(format!("detach:{id}"))?).await {
            Ok(_) => {}
            // It was taken away there before.
            Err(why) if why.is_not_found() => {}
            Err(why) => return Err(why.into()),
        }
        // A list that was fetched before it was taken away still has it.
        let gone = Fetched { at: self.now(), over: None };
        let mut tx = self.db.writer().await?;
        let mark = lock_methods(&mut tx, workspace).await?;
        store::method::remove(&mut tx, workspace, id).await?;
        store::method::set_fetched(&mut tx, workspace, gone.mark(mark)).await?;
        self.accounts.audit(&mut tx, from, entry).await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn refresh_methods_of(
        &self,
        customer: &str,
    ) -> Result<&'static str, BillingError> {
        let Some(workspace) = store::customer::by_stripe(&self.db, customer).await? else {
            return Ok("unknown customer");
        };
        let stripe = &self.stripe_access()?.client;
        for _ in 0..FETCHES_MAX {
            let mut tx = self.db.reader().await?;
            let over = store::method::fetched_at(&mut tx, workspace).await?;
            drop(tx);
            let fetched = Fetched { at: self.now(), over };
            let there = stripe.list_payment_methods(customer, None, METHODS_MAX).await?.objects;
            let whole = stripe.get_customer(customer).await?;
            let default = whole.default_payment_method();
            if self.keep_methods(workspace, there, default, fetched).await? {
                return Ok("done");
            }
        }
        Ok(Followed::Older.as_str())
    }

    /// Makes ours those that were fetched. False where ours were fetched later.
    async fn keep_methods(
        &self,
        workspace: WorkspaceId,
        there: Vec<PaymentMethod>,
        default: Option<&str>,
        fetched: Fetched,
    ) -> Result<bool, BillingError> {
        let mut tx = self.db.writer().await?;
        let mark = lock_methods(&mut tx, workspace).await?;
        if fetched.is_older_than(mark) {
            return Ok(false);
        }
        let known = store::method::list(&mut tx, workspace).await?;
        for method in known.iter().filter(|one| !there.iter().any(|new| new.id == one.stripe_id)) {
            store::method::remove(&mut tx, workspace, method.id).await?;
        }
        for method in there {
            let is_default = default == Some(method.id.as_str());
            let one = self.method_of(method, is_default);
            store::method::put(&mut tx, workspace, &one).await?;
        }
        store::method::set_fetched(&mut tx, workspace, fetched.mark(mark)).await?;
        tx.commit().await?;
        Ok(true)
    }

    fn method_of(&self, theirs: PaymentMethod, is_default: bool) -> Method {
        let card = theirs.card.as_ref();
        let expires = card.and_then(|card| Some((card.exp_year?, card.exp_month?)));
        Method {
            id: PaymentMethodId::from(self.ids.uuid()),
            brand: card.and_then(|card| card.brand.clone()),
            last4: card.and_then(|card| card.last4.clone()),
            expires: expires.map(|(year, month)| format!("{year:04}-{month:02}")),
            kind: theirs.kind,
            stripe_id: theirs.id,
            is_default,
            created_at: self.now(),
        }
    }
}

/// Waits for whoever changes them, and tells when those that stand here were fetched.
async fn lock_methods(
    tx: &mut Tx,
    workspace: WorkspaceId,
) -> Result<Option<Timestamp>, BillingError> {
    tx.one_at_a_time(&format!("payment methods of {workspace}")).await?;
    Ok(store::method::fetched_at(tx, workspace).await?)
}
