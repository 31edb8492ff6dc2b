//! What a caller is told of an error.

use std::time::Duration;

use captely_credits::CreditError;
use captely_platform::http::{Problem, codes};

use super::{BillingError, codes as own};

/// How long to wait before Stripe is asked again.
const STRIPE_AGAIN: Duration = Duration::from_secs(5);

impl From<BillingError> for Problem {
    fn from(error: BillingError) -> Self {
        use BillingError as E;
        match error {
            E::Off => Self::new(
                &own::BILLING_OFF,
                "Billing is off in this installation: everything is allowed, and there is nothing to buy.",
            ),
            E::NoStripe => Self::new(
                &own::NO_STRIPE,
                "Payments are not made through Stripe here; invoices are paid as they say.",
            ),
            E::NotFound(what) => Self::not_found(what),
            E::Conflict(what) => Self::new(&codes::CONFLICT, what),
            E::ReferenceReused => Self::new(
                &codes::CONFLICT,
                "A payment back of this reference was noted with another amount; each has a reference of its own.",
            ),
            E::TrialTaken => Self::new(
                &own::TRIAL_TAKEN,
                "This workspace had its trial; subscribe without start_trial.",
            )
            .at("start_trial"),
            E::Invalid(field, why) => Self::invalid(field, why),
            E::AbovePayment { left } => Self::invalid(
                "amount",
                format!("is more than what is left of the payment: {left} in the smallest unit."),
            ),
            E::Declined(why) => {
                Self::new(&own::DECLINED, format!("The payment was declined: {why}."))
            }
            E::Stripe(why) => {
                // What Stripe says is for whoever runs this: it names keys and permissions.
                let said = "Payments cannot be made just now; whoever runs this installation finds why in its log.";
                let problem = Self::new(&own::STRIPE_UNAVAILABLE, said).because(why.to_string());
                let again = why.is_retryable() || why.may_have_happened();
                if again { problem.retry_after(STRIPE_AGAIN) } else { problem }
            }
            E::Credits(CreditError::Db(why)) | E::Db(why) => why.into(),
            E::Credits(why) => Self::internal(&why),
            E::TooMuch(why) => Self::internal(&why),
            E::Once(why) => why.into(),
        }
    }
}
