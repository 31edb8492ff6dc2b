//! `/_sandbox/mail`: mail that is kept and not sent, to be read by whoever tries the platform out. On
//! loopback alone, and only while no way out for mail is set up: the mails hold codes.

use axum::Router;
use axum::extract::State;
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;

use super::{ClientAddress, Http, Path, Problem, codes};
use crate::ids::MailId;
use crate::mail;

/// Mails of the list at most.
const MAILS_MAX: u32 = 100;
const BASE: &str = "/_sandbox/mail";

/// `/_sandbox/mail` and `/_sandbox/mail/{id}`.
pub fn outbox_routes(http: &Http) -> Router {
    Router::new()
        .route(BASE, get(list))
        .route(&format!("{BASE}/{{id}}"), get(one))
        .with_state(http.clone())
}

fn check(ClientAddress(address): ClientAddress) -> Result<(), Problem> {
    if address.is_loopback() {
        return Ok(());
    }
    Err(Problem::new(&codes::NOT_FOUND, "There is no such path."))
}

async fn list(State(http): State<Http>, address: ClientAddress) -> Result<Response, Problem> {
    check(address)?;
    let mails = mail::outbox(&http.db, &http.keys, MAILS_MAX).await?;
    page(mail::list_page(&mails, BASE))
}

async fn one(
    State(http): State<Http>,
    address: ClientAddress,
    Path(id): Path<MailId>,
) -> Result<Response, Problem> {
    check(address)?;
    let mail = mail::kept(&http.db, &http.keys, id).await?;
    let mail = mail.ok_or_else(|| Problem::not_found("mail"))?;
    page(mail::mail_page(&mail, BASE))
}

fn page(made: Result<String, String>) -> Result<Response, Problem> {
    let page = made.map_err(|why| {
        Problem::new(&codes::INTERNAL, "Something broke on our side.").because(why)
    })?;
    Ok(Html(page).into_response())
}
