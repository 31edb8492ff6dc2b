//! A workspace with somebody of each role, and somebody who has nothing to do with it.

use captely_testkit::TestDb;
use serde_json::{Value, json};

use crate::app::{PASSWORD, Signed, TestApp, address, signed};

pub(crate) struct Team {
    pub(crate) app: TestApp,
    pub(crate) owner: Signed,
    pub(crate) admin: Signed,
    pub(crate) user: Signed,
    pub(crate) viewer: Signed,
    /// Owns another workspace.
    pub(crate) stranger: Signed,
}

impl Team {
    /// Each joined through the link of an invitation.
    pub(crate) async fn new(db: TestDb) -> Self {
        let app = TestApp::new(db).await;
        let owner = app.register("owner").await;
        let admin = join(&app, &owner, "admin", "admin").await;
        let user = join(&app, &owner, "user", "user").await;
        let viewer = join(&app, &owner, "viewer", "viewer").await;
        let stranger = app.register("stranger").await;
        Self { app, owner, admin, user, viewer, stranger }
    }

    /// The role that `who` has, as the owner sees it; none for who is no member.
    pub(crate) async fn role(&self, who: &Signed) -> Option<String> {
        let members = self.app.get(&self.owner, "/api/members").await;
        let members = members.is(200)["items"].as_array().unwrap().clone();
        let found = members.iter().find(|member| member["user_id"] == who.user.as_str())?;
        found["role"].as_str().map(str::to_owned)
    }

    /// What the log says of `action`: the subject of each line, the newest first.
    pub(crate) async fn logged(&self, action: &str) -> Vec<String> {
        let path = format!("/api/audit?action={action}");
        self.app.get(&self.owner, &path).await.column("subject")
    }
}

/// Invites somebody and returns the token of the mail.
pub(crate) async fn invite(app: &TestApp, by: &Signed, name: &str, role: &str) -> String {
    let input = json!({ "email": address(name), "role": role });
    app.post(by, "/api/invitations", input).await.is(201);
    app.post.invitation(&app.db, &address(name)).await
}

/// What somebody without an account answers to an invitation.
pub(crate) fn acceptance(token: &str, name: &str) -> Value {
    json!({ "token": token, "password": PASSWORD, "name": name })
}

/// Invites somebody who has no account, and accepts.
pub(crate) async fn join(app: &TestApp, by: &Signed, name: &str, role: &str) -> Signed {
    let token = invite(app, by, name, role).await;
    let input = acceptance(&token, name);
    let answer = app.call(None, "POST", "/api/invitations/register", input).await;
    signed(address(name), answer.is(201))
}
