//! The ways in which somebody can sign in: a password, passkeys, accounts elsewhere. One stays.

use captely_platform::db::{DbError, Tx};

use crate::error::AccountError;
use crate::ids::UserId;
use crate::model::Person;
use crate::service::Accounts;
use crate::store;

impl Accounts {
    /// Makes others that change the ways in of the same person wait until the transaction ends: of two
    /// that take one away each, the second must see what the first has done.
    pub(crate) async fn hold_ways_in(&self, tx: &mut Tx, user: UserId) -> Result<(), DbError> {
        tx.one_at_a_time(&format!("ways in of {user}")).await
    }

    /// Refuses where no way in is left after what the transaction has taken away. An account at a
    /// provider that is switched off is no way in.
    pub(crate) async fn check_way_in(
        &self,
        tx: &mut Tx,
        user: UserId,
    ) -> Result<Person, AccountError> {
        let person = store::person::get_in(tx, user).await?;
        let person = person.ok_or(AccountError::NotFound("person"))?;
        let elsewhere = store::identity::of_person_in(tx, user).await?;
        let is_on = |word: &str| self.providers.keys().any(|name| name.word() == word);
        let left = person.password_hash.is_some()
            || (self.passkeys.is_some() && store::passkey::count(tx, user).await? > 0)
            || elsewhere.iter().any(|one| is_on(&one.provider));
        if left { Ok(person) } else { Err(AccountError::LastWayIn) }
    }
}
