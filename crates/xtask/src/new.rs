//! Scaffolds of rooms: the files that every room has, and a list of what is left to do.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::tidy::SERVICES;

/// What can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    Engine,
    Service,
    Provider,
}

impl Room {
    pub(crate) fn parse(word: &str) -> Option<Self> {
        match word {
            "engine" => Some(Self::Engine),
            "service" => Some(Self::Service),
            "provider" => Some(Self::Provider),
            _ => None,
        }
    }
}

/// Why a scaffold was not written. Nothing of the tree has changed then, but for `Write`.
#[derive(Debug)]
pub(crate) enum NewError {
    Name(String),
    NoPlace(String),
    Exists(PathBuf),
    Manifest(&'static str),
    Write { path: PathBuf, source: io::Error },
}

impl fmt::Display for NewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => {
                write!(
                    f,
                    "`{name}` is no name for a room: use a lower-case word, a to z and digits"
                )
            }
            Self::NoPlace(name) => write!(
                f,
                "the service {name} has no place in the order of services yet: write it into \
                 SERVICES in crates/xtask/src/tidy/floors.rs first"
            ),
            Self::Exists(path) => write!(f, "{} is there already", path.display()),
            Self::Manifest(what) => write!(f, "Cargo.toml of the workspace {what}"),
            Self::Write { path, source } => write!(f, "cannot write {}: {source}", path.display()),
        }
    }
}

/// What was written and what is left to do.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) files: Vec<String>,
    left: &'static str,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for file in &self.files {
            writeln!(f, "wrote {file}")?;
        }
        write!(f, "left to do:\n{}", self.left)
    }
}

/// Writes the scaffold of `room` called `name` into the tree at `root`.
pub(crate) fn write(root: &Path, room: Room, name: &str) -> Result<Made, NewError> {
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !plain || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Err(NewError::Name(name.to_owned()));
    }
    match room {
        Room::Engine => member(root, name, "engines", ENGINE, ENGINE_LEFT),
        Room::Service if !SERVICES.iter().any(|line| line.contains(&name)) => {
            Err(NewError::NoPlace(name.to_owned()))
        }
        Room::Service => member(root, name, "services", SERVICE, SERVICE_LEFT),
        Room::Provider => {
            let path = format!("crates/engines/providers/src/{name}.rs");
            let text = filled(include_str!("new/provider.rs.txt"), name);
            Ok(Made { files: vec![create(root, path, &text)?], left: PROVIDER_LEFT })
        }
    }
}

/// (path in the crate, text)
type Template = (&'static str, &'static str);

const ENGINE: &[Template] = &[
    ("Cargo.toml", include_str!("new/engine.Cargo.toml.txt")),
    ("README.md", include_str!("new/engine.README.md.txt")),
    ("src/lib.rs", "#![doc = include_str!(\"../README.md\")]\n"),
];

const SERVICE: &[Template] = &[
    ("Cargo.toml", include_str!("new/service.Cargo.toml.txt")),
    ("README.md", include_str!("new/service.README.md.txt")),
    ("src/lib.rs", include_str!("new/service.lib.rs.txt")),
    ("src/model.rs", "//! The types of this service.\n"),
    ("src/store.rs", "//! All SQL of this service: one text for both databases.\n"),
];

const ENGINE_LEFT: &str =
    "  - README.md: purpose, entry file, invariants, what is deliberately absent
  - Cargo.toml: one line of description
  - an engine that needs another engine than contact: ENGINES in crates/xtask/src/tidy/floors.rs
  - its line in ARCHITECTURE.md
";

const SERVICE_LEFT: &str =
    "  - README.md: purpose, entry file, invariants, what is deliberately absent
  - Cargo.toml: one line of description
  - migrations/0001_….sql: its tables, primary key (workspace_id, id)
  - tests/it/main.rs: one test binary; storage tests run on both databases (testkit)
  - its wiring in crates/captely and its line in ARCHITECTURE.md
";

const PROVIDER_LEFT: &str =
    "  - the file: sheet, request, answer and errors, from the provider's published contract; then
    `impl Provider for` it, as its neighbours do
  - `mod` in crates/engines/providers/src/lib.rs, names, sheet and client in src/registry.rs there
  - recorded answers, and the tests that every client passes
  - its simulator in crates/sandbox, written from the contract and not from the client
  - the walk through it: ARCHITECTURE.md, How to add a provider
";

fn member(
    root: &Path,
    name: &str,
    floor: &str,
    templates: &[Template],
    left: &'static str,
) -> Result<Made, NewError> {
    let dir = format!("crates/{floor}/{name}");
    let manifest = root.join("Cargo.toml");
    let text = fs::read_to_string(&manifest)
        .map_err(|source| NewError::Write { path: manifest.clone(), source })?;
    let listed = with_member(&text, name, &dir)?;
    if root.join(&dir).exists() {
        return Err(NewError::Exists(PathBuf::from(dir)));
    }
    let mut files = Vec::new();
    for (path, text) in templates {
        files.push(create(root, format!("{dir}/{path}"), &filled(text, name))?);
    }
    fs::write(&manifest, listed).map_err(|source| NewError::Write { path: manifest, source })?;
    files.push("Cargo.toml".into());
    Ok(Made { files, left })
}

