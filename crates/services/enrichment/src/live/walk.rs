use std::borrow::Cow;

use captely_contact::{
    Confidence, EmailAddress, EmailStatus, Field, PhoneType, Safety, Timestamp, Usd,
};
use captely_crm::Contact;
use captely_platform::ids::ContactId;
use captely_providers::Answer;
use captely_verify::Level;
use captely_waterfall::{
    EmailCandidate, LIST_CLAIM, Pattern, PhoneCandidate, Policy, Row, Step, Stop, resembles,
    trust_email, unlike,
};

use super::aside::Aside;
use super::floor::Floor;
use super::guess::guess;
use super::history::History;
use crate::store::attempts::Attempt;

/// Of one answer, this many addresses are checked.
const EMAILS_PER_ANSWER_MAX: usize = 3;

/// A contact's walk through the waterfall.
pub(crate) struct Walk<'f> {
    pub(super) floor: &'f Floor,
    pub(crate) contact: ContactId,
    pub(crate) row: Row,
    pub(crate) history: History,
    /// The pattern that its address has shown.
    pub(crate) seen: Option<Pattern>,
    /// Other values that came along: field, value, provider.
    pub(crate) extras: Vec<(Field, String, String)>,
    /// Questions answered from what was known.
    pub(crate) cached: i64,
    /// A limit of its calls kept a provider from being asked.
    pub(crate) limited: bool,
    /// Attempts of the provider of each seat since `history` was read.
    pub(super) asked: Vec<i64>,
    /// What was set aside for it.
    pub(crate) aside: Aside,
    /// The run's policy, with those fields that there are credits for.
    pub(super) policy: Cow<'f, Policy>,
}

/// The run is being stopped; the row is left for the next process.
pub(crate) struct Interrupted;

impl<'f> Walk<'f> {
    pub(crate) fn new(floor: &'f Floor, contact: Contact, history: History, aside: Aside) -> Self {
        let policy = aside.policy(&floor.settings.policy);
        let seats = floor.seats.len();
        let email = contact.original_email.clone();
        let mut row = Row::new(contact.person, email.clone(), seats);
        row.spent = history.spent(floor.run);
        if let Some(why) = aside.refused() {
            row.story.say("row", format!("not all is looked for: {why}"), Usd::ZERO);
        }
        if let Some(email) = email.filter(|_| !policy.verify) {
            row.found_email(candidate(email, "input", LIST_CLAIM, EmailStatus::Unknown, ""));
        }
        if let Some(raw) = &contact.original_phone {
            let country = Some(row.person.country.as_str()).filter(|c| !c.is_empty());
            let verdict = captely_verify::phone(raw, country);
            if let Some(phone) = verdict.e164.filter(|_| verdict.valid) {
                row.found_phone(PhoneCandidate {
                    phone,
                    source: "input".to_owned(),
                    confidence: LIST_CLAIM,
                    kind: verdict.kind,
                    cost: Usd::ZERO,
                });
            }
        }
        Self {
            floor,
            contact: contact.id,
            row,
            history,
            seen: None,
            extras: Vec::new(),
            cached: 0,
            limited: false,
            asked: vec![0; seats],
            aside,
            policy,
        }
    }

    /// How many attempts of this run about the contact are in the row; `None` while another process's
    /// is open.
    pub(super) fn n_attempts(&self) -> Option<i64> {
        let known = self.history.ended(self.floor.run)?;
        Some(self.asked.iter().fold(known, |sum, asked| sum.saturating_add(*asked)))
    }

    /// Walks to the end.
    pub(crate) async fn go_through(&mut self) -> Result<Stop, Interrupted> {
        let floor = self.floor;
        // what is rare is boxed: a row under way should be small
        if self.history.has_open() {
            Box::pin(self.end_open()).await?;
        }
        loop {
            if floor.stopper.is_stopping() {
                return Err(Interrupted);
            }
            let dropped = |seat: usize| floor.desks.get(seat).and_then(super::desk::Desk::dropped);
            let (row, history, now) = (&mut self.row, &self.history, floor.clock.now());
            let known = |seat: usize, wants: &[Field]| {
                let provider = floor.seats.get(seat).map(|seat| seat.provider.as_str());
                provider
                    .is_some_and(|provider| known(floor, history, provider, wants, now).is_some())
            };
            match row.next_step_knowing(&self.policy, &floor.seats, dropped, known) {
                Step::Done(_) if self.aside.refused().is_some() => return Ok(Stop::Credits),
                Step::Done(stop) => return Ok(stop),
                Step::CheckInput(email) => {
                    let taken = self.take_email(email, "input", LIST_CLAIM, None, Usd::ZERO);
                    Box::pin(taken).await?;
                }
                Step::Guess => {
                    if let Some(verifier) = &floor.verifier {
                        let guessed = Box::pin(guess(floor, verifier, &mut self.row));
                        self.seen =
                            floor.stopper.unless_stopped(guessed).await.ok_or(Interrupted)?;
                    }
                }
                Step::Recall { seat, wants } => {
                    if let Some(place) = floor.seats.get(seat) {
                        Box::pin(self.take_known(&place.provider, &wants, now)).await?;
                    }
                }
                Step::Ask { seat, wants, worst } => self.ask(seat, wants, worst).await?,
            }
        }
    }

