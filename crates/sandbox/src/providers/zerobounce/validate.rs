//! GET `/validate`: one credit an address, nothing for "unknown".

use captely_contact::Credits;
use serde_json::{Value, json};

use super::memory::{self, Breach};
use super::verdict::{self, Said};
use super::{loose, refused};
use crate::chance::{again, below, draw, happens, mark, topic};
use crate::ledger::{Charged, Subject};
use crate::mail_world::{MailWorld, Personality};
use crate::server::call::Call;
use crate::server::reply::Reply;
use crate::world::is_free_mail;

const COST: Credits = Credits::whole(1);

pub(super) fn validate(call: &mut Call<'_>, client: &str) -> Reply {
    let given = |name: &str| call.query.iter().any(|(n, _)| n == name);
    // The second one must be there and may be empty.
    let missing = ["email", "ip_address"].into_iter().find(|name| !given(name));
    if let Some(name) = missing.or_else(|| call.query("email").is_empty().then_some("email")) {
        memory::note(call, client, Breach::BadRequest);
        return Reply::json(400, &json!({ "error": format!("Missing parameter: {name}") }));
    }
    if call.credits_left() < COST {
        return refused();
    }
    let email = call.query("email").to_lowercase();
    let said = match verdict::verdict(call.world(), &email) {
        Said { greylists: true, .. } if memory::is_greylisted(call, &email) => {
            Said::unknown("greylisted")
        }
        said => said,
    };
    let free = said.status == "unknown";
    if !free && !call.charge(Charged::Verification, Subject::Text(mark(&email)), COST) {
        return refused();
    }
    Reply::json(200, &shown(call, &email, &said))
}

fn shown(call: &Call<'_>, email: &str, said: &Said) -> Value {
    let (account, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let mail = call.world().domain(domain);
    let mx = mail.as_ref().and_then(|mail| mail.mx.first()).map(|(_, host)| host);
    let holder = call.world().by_email(email).and_then(|id| call.world().person(id));
    let drawn = draw(call.world().seed(), topic::SHAPE, mark(email));
    let takes_all = mail.as_ref().map(|mail| mail.personality == Personality::CatchAll);
    // The flag is missing in many answers.
    let takes_all = takes_all.filter(|_| happens(again(call.shape(), 1), 700));
    let named = holder.filter(|_| happens(again(drawn, 2), 600));
    let mut shown = json!({
        "address": email,
        "status": said.status,
        "sub_status": said.sub_status,
        "free_email": loose(call, 2, is_free_mail(domain)),
        "did_you_mean": verdict::meant(account, domain),
        "account": account,
        "domain": domain,
        "domain_age_days": (500 + below(again(drawn, 3), 9_000)).to_string(),
        "smtp_provider": "",
        "mx_found": mx.is_some().to_string(),
        "mx_record": mx,
        "catchall_domain": takes_all.map(|flag| loose(call, 3, flag)),
        "firstname": named.as_ref().map(|person| &person.first_name),
        "lastname": named.as_ref().map(|person| &person.last_name),
        "gender": null,
        "country": null, "region": null, "city": null, "zipcode": null,
        "processed_at": call.sim.clock.iso(call.now_ms).replace('T', " ").trim_end_matches('Z'),
    });
    if let (true, Some(shown)) = (happens(again(call.shape(), 4), 200), shown.as_object_mut()) {
        // Optional members are left out rather than null, now and then.
        shown.retain(|_, value| !value.is_null());
    }
    shown
}
