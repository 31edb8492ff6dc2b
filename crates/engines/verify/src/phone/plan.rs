//! The numbering plans as `rlibphonenumber` carries them.
//!
//! The library's own `is_valid`, `get_type` and `get_region_code` each search all plans of a country
//! code anew. One pass answers all three; it uses what the library offers to wrappers of its own.

use captely_contact::PhoneType;
use rlibphonenumber::interfaces::AsOriginal;
use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat,
    PhoneNumberType, Region, ValidationError,
};

/// A number as the plan of its country sees it.
pub(super) struct Planned {
    /// `+`, country code, national number; may be longer than E.164 allows.
    pub(super) international: String,
    /// The country code of the number.
    pub(super) calling_code: u16,
    /// The country whose range holds the number; for a number in no range the one that its code belongs
    /// to, where that is one alone.
    pub(super) region: Option<Region>,
    /// Whether it lies in a range that has been given out.
    pub(super) valid: bool,
    /// What the range is for; unknown for numbers that are not valid.
    pub(super) kind: PhoneType,
    /// The extension, digits.
    pub(super) extension: Option<String>,
    /// Whether it has as many digits as numbers of its plan have; asked only where it is not valid.
    pub(super) length: Length,
}

impl Planned {
    /// The national number, digits.
    pub(super) fn national(&self) -> &str {
        national(&self.international, self.calling_code)
    }
}

fn national(international: &str, calling_code: u16) -> &str {
    let code_digits = match calling_code {
        0..10 => 1,
        10..100 => 2,
        _ => 3,
    };
    international.get(1 + code_digits..).unwrap_or_default()
}

/// How the number of digits compares with those of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// As many as a whole number has.
    Whole,
    /// As many as a number without its area code has.
    Local,
    /// Fewer than any.
    Short,
    /// More than any.
    Long,
    /// Between two lengths.
    Odd,
}

/// Whether the library has a plan for the region.
pub(super) fn has_plan(region: Region) -> bool {
    PHONE_NUMBER_UTIL.as_original().get_metadata_for_region(region).is_some()
}

/// The country code of the region.
pub(super) fn calling_code(region: Region) -> Option<u16> {
    let code = PHONE_NUMBER_UTIL.get_country_code_for_region(region)?;
    u16::try_from(code).ok()
}

/// Whether people of the country can take a mobile number along to another operator.
pub(super) fn is_portable(country: &str) -> bool {
    let plans = PHONE_NUMBER_UTIL.as_original();
    let plan = Region::from_code(country).ok().and_then(|r| plans.get_metadata_for_region(r));
    plan.is_some_and(|plan| plan.original.mobile_number_portable_region())
}

/// Reads the text by the rules of libphonenumber, at home in `home`.
pub(super) fn read(text: &str, home: Option<Region>) -> Result<Planned, ParseError> {
    PHONE_NUMBER_UTIL.parse(in_order(text), home).map(|number| planned(&number))
}

/// Without the context of a link (RFC 3966) that stands before the link: rlibphonenumber 2.2 takes what is between
/// the two for the number and panics where there is nothing.
fn in_order(text: &str) -> &str {
    match (text.find(";phone-context="), text.find("tel:")) {
        (Some(context), Some(link)) if link > context => text.get(..context).unwrap_or(text),
        _ => text,
    }
}

fn planned(number: &PhoneNumber) -> Planned {
    let international = number.format_as(PhoneNumberFormat::E164).into_owned();
    let calling_code = u16::try_from(number.country_code).unwrap_or(0);
    let (region, kind) = range_of(number.country_code, national(&international, calling_code));
    let valid = kind != PhoneNumberType::Unknown;
    Planned {
        calling_code,
        region: region.filter(|region| *region != Region::World),
        valid,
        kind: kind_of(kind),
        extension: number.extension.clone().filter(|digits| !digits.is_empty()),
        length: if valid { Length::Whole } else { length(number) },
        international,
    }
}

/// The plan whose range holds the number, and what the range is for.
///
/// Countries that share a code are told apart as libphonenumber does: by leading digits where the
/// plan names them, otherwise by the first plan in which the number is valid.
fn range_of(code: i32, national: &str) -> (Option<Region>, PhoneNumberType) {
    let plans = PHONE_NUMBER_UTIL.as_original();
    let Some(regions) = plans.get_regions_for_country_calling_code(code) else {
        return (None, PhoneNumberType::Unknown);
    };
    let alone = regions.len() == 1;
    for region in regions {
        let Some(plan) = plans.get_metadata_for_region_or_calling_code(code, region) else {
            continue;
        };
        let leads = plan.leading_digits().anchor_start().ok().flatten();
        let leads = leads.is_some_and(|pattern| pattern.is_match(national));
        let kind = plans.get_number_type_helper(national, plan).unwrap_or(PhoneNumberType::Unknown);
        if alone || leads || kind != PhoneNumberType::Unknown {
            return (Some(region), kind);
        }
    }
    (None, PhoneNumberType::Unknown)
}

fn length(number: &PhoneNumber) -> Length {
    match number.is_possible_with_reason() {
        Ok(NumberLengthType::IsPossible) => Length::Whole,
        Ok(NumberLengthType::IsPossibleLocalOnly) => Length::Local,
        Err(ValidationError::TooShort) => Length::Short,
        Err(ValidationError::TooLong) => Length::Long,
        // The reader refuses country codes that nobody has.
        Err(ValidationError::InvalidLength | ValidationError::InvalidCountryCode) => Length::Odd,
    }
}

const fn kind_of(kind: PhoneNumberType) -> PhoneType {
    match kind {
        PhoneNumberType::Mobile => PhoneType::Mobile,
        PhoneNumberType::FixedLine => PhoneType::Fixed,
        PhoneNumberType::FixedLineOrMobile => PhoneType::FixedOrMobile,
        PhoneNumberType::VoIP => PhoneType::Voip,
        PhoneNumberType::TollFree => PhoneType::TollFree,
        PhoneNumberType::PremiumRate => PhoneType::Premium,
        PhoneNumberType::UAN => PhoneType::Uan,
        PhoneNumberType::SharedCost => PhoneType::SharedCost,
        PhoneNumberType::PersonalNumber => PhoneType::Personal,
        PhoneNumberType::Pager => PhoneType::Pager,
        PhoneNumberType::VoiceMail => PhoneType::Voicemail,
        PhoneNumberType::Unknown => PhoneType::Unknown,
    }
}
