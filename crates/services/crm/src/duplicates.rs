//! Contacts that may be one, for a person to decide.

mod apart;
mod compare;
mod decide;
mod error;
mod model;
mod queue;
mod search;
mod settings;
mod told;

pub(crate) use apart::are_apart;
pub(crate) use compare::{Compared, FIELDS, compared_of, form_of};
pub use decide::{PairQuery, PairShown};
pub use error::DuplicateError;
pub(crate) use model::NewPair;
pub use model::{Pair, PairPart, PairState, PairWhy};
pub use queue::queue_pairs;
use search::CONTACTS_MAX;
pub use search::{Search, Searched};
pub use settings::{DuplicateSettings, duplicate_settings, set_duplicate_settings};
