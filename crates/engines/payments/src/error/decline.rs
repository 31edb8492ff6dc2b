use std::fmt;

/// Why a payment was declined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decline {
    /// `card_declined`, `expired_card`, `incorrect_cvc`, `authentication_required` …
    pub code: String,
    /// The bank's reason: `insufficient_funds`, `lost_card`, `generic_decline` …
    pub decline_code: Option<String>,
    /// What Stripe advises.
    pub advice_code: Option<String>,
    /// The payment that it was, where there is one.
    pub payment_intent: Option<String>,
    /// Stripe's words, fit for the customer.
    pub detail: String,
}

impl Decline {
    /// The bank wants the customer to confirm the payment; the card itself is good.
    pub fn needs_confirmation(&self) -> bool {
        let reasons = [Some(self.code.as_str()), self.decline_code.as_deref()];
        reasons.contains(&Some("authentication_required"))
    }
}

impl fmt::Display for Decline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = self.decline_code.as_deref().unwrap_or(&self.code);
        write!(f, "says that the payment was declined ({reason}): {}; ", self.detail)?;
        f.write_str(if self.needs_confirmation() {
            "the bank wants the customer to confirm the payment"
        } else {
            "the customer needs another card or payment method"
        })
    }
}
