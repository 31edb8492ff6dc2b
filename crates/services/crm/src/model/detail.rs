use std::fmt;
use std::str::FromStr;

/// The most characters of a custom field's name.
pub const CUSTOM_NAME_CHARS_MAX: usize = 100;

macro_rules! details {
    ($(#[$enum_doc:meta])+ $name:ident { $($(#[$doc:meta])+ $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$enum_doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])+ $variant),+,
            /// A field of the workspace's own, by its name.
            Custom(String),
        }

        impl $name {
            /// All that are not the workspace's own.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),+];

            /// The word in the database and the API; `custom.NAME` for a field of the workspace's own.
            pub fn word(&self) -> std::borrow::Cow<'static, str> {
                match self {
                    $(Self::$variant => $word.into(),)+
                    Self::Custom(name) => format!("custom.{name}").into(),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.word())
            }
        }

        /// The error is a sentence.
        impl FromStr for $name {
            type Err = String;

            fn from_str(word: &str) -> Result<Self, String> {
                if let Some(name) = word.strip_prefix("custom.") {
                    let chars = name.chars().count();
                    let fits = (1..=CUSTOM_NAME_CHARS_MAX).contains(&chars) && name.trim() == name;
                    return if fits && !name.contains(char::is_control) {
                        Ok(Self::Custom(name.to_owned()))
                    } else {
                        Err(format!(
                            "a custom field's name has 1 to {CUSTOM_NAME_CHARS_MAX} characters, none \
                             of them a control character, and no blanks at its ends"
                        ))
                    };
                }
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => {
                        let words: Vec<_> = Self::KNOWN.iter().map(|d| d.word()).collect();
                        Err(format!("{word:?} is no field; use custom.NAME or one of {}", words.join(", ")))
                    }
                }
            }
        }
    };
}

details! {
    /// What is known of a person beyond [`Person`](captely_contact::Person), e-mail address and phone number.
    ContactDetail {
        /// Middle name or initial.
        MiddleName = "middle_name",
        /// Mr, Ms, Dr.
        NamePrefix = "name_prefix",
        /// Jr, PhD.
        NameSuffix = "name_suffix",
        /// Private e-mail address.
        PersonalEmail = "personal_email",
        /// Further e-mail addresses, joined by `; `.
        OtherEmail = "other_email",
        /// What somebody found out about the e-mail address.
        EmailStatus = "email_status",
        /// Direct number at work, in E.164 where it can be read.
        WorkPhone = "work_phone",
        /// Mobile number, in E.164 where it can be read.
        MobilePhone = "mobile_phone",
        /// Number at home, in E.164 where it can be read.
        HomePhone = "home_phone",
        /// Further numbers, joined by `; `.
        OtherPhone = "other_phone",
        /// Fax.
        Fax = "fax",
        /// Rank, a word of [`Seniority`](captely_contact::Seniority).
        Seniority = "seniority",
        /// Department, a word of [`Department`](captely_contact::Department).
        Department = "department",
        /// Address of a Facebook page.
        FacebookUrl = "facebook_url",
        /// Address of a Twitter or X profile.
        TwitterUrl = "twitter_url",
        /// Street and number.
        Street = "street",
        /// Town.
        City = "city",
        /// State, province, region.
        State = "state",
        /// Postal code.
        PostalCode = "postal_code",
        /// Place in one text, such as `Berlin, Germany`.
        Location = "location",
        /// Stage of the lead where it comes from.
        LeadStatus = "lead_status",
        /// Where the lead came from.
        LeadSource = "lead_source",
        /// Who looked after it there.
        Owner = "owner",
        /// Id in the system the list comes from.
        ExternalId = "external_id",
        /// When it was made there, in ISO 8601.
        SourceCreatedAt = "source_created_at",
        /// Free text.
        Notes = "notes",
        /// Campaign source.
        UtmSource = "utm_source",
        /// Campaign medium.
        UtmMedium = "utm_medium",
        /// Campaign name.
        UtmCampaign = "utm_campaign",
        /// The page it was collected from.
        SourceUrl = "source_url",
        /// What was collected there.
        Content = "content",
    }
}

details! {
    /// What is known of a company beyond its name and its domain.
    CompanyDetail {
        /// Legal form, such as `GmbH`, as written.
        LegalForm = "legal_form",
        /// Website.
        Website = "website",
        /// Address of the LinkedIn page.
        LinkedinUrl = "linkedin_url",
        /// Number, in E.164 where it can be read.
        Phone = "phone",
        /// Street and number.
        Street = "street",
        /// Town.
        City = "city",
        /// State, province, region.
        State = "state",
        /// Postal code.
        PostalCode = "postal_code",
        /// Country, as an ISO 3166-1 alpha-2 code where it is known.
        Country = "country",
        /// Place in one text.
        Location = "location",
        /// Industry.
        Industry = "industry",
        /// Employees: a whole number, or a range such as `51-200` or `10001+`.
        Employees = "employees",
        /// Yearly revenue, as written.
        Revenue = "revenue",
        /// Year of foundation.
        FoundedYear = "founded_year",
        /// Keywords, joined by `; `.
        Keywords = "keywords",
        /// Technologies it uses, joined by `; `.
        Technologies = "technologies",
    }
}
