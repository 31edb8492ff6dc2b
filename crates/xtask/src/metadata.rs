//! What `cargo metadata` says, cut down to what the rules need.

use std::path::Path;

use serde_json::Value;

use crate::files::{FilesError, cargo, run};

/// Why a package is depended upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Normal,
    Dev,
    Build,
}

/// One line of a dependency table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// A member of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Folder relative to the root: `crates/engines/contact`.
    pub(crate) dir: String,
    /// Empty where the manifest has none.
    pub(crate) description: String,
    pub(crate) dependencies: Vec<Dependency>,
}

/// A package of the dependency graph and under which terms it comes.
#[derive(Debug, Clone)]
pub(crate) struct Licensed {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The SPDX expression of the manifest, `None` where there is none.
    pub(crate) licence: Option<String>,
}

/// The members of the workspace at `root`. Needs no network and no lock file.
pub(crate) fn members(root: &Path) -> Result<Vec<Package>, FilesError> {
    let all = ask(root, &["--no-deps", "--offline"])?;
    let mut found: Vec<_> = array(&all, "packages").map(|entry| member(entry, root)).collect();
    found.sort_by(|a, b| a.dir.cmp(&b.dir));
    Ok(found)
}

/// Every package that some target of the workspace may be built from, without our own.
/// The flag says whether all platforms were seen: packages that only other platforms need are
/// usually not on this machine, and then the graph of this platform alone is read.
pub(crate) fn dependencies(root: &Path) -> Result<(Vec<Licensed>, bool), FilesError> {
    if let Ok(all) = ask(root, &["--offline", "--locked"]) {
        return Ok((licensed(&all), true));
    }
    let version = run(&mut std::process::Command::new("rustc"), &["-vV"])?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    let all = ask(root, &["--offline", "--locked", "--filter-platform", host])?;
    Ok((licensed(&all), false))
}

fn ask(root: &Path, flags: &[&str]) -> Result<Value, FilesError> {
    let mut arguments = vec!["metadata", "--format-version", "1"];
    arguments.extend_from_slice(flags);
    let said = run(cargo().current_dir(root), &arguments)?;
    serde_json::from_str(&said).map_err(|error| FilesError::Command {
        line: "cargo metadata".into(),
        said: format!("its answer is not JSON: {error}"),
    })
}

fn member(entry: &Value, root: &Path) -> Package {
    let manifest = Path::new(text(entry, "manifest_path"));
    let dir = manifest.parent().unwrap_or(manifest);
    let dir = dir.strip_prefix(root).unwrap_or(dir);
    Package {
        name: text(entry, "name").to_owned(),
        dir: dir.to_string_lossy().replace('\\', "/"),
        description: text(entry, "description").to_owned(),
        dependencies: array(entry, "dependencies").map(dependency).collect(),
    }
}

fn dependency(entry: &Value) -> Dependency {
    let kind = match text(entry, "kind") {
        "dev" => Kind::Dev,
        "build" => Kind::Build,
        _ => Kind::Normal,
    };
    Dependency { name: text(entry, "name").to_owned(), kind }
}

/// With `--filter-platform` the list of packages is already cut to those of the platform.
fn licensed(all: &Value) -> Vec<Licensed> {
    array(all, "packages")
        .filter(|entry| entry.get("source").is_some_and(|source| !source.is_null()))
        .map(|entry| Licensed {
            name: text(entry, "name").to_owned(),
            version: text(entry, "version").to_owned(),
            licence: entry.get("license").and_then(Value::as_str).map(str::to_owned),
        })
        .collect()
}

fn text<'v>(entry: &'v Value, key: &str) -> &'v str {
    entry.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn array<'v>(entry: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    entry.get(key).and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planted::Planted;

    #[test]
    fn members_with_their_kinds_of_dependency() {
        let tree = Planted::new().member("crates/engines/contact", "captely-contact", "").member(
            "crates/platform",
            "captely-platform",
            "[dependencies]\ncaptely-contact = { path = \"../engines/contact\" }\n\
                 [dev-dependencies]\ncaptely-contact = { path = \"../engines/contact\" }\n",
        );
        let members = members(&tree.root().canonicalize().unwrap()).unwrap();
        let platform = members.iter().find(|p| p.name == "captely-platform").unwrap();
        assert_eq!(platform.dir, "crates/platform");
        assert_eq!(platform.description, "planted");
        let kinds: Vec<_> = platform.dependencies.iter().map(|d| d.kind).collect();
        assert!(kinds.contains(&Kind::Normal) && kinds.contains(&Kind::Dev), "{kinds:?}");
    }

    #[test]
    fn our_own_packages_are_not_dependencies() {
        let all = serde_json::json!({"packages": [
            {"name": "ours", "version": "1.0.0", "source": null, "license": "MIT"},
            {"name": "theirs", "version": "2.0.0", "source": "registry", "license": null},
        ]});
        let found = licensed(&all);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "theirs");
        assert_eq!(found[0].licence, None);
    }
}
