use captely_contact::Timestamp;
use serde_json::json;

use super::letter::Content;
use super::{Mailbox, Template, store};
use crate::db::{DbError, Tx};
use crate::ids::{Ids, JobId, MailId, WorkspaceId};
use crate::jobs::{self, NewJob};
use crate::secrets::Keyring;

/// The queue of the jobs that [`super::Mailer::deliver`] does.
pub const QUEUE: &str = "mail_send.v1";

/// More than any mail needs until it is of no use any more, whichever way it waits: see
/// `mailer::wait_after`, and [`jobs::backoff`] for a worker that cannot read it.
const ATTEMPTS_MAX: u32 = 120;

/// A mail to queue.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// Whose mail it is.
    pub workspace: WorkspaceId,
    /// Who gets it.
    pub to: Mailbox,
    /// What it says.
    pub template: Template,
}

/// Queues a mail in the caller's transaction: it is sent if, and only if, that commits.
pub async fn queue(
    tx: &mut Tx,
    ids: &Ids,
    keys: &Keyring,
    now: Timestamp,
    mail: &NewMail,
) -> Result<MailId, DbError> {
    let id = MailId::from(ids.uuid());
    let content = Content::ToWrite { to: mail.to.clone(), template: mail.template.clone() };
    let sealed = store::seal(keys, (mail.workspace, id), &content)?;
    let useful_until = now.plus(mail.template.useful_for());
    store::insert(tx, (mail.workspace, id), now, useful_until, &sealed).await?;
    let job = NewJob {
        workspace: mail.workspace,
        queue: QUEUE,
        group: None,
        payload: json!({ "mail": id }),
        run_at: now,
        attempts_max: ATTEMPTS_MAX,
    };
    jobs::push(tx, ids, vec![job]).await?;
    Ok(id)
}

/// The mail that a job is about.
pub(super) fn mail_of(job: &jobs::Job) -> Result<MailId, String> {
    let id = job.payload.get("mail").and_then(serde_json::Value::as_str).unwrap_or_default();
    let what = |id: JobId| format!("the job {id} of {QUEUE} names no mail");
    id.parse().map_err(|_not_one| what(job.id))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Else the job would end before the mail, whose text would then stay.
    #[test]
    fn a_mail_that_nobody_can_read_ends_when_it_is_of_no_use() {
        let longest = Template::PasswordChanged { when: String::new() }.useful_for();
        // Chance makes each wait a quarter shorter at most.
        let waits: Duration = (1..ATTEMPTS_MAX).map(jobs::backoff).sum();
        assert!(waits * 3 / 4 > longest, "{waits:?}");
    }
}