/// The manifest of the workspace with one more line after those of our own crates.
fn with_member(manifest: &str, name: &str, dir: &str) -> Result<String, NewError> {
    let ours = |line: &str| line.starts_with("captely-") && line.contains("path = ");
    let last = manifest
        .lines()
        .rfind(|line| ours(line))
        .ok_or(NewError::Manifest("lists no crate of ours among its dependencies"))?;
    let added = format!("{last}\ncaptely-{name} = {{ path = \"{dir}\" }}");
    Ok(manifest.replacen(last, &added, 1))
}

fn create(root: &Path, path: String, text: &str) -> Result<String, NewError> {
    let full = root.join(&path);
    if full.exists() {
        return Err(NewError::Exists(PathBuf::from(path)));
    }
    let wrong = |source| NewError::Write { path: full.clone(), source };
    if let Some(folder) = full.parent() {
        fs::create_dir_all(folder).map_err(wrong)?;
    }
    fs::write(&full, text).map_err(wrong)?;
    Ok(path)
}

/// Replaces `@name@`, `@NAME@` and `@Name@` in a template.
fn filled(template: &str, name: &str) -> String {
    let mut title = String::new();
    for part in name.split('_') {
        let mut chars = part.chars();
        title.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        title.push_str(chars.as_str());
    }
    template
        .replace("@name@", name)
        .replace("@NAME@", &name.to_uppercase())
        .replace("@Name@", &title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planted::Planted;

    const MANIFEST: &str = "[workspace.dependencies]\n\
        captely-contact = { path = \"crates/engines/contact\" }\n\nserde = \"1\"\n";

    #[track_caller]
    fn check(room: Room, name: &str, expected: &[&str]) {
        let tree = Planted::new().file("Cargo.toml", MANIFEST);
        let made = write(tree.root(), room, name).unwrap();
        assert_eq!(made.files, expected);
        for file in &made.files {
            let text = fs::read_to_string(tree.root().join(file)).unwrap();
            assert!(!text.contains('@'), "{file}: {text}");
        }
    }

    #[test]
    fn rooms_are_written() {
        check(
            Room::Engine,
            "matching",
            &[
                "crates/engines/matching/Cargo.toml",
                "crates/engines/matching/README.md",
                "crates/engines/matching/src/lib.rs",
                "Cargo.toml",
            ],
        );
        check(
            Room::Service,
            "credits",
            &[
                "crates/services/credits/Cargo.toml",
                "crates/services/credits/README.md",
                "crates/services/credits/src/lib.rs",
                "crates/services/credits/src/model.rs",
                "crates/services/credits/src/store.rs",
                "Cargo.toml",
            ],
        );
        check(Room::Provider, "snov", &["crates/engines/providers/src/snov.rs"]);
    }

    #[test]
    fn the_workspace_learns_of_a_member() {
        let text = with_member(MANIFEST, "matching", "crates/engines/matching").unwrap();
        assert_eq!(
            text,
            MANIFEST.replace(
                "\n\nserde",
                "\ncaptely-matching = { path = \"crates/engines/matching\" }\n\nserde"
            )
        );
    }

    /// A field that the sheet gets and the scaffold lacks would make the scaffold useless.
    #[test]
    fn the_scaffold_of_a_provider_fills_every_field_of_the_sheet() {
        let sheet = include_str!("../../engines/providers/src/sheet.rs");
        let (fields, _) = sheet.split_once("impl Sheet").unwrap();
        let names = fields.lines().filter_map(|line| line.trim().strip_prefix("pub "));
        let names = names.filter_map(|line| line.split_once(": ").map(|(name, _)| name));
        let mut seen = 0;
        for name in names {
            seen += 1;
            let filled = format!("\n        {name}: ");
            assert!(include_str!("new/provider.rs.txt").contains(&filled), "no {name}");
        }
        assert!(seen > 10, "only {seen} fields were found");
    }

    #[test]
    fn nothing_is_overwritten_and_names_are_checked() {
        let tree = Planted::new()
            .file("Cargo.toml", MANIFEST)
            .file("crates/engines/matching/README.md", "mine");
        let again = write(tree.root(), Room::Engine, "matching").unwrap_err();
        assert_eq!(again.to_string(), "crates/engines/matching is there already");
        for (room, name, start) in [
            (Room::Engine, "Matching", "`Matching` is no name"),
            (Room::Engine, "../x", "`../x` is no name"),
            (Room::Engine, "", "`` is no name"),
            (Room::Service, "cooking", "the service cooking has no place"),
        ] {
            let said = write(tree.root(), room, name).unwrap_err().to_string();
            assert!(said.starts_with(start), "{said}");
        }
        let manifest = fs::read_to_string(tree.root().join("Cargo.toml")).unwrap();
        assert_eq!(manifest, MANIFEST);
    }
}
