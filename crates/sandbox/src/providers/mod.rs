//! The simulators, each written from its contract in the shared material and from nothing else.
//!
//! What a contract marks as unconfirmed varies here from call to call or is absent, so that no client
//! comes to lean on it.

pub(crate) mod apollo;
pub(crate) mod dropcontact;
pub(crate) mod hunter;
pub(crate) mod icypeas;
pub(crate) mod resend;
pub(crate) mod twilio;
pub(crate) mod zerobounce;

use crate::payments;
use crate::provider::Provider;
use crate::server::call::Call;
use crate::server::reply::Reply;

/// The provider's answer to a call.
pub(crate) fn answer(call: &mut Call<'_>) -> Reply {
    match call.provider {
        Provider::Icypeas => icypeas::answer(call),
        Provider::Dropcontact => dropcontact::answer(call),
        Provider::Hunter => hunter::answer(call),
        Provider::Apollo => apollo::answer(call),
        Provider::Zerobounce => zerobounce::answer(call),
        Provider::Twilio => twilio::answer(call),
        Provider::Resend => resend::answer(call),
        Provider::Stripe => payments::answer(call),
    }
}

/// "Too many calls" in the provider's own form.
pub(crate) fn slow_down(call: &Call<'_>) -> Reply {
    match call.provider {
        Provider::Icypeas => icypeas::slow_down(call),
        Provider::Dropcontact => dropcontact::slow_down(),
        Provider::Hunter => hunter::slow_down(call),
        Provider::Apollo => apollo::slow_down(call, 60, 2),
        Provider::Zerobounce => zerobounce::slow_down(),
        Provider::Twilio => twilio::slow_down(),
        Provider::Resend => resend::slow_down(),
        Provider::Stripe => payments::slow_down(),
    }
}

/// A server error in the provider's own form.
pub(crate) fn broken(call: &Call<'_>) -> Reply {
    match call.provider {
        Provider::Icypeas => icypeas::broken(call),
        Provider::Dropcontact => dropcontact::broken(call),
        Provider::Hunter => hunter::broken(call),
        Provider::Apollo => apollo::broken(call),
        Provider::Zerobounce => zerobounce::broken(call),
        Provider::Twilio => twilio::broken(call),
        Provider::Resend => resend::broken(call),
        Provider::Stripe => payments::broken(call),
    }
}
