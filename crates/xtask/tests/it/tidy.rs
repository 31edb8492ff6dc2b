use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn xtask(arguments: &[&str], root: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .arg("--root")
        .arg(root)
        .output()
        .unwrap()
}

fn file(root: &Path, path: &str, text: &str) {
    let full = root.join(path);
    fs::create_dir_all(full.parent().unwrap()).unwrap();
    fs::write(full, text).unwrap();
}

/// A workspace of one crate that keeps every rule.
fn tidy_tree(root: &Path) {
    file(root, "Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"crates/platform\"]\n");
    file(
        root,
        "Cargo.lock",
        "version = 4\n\n[[package]]\nname = \"captely-platform\"\nversion = \"0.0.0\"\n",
    );
    file(
        root,
        "crates/platform/Cargo.toml",
        "[package]\nname = \"captely-platform\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         description = \"planted\"\nlicense = \"MIT\"\n",
    );
    file(
        root,
        "crates/platform/README.md",
        "# captely-platform\n\nThe second floor. Start at `src/lib.rs`.\n\nInvariants\n- none\n\n\
         Deliberately absent: all else.\n",
    );
    let lib = "#![doc = include_str!(\"../README.md\")]\n";
    file(root, "crates/platform/src/lib.rs", lib);
}

#[test]
fn a_tidy_tree_exits_with_0() {
    let tree = tempfile::tempdir().unwrap();
    tidy_tree(tree.path());
    let output = xtask(&["tidy"], tree.path());
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains(": no violation ("), "{said}");
}

#[test]
fn a_violation_exits_with_1_and_is_explained() {
    let tree = tempfile::tempdir().unwrap();
    tidy_tree(tree.path());
    file(tree.path(), "crates/platform/src/utils.rs", "fn a() -> u32 { todo!() }\n");
    let output = xtask(&["tidy"], tree.path());
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("crates/platform/src/utils.rs: [names] is called `utils`\n"), "{said}");
    assert!(said.contains("crates/platform/src/utils.rs:1: [unfinished] calls todo!\n"), "{said}");
    assert!(said.contains(": 2 violations ("), "{said}");
}

#[test]
fn what_cannot_run_exits_with_2() {
    let tree = tempfile::tempdir().unwrap();
    let output = xtask(&["tidy"], &tree.path().join("nowhere"));
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("xtask: cannot read "));
}

/// What `new` writes keeps the rules, but for what its list says is left to do.
#[test]
fn a_new_engine_is_tidy_once_it_is_described() {
    let tree = tempfile::tempdir().unwrap();
    let root = tree.path();
    tidy_tree(root);
    file(
        root,
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"crates/platform\", \"crates/engines/*\"]\n\n\
         [workspace.package]\nversion = \"0.0.0\"\nedition = \"2024\"\nrust-version = \"1.95\"\n\
         license = \"MIT\"\npublish = false\nrepository = \"https://example.org\"\n\n\
         [workspace.lints]\n\n\
         [workspace.dependencies]\ncaptely-platform = { path = \"crates/platform\" }\n",
    );
    assert_eq!(xtask(&["new", "engine", "matching"], root).status.code(), Some(0));
    let locked = Command::new("cargo")
        .args(["generate-lockfile", "--offline"])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(locked.status.success(), "{}", String::from_utf8_lossy(&locked.stderr));
    let output = xtask(&["tidy"], root);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("matching/Cargo.toml: [readme] has no description"), "{said}");
    assert!(said.contains(": 1 violation ("), "{said}");
}
