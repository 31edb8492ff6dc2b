use captely_contact::{Domain, EmailAddress};
use captely_crm::{CompanyDetail, NewCompany};
use captely_matching::written_company;
use captely_verify::{is_disposable, is_free_provider};

use super::memo::Memo;

/// Sites whose pages belong to whoever signs up: a path there is no company's domain.
const PLATFORMS: [&str; 16] = [
    "linkedin.com",
    "facebook.com",
    "instagram.com",
    "twitter.com",
    "x.com",
    "youtube.com",
    "tiktok.com",
    "google.com",
    "linktr.ee",
    "medium.com",
    "github.com",
    "yelp.com",
    "wikipedia.org",
    "crunchbase.com",
    "bit.ly",
    "goo.gl",
];

/// The company's name without its legal form, and the form, as they are written.
pub(super) fn name(text: &str, memo: &mut Memo) -> (String, Option<String>) {
    memo.companies.of(text, |text| {
        let (name, form) = written_company(text);
        (name.to_owned(), form.map(str::to_owned))
    })
}

/// The domain that a cell names; an error in a sentence's words where it names none.
pub(super) fn domain(text: &str) -> Result<Option<Domain>, String> {
    let first = text.split([',', ';', ' ']).find(|part| !part.is_empty()).unwrap_or(text);
    let domain = Domain::from_loose(first)
        .map_err(|why| format!("this is no domain: it {why}; it was left out"))?;
    let rest = first.split_once("://").map_or(first, |(_, rest)| rest);
    let path = rest.split_once('/').is_some_and(|(_, path)| !path.is_empty());
    let on_platform = path && PLATFORMS.contains(&domain.registrable().as_str());
    Ok((!on_platform && !is_private(&domain)).then_some(domain))
}

/// The domain of an address at work; none of a provider where anybody can have one.
pub(super) fn domain_of(email: &EmailAddress) -> Option<Domain> {
    email.domain().filter(|domain| !is_private(domain)).map(|domain| domain.registrable())
}

fn is_private(domain: &Domain) -> bool {
    is_free_provider(domain) || is_disposable(domain)
}

/// Whether an address of a page says no more than the domain.
pub(super) fn is_bare(website: &str, domain: Option<&Domain>) -> bool {
    let rest = website.split_once("://").map_or(website, |(_, rest)| rest).trim_end_matches('/');
    let bare = match rest.get(..4) {
        Some(www) if www.eq_ignore_ascii_case("www.") => rest.get(4..).unwrap_or_default(),
        _ => rest,
    };
    domain.is_some_and(|domain| bare.eq_ignore_ascii_case(domain.as_str()))
}

/// The company of a row, where there is more of it than name and domain; `None` where nothing names it.
pub(super) fn company(
    name: &str,
    domain: Option<&Domain>,
    details: super::draft::CompanyDetails,
) -> Option<NewCompany> {
    if details.is_empty() || (name.is_empty() && domain.is_none()) {
        return None;
    }
    Some(NewCompany { name: name.to_owned(), domain: domain.cloned(), details })
}

/// Puts the legal form among the details.
pub(super) fn put_form(details: &mut super::draft::CompanyDetails, form: Option<String>) {
    if let Some(form) = form {
        details.insert(CompanyDetail::LegalForm, form);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_of_cells() {
        for (text, expected) in [
            ("https://www.Mills.example/about", Some("mills.example")),
            ("mills.example, looms.example", Some("mills.example")),
            ("https://www.linkedin.com/company/mills", None),
            ("linkedin.com", Some("linkedin.com")),
            ("gmail.com", None),
        ] {
            let found = domain(text).unwrap();
            assert_eq!(found.as_ref().map(Domain::as_str), expected, "{text}");
        }
        let error = domain("Mills").unwrap_err();
        assert_eq!(error, "this is no domain: it has no dot, so it is no domain; it was left out");
    }

    #[test]
    fn no_company_is_a_mail_provider() {
        let of = |email: &str| domain_of(&email.parse().unwrap()).map(|d| d.to_string());
        assert_eq!(of("ada@eu.mills.example").as_deref(), Some("mills.example"));
        assert_eq!(of("ada@gmail.com"), None);
        assert_eq!(of("ada@mailinator.com"), None);
    }

    #[test]
    fn a_website_may_say_no_more_than_the_domain() {
        let domain: Domain = "mills.example".parse().unwrap();
        assert!(is_bare("https://www.Mills.example/", Some(&domain)));
        assert!(!is_bare("https://mills.example/de", Some(&domain)));
        assert!(!is_bare("https://mills.example", None));
    }
}
