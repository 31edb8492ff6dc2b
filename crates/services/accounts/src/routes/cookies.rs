//! The cookies of a session, and the answer that opening one gives.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use captely_contact::Timestamp;
use captely_platform::http::{Http, access_cookie, cookie, csrf_token};
use captely_platform::secrets::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{SessionId, UserId};
use crate::model::Opened;
use crate::oidc::{ProviderName, SIGN_IN_TIME_MAX};

/// Where the refresh cookie is sent: nowhere else.
const REFRESH_PATH: &str = "/api/auth";
/// Where the cookie of a way through a provider is sent.
const WAY_PATH: &str = "/api/auth/oidc";

const STRICT: &str = "Strict";
const LAX: &str = "Lax";

/// How the tokens of a session travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Transport {
    /// In the answer, for programs: send the access token as `Authorization: Bearer …`.
    #[default]
    Token,
    /// In httpOnly cookies, for pages: what changes something needs the header `X-CSRF-Token`.
    Cookie,
}

/// A session that was opened or renewed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionAnswer {
    /// Whose session it is.
    #[schema(value_type = String, example = "usr_019900000000700080000000000000ab")]
    user_id: UserId,
    /// Which session.
    #[schema(value_type = String, example = "ses_019900000000700080000000000000ab")]
    session_id: SessionId,
    /// Left out where it is in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl")]
    access_token: Option<String>,
    /// `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds until the access token runs out.
    #[schema(example = 600)]
    expires_in: u64,
    /// Good once, at POST /api/auth/refresh. Left out where it is in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "cptr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    refresh_token: Option<String>,
    /// When the session ends if it is not used.
    #[schema(value_type = String, example = "2026-01-05T21:00:00Z")]
    session_expires_at: String,
    /// For the header `X-CSRF-Token`.
    #[schema(example = "0123456789abcdef0123456789abcdef")]
    csrf_token: String,
}

/// The answer with its tokens or cookies.
pub(super) fn opened(http: &Http, opened: &Opened, by: Transport, status: StatusCode) -> Response {
    let with_tokens = by == Transport::Token;
    let answer = SessionAnswer {
        user_id: opened.user,
        session_id: opened.session,
        access_token: with_tokens.then(|| opened.access.expose().to_owned()),
        token_type: "Bearer",
        expires_in: opened.access_expires_at.since(opened.at).as_secs(),
        refresh_token: with_tokens.then(|| opened.refresh.expose().to_owned()),
        session_expires_at: opened.refresh_expires_at.to_string(),
        csrf_token: csrf_token(http, opened.session),
    };
    let mut out = (status, axum::Json(answer)).into_response();
    if by == Transport::Cookie {
        add_cookies(out.headers_mut(), http, opened);
    }
    out
}

/// Sets the cookies of a session.
pub(super) fn add_cookies(headers: &mut HeaderMap, http: &Http, opened: &Opened) {
    let age = |until: Timestamp| opened.remembered.then(|| until.since(opened.at).as_secs());
    // The access cookie lives as long as the session: what is in it runs out by itself.
    let until = age(opened.refresh_expires_at);
    let access = Cookie { name: access_cookie(http), path: "/", same_site: LAX, seconds: until };
    access.add(headers, http, opened.access.expose());
    let name = refresh_cookie(http);
    let refresh = Cookie { name, path: REFRESH_PATH, same_site: STRICT, seconds: until };
    refresh.add(headers, http, opened.refresh.expose());
}

/// Takes the cookies of a session away.
pub(super) fn remove_cookies(headers: &mut HeaderMap, http: &Http) {
    let seconds = Some(0);
    Cookie { name: access_cookie(http), path: "/", same_site: LAX, seconds }.add(headers, http, "");
    let name = refresh_cookie(http);
    Cookie { name, path: REFRESH_PATH, same_site: STRICT, seconds }.add(headers, http, "");
}

/// The refresh token of a request's cookie.
pub(super) fn refresh_of<'h>(headers: &'h HeaderMap, http: &Http) -> Option<&'h str> {
    cookie(headers, refresh_cookie(http))
}

/// `__Host-` would need the path `/`; `__Secure-` asks for TLS alone.
fn refresh_cookie(http: &Http) -> &'static str {
    if http.options.is_https() { "__Secure-captely_refresh" } else { "captely_refresh" }
}

/// Binds the way through `provider` to this browser.
pub(super) fn add_way(
    headers: &mut HeaderMap,
    http: &Http,
    provider: ProviderName,
    token: &Secret,
) {
    let seconds = Some(SIGN_IN_TIME_MAX.as_secs());
    way_cookie(http, provider, seconds).add(headers, http, token.expose());
}

/// Takes that cookie away.
pub(super) fn remove_way(headers: &mut HeaderMap, http: &Http, provider: ProviderName) {
    way_cookie(http, provider, Some(0)).add(headers, http, "");
}

/// The token of the way through a provider that this browser is on.
pub(super) fn way_of<'h>(headers: &'h HeaderMap, http: &Http) -> Option<&'h str> {
    cookie(headers, way_name(http))
}

/// Apple answers by a form that its own page sends, and with such a request browsers send a cookie only
/// if it says `SameSite=None`, which needs TLS (RFC 6265bis §5.7.1).
fn way_cookie(http: &Http, provider: ProviderName, seconds: Option<u64>) -> Cookie {
    let by_form = provider == ProviderName::Apple && http.options.is_https();
    let same_site = if by_form { "None" } else { LAX };
    Cookie { name: way_name(http), path: WAY_PATH, same_site, seconds }
}

fn way_name(http: &Http) -> &'static str {
    if http.options.is_https() { "__Secure-captely_oidc" } else { "captely_oidc" }
}

struct Cookie {
    name: &'static str,
    path: &'static str,
    same_site: &'static str,
    /// None for a cookie that ends with the browser.
    seconds: Option<u64>,
}

impl Cookie {
    fn add(&self, headers: &mut HeaderMap, http: &Http, value: &str) {
        let Self { name, path, same_site, seconds } = self;
        let secure = if http.options.is_https() { "; Secure" } else { "" };
        let age = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
        let text =
            format!("{name}={value}; Path={path}; HttpOnly; SameSite={same_site}{secure}{age}");
        // Tokens are plain ASCII.
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}
