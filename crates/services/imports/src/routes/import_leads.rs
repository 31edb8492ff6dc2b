use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use captely_crm::{OnMatch, Policy};
use captely_platform::db::Tx;
use captely_platform::http::{Idempotent, Problem, Text, Writer};
use captely_tabular::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ImportRoutes;
use crate::{ImportsError, Lead, LeadIn, Leads, LeadsFrom, LeadsIn};

/// Characters of a value at most.
const VALUE_CHARS_MAX: usize = 2_000;
/// Characters of what was collected at most.
const CONTENT_CHARS_MAX: usize = 10_000;

/// Leads to be imported.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "leads": [{"first_name": "Asha", "last_name": "Rao", "company": "Mills", "position": "Buyer"}],
    "tags": ["fair-2026"],
}))]
pub(super) struct ImportLeadsInput {
    /// 1 to 1,000; from the browser extension 150 a session.
    #[schema(min_items = 1, max_items = 1000)]
    leads: Vec<LeadInput>,
    /// Where they come from; a program where nothing is said.
    #[serde(default)]
    source: SourceInput,
    /// What happens to contacts that are there: `skip`, `fill_blanks` (where nothing is said), `overwrite`,
    /// `newest_wins`.
    #[schema(value_type = Option<String>)]
    on_match: Option<OnMatch>,
    /// Tags for each contact.
    #[serde(default)]
    #[schema(max_items = 20)]
    tags: Vec<String>,
    /// Whether their addresses are checked then; each new answer has its price in credits.
    #[serde(default)]
    verify: bool,
}

/// Where leads come from. It is kept with each of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[schema(example = json!({"kind": "extension", "session": "s-1", "page_url": "https://example.com/team"}))]
enum SourceInput {
    /// A program.
    Api {
        /// Its name.
        #[serde(default)]
        #[schema(value_type = Option<Text<1, 100>>)]
        name: Option<Text<1, 100>>,
    },
    /// The browser extension, by somebody's own click.
    Extension {
        /// Chosen by the extension when somebody begins to collect.
        #[schema(value_type = Text<1, 100>)]
        session: Text<1, 100>,
        /// The page that was open.
        #[schema(value_type = Text<1, 2000>)]
        page_url: Text<1, 2000>,
    },
}

impl Default for SourceInput {
    fn default() -> Self {
        Self::Api { name: None }
    }
}

/// Somebody. Everything may be left out but what says who it is: a name, an address, a number, a profile or a
/// company.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"first_name": "Asha", "last_name": "Rao", "company": "Mills", "position": "Buyer"}))]
struct LeadInput {
    first_name: Option<String>,
    last_name: Option<String>,
    /// Given and family name together.
    name: Option<String>,
    company: Option<String>,
    /// The company's domain.
    domain: Option<String>,
    website: Option<String>,
    /// Job title; `title` means the same.
    #[serde(alias = "title")]
    position: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    linkedin_url: Option<String>,
    location: Option<String>,
    city: Option<String>,
    country: Option<String>,
    notes: Option<String>,
    /// The page it was collected from.
    url: Option<String>,
    /// What was collected there.
    content: Option<String>,
}

impl LeadInput {
    fn into_lead(self, place: usize) -> Result<Lead, Problem> {
        let mut values = BTreeMap::new();
        for (name, role, value) in [
            ("first_name", Role::FirstName, self.first_name),
            ("last_name", Role::LastName, self.last_name),
            ("name", Role::FullName, self.name),
            ("company", Role::Company, self.company),
            ("domain", Role::Domain, self.domain),
            ("website", Role::Website, self.website),
            ("position", Role::Title, self.position),
            ("email", Role::Email, self.email),
            ("phone", Role::Phone, self.phone),
            ("linkedin_url", Role::LinkedinUrl, self.linkedin_url),
            ("location", Role::Location, self.location),
            ("city", Role::City, self.city),
            ("country", Role::Country, self.country),
            ("notes", Role::Notes, self.notes),
        ] {
            let Some(value) = value else { continue };
            within(&value, VALUE_CHARS_MAX, place, name)?;
            values.insert(role, value);
        }
        if let Some(url) = &self.url {
            within(url, VALUE_CHARS_MAX, place, "url")?;
        }
        if let Some(content) = &self.content {
            within(content, CONTENT_CHARS_MAX, place, "content")?;
        }
        Ok(Lead { values, url: self.url, content: self.content })
    }
}

