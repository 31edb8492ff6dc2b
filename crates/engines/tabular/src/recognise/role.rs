use std::fmt;

use serde::{Deserialize, Serialize};

use super::alias;
use super::missing::edits;
use super::words::squashed;

macro_rules! roles {
    ($($(#[$doc:meta])+ $variant:ident = $word:literal),+ $(,)?) => {
        /// What a column holds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Role { $($(#[$doc])+ #[serde(rename = $word)] $variant),+ }

        impl Role {
            /// All roles.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in mappings, options (`--map Firma=company_name`) and messages.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

roles! {
    /// Given name.
    FirstName = "first_name",
    /// Middle name or initial.
    MiddleName = "middle_name",
    /// Family name.
    LastName = "last_name",
    /// Given and family name together.
    FullName = "full_name",
    /// Mr, Ms, Dr.
    NamePrefix = "name_prefix",
    /// Jr, PhD.
    NameSuffix = "name_suffix",
    /// Name of the company the person works for.
    Company = "company_name",
    /// The company's domain.
    Domain = "domain",
    /// The company's website.
    Website = "website",
    /// Work e-mail address, or the only one.
    Email = "email",
    /// Private e-mail address.
    PersonalEmail = "personal_email",
    /// A further e-mail address.
    OtherEmail = "other_email",
    /// What somebody found out about the e-mail address.
    EmailStatus = "email_status",
    /// Phone number of a kind that the header does not tell.
    Phone = "phone",
    /// Direct number at work.
    WorkPhone = "work_phone",
    /// Mobile number.
    MobilePhone = "mobile_phone",
    /// Number at home.
    HomePhone = "home_phone",
    /// A further number.
    OtherPhone = "other_phone",
    /// The company's number.
    CompanyPhone = "company_phone",
    /// Fax.
    Fax = "fax",
    /// Job title.
    Title = "title",
    /// Rank that goes with the job.
    Seniority = "seniority",
    /// Department.
    Department = "department",
    /// Address of the person's LinkedIn profile.
    LinkedinUrl = "linkedin_url",
    /// Address of the company's LinkedIn page.
    CompanyLinkedinUrl = "company_linkedin_url",
    /// Address of a Facebook page.
    FacebookUrl = "facebook_url",
    /// Address of a Twitter or X profile.
    TwitterUrl = "twitter_url",
    /// The person's whole postal address.
    Address = "address",
    /// Street and number.
    Street = "street",
    /// Town.
    City = "city",
    /// State, province, region.
    State = "state",
    /// Postal code.
    PostalCode = "postal_code",
    /// Country.
    Country = "country",
    /// Place in one text, such as `Berlin, Germany`.
    Location = "location",
    /// Street of the company.
    CompanyStreet = "company_street",
    /// Town of the company.
    CompanyCity = "company_city",
    /// State of the company.
    CompanyState = "company_state",
    /// Postal code of the company.
    CompanyPostalCode = "company_postal_code",
    /// Country of the company.
    CompanyCountry = "company_country",
    /// Place of the company in one text.
    CompanyLocation = "company_location",
    /// Industry.
    Industry = "industry",
    /// Number of employees, often a range.
    Employees = "employees",
    /// Yearly revenue.
    Revenue = "revenue",
    /// Year of foundation.
    FoundedYear = "founded_year",
    /// Keywords of the company.
    Keywords = "keywords",
    /// Technologies the company uses.
    Technologies = "technologies",
    /// Tags or lists.
    Tags = "tags",
    /// Free text.
    Notes = "notes",
    /// Stage of the lead.
    LeadStatus = "lead_status",
    /// Where the lead came from.
    LeadSource = "lead_source",
    /// Who of one's own people looks after it.
    Owner = "owner",
    /// Id in the system the file comes from.
    ExternalId = "external_id",
    /// When it was made there.
    CreatedAt = "created_at",
    /// Campaign source.
    UtmSource = "utm_source",
    /// Campaign medium.
    UtmMedium = "utm_medium",
    /// Campaign name.
    UtmCampaign = "utm_campaign",
    /// Whether the person refused (or allowed) mail: never imported as a subscription.
    Consent = "email_opt_out",
    /// Whether the person refused calls.
    DoNotCall = "do_not_call",
    /// Known, and of no use in an import.
    Ignore = "ignore",
    /// Not known; passes through untouched.
    Unknown = "unknown",
}

impl Role {
    /// The same thing said of the company: `company city`.
    pub(super) const fn of_company(self) -> Option<Self> {
        Some(match self {
            Self::FullName | Self::Company => Self::Company,
            Self::Phone | Self::WorkPhone | Self::CompanyPhone => Self::CompanyPhone,
            Self::City => Self::CompanyCity,
            Self::State => Self::CompanyState,
            Self::Country => Self::CompanyCountry,
            Self::Street | Self::Address => Self::CompanyStreet,
            Self::PostalCode => Self::CompanyPostalCode,
            Self::Location => Self::CompanyLocation,
            Self::LinkedinUrl | Self::CompanyLinkedinUrl => Self::CompanyLinkedinUrl,
            Self::Website
            | Self::Domain
            | Self::Industry
            | Self::Employees
            | Self::Revenue
            | Self::FoundedYear
            | Self::Keywords
            | Self::Technologies => self,
            _ => return None,
        })
    }

    /// Whether a column of this role, as the name of a group, may have one of the `other` in it.
    pub(super) fn may_head(self, other: Self) -> bool {
        use Role as R;
        match self {
            R::Unknown | R::Ignore | R::FullName | R::Owner => true,
            R::Address | R::Location | R::Street => matches!(
                other,
                R::Street
                    | R::City
                    | R::State
                    | R::PostalCode
                    | R::Country
                    | R::Address
                    | R::Location
            ),
            R::Phone => matches!(
                other,
                R::Phone | R::WorkPhone | R::MobilePhone | R::HomePhone | R::OtherPhone | R::Fax
            ),
            R::Email => matches!(other, R::Email | R::PersonalEmail | R::OtherEmail),
            known => known == other,
        }
    }

    /// Whether several columns may hold it.
    pub const fn may_repeat(self) -> bool {
        matches!(
            self,
            Self::Ignore
                | Self::Unknown
                | Self::Consent
                | Self::DoNotCall
                | Self::OtherPhone
                | Self::OtherEmail
                | Self::NamePrefix
                | Self::CompanyPhone
        )
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text is the word of no role.
impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let found = Self::ALL.iter().copied().find(|r| r.as_str() == text);
        found
            .or(match text {
                "company" => Some(Self::Company),
                "name" => Some(Self::FullName),
                "linkedin" => Some(Self::LinkedinUrl),
                "consent" => Some(Self::Consent),
                _ => None,
            })
            .ok_or_else(|| {
                if let Some(role) = meant(text) {
                    return format!("{text:?} is no kind of column; did you mean {role}?");
                }
                let words: Vec<_> = Self::ALL.iter().map(|r| r.as_str()).collect();
                format!("{text:?} is no kind of column; use one of {}", words.join(", "))
            })
    }
}

/// The role that was probably meant by a word that is none: by a usual name of such columns, or a slip.
fn meant(text: &str) -> Option<Role> {
    let whole = squashed(text);
    let named = || alias::KNOWN.find(&whole).map(|a| a.role).filter(|r| *r != Role::Ignore);
    // Roles are few: two slips (a swap) are allowed in a word of five letters, which names of columns are not.
    let near = |role: &Role| {
        let word = squashed(role.as_str());
        let steps = edits(&whole, &word);
        (steps <= if word.len() < 5 { 1 } else { 2 }).then_some((steps, *role))
    };
    let slip = Role::ALL.iter().filter_map(near).min_by_key(|(steps, _)| *steps);
    slip.map(|(_, role)| role).or_else(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_roles_or_say_what_was_meant() {
        assert_eq!("company".parse(), Ok(Role::Company));
        assert_eq!(" linkedin_url ".parse(), Ok(Role::LinkedinUrl));
        for (word, meant) in [
            ("frist_name", "did you mean first_name?"),
            ("Organisation", "did you mean company_name?"),
            ("emial", "did you mean email?"),
            ("colour of the hair", "use one of first_name, middle_name"),
        ] {
            let error = word.parse::<Role>().unwrap_err();
            assert!(error.contains(meant), "{error}");
        }
    }
}
