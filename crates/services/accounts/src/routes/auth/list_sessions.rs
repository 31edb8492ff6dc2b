use axum::extract::State;
use captely_platform::http::{Paged, Problem, SignedIn, Tagged};
use captely_platform::ids::WorkspaceId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ids::SessionId;
use crate::service::Accounts;

/// A device on which somebody is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionItem {
    #[schema(value_type = String, example = "ses_019900000000700080000000000000ab")]
    id: SessionId,
    /// Whether it is the one that asks.
    current: bool,
    /// Browser and system.
    #[schema(example = "Firefox on Linux")]
    device: String,
    /// From where it was last used.
    #[schema(example = "203.0.113.7")]
    address: String,
    /// The workspace it works in.
    #[schema(value_type = Option<String>, example = "ws_019900000000700080000000000000ab")]
    workspace_id: Option<WorkspaceId>,
    /// Whether it outlives the browser.
    remembered: bool,
    #[schema(example = "2026-01-05T09:00:00Z")]
    created_at: String,
    /// When its tokens were last renewed.
    #[schema(example = "2026-01-05T09:00:00Z")]
    seen_at: String,
    #[schema(example = "2026-01-05T21:00:00Z")]
    expires_at: String,
}

/// One's own open sessions
#[utoipa::path(
    get, path = "/api/auth/sessions", operation_id = "list_sessions", tag = "auth",
    responses((status = 200, description = "The newest first; 200 at most.", body = Paged<SessionItem>)),
    security(("session" = [])),
)]
pub(crate) async fn list_sessions(
    State(accounts): State<Accounts>,
    who: SignedIn,
) -> Result<Tagged<Paged<SessionItem>>, Problem> {
    let sessions = accounts.sessions(who.user).await?;
    let items = sessions.into_iter().map(|session| SessionItem {
        id: session.id,
        current: session.id == who.session,
        device: session.agent,
        address: session.address,
        workspace_id: session.seat,
        remembered: session.remembered,
        created_at: session.created_at.to_string(),
        seen_at: session.seen_at.to_string(),
        expires_at: session.expires_at.to_string(),
    });
    Ok(Tagged(Paged { items: items.collect(), next: None }))
}
