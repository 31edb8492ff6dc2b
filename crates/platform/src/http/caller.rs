use std::net::IpAddr;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use captely_contact::Timestamp;

use super::credentials::{Shown, shown};
use super::limits::Standing;
use super::{Http, Problem, RequestContext, codes, csrf};
use crate::access::{Identity, Means, Refusal, Tier};
use crate::ids::{SessionId, UserId, WorkspaceId};

/// Names the workspace of a request, where it is not the one of the session.
const WORKSPACE_HEADER: &str = "x-workspace-id";

/// Somebody who proved who they are, by session or key, in a workspace or in none.
#[derive(Debug, Clone)]
pub struct Caller(pub Identity);

/// Somebody who signed in: a person at a screen, in a workspace or in none. Keys are refused.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub user: UserId,
    /// Which session.
    pub session: SessionId,
    /// When they last proved who they are.
    pub proved_at: Timestamp,
    /// The workspace they act in.
    pub workspace: Option<WorkspaceId>,
    /// Runs the installation.
    pub superadmin: bool,
}

/// Who runs the installation, signed in, from an address that is allowed.
#[derive(Debug, Clone)]
pub struct Superadmin(pub SignedIn);

/// Finds out who sends a request, once; counts it against their limit.
pub(super) async fn identify(parts: &mut Parts, http: &Http) -> Result<Identity, Problem> {
    let context = RequestContext::from_request_parts(parts, &()).await?;
    if let Some(known) = context.identity() {
        return Ok(known);
    }
    let Some(proof) = shown(&parts.headers, http) else {
        count_anonymous(http, &context).await?;
        return Err(Problem::new(
            &codes::UNAUTHENTICATED,
            "This needs an access token or an API key.",
        ));
    };
    let workspace = workspace_named(&parts.headers)?;
    let now = http.now();
    let found = match &proof {
        Shown::Token(token) | Shown::Cookie(token) => {
            http.authenticate.by_access_token(token, workspace, now).await
        }
        Shown::Key(key) => {
            http.authenticate.by_api_key(key, workspace, context.address(), now).await
        }
    };
    let identity = match found {
        Ok(identity) => identity,
        Err(refusal) => return Err(refused(http, &context, refusal).await),
    };
    if let (Shown::Cookie(_), Means::Session { id, .. }) = (&proof, &identity.means) {
        csrf::check(http, &parts.method, &parts.headers, *id)?;
    }
    count(http, &context, &identity, now).await?;
    context.set_identity(identity.clone());
    Ok(identity)
}

async fn refused(http: &Http, context: &RequestContext, refusal: Refusal) -> Problem {
    match refusal {
        // Whoever tries tokens has the limit of those who have none.
        Refusal::Credentials => match count_anonymous(http, context).await {
            Err(problem) => problem,
            Ok(()) => Problem::new(
                &codes::UNAUTHENTICATED,
                "The token or key is not valid: it is wrong, has run out or was revoked.",
            ),
        },
        Refusal::Plan(what) => Problem::new(&codes::NOT_IN_PLAN, what),
        Refusal::Workspace => Problem::not_found("workspace").at("X-Workspace-Id"),
        Refusal::Db(why) => why.into(),
    }
}

fn workspace_named(headers: &HeaderMap) -> Result<Option<WorkspaceId>, Problem> {
    let Some(value) = headers.get(WORKSPACE_HEADER) else { return Ok(None) };
    let parsed = value.to_str().ok().and_then(|text| text.trim().parse().ok());
    // The same answer as for a workspace of others.
    parsed.map(Some).ok_or_else(|| Problem::not_found("workspace").at("X-Workspace-Id"))
}

/// Counts a request without valid credentials against its address.
pub(super) async fn count_anonymous(http: &Http, context: &RequestContext) -> Result<(), Problem> {
    if let Some(limit) = http.options.anonymous_requests_per_minute {
        let who = address_key(context.address());
        context.note(http.limits.count("anonymous", &who, limit, http.now()).await?);
    }
    Ok(())
}

/// One host: an IPv4 address, or the /64 that a household or machine has of IPv6.
pub(super) fn address_key(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(four) => four.to_string(),
        IpAddr::V6(six) => format!("{:x}/64", six.to_bits() >> 64),
    }
}

async fn count(
    http: &Http,
    context: &RequestContext,
    identity: &Identity,
    now: Timestamp,
) -> Result<(), Problem> {
    let tier = identity.seat.map_or(Tier::Standard, |seat| seat.tier);
    let (Some(limit), true) = (tier.requests_per_minute(), http.options.other_limits) else {
        return Ok(());
    };
    let who = match &identity.means {
        Means::Session { .. } => identity.user.to_string(),
        Means::Key { id, .. } => id.to_string(),
    };
    let standing: Standing = http.limits.count("tier", &who, limit, now).await?;
    context.note(standing);
    Ok(())
}

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    Http: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Ok(Self(identify(parts, &Http::from_ref(state)).await?))
    }
}

impl<S> FromRequestParts<S> for SignedIn
where
    S: Send + Sync,
    Http: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let identity = identify(parts, &Http::from_ref(state)).await?;
        match identity.means {
            Means::Session { id, proved_at } => Ok(Self {
                user: identity.user,
                session: id,
                proved_at,
                workspace: identity.seat.map(|seat| seat.workspace),
                superadmin: identity.superadmin,
            }),
            Means::Key { .. } => {
                Err(Problem::new(&codes::SESSION_NEEDED, "An API key cannot do this; sign in."))
            }
        }
    }
}

impl<S> FromRequestParts<S> for Superadmin
where
    S: Send + Sync,
    Http: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let http = Http::from_ref(state);
        let signed_in = SignedIn::from_request_parts(parts, state).await?;
        if !signed_in.superadmin {
            return Err(Problem::new(
                &codes::FORBIDDEN,
                "Only whoever runs this installation may do this.",
            ));
        }
        let context = RequestContext::from_request_parts(parts, &()).await?;
        if !http.options.is_superadmin_address(context.address()) {
            let place = context.place();
            return Err(Problem::new(
                &codes::ADDRESS_NOT_ALLOWED,
                format!("Superadmins may not act from {place}; see server.superadmin_networks."),
            ));
        }
        Ok(Self(signed_in))
    }
}
