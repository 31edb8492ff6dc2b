use captely_contact::{Confidence, EmailAddress, Field, Person, Usd};
use serde::{Deserialize, Serialize};

use crate::{Best, Budget, EmailCandidate, PhoneCandidate, Refusal, Seat, Story, agreed};

/// What holds for every row of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The fields to find.
    pub wants: Vec<Field>,
    /// An e-mail at least this sure ends the search for e-mail.
    pub stop_at: Confidence,
    /// Whether addresses are checked at their mail servers, and guessed before anybody is paid.
    pub verify: bool,
    /// How often a failed call is repeated.
    pub retries_max: u32,
    /// What may be spent.
    pub budget: Budget,
}

/// What to do next for a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Check the address that the list itself gave.
    CheckInput(EmailAddress),
    /// Guess addresses by the domain's pattern and test them; free.
    Guess,
    /// Ask the provider at this seat for these fields, at this price at worst.
    Ask {
        /// Index into the plan's seats.
        seat: usize,
        /// The fields still missing that it gives.
        wants: Vec<Field>,
        /// The most it can cost.
        worst: Usd,
    },
    /// Take what this seat's provider has answered before; it costs nothing and asks nobody.
    Recall {
        /// Index into the plan's seats.
        seat: usize,
        /// The fields still missing that it gives.
        wants: Vec<Field>,
    },
    /// Nothing more to do.
    Done(Stop),
}

/// Why a row ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// All wanted fields are there, sure enough.
    Found,
    /// Everybody who could help was asked.
    Exhausted,
    /// The row's own budget left somebody unasked.
    RowBudget,
    /// The run's budget left somebody unasked.
    RunBudget,
    /// A limit of calls left a provider unasked.
    ProviderLimit,
    /// There were no credits for all of it.
    Credits,
    /// The row has no name or no company, so nobody can look.
    NotSearchable,
}

impl Stop {
    /// The word in files and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Exhausted => "exhausted",
            Self::RowBudget => "row_budget",
            Self::RunBudget => "run_budget",
            Self::ProviderLimit => "provider_limit",
            Self::Credits => "credits",
            Self::NotSearchable => "not_searchable",
        }
    }
}

/// One person's way through the waterfall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Whom to look for; answers may fill in what was missing.
    pub person: Person,
    /// The best values so far.
    pub best: Best,
    /// What this row's calls cost so far (in doubt included).
    pub spent: Usd,
    /// Why it went the way it did.
    pub story: Story,
    input_email: Option<EmailAddress>,
    guessed: bool,
    asked: Vec<bool>,
    /// What left somebody unasked.
    refused: Option<Stop>,
}

impl Row {
    /// A row before its first step; `input_email` is the address that the list gave, if any.
    pub fn new(person: Person, input_email: Option<EmailAddress>, seats: usize) -> Self {
        Self {
            person,
            best: Best::default(),
            spent: Usd::ZERO,
            story: Story::default(),
            input_email,
            guessed: false,
            asked: vec![false; seats],
            refused: None,
        }
    }

    /// The next step, given the plan and which providers have dropped out (with their reason).
    pub fn next_step(
        &mut self,
        policy: &Policy,
        seats: &[Seat],
        dropped: impl Fn(usize) -> Option<String>,
    ) -> Step {
        self.next_step_knowing(policy, seats, dropped, |_, _| false)
    }

    /// As [`Row::next_step`], where `known` says whether a seat's answer about these fields is at hand.
    /// Such an answer is taken whatever the budget says and whether or not the provider takes part: it
    /// is paid already.
    pub fn next_step_knowing(
        &mut self,
        policy: &Policy,
        seats: &[Seat],
        dropped: impl Fn(usize) -> Option<String>,
        known: impl Fn(usize, &[Field]) -> bool,
    ) -> Step {
        if policy.verify
            && let Some(email) = self.input_email.take()
        {
            return Step::CheckInput(email);
        }
        let missing = self.missing(policy);
        if missing.is_empty() {
            return Step::Done(Stop::Found);
        }
        if !self.person.is_searchable() {
            self.story.say("row", "has no name or no company to look for", Usd::ZERO);
            return Step::Done(Stop::NotSearchable);
        }
        let can_guess = policy.verify && missing.contains(&Field::Email);
        if can_guess && !self.guessed && self.person.domain.is_some() {
            self.guessed = true;
            return Step::Guess;
        }
        self.next_seat(policy, seats, &missing, dropped, known)
    }

    fn next_seat(
        &mut self,
        policy: &Policy,
        seats: &[Seat],
        missing: &[Field],
        dropped: impl Fn(usize) -> Option<String>,
        known: impl Fn(usize, &[Field]) -> bool,
    ) -> Step {
        for (index, seat) in seats.iter().enumerate() {
            let Some(asked) = self.asked.get_mut(index) else { continue };
            if std::mem::replace(asked, true) {
                continue;
            }
            let wants: Vec<Field> =
                missing.iter().copied().filter(|f| seat.gives.contains(f)).collect();
            if wants.is_empty() {
                continue;
            }
            if known(index, &wants) {
                return Step::Recall { seat: index, wants };
            }
            if let Some(reason) = dropped(index) {
                self.story.say(&seat.provider, format!("not asked: {reason}"), Usd::ZERO);
                continue;
            }
            let worst = seat.worst(&wants);
            if !policy.budget.row_allows(self.spent, worst) {
                self.refuse(&seat.provider, Refusal::Row, worst);
                continue;
            }
            return Step::Ask { seat: index, wants, worst };
        }
        Step::Done(self.refused.unwrap_or(Stop::Exhausted))
    }

    /// Notes that a provider was not asked because a budget had no room for its worst price.
    pub fn refuse(&mut self, provider: &str, which: Refusal, worst: Usd) {
        let (whose, stop) = match which {
            Refusal::Row => ("row's", Stop::RowBudget),
            Refusal::Run => ("run's", Stop::RunBudget),
        };
        let what = format!("not asked: up to ${worst} would go over the {whose} budget");
        self.story.say(provider, what, Usd::ZERO);
        self.refused = Some(stop);
    }

    /// Notes that a provider was not asked because a limit of its calls is reached; `which` names it.
    pub fn refuse_calls(&mut self, provider: &str, which: &str) {
        self.story.say(provider, format!("not asked: {which}"), Usd::ZERO);
        self.refused = Some(Stop::ProviderLimit);
    }

    /// The wanted fields not yet there, or not sure enough.
    pub fn missing(&self, policy: &Policy) -> Vec<Field> {
        let is_missing = |field: &Field| match field {
            Field::Email => {
                self.best.email.as_ref().is_none_or(|found| found.confidence < policy.stop_at)
            }
            Field::Phone => self.best.phone.is_none(),
            _ => false,
        };
        policy.wants.iter().copied().filter(is_missing).collect()
    }

    /// An address, checked as far as it was. The same address from another source makes both surer.
    pub fn found_email(&mut self, mut new: EmailCandidate) {
        if let Some(old) = &self.best.email
            && old.email == new.email
            && old.source != new.source
            && new.confidence > Confidence::NONE
        {
            new.confidence = agreed(old.confidence, new.confidence);
            let what = format!("same address as {}: {} %", old.source, new.confidence);
            self.story.say(&new.source, what, Usd::ZERO);
            new.source.clone_from(&old.source);
            new.cost = old.cost;
        }
        self.best.offer_email(new);
    }

    /// A number.
    pub fn found_phone(&mut self, new: PhoneCandidate) {
        self.best.offer_phone(new);
    }
}
