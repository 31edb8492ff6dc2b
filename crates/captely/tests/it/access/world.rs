//! The people whom every operation is tried by, and what they try it on.

use std::time::{Duration, Instant};

use serde_json::json;

use super::Target;
use crate::http::{Client, PATIENCE};
use crate::program::Room;
use crate::served::Served;
use crate::serving::{PASSWORD, Serving, Session, UNLIMITED};

/// Who asks. All but the stranger, the superadmin and those who are nobody belong to one workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Actor {
    Anonymous,
    /// Owner of another workspace, acting there.
    Stranger,
    Viewer,
    User,
    Admin,
    Owner,
    /// Runs the installation; owner of a workspace of their own, acting there.
    Superadmin,
    /// A key of the owner that may do nothing.
    Key,
}

impl Actor {
    pub(super) const ALL: [Self; 8] = [
        Self::Anonymous,
        Self::Stranger,
        Self::Viewer,
        Self::User,
        Self::Admin,
        Self::Owner,
        Self::Superadmin,
        Self::Key,
    ];

    fn email(self) -> String {
        format!("{self:?}@example.com").to_lowercase()
    }
}

pub(super) struct World {
    pub(super) server: Serving,
    _room: Room,
    /// Stripe, where it collects the money.
    pub(super) stripe: Option<Served>,
    /// The workspace of the viewer, user, admin and owner.
    pub(super) workspace: String,
    sessions: Vec<(Actor, Session)>,
    key: String,
    /// What was made to be tried on, until somebody succeeds.
    targets: Vec<(Target, String)>,
    pub(super) made: u32,
}

impl World {
    /// A server that sells nothing.
    pub(super) fn build() -> Self {
        let mut world = Self::begin(Room::new(), &[], &[], None);
        world.join_all();
        world
    }

    /// A server with these settings, whose workspace has nobody yet but its owner.
    pub(super) fn begin(
        room: Room,
        settings: &[&str],
        variables: &[(&str, &str)],
        stripe: Option<Served>,
    ) -> Self {
        // A server that is reached by its address alone has no passkeys.
        let named = ["--set", "server.public_url=http://localhost:8080"];
        let serve = ["serve", "--listen", "127.0.0.1:0"];
        let words = [&serve, &UNLIMITED[..], &named, settings].concat();
        let server = Serving::spawn(&room, &words, variables);
        let client = server.client();
        client.set_up(&Actor::Superadmin.email());
        client.sign_up(&Actor::Stranger.email());
        let owner = client.sign_up(&Actor::Owner.email());
        let workspace =
            client.bearing(&owner.access).get("/api/auth/me").expect(200).text("workspace_id");
        let (sessions, targets) = (vec![(Actor::Owner, owner)], Vec::new());
        let superadmin = client.login(&Actor::Superadmin.email());
        let sessions = [sessions, vec![(Actor::Superadmin, superadmin)]].concat();
        Self {
            server,
            _room: room,
            stripe,
            workspace,
            sessions,
            key: String::new(),
            targets,
            made: 0,
        }
    }

    /// The others join it, and the owner makes a key that may do nothing.
    pub(super) fn join_all(&mut self) {
        let (client, owner) = (self.anybody(), self.client(Actor::Owner));
        for (actor, role) in
            [(Actor::Viewer, "viewer"), (Actor::User, "user"), (Actor::Admin, "admin")]
        {
            join(&client, &owner, &actor.email(), role);
        }
        let wish = json!({"name": "May do nothing", "scopes": ["nothing:read"]});
        self.key = owner.post("/api/api-keys", &wish).expect(201).text("key");
    }

    /// Opens a new session for everybody: the row before may have ended theirs.
    pub(super) fn sign_in(&mut self) {
        let client = self.anybody();
        let people = Actor::ALL.into_iter();
        let people = people.filter(|who| !matches!(who, Actor::Anonymous | Actor::Key));
        self.sessions = people.map(|who| (who, client.login(&who.email()))).collect();
        self.targets.clear();
    }

    pub(super) fn anybody(&self) -> Client {
        self.server.client()
    }

    pub(super) fn client(&self, actor: Actor) -> Client {
        let anybody = self.anybody();
        match actor {
            Actor::Anonymous => anybody,
            Actor::Key => anybody.bearing(&self.key),
            Actor::Stranger | Actor::Superadmin => anybody.bearing(&self.session(actor).access),
            Actor::Viewer | Actor::User | Actor::Admin | Actor::Owner => {
                let signed_in = anybody.bearing(&self.session(actor).access);
                signed_in.with("x-workspace-id", &self.workspace)
            }
        }
    }

