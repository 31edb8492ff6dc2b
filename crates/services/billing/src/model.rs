//! The types of this service that are not subscriptions or invoices.

use captely_contact::{Credits, Timestamp};
use captely_credits::GrantId;
use captely_payments::Price;

use crate::catalogue::Package;
use crate::ids::{InvoiceId, PaymentMethodId, PurchaseId, TransactionId};

/// A type whose values are words, in the database and outside.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident: $($(#[$inner:meta])* $variant:ident = $word:literal),+ $(,)?) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum $name { $($(#[$inner])* $variant),+ }

        impl $name {
            /// Its word.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(format!("{text:?} is no {}", stringify!($name))),
                }
            }
        }
    };
}
pub(crate) use words;

/// Who pays for a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Customer {
    /// The months of the free plan count from here.
    pub(crate) free_anchor: Timestamp,
    /// When the one trial began.
    pub(crate) trial_at: Option<Timestamp>,
    /// Credits that were spent and whose payment was taken back.
    pub(crate) owed: Credits,
    /// Where receipts go; none for the owners' own addresses.
    pub(crate) email_sealed: Option<String>,
    /// As on invoices.
    pub(crate) name: String,
    /// Two letters.
    pub(crate) country: Option<String>,
    /// A tax number of the right form.
    pub(crate) vat_id: Option<String>,
    /// Stripe's name for it.
    pub(crate) stripe_id: Option<String>,
}

words! {
    /// Which way money went, or did not.
    TransactionKind:
    /// It came.
    Payment = "payment",
    /// It was asked for and did not come.
    Failure = "failure",
    /// It was given back.
    Refund = "refund",
    /// The buyer's bank takes it back for now.
    Dispute = "dispute",
    /// A dispute was won: it came back.
    Reinstated = "reinstated",
}

words! {
    /// Who collected the money.
    Via:
    /// Somebody, by hand.
    Manual = "manual",
    /// Stripe.
    Stripe = "stripe",
}

words! {
    /// How a purchase of credits stands.
    PurchaseStatus:
    /// It waits for its payment.
    Pending = "pending",
    /// Its credits were granted.
    Paid = "paid",
    /// All of it was paid back.
    Refunded = "refunded",
}

/// A line of the history of payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Transaction {
    pub(crate) id: TransactionId,
    pub(crate) kind: TransactionKind,
    pub(crate) invoice: Option<InvoiceId>,
    /// Above zero.
    pub(crate) amount: Price,
    pub(crate) via: Via,
    pub(crate) reference: String,
    pub(crate) at: Timestamp,
}

/// Credits that were bought once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Purchase {
    pub(crate) id: PurchaseId,
    pub(crate) package: Package,
    pub(crate) status: PurchaseStatus,
    pub(crate) invoice: InvoiceId,
    /// The credits that it brought, once it was paid.
    pub(crate) grant: Option<GrantId>,
    /// Credits that a refund took away or noted as owed.
    pub(crate) taken_back: Credits,
    pub(crate) created_at: Timestamp,
    pub(crate) paid_at: Option<Timestamp>,
}

/// What Stripe says was taken back of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reversal {
    /// Stripe's payment.
    pub(crate) payment: String,
    /// A refund or a dispute.
    pub(crate) kind: TransactionKind,
    /// The charge, or the dispute.
    pub(crate) object: String,
    /// Smallest units: of a charge what was paid back in all.
    pub(crate) amount: i64,
    /// A dispute that was decided for us.
    pub(crate) won: bool,
}

/// Credits that a payment brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Brought {
    pub(crate) grant: GrantId,
    /// None where they last for ever.
    pub(crate) ends_at: Option<Timestamp>,
    /// What was drawn before of others in whose place these came.
    pub(crate) drawn: Credits,
}

/// What went with a payment that was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    /// What was left of them, and taken away.
    pub(crate) left: Credits,
    /// Spent before, and owed.
    pub(crate) owed: Credits,
    /// Until when they would have lasted; none for ever.
    pub(crate) ends_at: Option<Timestamp>,
    /// When that was.
    pub(crate) at: Timestamp,
}

/// A card or the like that Stripe keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Method {
    pub(crate) id: PaymentMethodId,
    pub(crate) stripe_id: String,
    pub(crate) kind: String,
    pub(crate) brand: Option<String>,
    pub(crate) last4: Option<String>,
    /// `2030-04`.
    pub(crate) expires: Option<String>,
    pub(crate) is_default: bool,
    pub(crate) created_at: Timestamp,
}

/// A difference between Stripe's books and ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Of which object: Stripe's id, or ours where Stripe has none.
    pub(crate) subject: String,
    /// What differs: `status`, `missing_here`, …
    pub(crate) kind: String,
    pub(crate) ours: String,
    pub(crate) theirs: String,
    pub(crate) first_seen_at: Timestamp,
    pub(crate) last_seen_at: Timestamp,
}