    /// Uses an earlier answer, if there is one that is fresh enough.
    pub(super) async fn take_known(
        &mut self,
        provider: &str,
        wants: &[Field],
        now: Timestamp,
    ) -> Result<bool, Interrupted> {
        let floor = self.floor;
        let known = known(floor, &self.history, provider, wants, now);
        let Some((answer, run, cost, at)) = known.and_then(|a| {
            Some((a.answer.clone()?, a.run, a.cost, a.answered_at.unwrap_or(a.asked_at)))
        }) else {
            return Ok(false);
        };
        let ours = run == floor.run;
        if !ours {
            self.cached += 1;
            self.row.story.say(provider, format!("known since {at}, nothing paid"), Usd::ZERO);
        }
        self.take_answer(provider, &answer, if ours { cost } else { Usd::ZERO }).await?;
        Ok(true)
    }

    /// Takes over what a provider said.
    pub(super) async fn take_answer(
        &mut self,
        provider: &str,
        answer: &Answer,
        cost: Usd,
    ) -> Result<(), Interrupted> {
        let found = match (answer.emails.first(), answer.phones.first()) {
            (Some(_), Some(_)) => "e-mail and phone",
            (Some(_), None) => "e-mail",
            (None, Some(_)) => "phone",
            (None, None) => "nothing",
        };
        self.row.story.say(provider, format!("found {found} ({})", answer.said), cost);
        for (field, value) in &answer.extras {
            self.take_extra(provider, *field, value);
        }
        // What nobody ordered, or has credits for, is left out: it would be delivered unpaid.
        let (email, phone) = (self.wants(Field::Email), self.wants(Field::Phone));
        let emails = if email { answer.emails.as_slice() } else { &[] };
        for found in emails.iter().take(EMAILS_PER_ANSWER_MAX) {
            let email = found.email.clone();
            self.take_email(email, provider, found.confidence, found.status, cost).await?;
        }
        let country = self.row.person.country.clone();
        let phones = if phone { answer.phones.as_slice() } else { &[] };
        for found in phones {
            let text = found.e164.as_ref().map_or(found.raw.as_str(), |e164| e164.as_str());
            let verdict =
                captely_verify::phone(text, Some(country.as_str()).filter(|c| !c.is_empty()));
            let Some(phone) = verdict.e164.filter(|_| verdict.valid) else {
                let what = format!("number left out: {}", verdict.reason);
                self.row.story.say(provider, what, Usd::ZERO);
                continue;
            };
            let kind = if found.kind == PhoneType::Unknown { verdict.kind } else { found.kind };
            self.row.found_phone(PhoneCandidate {
                phone,
                source: provider.to_owned(),
                confidence: found.confidence,
                kind,
                cost: if answer.emails.is_empty() { cost } else { Usd::ZERO },
            });
        }
        Ok(())
    }

    fn wants(&self, field: Field) -> bool {
        self.policy.wants.contains(&field)
    }

    /// Fills in what the list did not say; never overwrites it.
    fn take_extra(&mut self, provider: &str, field: Field, value: &str) {
        let value = value.replace('\0', "");
        let person = &mut self.row.person;
        match field {
            _ if value.trim().is_empty() => return,
            Field::Domain if person.domain.is_none() => match value.parse() {
                Ok(domain) => person.domain = Some(domain),
                Err(_no_domain) => return,
            },
            Field::Title if person.title.is_empty() => value.clone_into(&mut person.title),
            Field::Company if person.company.is_empty() => value.clone_into(&mut person.company),
            Field::LinkedinUrl if person.linkedin_url.is_empty() => {
                value.clone_into(&mut person.linkedin_url);
            }
            _ => return,
        }
        self.extras.push((field, value, provider.to_owned()));
    }

    /// Checks an address as far as the run checks, and offers it.
    async fn take_email(
        &mut self,
        email: EmailAddress,
        source: &str,
        claim: Confidence,
        said: Option<EmailStatus>,
        cost: Usd,
    ) -> Result<(), Interrupted> {
        let mut new = match &self.floor.verifier {
            Some(verifier) if self.floor.settings.policy.verify => {
                let checked = Box::pin(verifier.verify(email.as_str(), Level::Smtp));
                let checked = self.floor.stopper.unless_stopped(checked).await;
                let verdict = checked.ok_or(Interrupted)?;
                // What the user's own list blocks is as bad as invalid, whatever its status.
                let usable = verdict.safety != Safety::Invalid;
                let trust = trust_email(claim, verdict.status);
                let confidence = if usable { trust } else { Confidence::NONE };
                candidate(email, source, confidence, verdict.status, &verdict.reason)
            }
            _ => candidate(email, source, claim, said.unwrap_or(EmailStatus::Unknown), ""),
        };
        let mut doubt = "";
        // what stands in the list is the user's own word for whose it is
        if source != "input" && !resembles(&self.row.person, &new.email) {
            new.confidence = unlike(new.confidence);
            doubt = ", it does not look like this person's";
        }
        let what = format!("{} is {}: {} %{doubt}", new.email, new.status, new.confidence);
        self.row.story.say(source, what, Usd::ZERO);
        new.cost = cost;
        self.row.found_email(new);
        Ok(())
    }
}

/// The provider's answer about these fields, if it is known.
fn known<'h>(
    floor: &Floor,
    history: &'h History,
    provider: &str,
    wants: &[Field],
    now: Timestamp,
) -> Option<&'h Attempt> {
    history.answered(floor.run, provider, wants, now, floor.settings.cache_age_max())
}

fn candidate(
    email: EmailAddress,
    source: &str,
    confidence: Confidence,
    status: EmailStatus,
    verification: &str,
) -> EmailCandidate {
    EmailCandidate {
        email,
        source: source.to_owned(),
        confidence,
        status,
        verification: verification.to_owned(),
        cost: Usd::ZERO,
    }
}
