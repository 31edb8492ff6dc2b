//! A password is checked before the transaction that follows from it. Here it is reset in between, as by the
//! owner of an account whose password somebody else has come by.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use captely_platform::chance::Chance;
use captely_platform::clock::TestClock;
use captely_platform::db::Migration;
use captely_platform::ids::Ids;
use captely_platform::secrets::Keyring;
use captely_testkit::{TestDb, both_dbs};

use super::*;
use crate::access_token::AccessKeys;
use crate::model::Opened;
use crate::password::{HashCost, PasswordSettings, Passwords};
use crate::service::{AccountSettings, Parts};
use crate::sign_in::SignedIn;

const OLD: &str = "violet tram seldom hums";
const NEW: &str = "copper lantern drifts south";

fn migrations() -> Vec<Migration> {
    [captely_platform::MIGRATIONS, crate::MIGRATIONS].concat()
}

fn from() -> Origin {
    Origin { address: IpAddr::from([192, 0, 2, 1]), agent: String::new(), request: String::new() }
}

/// A service with one person, whose password is [`OLD`].
struct World {
    accounts: Accounts,
    email: EmailAddress,
    user: UserId,
}

impl World {
    async fn new(db: &TestDb) -> Self {
        let (clock, chance) = (Arc::new(TestClock::default()), Arc::new(Chance::from_seed(1)));
        let keys = Keyring::from_text(&"01".repeat(32), chance.clone()).unwrap();
        let cost = HashCost { memory_kib: 64, passes: 1, lanes: 1 };
        let settings = PasswordSettings { threads: 1, waiting_max: 64, cost };
        let accounts = Accounts::start(Parts {
            db: (**db).clone(),
            ids: Arc::new(Ids::new(clock.clone(), chance.clone())),
            clock,
            passwords: Passwords::start(settings, &chance).unwrap(),
            access_keys: AccessKeys::derived(&keys).unwrap(),
            chance,
            keys,
            passkeys: None,
            providers: BTreeMap::new(),
            settings: AccountSettings::default(),
        });
        let accounts = accounts.await.unwrap();
        let email: EmailAddress = "ada@analytical-engines.example".parse().unwrap();
        let hash = accounts.passwords.hash(&Secret::from(OLD)).await.unwrap();
        let mut tx = accounts.db.writer().await.unwrap();
        let added = accounts.add_person(&mut tx, &email, "Ada", Some(hash), false).await.unwrap();
        tx.commit().await.unwrap();
        Self { accounts, email, user: added.unwrap().id }
    }

    /// The owner resets the password, by a link.
    async fn reset(&self) {
        let accounts = &self.accounts;
        let token = Token::draw(TokenKind::PasswordReset, &accounts.chance);
        let ends = accounts.now().plus(LINK_TIME);
        let mut tx = accounts.db.writer().await.unwrap();
        store::reset::add(&mut tx, token.hash().as_bytes(), self.user, ends).await.unwrap();
        tx.commit().await.unwrap();
        let (link, new) = (token.text().expose(), Secret::from(NEW));
        accounts.reset_password(link, &new, &from()).await.unwrap();
    }

    /// Signs in with `password`.
    async fn sign_in(&self, password: &str) -> Result<Opened, AccountError> {
        match self.accounts.sign_in(&self.email, &Secret::from(password), false, &from()).await? {
            SignedIn::Opened(opened) => Ok(*opened),
            SignedIn::SecondFactor(_) => unreachable!("there is none"),
        }
    }

    async fn sessions(&self) -> usize {
        let (db, now) = (&self.accounts.db, self.accounts.clock.now());
        store::session::open(db, self.user, now).await.unwrap().len()
    }
}

#[track_caller]
fn refused<T>(got: Result<T, AccountError>) {
    assert!(matches!(got.map(drop), Err(AccountError::ChangedMeanwhile)));
}

both_dbs! {
    migrations = &migrations();

    async fn a_sign_in_that_was_under_way_opens_nothing(db) {
        let world = World::new(&db).await;
        let (email, old) = (&world.email, Secret::from(OLD));
        let checked = world.accounts.check_password_of(email, &old, &from()).await.unwrap();
        world.reset().await;
        refused(world.accounts.open_checked(email, &checked.0, None, false, &from()).await);
        // Nor does it where the hash was about to be made anew.
        refused(world.accounts.open_checked(email, &checked.0, Some("x"), false, &from()).await);
        assert_eq!(world.sessions().await, 0);
        world.sign_in(NEW).await.unwrap();
    }

    async fn whoever_is_shut_out_meanwhile_does_not_get_in(db) {
        let world = World::new(&db).await;
        let (email, old) = (&world.email, Secret::from(OLD));
        let checked = world.accounts.check_password_of(email, &old, &from()).await.unwrap();
        let mut tx = world.accounts.db.writer().await.unwrap();
        store::person::disable(&mut tx, world.user, world.accounts.now()).await.unwrap();
        tx.commit().await.unwrap();
        refused(world.accounts.open_checked(email, &checked.0, None, false, &from()).await);
        assert_eq!(world.sessions().await, 0);
    }

    async fn a_change_that_was_under_way_does_not_undo_it(db) {
        let world = World::new(&db).await;
        let session = world.sign_in(OLD).await.unwrap().session;
        let old = Secret::from(OLD);
        let checked = world.accounts.check_own_password(world.user, &old, &from()).await.unwrap();
        let theirs = world.accounts.passwords.hash(&Secret::from("another one of mine")).await.unwrap();
        world.reset().await;
        refused(world.accounts.change_checked(&checked, &theirs, session, &from()).await);
        world.sign_in(NEW).await.unwrap();
    }

    async fn a_confirmation_that_was_under_way_counts_for_nothing(db) {
        let world = World::new(&db).await;
        let session = world.sign_in(OLD).await.unwrap().session;
        let old = Secret::from(OLD);
        let checked = world.accounts.check_own_password(world.user, &old, &from()).await.unwrap();
        world.reset().await;
        refused(world.accounts.confirm_checked(&checked, session, &from()).await);
    }

    async fn a_password_that_still_holds_is_hashed_anew(db) {
        let world = World::new(&db).await;
        let (email, old) = (&world.email, Secret::from(OLD));
        let (ada, _) = world.accounts.check_password_of(email, &old, &from()).await.unwrap();
        let dearer = world.accounts.passwords.hash(&old).await.unwrap();
        world.accounts.open_checked(email, &ada, Some(&dearer), false, &from()).await.unwrap();
        let now = world.accounts.person(world.user).await.unwrap();
        assert_eq!(now.password_hash, Some(dearer));
        world.sign_in(OLD).await.unwrap();
    }
}
