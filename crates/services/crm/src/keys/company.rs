use captely_contact::Domain;
use captely_matching::profile_key;

use super::{Mark, hash};

/// The marks of a company, the surest first: domain, LinkedIn page, name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct CompanyMarks {
    pub(crate) domain: Option<Mark>,
    pub(crate) page: Option<Mark>,
    pub(crate) name: Option<Mark>,
}

impl CompanyMarks {
    pub(crate) fn all(&self) -> impl Iterator<Item = Mark> {
        [self.domain, self.page, self.name].into_iter().flatten()
    }
}

/// The marks of a company: the domain that one registers, its LinkedIn page, its name in folded words without
/// the legal form (`core`).
pub(crate) fn company_marks(domain: Option<&Domain>, page: &str, core: &str) -> CompanyMarks {
    CompanyMarks {
        domain: domain.map(|domain| hash("d", &[domain.registrable().as_str().as_bytes()])),
        page: page_key(page).map(|key| hash("l", &[key.as_bytes()])),
        name: (!core.is_empty()).then(|| hash("n", &[core.as_bytes()])),
    }
}

/// The page in a LinkedIn address of a company; `None` for people's and for other sites.
fn page_key(url: &str) -> Option<String> {
    if url.trim().is_empty() {
        return None;
    }
    let key = profile_key(url);
    ["company/", "school/", "showcase/"].iter().any(|kind| key.starts_with(kind)).then_some(key)
}
