//! Who may depend on whom.

use crate::house::House;
use crate::metadata::{Kind, Package};
use crate::report::{Rule, Violation};

pub(crate) const RULE: Rule = Rule {
    name: "floors",
    why: "a floor uses only what lies below it, so that each can be built, tested and replaced alone",
    check,
};

/// The services from the lowest to the highest. A service may call those on earlier lines; upwards
/// it speaks by events. The last line only listens, so nothing but the program depends on it.
pub(crate) const SERVICES: &[&[&str]] = &[
    &["accounts"],
    &["credits"],
    &["billing"],
    &["crm"],
    &["imports"],
    &["verification"],
    &["enrichment"],
    &["profiles"],
    &["qualification"],
    &["outreach"],
    &["sources"],
    &["integrations", "exports"],
    &["analytics", "compliance", "webhooks", "notifications"],
];

/// Engines use the vocabulary; an engine that needs another one is named here.
const ENGINES: &[(&str, &[&str])] = &[("waterfall", &["providers"]), ("payments", &["providers"])];

/// Crates from outside that would put a database or an HTTP server into an engine.
const NOT_IN_ENGINES: &[&str] = &["axum", "hyper", "sqlx", "sea-query", "object_store", "clap"];

/// Where a package lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place<'p> {
    Engine(&'p str),
    Platform,
    Service(&'p str),
    Sandbox,
    Testkit,
    Xtask,
    Captely,
    Nowhere,
}

impl<'p> Place<'p> {
    fn of(dir: &'p str) -> Self {
        let parts: Vec<&str> = dir.split('/').collect();
        match parts.as_slice() {
            ["crates", "engines", name] => Self::Engine(name),
            ["crates", "services", name] => Self::Service(name),
            ["crates", "platform"] => Self::Platform,
            ["crates", "sandbox"] => Self::Sandbox,
            ["crates", "testkit"] => Self::Testkit,
            ["crates", "xtask"] => Self::Xtask,
            ["crates", "captely"] => Self::Captely,
            _ => Self::Nowhere,
        }
    }

    /// The name that the package must have.
    fn package_name(self) -> Option<String> {
        match self {
            Self::Engine(name) | Self::Service(name) => Some(format!("captely-{name}")),
            Self::Platform => Some("captely-platform".into()),
            Self::Sandbox => Some("captely-sandbox".into()),
            Self::Testkit => Some("captely-testkit".into()),
            Self::Xtask => Some("xtask".into()),
            Self::Captely => Some("captely".into()),
            Self::Nowhere => None,
        }
    }

    /// Whether code of this place may use code of `other` outside its tests; if not, the rule.
    fn may_use(self, other: Place<'_>) -> Result<(), String> {
        use Place::{Captely, Engine, Nowhere, Platform, Sandbox, Service, Testkit, Xtask};
        match (self, other) {
            (_, Captely | Xtask | Nowhere) => Err("nothing depends on a program".into()),
            (Testkit, _) | (Captely, Engine(_) | Platform | Service(_) | Sandbox) => Ok(()),
            (_, Testkit) => Err("testkit is a dev-dependency only".into()),
            (Xtask | Nowhere, _) => Err("this package uses none of the house's crates".into()),
            (Engine("contact"), _) => Err("contact is the vocabulary and uses nobody".into()),
            (Engine(_) | Platform | Service(_) | Sandbox, Engine("contact"))
            | (Platform, Engine(_))
            | (Service(_), Engine(_) | Platform) => Ok(()),
            (Engine(name), Engine(used)) => engine(name, used),
            (Engine(_), _) => Err("an engine uses engines only".into()),
            (Platform, _) => Err("platform uses engines only".into()),
            (Sandbox, _) => Err("the sandbox uses the engine contact alone".into()),
            (Service(name), Service(used)) => service(name, used),
            (Service(_), Sandbox) => Err("a service never knows the sandbox".into()),
        }
    }
}

fn engine(name: &str, used: &str) -> Result<(), String> {
    let allowed = ENGINES.iter().any(|(user, uses)| *user == name && uses.contains(&used));
    if allowed { Ok(()) } else { Err(format!("the engine {name} may not use the engine {used}")) }
}

fn rank(service: &str) -> Option<usize> {
    SERVICES.iter().position(|line| line.contains(&service))
}

fn service(name: &str, used: &str) -> Result<(), String> {
    if rank(used) < rank(name) {
        return Ok(());
    }
    Err(format!("{used} is not below {name} in the order of services"))
}

fn check(house: &House) -> Vec<Violation> {
    let mut found = Vec::new();
    for package in &house.packages {
        let place = Place::of(&package.dir);
        let manifest = format!("{}/Cargo.toml", package.dir);
        placed(package, place, &manifest, &mut found);
        for dependency in &package.dependencies {
            let at = || line_of(house, &manifest, &dependency.name);
            let used = house.packages.iter().find(|other| other.name == dependency.name);
            if let Some(used) = used.filter(|_| dependency.kind != Kind::Dev)
                && let Err(rule) = place.may_use(Place::of(&used.dir))
            {
                found.push(Violation::at(
                    &manifest,
                    at(),
                    format!("depends on {}: {rule}", used.name),
                    "move what is needed to a lower floor, or let the upper floor listen to an event",
                ));
            }
            if matches!(place, Place::Engine(_))
                && dependency.kind != Kind::Dev
                && NOT_IN_ENGINES.contains(&dependency.name.as_str())
            {
                found.push(Violation::at(
                    &manifest,
                    at(),
                    format!("the engine depends on {}", dependency.name),
                    "keep databases, HTTP servers and command lines out of engines",
                ));
            }
        }
    }
    found
}

/// A package has its room, and its name tells which.
fn placed(package: &Package, place: Place<'_>, manifest: &str, found: &mut Vec<Violation>) {
    match place.package_name() {
        None => found.push(Violation::whole(
            manifest,
            format!("{} has no room in the house", package.name),
            "move it below crates/engines or crates/services, or write an ADR and give it a place \
             in crates/xtask/src/tidy/floors.rs",
        )),
        Some(name) if name != package.name => found.push(Violation::whole(
            manifest,
            format!("is called {} in the folder {}", package.name, package.dir),
            format!("call it {name}"),
        )),
        Some(_) => {}
    }
    if let Place::Service(name) = place
        && rank(name).is_none()
    {
        found.push(Violation::whole(
            manifest,
            format!("the service {name} has no place in the order of services"),
            "say below and above whom it stands: SERVICES in crates/xtask/src/tidy/floors.rs",
        ));
    }
}

/// The line of a dependency in a manifest, 1 where it cannot be found.
fn line_of(house: &House, manifest: &str, name: &str) -> usize {
    let text = house.file(manifest).map(crate::files::File::text).unwrap_or_default();
    let starts = |line: &str| {
        line.trim_start().strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '.', '=']))
    };
    text.lines().zip(1..).find(|(line, _)| starts(line)).map_or(1, |(_, number)| number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planted::Planted;

    /// `user` depends on `used` as `[dependencies]` and the rule says `expected`.
    #[track_caller]
    fn check_pair(user: &str, used: &str, expected: Result<(), &str>) {
        let said = Place::of(user).may_use(Place::of(used));
        assert_eq!(said.as_ref().copied().map_err(String::as_str), expected, "{user} -> {used}");
    }

    #[test]
    fn downwards_is_allowed() {
        for (user, used) in [
            ("crates/engines/verify", "crates/engines/contact"),
            ("crates/engines/waterfall", "crates/engines/providers"),
            ("crates/engines/payments", "crates/engines/providers"),
            ("crates/platform", "crates/engines/contact"),
            ("crates/services/enrichment", "crates/services/crm"),
            ("crates/services/enrichment", "crates/platform"),
            ("crates/services/enrichment", "crates/engines/waterfall"),
            ("crates/sandbox", "crates/engines/contact"),
            ("crates/testkit", "crates/services/crm"),
            ("crates/captely", "crates/sandbox"),
        ] {
            check_pair(user, used, Ok(()));
        }
    }

    #[test]
    fn upwards_and_sideways_is_refused() {
        check_pair(
            "crates/engines/contact",
            "crates/engines/verify",
            Err("contact is the vocabulary and uses nobody"),
        );
        check_pair(
            "crates/engines/verify",
            "crates/engines/providers",
            Err("the engine verify may not use the engine providers"),
        );
        check_pair("crates/engines/verify", "crates/platform", Err("an engine uses engines only"));
        check_pair("crates/platform", "crates/services/crm", Err("platform uses engines only"));
        check_pair(
            "crates/services/crm",
            "crates/services/imports",
            Err("imports is not below crm in the order of services"),
        );
        check_pair(
            "crates/services/exports",
            "crates/services/integrations",
            Err("integrations is not below exports in the order of services"),
        );
        check_pair(
            "crates/sandbox",
            "crates/engines/providers",
            Err("the sandbox uses the engine contact alone"),
        );
        check_pair(
            "crates/services/crm",
            "crates/sandbox",
            Err("a service never knows the sandbox"),
        );
        check_pair("crates/captely", "crates/testkit", Err("testkit is a dev-dependency only"));
        check_pair("crates/testkit", "crates/captely", Err("nothing depends on a program"));
        check_pair(
            "crates/xtask",
            "crates/platform",
            Err("this package uses none of the house's crates"),
        );
    }

    #[test]
    fn cargo_is_asked_and_the_line_is_shown() {
        let tree = Planted::new()
            .member("crates/engines/contact", "captely-contact", "")
            .member(
                "crates/engines/verify",
                "captely-verify",
                "[dependencies]\ncaptely-contact = { path = \"../contact\" }\n\
                 captely-platform = { path = \"../../platform\" }\n",
            )
            .member(
                "crates/platform",
                "captely-platform",
                "[dev-dependencies]\ncaptely-verify = { path = \"../engines/verify\" }\n",
            );
        let found = super::check(&tree.house_with_packages());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].path, "crates/engines/verify/Cargo.toml");
        assert_eq!(found[0].line, Some(10));
        assert_eq!(found[0].what, "depends on captely-platform: an engine uses engines only");
    }

    #[test]
    fn a_database_in_an_engine_is_refused() {
        let tree = Planted::new().member("vendor/sqlx", "sqlx", "").member(
            "crates/engines/contact",
            "captely-contact",
            "[dependencies]\nsqlx = { path = \"../../../vendor/sqlx\" }\n",
        );
        let said: Vec<_> =
            super::check(&tree.house_with_packages()).into_iter().map(|v| v.what).collect();
        assert!(said.contains(&"the engine depends on sqlx".to_owned()), "{said:?}");
        assert!(said.contains(&"sqlx has no room in the house".to_owned()), "{said:?}");
    }

    #[test]
    fn a_room_has_the_name_of_its_folder_and_a_service_its_place() {
        let tree = Planted::new().member("crates/engines/verify", "captely-proof", "").member(
            "crates/services/cooking",
            "captely-cooking",
            "",
        );
        let said: Vec<_> =
            super::check(&tree.house_with_packages()).into_iter().map(|v| v.what).collect();
        assert_eq!(
            said,
            [
                "is called captely-proof in the folder crates/engines/verify",
                "the service cooking has no place in the order of services",
            ]
        );
    }
}
