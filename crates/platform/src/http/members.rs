use axum::extract::{FromRef, FromRequestParts, MatchedPath};
use axum::http::request::Parts;

use super::caller::identify;
use super::{Http, Problem, RequestContext, codes};
use crate::access::{Identity, Means, Role};
use crate::ids::{ApiKeyId, UserId, WorkspaceId};

/// A member of one workspace, of any role; a key counts as whoever made it, within its scopes. Only the
/// extractor makes one, so an operation that has a workspace has checked it.
#[derive(Debug, Clone)]
pub struct Member {
    /// The workspace they act in.
    pub workspace: WorkspaceId,
    /// Who.
    pub user: UserId,
    /// What they may do there.
    pub role: Role,
    /// Which key, where it is one.
    pub key: Option<ApiKeyId>,
}

impl Member {
    async fn extract<S>(parts: &mut Parts, state: &S, least: Role) -> Result<Self, Problem>
    where
        S: Send + Sync,
        Http: FromRef<S>,
    {
        let identity = identify(parts, &Http::from_ref(state)).await?;
        let Some(seat) = identity.seat else {
            return Err(Problem::new(&codes::NO_WORKSPACE, "You are in no workspace yet."));
        };
        check_scopes(parts, &identity)?;
        if seat.role < least {
            return Err(Problem::new(
                &codes::FORBIDDEN,
                format!("This needs the role {least} in this workspace; yours is {}.", seat.role),
            ));
        }
        RequestContext::from_request_parts(parts, state).await?.acts_in(seat.workspace);
        let key = match identity.means {
            Means::Key { id, .. } => Some(id),
            Means::Session { .. } => None,
        };
        Ok(Self { workspace: seat.workspace, user: identity.user, role: seat.role, key })
    }

    /// Refuses keys: what follows is for a person at a screen.
    pub fn in_person(&self) -> Result<(), Problem> {
        match self.key {
            None => Ok(()),
            Some(_) => {
                Err(Problem::new(&codes::SESSION_NEEDED, "An API key cannot do this; sign in."))
            }
        }
    }
}

/// A key may do what its scopes say: the resource is the first part of the path behind `/api/`.
fn check_scopes(parts: &Parts, identity: &Identity) -> Result<(), Problem> {
    let Means::Key { scopes, .. } = &identity.means else { return Ok(()) };
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let resource = resource(route);
    let write = !parts.method.is_safe();
    if scopes.allow(resource, write) {
        return Ok(());
    }
    let verb = if write { "write" } else { "read" };
    Err(Problem::new(
        &codes::SCOPE,
        format!("The API key lacks the scope {resource}:{verb}; it has {:?}.", scopes.to_string()),
    ))
}

/// `contacts` of `/api/contacts/{id}`.
pub(super) fn resource(route: &str) -> &str {
    let rest = route.strip_prefix("/api/").unwrap_or_default();
    match rest.split('/').next().unwrap_or_default() {
        // The socket tells the same as the stream.
        "ws" => "events",
        first => first,
    }
}

macro_rules! members {
    ($($(#[$meta:meta])* $name:ident = $least:expr;)+) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub struct $name(pub Member);

        impl std::ops::Deref for $name {
            type Target = Member;
            fn deref(&self) -> &Member {
                &self.0
            }
        }

        impl<S> FromRequestParts<S> for $name
        where
            S: Send + Sync,
            Http: FromRef<S>,
        {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
                Member::extract(parts, state, $least).await.map(Self)
            }
        }
    )+ };
}

members! {
    /// A member who may change contacts and spend: role user or higher.
    Writer = Role::User;
    /// A member who may manage members and settings: role admin or higher.
    Admin = Role::Admin;
    /// A member who owns the workspace.
    Owner = Role::Owner;
}

impl<S> FromRequestParts<S> for Member
where
    S: Send + Sync,
    Http: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Self::extract(parts, state, Role::Viewer).await
    }
}

/// A program with a key; people who signed in are refused.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// As whom it acts, and where.
    pub member: Member,
    /// Which key.
    pub id: ApiKeyId,
}

impl<S> FromRequestParts<S> for ApiKey
where
    S: Send + Sync,
    Http: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let member = Member::extract(parts, state, Role::Viewer).await?;
        match member.key {
            Some(id) => Ok(Self { member, id }),
            None => Err(Problem::new(&codes::FORBIDDEN, "This is for programs with an API key.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resource_is_the_first_part_behind_api() {
        assert_eq!(resource("/api/contacts/{id}/notes"), "contacts");
        assert_eq!(resource("/api/api-keys"), "api-keys");
        assert_eq!(resource("/metrics"), "");
    }
}
