use captely_platform::http::{Page, Problem, Text, moment};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::ids::{ApiKeyId, UserId};
use crate::store::audit::Wanted;

/// What came of it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::routes) enum OutcomeFilter {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

/// Which lines of the log, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::routes) struct AuditQuery {
    /// Items of the page, 1 to 200; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200, example = 50)]
    limit: Option<u32>,
    /// Where the page begins: `next` of the page before.
    #[param(max_length = 600)]
    after: Option<String>,
    /// Which fields of each item, with commas between them.
    #[param(max_length = 2000, example = "id,at,action")]
    fields: Option<String>,
    /// What was done.
    #[param(value_type = Option<String>, max_length = 60, example = "member.removed")]
    action: Option<Text<1, 60>>,
    /// Who did it: a person or a key.
    #[param(max_length = 40, example = "usr_019900000000700080000000000000ab")]
    actor: Option<String>,
    /// What came of it.
    #[param(inline)]
    outcome: Option<OutcomeFilter>,
    /// From this moment on.
    #[param(max_length = 40, example = "2026-01-01T00:00:00Z")]
    from: Option<String>,
    /// Before this moment.
    #[param(max_length = 40, example = "2026-02-01T00:00:00Z")]
    to: Option<String>,
}

impl AuditQuery {
    /// Which page, and which lines.
    pub(in crate::routes) fn split(self) -> (Page, AuditFilter) {
        let page = Page { limit: self.limit, after: self.after, fields: self.fields };
        let (action, actor, outcome) = (self.action, self.actor, self.outcome);
        (page, AuditFilter { action, actor, outcome, from: self.from, to: self.to })
    }
}

/// Which lines of the log.
#[derive(Debug)]
pub(in crate::routes) struct AuditFilter {
    pub(in crate::routes) action: Option<Text<1, 60>>,
    pub(in crate::routes) actor: Option<String>,
    pub(in crate::routes) outcome: Option<OutcomeFilter>,
    pub(in crate::routes) from: Option<String>,
    pub(in crate::routes) to: Option<String>,
}

impl AuditFilter {
    /// As the store asks for them.
    pub(in crate::routes) fn wanted(self) -> Result<Wanted, Problem> {
        let outcome = self.outcome.map(|outcome| match outcome {
            OutcomeFilter::Done => "done".to_owned(),
            OutcomeFilter::Refused => "refused".to_owned(),
        });
        Ok(Wanted {
            before: None,
            action: self.action.map(Text::into_string),
            actor: self.actor.as_deref().map(actor).transpose()?,
            outcome,
            from: self.from.as_deref().map(|text| moment("from", text)).transpose()?,
            to: self.to.as_deref().map(|text| moment("to", text)).transpose()?,
        })
    }
}

fn actor(text: &str) -> Result<Uuid, Problem> {
    let person = text.parse::<UserId>().map(UserId::as_uuid);
    person.or_else(|_not_one| text.parse::<ApiKeyId>().map(ApiKeyId::as_uuid)).map_err(|_neither| {
        Problem::invalid("actor", "actor is the id of a person (usr_…) or of a key (key_…).")
    })
}
