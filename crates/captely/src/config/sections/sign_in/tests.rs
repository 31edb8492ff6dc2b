use std::fs;

use tempfile::TempDir;

use super::*;
use crate::config::{Loaded, load};

/// The example key of RFC 7515 appendix A.3, which everybody knows, as PKCS#8.
const KNOWN_KEY: [&str; 3] = [
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff",
    "H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp",
    "7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt",
];

const GOOGLE: [(&str, &str); 3] = [
    ("PUBLIC_URL", "https://app.example.com"),
    ("CAPTELY_SIGN_IN_GOOGLE_CLIENT_ID", "id"),
    ("CAPTELY_SIGN_IN_GOOGLE_CLIENT_SECRET", "hidden1"),
];

const APPLE: [(&str, &str); 5] = [
    ("PUBLIC_URL", "https://app.example.com"),
    ("CAPTELY_SIGN_IN_APPLE_CLIENT_ID", "com.example.captely"),
    ("CAPTELY_SIGN_IN_APPLE_TEAM_ID", "TEAM123456"),
    ("CAPTELY_SIGN_IN_APPLE_KEY_ID", "ABC123DEFG"),
    ("CAPTELY_SIGN_IN_APPLE_PRIVATE_KEY_FILE", "key.p8"),
];

fn key_file() -> String {
    let [begin, end] = ["BEGIN", "END"].map(|word| format!("-----{word} PRIVATE KEY-----"));
    format!("{begin}\n{}\n{end}\n", KNOWN_KEY.join("\n"))
}

/// Loads `variables` with those of `changes` instead; an empty one counts as not set.
fn load_with(variables: &[(&str, &str)], changes: &[(&str, &str)]) -> Loaded {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("key.p8"), key_file()).unwrap();
    fs::write(dir.path().join("other.p8"), "no key").unwrap();
    let all = variables.iter().chain(changes).map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
    load(&Sources {
        directory: dir.path().to_owned(),
        variables: all.collect(),
        ..Sources::default()
    })
}

#[track_caller]
fn check_faults(variables: &[(&str, &str)], changes: &[(&str, &str)], expected: &[&str]) {
    let loaded = load_with(variables, changes);
    let got: Vec<_> = loaded.faults.iter().map(|f| format!("{} {}", f.key, f.why)).collect();
    assert_eq!(got, expected, "{changes:?}");
}

#[test]
fn what_is_complete_is_there() {
    let none = load_with(&[], &[]);
    assert_eq!(none.settings().unwrap().sign_in.clients().count(), 0);
    let both = load_with(&GOOGLE, &APPLE);
    let clients: Vec<_> = both.settings().unwrap().sign_in.clients().cloned().collect();
    let uris: Vec<_> = clients.iter().map(|client| client.redirect_uri().unwrap()).collect();
    let uri = |name| format!("https://app.example.com/api/auth/oidc/{name}/callback");
    assert_eq!(uris, [uri("google"), uri("apple")]);
    assert!(!format!("{clients:?}").contains("hidden1"));
    let one_line = key_file().replace('\n', "\\n");
    let by_text = [
        ("CAPTELY_SIGN_IN_APPLE_PRIVATE_KEY_FILE", ""),
        ("CAPTELY_SIGN_IN_APPLE_PRIVATE_KEY", one_line.as_str()),
    ];
    check_faults(&APPLE, &by_text, &[]);
}

#[test]
fn what_is_missing_is_said() {
    check_faults(
        &GOOGLE,
        &[("CAPTELY_SIGN_IN_GOOGLE_CLIENT_SECRET", "")],
        &["sign_in.google.client_secret is missing or wrong; this sign-in needs client_id, \
             client_secret"],
    );
    check_faults(
        &APPLE,
        &[("CAPTELY_SIGN_IN_APPLE_PRIVATE_KEY_FILE", "")],
        &["sign_in.apple.private_key_file is missing or wrong; this sign-in needs client_id, \
             team_id, key_id, private_key_file"],
    );
    let nowhere = load_with(&APPLE, &[("CAPTELY_SIGN_IN_APPLE_PRIVATE_KEY_FILE", "gone.p8")]);
    let [fault] = nowhere.faults.as_slice() else { panic!("{:?}", nowhere.faults) };
    assert!(fault.why.starts_with("cannot be opened: "), "{fault}");
    check_faults(
        &APPLE,
        &[("CAPTELY_SIGN_IN_APPLE_PRIVATE_KEY_FILE", "other.p8")],
        &["sign_in.apple.private_key_file is no private key: it must have the text between BEGIN \
             and END PRIVATE KEY of the .p8 file"],
    );
}

#[test]
fn addresses_that_a_provider_refuses_are_refused_here() {
    let base = |url| [("PUBLIC_URL", url)];
    let google = "server.public_url must begin with https://: Google sends people elsewhere \
                  over https only";
    check_faults(&GOOGLE, &base("http://app.example.com"), &[google]);
    check_faults(&GOOGLE, &base("http://localhost:8080"), &[]);
    let apple = "server.public_url must be https:// and a public host name: Apple refuses \
                 http, localhost and IP addresses";
    for url in [
        "",
        "http://app.example.com",
        "https://localhost:8080",
        "https://10.1.2.3",
        "https://[::1]:1",
    ] {
        check_faults(&APPLE, &base(url), &[apple]);
    }
    check_faults(&APPLE, &base("https://app.example.com:8443/captely"), &[]);
}

#[test]
fn people_are_sent_back_to_where_the_server_listens_unless_it_is_said() {
    let sent_back = |changes: &[(&str, &str)]| {
        let loaded = load_with(&GOOGLE, changes);
        let at = loaded.settings().unwrap().at("127.0.0.1:4567".parse().unwrap());
        let google = at.sign_in.clients().next().unwrap().redirect_uri().unwrap();
        assert!(google.starts_with(&at.server.http.public_url), "{google}");
        at.server.http.public_url
    };
    let any_port = [("PUBLIC_URL", ""), ("CAPTELY_SERVER_LISTEN", "127.0.0.1:0")];
    assert_eq!(sent_back(&any_port), "http://127.0.0.1:4567");
    assert_eq!(sent_back(&any_port[1..]), "https://app.example.com");
}
