//! A short name of a browser and its system, by which people recognise their sessions.

/// The longest name, in bytes.
pub const DEVICE_NAME_BYTES_MAX: usize = 80;
/// So much of the header is looked at, in bytes; those of real browsers have 80 to 250.
const HEADER_BYTES_MAX: usize = 512;
/// So much of the name of an unknown program is shown.
const PROGRAM_BYTES_MAX: usize = 30;

/// Browsers by what only they say; who builds on another names it too and stands before it.
const BROWSERS: [(&str, &str); 16] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome without a window"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
    ("Trident/", "Internet Explorer"),
];

/// Systems by what they say; Android says Linux too, and an iPhone Mac OS X.
const SYSTEMS: [(&str, &str); 9] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
    ("BSD", "BSD"),
];

/// `Firefox on Linux`, `Safari on iPhone`, `curl`; `unknown device` where nothing can be said. At most
/// 80 bytes of letters, digits and plain signs, whatever the header holds.
///
/// For people to read. The header is whatever the client says: nothing may depend on it.
pub fn device_name(user_agent: &str) -> String {
    let header = start(user_agent, HEADER_BYTES_MAX);
    let browser = header.starts_with("Mozilla/").then(|| first(&BROWSERS, header)).flatten();
    let system = first(&SYSTEMS, header);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, system) => match (program(header), system) {
            (Some(program), Some(system)) => format!("{program} on {system}"),
            (Some(program), None) => program,
            (None, Some(system)) => format!("a browser on {system}"),
            (None, None) => "unknown device".to_owned(),
        },
    }
}

fn first(table: &[(&str, &'static str)], header: &str) -> Option<&'static str> {
    table.iter().find(|(mark, _name)| header.contains(mark)).map(|(_mark, name)| *name)
}

/// The first product of a header that is no browser's: `curl` of `curl/8.5.0`.
fn program(header: &str) -> Option<String> {
    let word = header.split(['/', ' ', '(', ';']).next().unwrap_or_default();
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = word.chars().take(PROGRAM_BYTES_MAX).filter(plain).collect();
    (!name.is_empty() && name != "Mozilla").then_some(name)
}

/// The first `bytes` bytes, or a few fewer where a character would be cut.
fn start(text: &str, bytes: usize) -> &str {
    let end = text.floor_char_boundary(bytes);
    text.split_at_checked(end).map_or(text, |(start, _rest)| start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(user_agent: &str, expected: &str) {
        assert_eq!(device_name(user_agent), expected, "{user_agent}");
    }

    #[test]
    fn browsers() {
        check(
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        );
        let kit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        let windows = format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {kit} Chrome/140.0.0.0");
        check(&format!("{windows} Safari/537.36"), "Chrome on Windows");
        check(&format!("{windows} Safari/537.36 Edg/140.0.0.0"), "Edge on Windows");
        check(&format!("{windows} Safari/537.36 OPR/120.0.0.0"), "Opera on Windows");
        check(
            &format!(
                "Mozilla/5.0 (Linux; Android 10; K) {kit} Chrome/140.0.0.0 Mobile Safari/537.36"
            ),
            "Chrome on Android",
        );
        let apple = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
        let iphone = format!("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {apple}");
        check(&format!("{iphone} Version/18.5 Mobile/15E148 Safari/604.1"), "Safari on iPhone");
        check(&format!("{iphone} CriOS/140.0 Mobile/15E148 Safari/604.1"), "Chrome on iPhone");
        check(
            &format!(
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {apple} Version/18.5 Safari/605.1.15"
            ),
            "Safari on macOS",
        );
        check(
            &format!("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {kit} Chrome/140.0.0.0"),
            "Chrome on ChromeOS",
        );
    }

    #[test]
    fn programs_and_nonsense() {
        check("curl/8.5.0", "curl");
        check("python-requests/2.32", "python-requests");
        check("captely/0.1 (Linux)", "captely on Linux");
        check("Mozilla/5.0 (X11; Linux x86_64)", "a browser on Linux");
        check("", "unknown device");
        check("Mozilla/5.0", "unknown device");
        check("<script>alert(1)</script>", "scriptalert");
        check(&"x".repeat(1_000_000), &"x".repeat(30));
    }

    proptest! {
        #[test]
        fn whatever_the_header_holds(header in "\\PC{0,600}", mark in 0_usize..16) {
            let mixed = format!("Mozilla/{header}{}", BROWSERS[mark].0);
            for text in [header.as_str(), &mixed] {
                let name = device_name(text);
                prop_assert!(!name.is_empty() && name.len() <= DEVICE_NAME_BYTES_MAX);
                let plain = |c: char| c.is_ascii_alphanumeric() || " -_.".contains(c);
                prop_assert!(name.chars().all(plain), "{}", name);
            }
        }
    }
}
