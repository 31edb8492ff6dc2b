use captely_contact::Domain;
use rlibphonenumber::Region;

use super::plan::has_plan;

/// Endings of countries that companies anywhere take for their sound or their price: they say nothing of
/// where a company is. Those that Google's search treats as generic ("Managing multi-regional sites"),
/// and others sold world-wide without a tie to the country.
const GENERIC: [&str; 45] = [
    "ac", "ad", "ag", "ai", "am", "as", "bz", "cc", "cd", "cf", "co", "cx", "dj", "fm", "ga", "gd",
    "gg", "gl", "gq", "gs", "im", "io", "la", "ly", "me", "ml", "ms", "nu", "pm", "pw", "sc", "sh",
    "so", "sr", "st", "su", "tc", "tf", "tk", "to", "tv", "vc", "vg", "wf", "ws",
];

/// Endings in other scripts, and the countries that they belong to (the root zone's, as annotated in the
/// public suffix list).
const OTHER_SCRIPTS: [(&str, &str); 68] = [
    ("xn--2scrj9c", "IN"),
    ("xn--3e0b707e", "KR"),
    ("xn--3hcrj9c", "IN"),
    ("xn--45br5cyl", "IN"),
    ("xn--45brj9c", "IN"),
    ("xn--4dbrk0ce", "IL"),
    ("xn--54b7fta0cc", "BD"),
    ("xn--80ao21a", "KZ"),
    ("xn--90a3ac", "RS"),
    ("xn--90ae", "BG"),
    ("xn--90ais", "BY"),
    ("xn--clchc0ea0b2g2a9gcd", "SG"),
    ("xn--d1alf", "MK"),
    ("xn--fiqs8s", "CN"),
    ("xn--fiqz9s", "CN"),
    ("xn--fpcrj9c3d", "IN"),
    ("xn--fzc2c9e2c", "LK"),
    ("xn--gecrj9c", "IN"),
    ("xn--h2breg3eve", "IN"),
    ("xn--h2brj9c", "IN"),
    ("xn--h2brj9c8c", "IN"),
    ("xn--j1amh", "UA"),
    ("xn--j6w193g", "HK"),
    ("xn--kprw13d", "TW"),
    ("xn--kpry57d", "TW"),
    ("xn--l1acc", "MN"),
    ("xn--lgbbat1ad8j", "DZ"),
    ("xn--mgb2ddes", "YE"),
    ("xn--mgb9awbf", "OM"),
    ("xn--mgba3a4f16a", "IR"),
    ("xn--mgba3a4fra", "IR"),
    ("xn--mgbaam7a8h", "AE"),
    ("xn--mgbah1a3hjkrd", "MR"),
    ("xn--mgbai9a5eva00b", "PK"),
    ("xn--mgbai9azgqp6j", "PK"),
    ("xn--mgbayh7gpa", "JO"),
    ("xn--mgbbh1a", "IN"),
    ("xn--mgbbh1a71e", "IN"),
    ("xn--mgbc0a9azcg", "MA"),
    ("xn--mgbcpq6gpa1a", "BH"),
    ("xn--mgberp4a5d4a87g", "SA"),
    ("xn--mgberp4a5d4ar", "SA"),
    ("xn--mgbgu82a", "IN"),
    ("xn--mgbpl2fh", "SD"),
    ("xn--mgbqly7c0a67fbc", "SA"),
    ("xn--mgbqly7cvafr", "SA"),
    ("xn--mgbtf8fl", "SY"),
    ("xn--mgbtx2b", "IQ"),
    ("xn--mgbx4cd0ab", "MY"),
    ("xn--mix082f", "MO"),
    ("xn--mix891f", "MO"),
    ("xn--nnx388a", "TW"),
    ("xn--node", "GE"),
    ("xn--o3cw4h", "TH"),
    ("xn--ogbpf8fl", "SY"),
    ("xn--p1ai", "RU"),
    ("xn--pgbs0dh", "TN"),
    ("xn--q7ce6a", "LA"),
    ("xn--qxam", "GR"),
    ("xn--rvc1e0am3e", "IN"),
    ("xn--s9brj9c", "IN"),
    ("xn--wgbh1c", "EG"),
    ("xn--wgbl6a", "QA"),
    ("xn--xkc2al3hye2a", "LK"),
    ("xn--xkc2dl3a5ee0h", "IN"),
    ("xn--y9a3aq", "AM"),
    ("xn--yfro4i67o", "SG"),
    ("xn--ygbi2ammx", "PS"),
];

/// The country that the ending of a domain stands for, as an ISO 3166-1 alpha-2 code: `acme.co.uk` → `GB`.
/// None for `.com`, for `.eu`, and for endings of countries that everybody uses (`.io`, `.ai`, `.co`).
pub fn country_of_domain(domain: &Domain) -> Option<String> {
    let ending = domain.as_str().rsplit('.').next()?;
    if let Ok(at) = OTHER_SCRIPTS.binary_search_by_key(&ending, |(name, _)| name) {
        return OTHER_SCRIPTS.get(at).map(|(_, code)| (*code).to_owned());
    }
    if ending.len() != 2 || GENERIC.contains(&ending) {
        return None;
    }
    let code = if ending == "uk" { "GB".to_owned() } else { ending.to_ascii_uppercase() };
    Region::from_code(&code).is_ok_and(has_plan).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings() {
        assert!(OTHER_SCRIPTS.is_sorted() && GENERIC.is_sorted());
        for (domain, country) in [
            ("acme.co.uk", Some("GB")),
            ("acme.de", Some("DE")),
            ("mail.acme.com.au", Some("AU")),
            ("пример.рф", Some("RU")),
            ("acme.com", None),
            ("acme.io", None),
            ("acme.ai", None),
            ("acme.co", None),
            ("acme.eu", None),
            ("acme.uk.com", None),
            ("acme.aq", None),
            ("acme.zz", None),
        ] {
            let domain: Domain = domain.parse().unwrap();
            assert_eq!(country_of_domain(&domain).as_deref(), country, "{domain:?}");
        }
        for (_, code) in OTHER_SCRIPTS {
            assert!(Region::from_code(code).is_ok_and(has_plan), "{code}");
        }
    }
}
