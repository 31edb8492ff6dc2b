//! Who answers: the memory of the workspace where there is one, else the verifier at once.

use std::collections::HashMap;

use captely_platform::clock::{Clock, SystemClock};
use captely_platform::data_dir::DataDir;
use captely_platform::ids::WorkspaceId;
use captely_verification::{CheckSettings, List, Verification, list_id, subject};
use captely_verify::{EmailVerifier, Level};
use futures::{StreamExt as _, stream};

use super::answer::{Checked, Kind};
use super::columns::Asked;
use super::details::Details;
use super::outside::{OutsideDesk, distinct};
use crate::commands::local::{Local, database, ledger};
use crate::commands::mail_world::{MailWorld, RETRY_AFTER_MAX};
use crate::commands::verifier::checks;
use crate::config::Settings;
use crate::exit::CliError;

/// Answers texts.
pub(super) struct Desk {
    verifier: EmailVerifier,
    level: Level,
    at_once: usize,
    /// For numbers of which nothing says the country; empty where none is set.
    country: String,
    /// Who is asked about what stays open; has a memory then.
    outside: Option<OutsideDesk>,
    /// `None` at level syntax, where working an answer out is cheaper than looking it up, and where
    /// the data directory cannot be used.
    memory: Option<Memory>,
}

/// The service with what it stands on.
struct Memory {
    service: Verification,
    _place: DataDir,
}

impl Desk {
    /// Without a memory.
    pub(super) fn new(settings: &Settings, verifier: EmailVerifier) -> Self {
        let verify = &settings.verify;
        Self {
            verifier,
            level: verify.level,
            at_once: verify.addresses_at_once,
            country: verify.country.clone(),
            outside: None,
            memory: None,
        }
    }

    /// Uses an outside verifier, too. Paid answers must be remembered, so there must be a memory.
    pub(super) fn use_outside(&mut self, outside: OutsideDesk) -> Result<(), CliError> {
        if self.memory.is_none() {
            let sentence = "--with needs a level beyond syntax and a data directory, where what was \
                            paid for is remembered";
            return Err(CliError::usage(sentence).try_this("--level smtp"));
        }
        self.outside = Some(outside);
        Ok(())
    }

    /// The outside verifier.
    pub(super) fn outside(&self) -> Option<&OutsideDesk> {
        self.outside.as_ref()
    }

    /// Remembers answers there; `fresh` believes nothing of them but what this list's own last try left.
    pub(super) fn remember_in(
        &mut self,
        local: Local,
        settings: &Settings,
        world: Option<&MailWorld>,
        fresh: bool,
    ) {
        let Local { db, clock, chance: _, ids, worker, place } = local;
        let service = Verification {
            ledger: ledger(&db, &ids, &clock),
            db,
            ids,
            clock,
            workspace: world.map_or(WorkspaceId::LOCAL, |world| world.workspace),
            worker,
            verifier: self.verifier.clone(),
            settings: CheckSettings {
                fresh,
                retry_after_max: world.map(|_sandbox| RETRY_AFTER_MAX),
                ..checks(&settings.verify)
            },
        };
        self.memory = Some(Memory { service, _place: place });
    }

    /// The memory's service.
    pub(super) fn service(&self) -> Option<&Verification> {
        self.memory.as_ref().map(|memory| &memory.service)
    }

    /// Opens the list of what `hasher` has read, if there is a memory: the same content asked the same
    /// way is the same list.
    pub(super) async fn list(&self, mut hasher: blake3::Hasher) -> Result<Option<List>, CliError> {
        let Some(service) = self.service() else { return Ok(None) };
        hasher.update(self.level.as_str().as_bytes());
        hasher.update(&[u8::from(service.settings.fresh)]);
        let mark = hasher.finalize().as_bytes().first_chunk::<16>().copied().unwrap_or_default();
        service.open(list_id(mark)).await.map(Some).map_err(|why| database(&why))
    }

    /// One answer for each, in order.
    pub(super) async fn answers(
        &self,
        list: Option<&List>,
        asked: Vec<Asked>,
    ) -> Result<Vec<Checked>, CliError> {
        let of_email = |one: &Asked| subject(&one.text).filter(|_| one.kind == Some(Kind::Email));
        let (emails, known) = match (self.service(), list) {
            (Some(service), Some(list)) => {
                let emails: Vec<Option<String>> = asked.iter().map(of_email).collect();
                let distinct = distinct(emails.iter().flatten().cloned());
                let known = service.answers(list, &distinct).await.map_err(|why| database(&why))?;
                (emails, known)
            }
            _ => (vec![None; asked.len()], HashMap::new()),
        };
        let one = |(one, email): (Asked, &Option<String>)| {
            let answer = email.as_ref().and_then(|email| known.get(email).cloned());
            async move {
                match answer {
                    Some(answer) => Checked::remembered(one.text, answer),
                    None => self.answer_now(one).await,
                }
            }
        };
        let asked: Vec<_> = asked.into_iter().zip(&emails).map(one).collect();
        let own: Vec<Checked> = stream::iter(asked).buffered(self.at_once.max(1)).collect().await;
        let (Some(outside), Some(service)) = (&self.outside, self.service()) else {
            return Ok(own);
        };
        let is_open =
            |email: &String| known.get(email).is_some_and(|own| outside.is_asked_about(own));
        let open = own.iter().zip(emails).map(|(own, email)| match &own.details {
            Details::Phone { own, .. } => outside.number(own),
            Details::Email(_) | Details::None => email.filter(is_open),
        });
        let open = open.collect();
        outside.over(service, own, open).await
    }

    async fn answer_now(&self, one: Asked) -> Checked {
        match one.kind {
            None => Checked::nothing("The row has nothing to check.".to_owned(), SystemClock.now()),
            Some(Kind::Email) => {
                let verdict = self.verifier.verify(&one.text, self.level).await;
                Checked::email(one.text, verdict, SystemClock.now())
            }
            Some(Kind::Phone) => {
                let verdict = one.number(&self.country);
                Checked::phone(one.text, verdict, SystemClock.now())
            }
        }
    }
}
