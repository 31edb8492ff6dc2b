//! `--with NAME`: an outside verifier for addresses that our own check leaves open, or for numbers.

use std::collections::{HashMap, HashSet};

use captely_contact::{Field, Usd};
use captely_providers::{checker_names, checker_sheet};
use captely_verification::{
    Answer, Budget, List, Outside, OutsideAnswer, OutsideChecker, OutsideSummary, Verification,
    subject,
};
use captely_verify::PhoneVerdict;
use serde_json::{Value, json};

use super::answer::{Checked, Kind};
use super::columns::Asked;
use super::forecast::Forecast;
use super::over::over;
use crate::cli::{OutsideBudget, VerifyArgs};
use crate::commands::local::database;
use crate::commands::mail_world::MailWorld;
use crate::commands::providers::WaysOut;
use crate::config::Settings;
use crate::exit::CliError;
use crate::ui::{count, dollars, money};

/// Subjects asked about before it is looked whether the program should stop.
const ASKED_AT_A_TIME: usize = 16;

/// The outside verifier that the command line names.
pub(super) struct OutsideDesk {
    checker: OutsideChecker,
    budget: Budget,
    all: bool,
    /// For numbers of which nothing says the country; empty where none is set.
    country: String,
    pub(super) dry_run: bool,
}

impl OutsideDesk {
    /// `None` where none is named. Without a budget nothing is asked: the command line insists on one.
    pub(super) fn choose(
        args: &VerifyArgs,
        settings: &Settings,
        world: Option<&MailWorld>,
    ) -> Result<Option<Self>, CliError> {
        let (Some(name), Some(budget)) = (&args.with, args.budget) else { return Ok(None) };
        let Some((sheet, set)) = checker_sheet(name).zip(settings.checkers.get(name)) else {
            let sentence = format!("--with {name}: there is no such verifier");
            return Err(CliError::usage(sentence).try_this(names()));
        };
        let client = match world {
            Some(world) => world.account(sheet.service, &set.for_client()),
            None if !set.is_usable() => {
                let why = match set.missing_variable() {
                    Some(variable) => format!("{variable} is not set"),
                    None => format!("checkers.{name}.enabled is not set"),
                };
                return Err(CliError::nothing(format!("{name} cannot be asked: {why}"))
                    .try_this("`captely providers` shows the state of its key"));
            }
            None => set.for_client(),
        };
        let http = WaysOut::new(settings)?.to(client.base.as_deref());
        let checker = OutsideChecker::of(name, http, &client)
            .map_err(|why| CliError::nothing(why.to_string()))?;
        let budget = match budget {
            OutsideBudget::Checks(n) => Budget { checks_max: n.into(), usd_max: Usd::MAX },
            OutsideBudget::Money(usd) => Budget { checks_max: i64::MAX, usd_max: usd },
        };
        let country = settings.verify.country.clone();
        Ok(Some(Self { checker, budget, all: args.with_all, country, dry_run: args.dry_run }))
    }

