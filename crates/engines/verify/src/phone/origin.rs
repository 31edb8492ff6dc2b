use captely_contact::PhoneType;
use serde::Serialize;

use super::plan::is_portable;
use super::prefixes::Prefixes;
use super::verdict::PhoneVerdict;

static CARRIERS: Prefixes = Prefixes::new(include_bytes!("../../data/phone-carriers.bin"));
static PLACES: Prefixes = Prefixes::new(include_bytes!("../../data/phone-places.bin"));
/// Behind a 0, which begins no number, stands what is said of a country code as a whole.
static ZONES: Prefixes = Prefixes::new(include_bytes!("../../data/phone-zones.bin"));

/// Country codes whose mobile numbers name an area too (libphonenumber, `GEO_MOBILE_COUNTRIES`):
/// Mexico, Argentina, Brazil, Indonesia, China.
const AREA_IN_MOBILE: [u16; 5] = [52, 54, 55, 62, 86];
const ARGENTINA: u16 = 54;

/// What Google's tables say of the range a number lies in, in English. All of it is about the range,
/// not about the line: a number may have moved since, and so may its owner.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PhoneOrigin {
    /// The operator that the range was given to at first; of mobiles and pagers alone.
    pub carrier: Option<&'static str>,
    /// Whether people of the country may take a number along to another operator, so that `carrier`
    /// need not be today's.
    pub portable: bool,
    /// The area that the number belongs to: a city, a region, sometimes several of them. None where
    /// no more than the country is known.
    pub place: Option<&'static str>,
    /// IANA names of the time zones in which the number may be, in the order of their names.
    pub time_zones: Vec<&'static str>,
}

impl PhoneVerdict {
    /// Operator, place and time zones of a valid number; nothing of any other. It is looked
    /// up apart from the verdict, because not every caller needs it.
    pub fn origin(&self) -> PhoneOrigin {
        let (Some(e164), Some(code)) = (&self.e164, self.calling_code) else {
            return PhoneOrigin::default();
        };
        if !self.valid {
            return PhoneOrigin::default();
        }
        let digits = e164.as_str().trim_start_matches('+');
        let with_carrier =
            matches!(self.kind, PhoneType::Mobile | PhoneType::FixedOrMobile | PhoneType::Pager);
        let has_area = match self.kind {
            PhoneType::Fixed | PhoneType::FixedOrMobile => true,
            PhoneType::Mobile => AREA_IN_MOBILE.contains(&code),
            _ => false,
        };
        let zones = if has_area { ZONES.find(digits) } else { ZONES.find(&format!("0{code}")) };
        PhoneOrigin {
            carrier: with_carrier.then(|| CARRIERS.find(digits)).flatten(),
            portable: self.country.as_deref().is_some_and(is_portable),
            place: has_area.then(|| place(digits, code)).flatten(),
            time_zones: zones.map_or_else(Vec::new, |names| names.split(' ').collect()),
        }
    }
}

/// Argentine mobiles have a 9 before the area code.
fn place(digits: &str, code: u16) -> Option<&'static str> {
    match digits.strip_prefix("549") {
        Some(rest) if code == ARGENTINA => PLACES.find(&format!("54{rest}")),
        _ => PLACES.find(digits),
    }
}

#[cfg(test)]
mod tests {
    use super::super::phone;

    #[test]
    fn ranges_of_real_plans() {
        let origin = |text| phone(text, None).origin();
        let paris = origin("+33 1 42 68 53 00");
        assert_eq!(
            (paris.place, paris.carrier, paris.time_zones),
            (Some("Paris"), None, vec!["Europe/Paris"])
        );
        let mobile = origin("+91 98765 43211");
        assert_eq!((mobile.carrier, mobile.portable, mobile.place), (Some("Airtel"), true, None));
        assert_eq!(origin("+54 9 11 2345-6780").place, Some("Buenos Aires"));
        let seattle = origin("+1 206 682 4000");
        assert_eq!(
            (seattle.place, seattle.time_zones),
            (Some("Seattle, WA"), vec!["America/Los_Angeles"])
        );
        let free = origin("+1 800 356 9377");
        assert!(free.carrier.is_none() && free.place.is_none() && free.time_zones.len() > 10);
        let nowhere = origin("+44 20 7946");
        assert_eq!(nowhere, super::PhoneOrigin::default());
    }
}
