//! Mail to people: counted where anybody can ask for it, queued with what it tells of.

use std::time::Duration;

use captely_contact::EmailAddress;
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::WorkspaceId;
use captely_platform::mail::{self, Mailbox, NewMail, Template};

use crate::error::AccountError;
use crate::model::Person;
use crate::service::Accounts;
use crate::store;

impl Accounts {
    /// Counts a mail to an address that anybody can ask for.
    pub(crate) async fn count_mail(
        &self,
        tx: &mut Tx,
        what: &str,
        email: &EmailAddress,
        most: u32,
        stretch: Duration,
    ) -> Result<(), AccountError> {
        let key = self.keys.blind_index(what, email.as_str().as_bytes());
        self.count_mails(tx, &key, most, stretch).await
    }

    /// Counts a mail under `key`; refused where there were `most` in a stretch of time.
    pub(crate) async fn count_mails(
        &self,
        tx: &mut Tx,
        key: &[u8; 32],
        most: u32,
        stretch: Duration,
    ) -> Result<(), AccountError> {
        let now = self.now();
        if store::tally::count(tx, key, most, stretch, now).await? {
            return Ok(());
        }
        let ends = store::tally::read(tx, key, now).await?.map_or(now, |(_, ends)| ends);
        Err(AccountError::TooManyMails { wait: ends.since(now) })
    }

    /// Queues a mail to somebody with an account.
    pub(crate) async fn mail(
        &self,
        tx: &mut Tx,
        person: &Person,
        template: Template,
    ) -> Result<(), DbError> {
        let email = self.open_email(&person.email_sealed)?;
        self.mail_to(tx, WorkspaceId::INSTALLATION, email.as_str(), Some(&person.name), template)
            .await
    }

    /// Queues a mail to an address.
    pub(crate) async fn mail_to(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        address: &str,
        name: Option<&str>,
        template: Template,
    ) -> Result<(), DbError> {
        let to = Mailbox::new(address, name).map_err(|why| DbError::Other(why.to_string()))?;
        let mail = NewMail { workspace, to, template };
        mail::queue(tx, &self.ids, &self.keys, self.now(), &mail).await.map(drop)
    }
}
