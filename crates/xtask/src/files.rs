//! The files of the tree: those that git tracks or would track, so that build output is never read.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::source::Source;

/// Larger files are data, not something a rule on text can judge.
pub(crate) const TEXT_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// One file of the tree.
#[derive(Debug)]
pub(crate) struct File {
    /// Relative to the root, with `/` between its parts.
    pub(crate) path: String,
    /// `None` for what is not UTF-8, and for files over [`TEXT_BYTES_MAX`].
    pub(crate) text: Option<String>,
    /// Cut when a rule first asks: several do.
    source: OnceLock<Source>,
}

impl File {
    /// The text, or nothing for a file without one.
    pub(crate) fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// The text as Rust, cut into code and literals.
    pub(crate) fn source(&self) -> &Source {
        self.source.get_or_init(|| Source::cut(self.text()))
    }

    /// The part after the last `/`.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Whether the name ends in `.extension`.
    pub(crate) fn is(&self, extension: &str) -> bool {
        self.name().rsplit_once('.').is_some_and(|(_, end)| end == extension)
    }
}

/// Why the tree cannot be read.
#[derive(Debug)]
pub(crate) enum FilesError {
    Command { line: String, said: String },
    Read { path: PathBuf, source: io::Error },
}

impl fmt::Display for FilesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command { line, said } => write!(f, "`{line}` failed: {said}"),
            Self::Read { path, source } => write!(f, "cannot read {}: {source}", path.display()),
        }
    }
}

/// The folder of the workspace around the current directory.
pub(crate) fn workspace_root() -> Result<PathBuf, FilesError> {
    let manifest =
        run(&mut cargo(), &["locate-project", "--workspace", "--message-format", "plain"])?;
    let manifest = PathBuf::from(manifest.trim());
    Ok(manifest.parent().map_or_else(PathBuf::new, Path::to_path_buf))
}

/// The `cargo` that runs us, or the one of the path.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a command and gives its standard output.
pub(crate) fn run(command: &mut Command, arguments: &[&str]) -> Result<String, FilesError> {
    let name = Path::new(command.get_program()).file_name().unwrap_or_default().to_owned();
    let line = format!("{} {}", name.display(), arguments.join(" "));
    let output = command
        .args(arguments)
        .output()
        .map_err(|error| FilesError::Command { line: line.clone(), said: error.to_string() })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(FilesError::Command { line, said });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Reads every file of the tree, ordered by path. A file that is tracked but deleted is left out.
pub(crate) fn read(root: &Path) -> Result<Vec<File>, FilesError> {
    let mut paths = if root.join(".git").exists() { listed(root)? } else { walked(root)? };
    paths.sort_unstable();
    paths.dedup();
    paths
        .into_iter()
        .filter(|path| root.join(path).is_file())
        .map(|path| read_one(root, path))
        .collect()
}

fn read_one(root: &Path, path: String) -> Result<File, FilesError> {
    let full = root.join(&path);
    let wrong = |source| FilesError::Read { path: full.clone(), source };
    if fs::metadata(&full).map_err(wrong)?.len() > TEXT_BYTES_MAX {
        return Ok(File { path, text: None, source: OnceLock::new() });
    }
    let text = String::from_utf8(fs::read(&full).map_err(wrong)?).ok();
    Ok(File { path, text, source: OnceLock::new() })
}

/// What git tracks, and what it would track after `git add`.
fn listed(root: &Path) -> Result<Vec<String>, FilesError> {
    let mut git = Command::new("git");
    git.arg("-C").arg(root);
    let out = run(
        &mut git,
        &["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"],
    )?;
    Ok(out.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

/// Everything below `root` but `target`: for a tree without git, such as an unpacked archive.
fn walked(root: &Path) -> Result<Vec<String>, FilesError> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let wrong = |source| FilesError::Read { path: folder.clone(), source };
        for entry in fs::read_dir(&folder).map_err(wrong)? {
            let path = entry.map_err(wrong)?.path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "target" && name != ".git") {
                    folders.push(path);
                }
            } else if let Ok(inside) = path.strip_prefix(root) {
                found.push(inside.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planted::Planted;

    #[test]
    fn a_walk_leaves_build_output_out_and_keeps_binary_files_without_text() {
        let tree = Planted::new()
            .file("a/b.rs", "fn b() {}")
            .file("target/debug/c.rs", "fn c() {}")
            .bytes("picture.png", &[0x89, 0xFF, 0x00]);
        let files = read(tree.root()).unwrap();
        let seen: Vec<_> = files.iter().map(|f| (f.path.as_str(), f.text.is_some())).collect();
        assert_eq!(seen, [("a/b.rs", true), ("picture.png", false)]);
    }

    #[test]
    fn git_decides_what_belongs_to_the_tree() {
        let tree = Planted::new()
            .file(".gitignore", "*.log\n")
            .file("kept.rs", "")
            .file("new.rs", "")
            .file("noise.log", "");
        let git = |arguments: &[&str]| {
            run(Command::new("git").arg("-C").arg(tree.root()), arguments).unwrap();
        };
        git(&["init", "-q"]);
        git(&["add", "kept.rs", ".gitignore"]);
        let paths: Vec<_> = read(tree.root()).unwrap().into_iter().map(|f| f.path).collect();
        assert_eq!(paths, [".gitignore", "kept.rs", "new.rs"]);
    }

    #[test]
    fn a_failing_command_is_named() {
        let error = run(&mut Command::new("git"), &["no-such-thing"]).unwrap_err().to_string();
        assert!(error.starts_with("`git no-such-thing` failed: "), "{error}");
    }
}
