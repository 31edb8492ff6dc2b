use captely_platform::http::{Page, Problem, Text, moment};
use captely_platform::ids::{RunId, UserId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{Action, EntryKind, HistoryFilter};

/// Which entries, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryQuery {
    /// Items of the page, 1 to 200; 50 where nothing is said. A page may have fewer, or none, and more behind it.
    #[param(minimum = 1, maximum = 200, example = 50)]
    limit: Option<u32>,
    /// Where the page begins: `next` of the page before.
    #[param(max_length = 600)]
    after: Option<String>,
    /// Which fields of each item, with commas between them.
    #[param(max_length = 2000, example = "at,change,reason,balance_after")]
    fields: Option<String>,
    /// What the entry did.
    #[param(max_length = 20, example = "charge")]
    kind: Option<String>,
    /// For what.
    #[param(max_length = 40, example = "email_reveal")]
    action: Option<String>,
    /// The provider's short name.
    #[param(value_type = Option<String>, max_length = 60, example = "hunter")]
    provider: Option<Text<1, 60>>,
    /// Who spent.
    #[param(max_length = 40, example = "usr_019900000000700080000000000000ab")]
    member: Option<String>,
    /// In which run.
    #[param(max_length = 40, example = "run_019900000000700080000000000000ab")]
    run: Option<String>,
    /// From this moment on.
    #[param(max_length = 40, example = "2026-01-01T00:00:00Z")]
    from: Option<String>,
    /// Before this moment.
    #[param(max_length = 40, example = "2026-02-01T00:00:00Z")]
    to: Option<String>,
}

impl HistoryQuery {
    /// Which page, and which entries.
    pub(super) fn split(self) -> (Page, FilterQuery) {
        let Self { limit, after, fields, kind, action, provider, member, run, from, to } = self;
        let page = Page { limit, after, fields };
        (page, FilterQuery { kind, action, provider, member, run, from, to })
    }
}

/// Which entries.
#[derive(Debug)]
pub(super) struct FilterQuery {
    pub(super) kind: Option<String>,
    pub(super) action: Option<String>,
    pub(super) provider: Option<Text<1, 60>>,
    pub(super) member: Option<String>,
    pub(super) run: Option<String>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

impl FilterQuery {
    pub(super) fn filter(self) -> Result<HistoryFilter, Problem> {
        Ok(HistoryFilter {
            kind: self.kind.as_deref().map(kind).transpose()?,
            action: self.action.as_deref().map(action).transpose()?,
            provider: self.provider.map(Text::into_string),
            member: self.member.as_deref().map(member).transpose()?,
            run: self.run.as_deref().map(run).transpose()?,
            from: self.from.as_deref().map(|text| moment("from", text)).transpose()?,
            to: self.to.as_deref().map(|text| moment("to", text)).transpose()?,
        })
    }
}

fn kind(text: &str) -> Result<EntryKind, Problem> {
    EntryKind::named(text).ok_or_else(|| {
        let names = EntryKind::ALL.map(EntryKind::as_str).join(", ");
        Problem::invalid("kind", format!("kind is one of {names}."))
    })
}

fn action(text: &str) -> Result<Action, Problem> {
    text.parse().map_err(|said: String| Problem::invalid("action", format!("{said}.")))
}

fn member(text: &str) -> Result<UserId, Problem> {
    text.parse().map_err(|_why| Problem::invalid("member", "member is the id of a person (usr_…)."))
}

fn run(text: &str) -> Result<RunId, Problem> {
    text.parse().map_err(|_why| Problem::invalid("run", "run is the id of a run (run_…)."))
}
