//! What can be set of the simulator of Stripe: once at the start, and while it runs.

use captely_contact::Timestamp;
use serde::{Deserialize, Serialize};

use crate::settings::Span;

/// How the account starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripeSettings {
    /// Stripe's date at the start; the world's where it is `None`. A client that goes by the real time
    /// needs that one.
    pub started_at: Option<Timestamp>,
    /// Where webhooks go from the start: an address on loopback.
    pub webhook: Option<String>,
    /// What signs them, `whsec_…`; also for addresses that are set later without a secret of their own.
    pub webhook_secret: String,
}

impl Default for StripeSettings {
    fn default() -> Self {
        Self { started_at: None, webhook: None, webhook_secret: "whsec_sandbox".to_owned() }
    }
}

/// What becomes of a subscription whose renewal was not paid, after the last attempt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterRetries {
    /// It is over.
    #[default]
    Cancel,
    /// It is `unpaid`; further invoices stay drafts.
    Unpaid,
    /// It stays `past_due`.
    PastDue,
}

/// How the account and its webhooks behave. Shares are in thousandths, durations in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StripeConduct {
    /// How late webhooks come.
    pub webhook_delay_ms: Span,
    /// How many come twice.
    pub webhook_repeat_permille: u32,
    /// How many are held back for `webhook_reorder_ms`, so that later ones overtake them.
    pub webhook_reorder_permille: u32,
    /// For how long.
    pub webhook_reorder_ms: u64,
    /// How many never come.
    pub webhook_lost_permille: u32,
    /// While true nothing gets through; it is tried again later.
    pub webhooks_down: bool,
    /// How many are signed with another secret; the next attempt draws again.
    pub webhook_wrong_secret_permille: u32,
    /// How many carry a time stamp of ten minutes ago; the next attempt draws again.
    pub webhook_old_permille: u32,
    /// The pause after the first attempt that failed; it doubles to an hour, for three days.
    pub webhook_retry_ms: u64,
    /// Whether PayPal may be used for what is paid again and again.
    pub paypal_recurring: bool,
    /// How long a payment by PayPal is `processing`; at once for 0.
    pub paypal_processing_ms: Span,
    /// Days from a failed renewal to the next attempts.
    pub retry_days: Vec<u32>,
    /// What becomes of a subscription after the last of them.
    pub after_retries: AfterRetries,
    /// Whether an end at the end of the period is told by `cancel_at` alone.
    pub flexible_billing: bool,
    /// How many writes meet another call's lock (429 `lock_timeout`).
    pub lock_timeout_permille: u32,
}

impl Default for StripeConduct {
    fn default() -> Self {
        Self {
            webhook_delay_ms: Span::default(),
            webhook_repeat_permille: 0,
            webhook_reorder_permille: 0,
            webhook_reorder_ms: 2_000,
            webhook_lost_permille: 0,
            webhooks_down: false,
            webhook_wrong_secret_permille: 0,
            webhook_old_permille: 0,
            webhook_retry_ms: 5_000,
            paypal_recurring: true,
            paypal_processing_ms: Span::default(),
            retry_days: vec![3, 5, 7],
            after_retries: AfterRetries::default(),
            flexible_billing: false,
            lock_timeout_permille: 0,
        }
    }
}
