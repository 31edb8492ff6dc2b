mod files;
mod mail;

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{Environment, Loaded, Order, Override, Sources, load};

/// A working directory with these files and these variables.
fn load_in(dir: &Path, files: &[(&str, &str)], variables: &[(&str, &str)]) -> Loaded {
    for (name, text) in files {
        fs::write(dir.join(name), text).unwrap();
    }
    load(&sources(dir, variables))
}

fn sources(dir: &Path, variables: &[(&str, &str)]) -> Sources {
    let variables = variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    Sources { directory: dir.to_owned(), variables, ..Sources::default() }
}

#[track_caller]
fn value(loaded: &Loaded, key: &str, expected: (&str, &str)) {
    let entry = loaded.entries.iter().find(|e| e.key == key).expect(key);
    assert_eq!((entry.value.as_str(), entry.origin.to_string().as_str()), expected, "{key}");
}

#[track_caller]
fn faults(loaded: &Loaded, expected: &[&str]) {
    let got: Vec<_> = loaded.faults.iter().map(ToString::to_string).collect();
    assert_eq!(got, expected);
    assert_eq!(loaded.settings().is_err(), !expected.is_empty());
}

#[test]
fn nothing_set_is_all_defaults() {
    let dir = TempDir::new().unwrap();
    let loaded = load_in(dir.path(), &[], &[]);
    faults(&loaded, &[]);
    value(&loaded, "waterfall.stop_at", ("90", "default"));
    value(&loaded, "waterfall.retries", ("2", "default"));
    value(&loaded, "data.dir", (".captely", "default"));
    let settings = loaded.settings().unwrap();
    let url = format!("sqlite:{}", dir.path().join(".captely/captely.db").display());
    assert_eq!(settings.database.url, url);
    assert_eq!(settings.usable_providers().len(), 0);
}

#[test]
fn each_layer_beats_the_one_below() {
    let dir = TempDir::new().unwrap();
    let base = "[waterfall]\nstop_at = 50\nretries = 1\ncache_days = 1\nprovider_timeout_s = 10\n";
    let overlay = "[waterfall]\nretries = 3\ncache_days = 3\nprovider_timeout_s = 30\n";
    let dotenv = "CAPTELY_WATERFALL_CACHE_DAYS=4\nCAPTELY_WATERFALL_PROVIDER_TIMEOUT_S=40\n";
    let files = [("captely.toml", base), ("captely.staging.toml", overlay), (".env", dotenv)];
    for (name, text) in files {
        fs::write(dir.path().join(name), text).unwrap();
    }
    let variables = [
        ("CAPTELY_ENV", "staging"),
        ("CAPTELY_WATERFALL_PROVIDER_TIMEOUT_S", "50"),
        ("CAPTELY_WATERFALL_MAX_COST_USD", "5"),
    ];
    let mut sources = sources(dir.path(), &variables);
    sources.arguments.push(Override {
        key: "waterfall.max_cost_usd".into(),
        value: "6".into(),
        argument: "--max-cost-usd".into(),
    });
    let loaded = load(&sources);
    faults(&loaded, &[]);
    assert_eq!(loaded.environment, Some(Environment::Staging));
    value(&loaded, "waterfall.stop_at", ("50", "captely.toml:2"));
    value(&loaded, "waterfall.retries", ("3", "captely.staging.toml:2"));
    value(&loaded, "waterfall.cache_days", ("4", ".env:1"));
    let timeout = ("50", "variable CAPTELY_WATERFALL_PROVIDER_TIMEOUT_S");
    value(&loaded, "waterfall.provider_timeout_s", timeout);
    value(&loaded, "waterfall.max_cost_usd", ("6.00", "argument --max-cost-usd"));
}

