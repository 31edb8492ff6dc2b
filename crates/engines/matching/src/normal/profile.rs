use percent_encoding::percent_decode_str;

/// The one form of a LinkedIn address: `in/ada-lovelace` for a person, `company/acme` for a company.
///
/// Country hosts, `www`, `mobile`, tracking parameters, language folders and slashes at the end are left
/// out, percent signs decoded, letters made small. Ids of Sales Navigator (`sales/lead/…`) and members'
/// numbers are names of their own: nothing here says whose public profile they are. An address of another
/// site keeps host and path.
pub fn profile_key(url: &str) -> String {
    let url = url.trim();
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let lower = percent_decode_str(path).decode_utf8_lossy().to_lowercase();
    let (host, path) = lower.split_once('/').unwrap_or((&lower, ""));
    let host = host.trim();
    let parts: Vec<&str> = path.split('/').map(str::trim).filter(|part| !part.is_empty()).collect();
    if !(host == "linkedin.com" || host.ends_with(".linkedin.com")) {
        return match (host.contains('.'), parts.is_empty()) {
            // A bare name or path, as some tools export it.
            (false, _) if matches!(host, "in" | "company" | "pub") => key(host, &parts),
            (false, true) if !host.is_empty() => format!("in/{host}"),
            (_, true) => host.to_owned(),
            (_, false) => format!("{host}/{}", parts.join("/")),
        };
    }
    match parts.as_slice() {
        ["sales", kind, id, ..] => {
            format!("sales/{kind}/{}", id.split(',').next().unwrap_or_default().trim())
        }
        [kind, rest @ ..] => key(kind, rest),
        [] => String::new(),
    }
}

/// `in/name`; of the old public form `pub/name/1/2a/3b` the numbers tell namesakes apart.
fn key(kind: &str, parts: &[&str]) -> String {
    match (kind, parts) {
        (_, []) => String::new(),
        ("pub", [name]) => format!("in/{name}"),
        ("pub", all) => format!("pub/{}", all.join("/")),
        ("in" | "company" | "school" | "showcase", [name, ..]) => format!("{kind}/{name}"),
        (_, all) => format!("{kind}/{}", all.join("/")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_profile_has_one_key() {
        for url in [
            "https://www.linkedin.com/in/Ada-Lovelace/",
            "http://de.linkedin.com/in/ada-lovelace?trk=x",
            "linkedin.com/in/ada-lovelace/en#about",
            "in/ada-lovelace",
            "ada-lovelace",
            "https://www.linkedin.com/pub/ada-lovelace",
            "ada-lovelace ?trk=x",
            "https://www.linkedin.com/in/ada-lovelace%20/ ",
        ] {
            assert_eq!(profile_key(url), "in/ada-lovelace", "{url}");
        }
        for (url, expected) in [
            ("https://www.linkedin.com/in/j%C3%BCrgen", "in/jürgen"),
            ("https://linkedin.com/company/Acme/about/", "company/acme"),
            ("https://www.linkedin.com/sales/lead/ACwAA,NAME_SEARCH,x", "sales/lead/acwaa"),
            ("https://linkedin.com/pub/ada/1/2a/3b", "pub/ada/1/2a/3b"),
            ("https://notlinkedin.com/in/ada", "notlinkedin.com/in/ada"),
            ("https://www.linkedin.com/", ""),
            ("", ""),
        ] {
            assert_eq!(profile_key(url), expected, "{url}");
        }
    }
}