    fn session(&self, actor: Actor) -> &Session {
        &self.sessions.iter().find(|(who, _)| *who == actor).expect("signed in").1
    }

    /// Everything of the workspace that nobody else may see.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        let inside = [Actor::Viewer, Actor::User, Actor::Admin, Actor::Owner];
        let people = self.sessions.iter().filter(move |(who, _)| inside.contains(who));
        let people = people.flat_map(|(_, session)| [session.user.as_str(), session.id.as_str()]);
        let targets = self.targets.iter().map(|(_, id)| id.as_str());
        people.chain(targets).chain([self.workspace.as_str()])
    }

    /// What stands in the path; made where none is left.
    pub(super) fn target(&mut self, target: Target) -> Option<String> {
        if target == Target::Shown {
            return None;
        }
        if let Some((_, id)) = self.targets.iter().find(|(kind, _)| *kind == target) {
            return Some(id.clone());
        }
        let id = self.make(target);
        self.targets.push((target, id.clone()));
        Some(id)
    }

    fn make(&mut self, target: Target) -> String {
        let owner = self.client(Actor::Owner);
        match target {
            Target::Shown => unreachable!("the document's own is taken"),
            Target::Workspace => self.workspace.clone(),
            Target::Member => {
                let email = self.new_email();
                join(&self.anybody(), &owner, &email, "viewer").user
            }
            Target::Invitation => {
                let wish = json!({"email": self.new_email(), "role": "viewer"});
                owner.post("/api/invitations", &wish).expect(201).text("id")
            }
            Target::Key => {
                let wish = json!({"name": "To be tried on", "scopes": ["contacts:read"]});
                owner.post("/api/api-keys", &wish).expect(201).text("id")
            }
            Target::Session => self.anybody().login(&Actor::Owner.email()).id,
            Target::Job => done_job(&owner),
            Target::Invoice => self.open_invoice(),
            Target::PaidInvoice => self.paid_invoice(),
            Target::Method => self.stored_card(),
        }
    }

    /// Somebody succeeded: the next one gets a new one.
    pub(super) fn used(&mut self, target: Target) {
        self.targets.retain(|(kind, _)| *kind != target);
    }

    /// An idempotency key that nobody has used.
    pub(super) fn new_key(&mut self) -> String {
        self.made += 1;
        format!("key-{}", self.made)
    }

    /// An address that nobody has.
    pub(super) fn new_email(&mut self) -> String {
        self.made += 1;
        format!("person{}@example.com", self.made)
    }

    /// A refresh token that was not used.
    pub(super) fn refresh_token(&self) -> String {
        self.anybody().login(&Actor::Viewer.email()).refresh
    }

    pub(super) fn owner_email() -> String {
        Actor::Owner.email()
    }

    /// The token of an invitation that waits.
    pub(super) fn invitation_token(&mut self) -> String {
        let email = self.new_email();
        invite(&self.anybody(), &self.client(Actor::Owner), &email, "viewer")
    }
}

/// Invites somebody; the token of their mail.
fn invite(anybody: &Client, owner: &Client, email: &str, role: &str) -> String {
    owner.post("/api/invitations", &json!({"email": email, "role": role})).expect(201);
    let mail = &anybody.mail_to(email, 1)[0];
    let at = mail.find("cpti_").unwrap_or_else(|| panic!("no token in {mail}"));
    let (_, rest) = mail.split_at(at);
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    rest.chars().take_while(|c| plain(*c)).collect()
}

/// A job of the workspace that has ended: the mail of an invitation, such as the members had.
fn done_job(owner: &Client) -> String {
    let until = Instant::now() + PATIENCE;
    loop {
        let jobs = owner.get("/api/jobs?state=done&limit=1").expect(200).json();
        if let Some(id) = jobs["items"][0]["id"].as_str() {
            return id.to_owned();
        }
        assert!(Instant::now() < until, "no job is done");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Makes somebody a member.
fn join(anybody: &Client, owner: &Client, email: &str, role: &str) -> Session {
    let token = invite(anybody, owner, email, role);
    let wish = json!({"token": token, "password": PASSWORD, "name": "Alan Example"});
    Session::of(&anybody.post("/api/invitations/register", &wish).expect(201))
}