#[test]
fn all_faults_at_once_each_with_its_place() {
    let dir = TempDir::new().unwrap();
    let base = "[waterfal]\nstop_at = 1\n\n[waterfall]\nstop_att = 90\nretries = \"two\"\n\
                stop_at = 101\norder = [\"hunterr\", \"apollo\"]\ndir = 'x'\n\n\
                [providers.huntr]\nkey = 'k'\n\n[providers.hunter]\nbase = 'ftp://x'\n";
    let variables = [
        ("CAPTELY_ENV", "prod"),
        ("CAPTELY_WATERFALL_RETRYS", "1"),
        ("CAPTELY_VERIFY_LEVEL", "deep"),
        ("CAPTELY_DATA_SERVICE_HOST", "10.0.0.1"),
        ("DATABASE_URL", "mysql://u:topsecret@h/d"),
    ];
    let loaded = load_in(dir.path(), &[("captely.toml", base)], &variables);
    faults(
        &loaded,
        &[
            "captely.toml:1: waterfal is unknown; did you mean waterfall?",
            "captely.toml:5: waterfall.stop_att is unknown; did you mean waterfall.stop_at?",
            "captely.toml:6: waterfall.retries is \"two\", but must be a whole number",
            "captely.toml:7: waterfall.stop_at is 101, but must be from 1 to 100",
            "captely.toml:8: waterfall.order names \"hunterr\", which is no provider; did you mean hunter?",
            "captely.toml:9: waterfall.dir is unknown; did you mean data.dir?",
            "captely.toml:11: providers.huntr is unknown; did you mean providers.hunter?",
            "captely.toml:15: providers.hunter.base is no address such as https://host/path",
            "variable CAPTELY_ENV: CAPTELY_ENV is \"prod\", but must be development, staging or production",
            "variable CAPTELY_VERIFY_LEVEL: verify.level is \"deep\", but must be syntax, domain, mx or smtp",
            "variable CAPTELY_WATERFALL_RETRYS: CAPTELY_WATERFALL_RETRYS sets nothing; did you mean CAPTELY_WATERFALL_RETRIES?",
            "variable DATABASE_URL: database.url must start with sqlite: or postgres:// (it starts with \"mysql\")",
        ],
    );
    let error = loaded.settings().unwrap_err();
    assert_eq!(error.details.len(), 12);
}

#[test]
fn broken_files_are_faults_not_failures() {
    let dir = TempDir::new().unwrap();
    let loaded = load_in(dir.path(), &[("captely.toml", "[waterfall\nx"), (".env", "NOPE\n")], &[]);
    assert!(loaded.faults.iter().any(|f| f.to_string().starts_with("captely.toml:1: is not TOML")));
    assert!(loaded.faults.iter().any(|f| f.to_string() == ".env:1: is not NAME=value"));
    fs::write(dir.path().join("captely.toml"), b"a = 1\nb = '\xff'\n").unwrap();
    let loaded = load_in(dir.path(), &[(".env", "")], &[]);
    faults(&loaded, &["captely.toml:2: is not UTF-8 text"]);
    let mut sources = sources(dir.path(), &[]);
    sources.file = Some("absent.toml".into());
    faults(&load(&sources), &["absent.toml: there is no such file"]);
}

#[test]
fn the_users_file_serves_where_none_is_here() {
    let dir = TempDir::new().unwrap();
    let users = dir.path().join("home/.config/captely");
    let work = dir.path().join("work");
    fs::create_dir_all(&users).unwrap();
    fs::create_dir_all(&work).unwrap();
    fs::write(users.join("config.toml"), "[waterfall]\nstop_at = 70\n").unwrap();
    let home = dir.path().join("home");
    let variables = [("HOME", home.to_str().unwrap())];
    let loaded = load_in(&work, &[], &variables);
    faults(&loaded, &[]);
    assert_eq!(loaded.settings().unwrap().waterfall.stop_at.as_percent(), 70);
    assert_eq!(loaded.settings().unwrap().data.dir, home.join(".local/share/captely"));
    let loaded = load_in(&work, &[("captely.toml", "")], &variables);
    assert_eq!(loaded.settings().unwrap().waterfall.stop_at.as_percent(), 90);
}

#[test]
fn providers_with_all_their_keys_are_usable_in_the_order_named() {
    let dir = TempDir::new().unwrap();
    let variables =
        [("HUNTER_API_KEY", "h-1"), ("APOLLO_API_KEY", "a-1"), ("ICYPEAS_API_KEY", "i-1")];
    let names = |loaded: &Loaded| -> Vec<String> {
        loaded.settings().unwrap().usable_providers().iter().map(|p| p.name.clone()).collect()
    };
    let loaded = load_in(dir.path(), &[], &variables);
    assert_eq!(names(&loaded), ["icypeas", "hunter", "apollo"]);
    let listed = "[waterfall]\norder = 'apollo, hunter'\n[providers.hunter]\nenabled = false\n";
    let loaded = load_in(dir.path(), &[("captely.toml", listed)], &variables);
    assert_eq!(names(&loaded), ["apollo"]);
    let order = Order::Listed(vec!["apollo".into(), "hunter".into()]);
    assert_eq!(loaded.settings().unwrap().waterfall.order, order);
}