fn within(value: &str, most: usize, place: usize, name: &str) -> Result<(), Problem> {
    let chars = value.chars().count();
    if chars <= most {
        return Ok(());
    }
    let field = format!("leads[{place}].{name}");
    let said = format!("{field} has {chars} characters; it may have {most}.");
    Err(Problem::invalid(field, said))
}

/// What became of leads.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportedLeads)]
pub(super) struct LeadsView {
    /// The import that they are; it can be undone.
    #[schema(example = "imp_019900000000700080000000000000ab")]
    import_id: String,
    /// Of each, in order.
    leads: Vec<LeadView>,
}

/// What became of a lead.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportedLead)]
struct LeadView {
    /// `created`, `updated`, `merged`, `unchanged`, `skipped`, or empty where it names nobody.
    #[schema(example = "created")]
    outcome: &'static str,
    /// Why it was skipped, or to whom it was joined.
    #[schema(example = "the same person as an earlier row of this file")]
    reason: Option<String>,
    #[schema(example = "con_019900000000700080000000000000ab")]
    contact_id: Option<String>,
    /// Values that could not be used.
    problems: Vec<ProblemView>,
}

/// A value that could not be used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportedLeadProblem)]
struct ProblemView {
    #[schema(example = "email")]
    field: String,
    #[schema(example = "asha@")]
    value: String,
    #[schema(example = "there is nothing behind the @")]
    reason: String,
}

impl LeadsView {
    fn of(done: LeadsIn) -> Self {
        let view = |lead: LeadIn| LeadView {
            outcome: lead.outcome.as_str(),
            reason: lead.reason,
            contact_id: lead.contact.map(|id| id.to_string()),
            problems: lead
                .problems
                .into_iter()
                .map(|one| ProblemView {
                    field: one.column_name,
                    value: one.value,
                    reason: one.reason,
                })
                .collect(),
        };
        let leads = done.leads.into_iter().map(view).collect();
        Self { import_id: done.import.to_string(), leads }
    }
}

/// Import leads
///
/// All of them or, where something is refused, none. They are an import like that of a file: it is listed and
/// can be undone. With the same idempotency key they are imported once.
#[utoipa::path(
    post, path = "/api/imports/leads", operation_id = "import_leads", tag = "imports",
    params(("Idempotency-Key" = Option<String>, Header, max_length = 255, description = "Of these leads.")),
    request_body = ImportLeadsInput,
    responses(
        (status = 201, description = "They are in.", body = LeadsView),
        (status = 422, description = "A value is not allowed, or a session has brought its 150."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn import_leads(
    State(all): State<ImportRoutes>,
    who: Writer,
    Idempotent { input, once }: Idempotent<ImportLeadsInput>,
) -> Result<Response, Problem> {
    let ImportLeadsInput { leads, source, on_match, tags, verify } = input;
    let leads = leads.into_iter().enumerate().map(|(place, lead)| lead.into_lead(place));
    let leads = leads.collect::<Result<Vec<_>, _>>()?;
    let from = match source {
        SourceInput::Api { name } => {
            LeadsFrom::Program(name.map_or_else(|| "API".to_owned(), Text::into_string))
        }
        SourceInput::Extension { session, page_url } => LeadsFrom::Extension {
            session: session.into_string(),
            page_url: page_url.into_string(),
        },
    };
    let policy = Policy { usual: on_match.unwrap_or(OnMatch::FillBlanks), ..Policy::default() };
    let input = Leads { leads, from, policy, tags };
    let done = once.run(&all.http, StatusCode::CREATED, async |tx: &mut Tx| {
        let done = all.imports.leads(tx, who.workspace, who.user, input).await?;
        if verify {
            all.imports.verify(tx, who.workspace, done.import).await?;
        }
        Ok::<_, ImportsError>(LeadsView::of(done))
    });
    Ok(done.await?)
}
