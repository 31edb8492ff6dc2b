//! The HTTP operations of this service, one a file.

mod dismiss_duplicate;
mod find_duplicates;
mod get_duplicate;
mod get_duplicate_settings;
mod list_duplicates;
mod list_merges;
mod merge_duplicate;
mod merge_view;
mod pair_view;
mod put_duplicate_settings;
mod undo_merge;

use axum::extract::FromRef;
use captely_accounts::Accounts;
use captely_platform::http::{Http, Problem, codes};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use pair_view::{PairView, SideView};

use crate::{Crm, DuplicateError, MergeError};

/// What the operations work with.
#[derive(Debug, Clone)]
pub struct CrmRoutes {
    /// What all operations share.
    pub http: Http,
    /// For the audit log.
    pub accounts: Accounts,
    /// This service.
    pub crm: Crm,
}

impl FromRef<CrmRoutes> for Http {
    fn from_ref(all: &CrmRoutes) -> Self {
        all.http.clone()
    }
}

impl CrmRoutes {
    /// An error as an answer.
    fn problem(&self, why: DuplicateError) -> Problem {
        let said = sentence(&why.to_string());
        match why {
            DuplicateError::NoPair(_) => Problem::not_found("pair"),
            DuplicateError::Decided { .. } | DuplicateError::TooMany => {
                Problem::new(&codes::CONFLICT, said)
            }
            DuplicateError::Keep(_) => Problem::invalid("keep", said),
            DuplicateError::Merge(why) => self.merge_problem(why),
            DuplicateError::Db(why) => why.into(),
            DuplicateError::Match(_) | DuplicateError::Broken(_) => Problem::internal(&why),
        }
    }

    fn merge_problem(&self, why: MergeError) -> Problem {
        let said = sentence(&why.to_string());
        match why {
            MergeError::NoMerge(_) => Problem::not_found("merge"),
            MergeError::NoContact(_) => Problem::not_found("contact"),
            MergeError::Merged { .. } | MergeError::KeptWentOn { .. } | MergeError::TooMany(_) => {
                Problem::new(&codes::CONFLICT, said)
            }
            MergeError::Field(_) => Problem::invalid("choices", said),
            MergeError::Same(_) => Problem::invalid("keep", said),
            MergeError::Credits(why) => why.problem(self.crm.clock.now()),
            MergeError::Db(why) => why.into(),
        }
    }
}

/// All operations, with their part of the API's document.
pub fn routes(state: CrmRoutes) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list_duplicates::list_duplicates))
        .routes(routes!(find_duplicates::find_duplicates))
        .routes(routes!(
            get_duplicate_settings::get_duplicate_settings,
            put_duplicate_settings::put_duplicate_settings,
        ))
        .routes(routes!(get_duplicate::get_duplicate))
        .routes(routes!(merge_duplicate::merge_duplicate))
        .routes(routes!(dismiss_duplicate::dismiss_duplicate))
        .routes(routes!(list_merges::list_merges))
        .routes(routes!(undo_merge::undo_merge))
        .with_state(state)
}

/// With a full stop. It may begin with an id, which stays as it is.
fn sentence(said: &str) -> String {
    format!("{}.", said.trim_end_matches(['.', '?']))
}