#[test]
fn checkers_are_asked_where_switched_on_and_share_an_account() {
    let dir = TempDir::new().unwrap();
    let names = |loaded: &Loaded| -> Vec<String> {
        loaded.settings().unwrap().usable_checkers().iter().map(|c| c.name.clone()).collect()
    };
    let keys =
        [("HUNTER_API_KEY", "h-1"), ("ZEROBOUNCE_API_KEY", "z-1"), ("TWILIO_API_KEY_SID", "SK1")];
    assert!(names(&load_in(dir.path(), &[], &keys)).is_empty(), "a key alone spends nothing");
    let on =
        "[checkers.hunter-verifier]\nenabled = true\n[checkers.twilio-lookup]\nenabled = true\n";
    let loaded = load_in(dir.path(), &[("captely.toml", on)], &keys);
    assert_eq!(names(&loaded), ["hunter-verifier"]);
    let twilio = &loaded.settings().unwrap().checkers["twilio-lookup"];
    assert_eq!(twilio.missing_variable(), Some("TWILIO_API_KEY_SECRET"));
    let more = [("TWILIO_API_KEY_SID", "SK1"), ("TWILIO_API_KEY_SECRET", "s")];
    let more = [&more[..], &[("CAPTELY_CHECKERS_HUNTER_VERIFIER_ENABLED", "false")]].concat();
    assert_eq!(names(&load_in(dir.path(), &[("captely.toml", on)], &more)), ["twilio-lookup"]);
    let shared = "[providers.hunter]\nkey = 'h-2'\nbase = 'http://127.0.0.1:1/v2'\n";
    let loaded = load_in(dir.path(), &[("captely.toml", shared)], &[]);
    let verifier = &loaded.settings().unwrap().checkers["hunter-verifier"];
    assert_eq!(verifier.base.as_deref(), Some("http://127.0.0.1:1/v2"));
    assert_eq!(verifier.key.as_ref().map(super::Secret::expose), Some("h-2"));
}

#[test]
fn no_secret_is_in_anything_that_is_shown() {
    let dir = TempDir::new().unwrap();
    let file = "[providers.apollo]\nkey = \"tell-nobody-1\"\n[providers.icypeas]\nkey = 77777\n";
    let variables = [
        ("HUNTER_API_KEY", "tell-nobody-2"),
        ("ICYPEAS_API_SECRET", "tell nobody 3"),
        ("DATABASE_URL", "postgres://ann:tell-nobody-4@h/d"),
    ];
    let mut sources = sources(dir.path(), &variables);
    sources.arguments.push(Override {
        key: "providers.dropcontact.key".into(),
        value: "tell-nobody-5".into(),
        argument: "--set".into(),
    });
    fs::write(dir.path().join("captely.toml"), file).unwrap();
    let loaded = load(&sources);
    let all = format!("{loaded:?} {:?}", loaded.settings());
    assert!(!all.contains("tell-nobody") && !all.contains("77777"), "{all}");
    assert!(!all.contains("tell nobody"), "{all}");
    assert_eq!(loaded.faults.len(), 3, "{:?}", loaded.faults);
    value(&loaded, "providers.hunter.key", ("set (hidden)", "variable HUNTER_API_KEY"));
    value(&loaded, "providers.apollo.key", ("set (hidden)", "captely.toml:2"));
    value(&loaded, "database.url", ("postgres://ann:***@h/d", "variable DATABASE_URL"));
}

#[test]
fn telemetry_is_off_and_takes_the_usual_variables() {
    let dir = TempDir::new().unwrap();
    let loaded = load_in(dir.path(), &[], &[]);
    let telemetry = &loaded.settings().unwrap().telemetry;
    assert!(telemetry.sentry_dsn.is_none() && telemetry.otlp_endpoint.is_none());
    assert_eq!(telemetry.environment, "production");

    let variables = [
        ("CAPTELY_ENV", "staging"),
        ("SENTRY_DSN", "https://hunter2@sentry.example.com/1"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318"),
        ("CAPTELY_TELEMETRY_TRACES_PERCENT", "50"),
    ];
    let loaded = load_in(dir.path(), &[], &variables);
    value(&loaded, "telemetry.environment", ("staging", "default"));
    value(&loaded, "telemetry.sentry_dsn", ("set (hidden)", "variable SENTRY_DSN"));
    let endpoint = ("http://localhost:4318", "variable OTEL_EXPORTER_OTLP_ENDPOINT");
    value(&loaded, "telemetry.otlp_endpoint", endpoint);
    assert_eq!(loaded.settings().unwrap().telemetry.traces_percent, 50);

    let wrong =
        "[telemetry]\notlp_endpoint = \"http://me:hunter2@localhost\"\ntraces_percent = 101\n";
    let loaded = load_in(dir.path(), &[("captely.toml", wrong)], &[]);
    let expected = [
        "captely.toml:2: telemetry.otlp_endpoint must not hold a password; put it into telemetry.otlp_headers",
        "captely.toml:3: telemetry.traces_percent is 101, but must be from 0 to 100",
    ];
    faults(&loaded, &expected);
}
