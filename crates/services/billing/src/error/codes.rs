//! The codes of problems that this service adds.

use captely_platform::problem_codes;

problem_codes! {
    BILLING_OFF = 409, "billing_off", "This installation sells nothing.",
        "Billing is off: everything is allowed and nothing is paid. Whoever runs the installation can set billing.mode.";
    NO_STRIPE = 409, "not_through_stripe", "Payments are not made through Stripe here.",
        "Invoices are paid as they say. Whoever runs the installation can set billing.mode = stripe.";
    TRIAL_TAKEN = 409, "trial_taken", "The trial was taken.",
        "A workspace has one trial. Subscribe without start_trial.";
    DECLINED = 402, "payment_declined", "The payment was declined.",
        "Nothing was charged and nothing was changed. Use another payment method, or ask your bank.";
    STRIPE_UNAVAILABLE = 503, "payments_unavailable", "Payments do not work now.",
        "Nothing is charged twice: repeat the request with the same Idempotency-Key. Where the detail speaks of settings, whoever runs the installation must mend them.";
    KEY_NEEDED = 422, "idempotency_key_needed", "An idempotency key is needed.",
        "Send the header Idempotency-Key with a value of your own that stands for this request alone, so that it can be repeated without paying twice.";
    BAD_SIGNATURE = 400, "bad_signature", "The signature is not right.",
        "This is for Stripe alone. The detail says what is wrong; the secret of the endpoint stands in Stripe's dashboard.";
}