    fn outside(&self) -> Outside<'_> {
        Outside { checker: &self.checker, budget: self.budget, all: self.all }
    }

    /// Whether it is asked about an address with this answer of our own.
    pub(super) fn is_asked_about(&self, own: &Answer) -> bool {
        self.outside().is_asked_about(own)
    }

    /// What it is asked about a number with this reading of our own.
    pub(super) fn number(&self, own: &PhoneVerdict) -> Option<String> {
        self.outside().number(own)
    }

    /// What it checks.
    pub(super) const fn kind(&self) -> Kind {
        match self.checker {
            OutsideChecker::Email(_) => Kind::Email,
            OutsideChecker::Phone(_) => Kind::Phone,
        }
    }

    fn name(&self) -> &'static str {
        self.checker.sheet().name
    }

    /// The subjects of these, each once, about which it would have to be asked and paid.
    pub(super) async fn open_of(
        &self,
        service: &Verification,
        list: &List,
        asked: &[Asked],
    ) -> Result<Vec<String>, CliError> {
        let of_kind = asked.iter().filter(|one| one.kind == Some(self.kind()));
        let mut subjects = match self.kind() {
            Kind::Email => {
                let emails = distinct(of_kind.filter_map(|one| subject(&one.text)));
                let own = service.answers(list, &emails).await.map_err(|why| database(&why))?;
                let is_open =
                    |email: &String| own.get(email).is_some_and(|own| self.is_asked_about(own));
                emails.into_iter().filter(is_open).collect()
            }
            Kind::Phone => {
                distinct(of_kind.filter_map(|one| self.number(&one.number(&self.country))))
            }
        };
        let known = self.known(service, &subjects).await?;
        subjects.retain(|subject| !known.contains_key(subject));
        Ok(subjects)
    }

    /// What it has said about these subjects.
    async fn known(
        &self,
        service: &Verification,
        subjects: &[String],
    ) -> Result<HashMap<String, OutsideAnswer>, CliError> {
        service.outside_answers(&self.checker, subjects).await.map_err(|why| database(&why))
    }

    /// What asking would cost, or why nobody is asked.
    pub(super) fn foretold(&self, forecast: &Forecast) -> String {
        forecast.sentence(self.checker.sheet(), self.outside().worst(), self.budget)
    }

    /// Asks about these subjects; a batch is always ended, since its calls may have been charged.
    /// `is_stopping` is asked between batches.
    pub(super) async fn ask(
        &self,
        service: &Verification,
        list: &List,
        subjects: &[String],
        mut is_stopping: impl FnMut() -> bool,
    ) -> Result<OutsideSummary, CliError> {
        let mut summary = OutsideSummary::default();
        for some in subjects.chunks(ASKED_AT_A_TIME) {
            if is_stopping() || summary.stopped.is_some() {
                break;
            }
            let asked = service.ask_outside(list, &self.outside(), some).await;
            summary.add(asked.map_err(|why| database(&why))?);
        }
        Ok(summary)
    }

    /// The answers with what it says in place of what our own check left open; `subjects` are what it is
    /// asked about in each, if anything.
    pub(super) async fn over(
        &self,
        service: &Verification,
        own: Vec<Checked>,
        subjects: Vec<Option<String>>,
    ) -> Result<Vec<Checked>, CliError> {
        let distinct = distinct(subjects.iter().flatten().cloned());
        let said = self.known(service, &distinct).await?;
        let title = self.checker.sheet().title;
        let said_of = |subject: Option<String>| said.get(&subject?).cloned();
        let one = |(own, subject): (Checked, Option<String>)| match said_of(subject) {
            Some(said) => over(title, own, said),
            None => own,
        };
        Ok(own.into_iter().zip(subjects).map(one).collect())
    }

    pub(super) fn to_json(&self, summary: &OutsideSummary) -> Value {
        json!({
            "checker": self.name(),
            "asked": summary.asked,
            "known": summary.known,
            "failed": summary.failed,
            "in_doubt": summary.in_doubt,
            "short_of_budget": summary.short_of_budget,
            "cost_usd": dollars(summary.cost),
            "stopped": summary.stopped,
        })
    }

    /// What people should know of it at the end.
    pub(super) fn remarks(&self, summary: &OutsideSummary) -> Vec<String> {
        let title = self.checker.sheet().title;
        let mut lines = Vec::new();
        if !self.dry_run {
            lines.push(format!(
                "{title}: {} asked for {}",
                count(summary.asked),
                money(summary.cost)
            ));
        }
        if summary.in_doubt > 0 {
            lines.push(format!(
                "{} answers of {title} were lost and may have been charged; they are not asked again",
                count(summary.in_doubt)
            ));
        }
        if summary.short_of_budget > 0 {
            let n = count(summary.short_of_budget);
            lines.push(format!("the budget left nothing for {n} {}", self.kind().plural()));
        }
        if let Some(why) = &summary.stopped {
            lines.push(format!("{title} {why}; it was asked no more"));
        }
        lines
    }
}

/// Each text once.
pub(super) fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    texts.collect::<HashSet<_>>().into_iter().collect()
}

/// The verifiers that `--with` takes, by what they check.
fn names() -> String {
    let of = |field: Field| {
        let sheets = checker_names().into_iter().filter_map(checker_sheet);
        let names = sheets.filter(|sheet| sheet.checks == field).map(|sheet| sheet.name);
        names.collect::<Vec<_>>().join(" or ")
    };
    format!("{} for addresses, {} for phone numbers", of(Field::Email), of(Field::Phone))
}
