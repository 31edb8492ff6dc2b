//! Events come in: checked, kept once, and dealt with by a job.

use captely_payments::webhook::{SignatureError, TOLERANCE, verify};
use captely_platform::db::DbError;
use captely_platform::ids::WorkspaceId;
use captely_platform::jobs::{self, NewJob};
use serde_json::json;

use super::Billing;
use crate::error::BillingError;
use crate::jobs::STRIPE_EVENT;
use crate::store;

/// How often an event is tried to be dealt with: with the pauses of the queue, for about two days.
const ATTEMPTS_MAX: u32 = 200;

/// Why an event is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebhookError {
    /// Stripe does not collect the money here.
    #[error(transparent)]
    Billing(#[from] BillingError),
    /// It is not Stripe's, or too old.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Billing {
    /// Takes an event in. True where it is new.
    pub(crate) async fn take_event(&self, header: &str, body: &[u8]) -> Result<bool, WebhookError> {
        let access = self.stripe_access()?;
        let now = self.now();
        let event = verify(header, body, &access.webhook_secrets, now, TOLERANCE)?;
        if event.livemode != access.client.is_live() {
            tracing::info!(event = event.id, "An event of Stripe's other mode was left alone");
            return Ok(false);
        }
        let object = format!("{} {}", event.object.kind, event.object.id.as_deref().unwrap_or("-"));
        let mut tx = self.db.writer().await?;
        let (id, kind) = (event.id.as_str(), event.kind.as_str());
        let new = store::event::add(&mut tx, id, kind, &object, event.created, now).await?;
        if new {
            let job = NewJob {
                workspace: WorkspaceId::INSTALLATION,
                queue: STRIPE_EVENT,
                group: None,
                payload: json!({ "event": event.id }),
                run_at: now,
                attempts_max: ATTEMPTS_MAX,
            };
            jobs::push(&mut tx, &self.ids, vec![job]).await?;
        }
        tx.commit().await?;
        Ok(new)
    }

    /// Deals with an event that was taken in: fetched anew, since what counts is what Stripe says now.
    pub(crate) async fn do_event(&self, id: &str) -> Result<&'static str, BillingError> {
        let stripe = &self.stripe_access()?.client;
        let outcome = match stripe.get_event(id).await {
            Ok(event) => Box::pin(self.deal_with(&event)).await?,
            Err(why) if why.is_not_found() => "unknown to Stripe",
            Err(why) => return Err(why.into()),
        };
        tracing::info!(event = id, outcome, "An event of Stripe's was dealt with");
        let mut tx = self.db.writer().await?;
        store::event::end(&mut tx, id, outcome).await?;
        tx.commit().await?;
        Ok(outcome)
    }
}
