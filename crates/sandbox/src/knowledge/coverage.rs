//! Whom each provider covers. The figures are invented; their differences are what makes an order of
//! providers matter.

use crate::mail_world::Personality;
use crate::provider::Provider;
use crate::world::{Company, Person, Seniority};

/// Where a company sits, as far as coverage goes.
#[derive(Clone, Copy)]
enum Region {
    America,
    Anglo,
    France,
    German,
    South,
    North,
    Elsewhere,
}

fn region(company: &Company) -> Region {
    match company.country.code {
        "US" => Region::America,
        "GB" | "IE" | "AU" => Region::Anglo,
        "FR" => Region::France,
        "DE" => Region::German,
        "ES" | "IT" => Region::South,
        "NL" | "SE" | "PL" | "CZ" | "GR" => Region::North,
        _ => Region::Elsewhere,
    }
}

/// How likely, in thousandths, the provider has an address for the person.
pub(super) fn email_permille(provider: Provider, company: &Company, person: &Person) -> u32 {
    let base = match provider {
        Provider::Icypeas => 620,
        Provider::Dropcontact => 535,
        Provider::Hunter => 525,
        Provider::Apollo => 640,
        Provider::Zerobounce | Provider::Twilio | Provider::Resend | Provider::Stripe => return 0,
    };
    let sum = base
        + by_region(provider, region(company))
        + by_size(provider, company.employees)
        + by_person(provider, company, person);
    let permille = u32::try_from(sum.clamp(20, 960)).unwrap_or(20);
    match company.personality {
        // Hardly anybody has an address where no mail arrives.
        Personality::NullMx | Personality::NoMx | Personality::DeadHost => permille * 3 / 10,
        _ => permille,
    }
}

/// Thousandths to add by region.
const fn by_region(provider: Provider, region: Region) -> i32 {
    let [america, anglo, france, german, south, north, elsewhere] = match provider {
        Provider::Icypeas => [-70, -20, 170, 60, 80, 30, -160],
        Provider::Dropcontact => [-170, -70, 330, 90, 60, 10, -260],
        Provider::Hunter => [60, 40, 0, 0, 0, 0, -60],
        Provider::Apollo => [150, 70, -150, -120, -100, -40, 20],
        Provider::Zerobounce | Provider::Twilio | Provider::Resend | Provider::Stripe => [0; 7],
    };
    match region {
        Region::America => america,
        Region::Anglo => anglo,
        Region::France => france,
        Region::German => german,
        Region::South => south,
        Region::North => north,
        Region::Elsewhere => elsewhere,
    }
}

const fn by_size(provider: Provider, employees: u32) -> i32 {
    let (small, large) = (employees < 50, employees >= 1_000);
    match provider {
        Provider::Icypeas if small => 60,
        Provider::Icypeas if large => -80,
        Provider::Hunter if small => -60,
        Provider::Hunter if large => 90,
        Provider::Apollo if small => -50,
        Provider::Apollo if large => 50,
        _ => 0,
    }
}

fn by_person(provider: Provider, company: &Company, person: &Person) -> i32 {
    let top = person.seniority <= Seniority::Director;
    let entry = person.seniority == Seniority::Entry;
    match provider {
        Provider::Icypeas
        | Provider::Zerobounce
        | Provider::Twilio
        | Provider::Resend
        | Provider::Stripe => 0,
        Provider::Dropcontact => i32::from(top) * 30,
        Provider::Hunter => {
            let digital = ["computer software", "information technology & services"];
            let public =
                digital.contains(&company.industry) || company.industry.contains("marketing");
            i32::from(public) * 120 - i32::from(entry) * 80
        }
        Provider::Apollo => i32::from(top) * 60 - i32::from(entry) * 80,
    }
}

/// How many of a provider's answers are wrong, in thousandths.
pub(super) const fn wrong_permille(provider: Provider) -> u32 {
    match provider {
        Provider::Icypeas => 40,
        Provider::Dropcontact => 25,
        Provider::Hunter => 70,
        Provider::Apollo => 95,
        Provider::Zerobounce | Provider::Twilio | Provider::Resend | Provider::Stripe => 0,
    }
}

/// How likely, in thousandths, the provider has a mobile number.
pub(super) fn mobile_permille(provider: Provider, company: &Company, person: &Person) -> u32 {
    let top = if person.seniority <= Seniority::Director { 60 } else { 0 };
    match (provider, region(company)) {
        (Provider::Dropcontact, Region::France) => 220 + top,
        (Provider::Dropcontact, _) => 90 + top,
        (Provider::Apollo, Region::America) => 420 + top,
        (Provider::Apollo, Region::Anglo) => 340 + top,
        (Provider::Apollo, _) => 220 + top,
        _ => 0,
    }
}
