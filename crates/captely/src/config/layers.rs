use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::setting::Raw;
use super::{Environment, Fault, Origin, Sources, dotenv, file, nearest::nearest};

/// The largest configuration file that is read.
pub const CONFIG_BYTES_MAX: u64 = 1024 * 1024;

/// A setting from the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The setting, such as `waterfall.stop_at`.
    pub key: String,
    /// Its value as text.
    pub value: String,
    /// The argument that said so, such as `--stop-at`.
    pub argument: String,
}

/// One layer: settings by key, or variables by name.
#[derive(Debug, Default)]
struct Layer {
    by_key: BTreeMap<String, (Raw, Origin)>,
    by_variable: BTreeMap<String, (Raw, Origin)>,
}

/// All layers over the defaults, in rising precedence, and what went wrong while reading them.
#[derive(Debug, Default)]
pub(crate) struct Layers {
    stack: Vec<Layer>,
    /// Table headers of files: names that are used although nothing stands under them.
    pub(crate) headers: Vec<(String, Origin)>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) files: Vec<PathBuf>,
    pub(crate) environment: Option<Environment>,
}

impl Layers {
    pub(crate) fn read(sources: &Sources) -> Self {
        let mut all = Self::default();
        let base = all.base_file(sources);
        let directory =
            base.as_deref().and_then(Path::parent).unwrap_or(&sources.directory).to_owned();
        let dotenv = all.read_dotenv(&directory.join(".env"), sources);
        all.environment = all.choose_environment(sources, &dotenv);
        let overlay = all.environment.map(|environment| {
            let stem = base.as_deref().and_then(Path::file_stem).and_then(|s| s.to_str());
            let stem = stem.unwrap_or("captely");
            directory.join(format!("{stem}.{}.toml", environment.word()))
        });
        for path in base.into_iter().chain(overlay.filter(|path| path.exists())) {
            let layer = all.read_file(&path, sources);
            all.stack.push(layer);
        }
        all.stack.push(dotenv);
        let variables = sources.variables.iter().filter(|(_, value)| !value.is_empty());
        let by_variable = variables.map(|(name, value)| {
            (name.clone(), (Raw::Loose(value.clone()), Origin::Variable(name.clone())))
        });
        all.stack.push(Layer { by_variable: by_variable.collect(), ..Layer::default() });
        let by_key = sources.arguments.iter().map(|set| {
            (
                set.key.clone(),
                (Raw::Loose(set.value.clone()), Origin::Argument(set.argument.clone())),
            )
        });
        all.stack.push(Layer { by_key: by_key.collect(), ..Layer::default() });
        all
    }

    /// The value of `key` in the highest layer that has it under its key or one of its variables.
    pub(crate) fn find(&self, key: &str, variables: &[String]) -> Option<&(Raw, Origin)> {
        self.stack.iter().rev().find_map(|layer| {
            let by_name = || variables.iter().find_map(|name| layer.by_variable.get(name));
            layer.by_key.get(key).or_else(by_name)
        })
    }

    /// Every key that a file or argument sets.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&String, &Origin)> {
        self.stack.iter().flat_map(|l| l.by_key.iter().map(|(key, (_, origin))| (key, origin)))
    }

    /// Every variable.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&String, &Origin)> {
        self.stack.iter().flat_map(|l| l.by_variable.iter().map(|(n, (_, origin))| (n, origin)))
    }

    fn fault(&mut self, path: String, line: usize, why: impl Into<String>) {
        let origin = Origin::File { path, line };
        self.faults.push(Fault { origin, key: String::new(), why: why.into() });
    }

    /// `--config`, else `captely.toml` here, else the user's.
    fn base_file(&mut self, sources: &Sources) -> Option<PathBuf> {
        if let Some(given) = &sources.file {
            let path = sources.directory.join(given);
            if path.exists() {
                return Some(path);
            }
            self.fault(given.display().to_string(), 0, "there is no such file");
            return None;
        }
        let here = sources.directory.join("captely.toml");
        let home = sources.variable("HOME").map(|home| Path::new(home).join(".config"));
        let config = sources.variable("XDG_CONFIG_HOME").map(PathBuf::from).or(home);
        let users = config.map(|dir| dir.join("captely").join("config.toml"));
        std::iter::once(here).chain(users).find(|path| path.is_file())
    }

    fn choose_environment(&mut self, sources: &Sources, dotenv: &Layer) -> Option<Environment> {
        const NAME: &str = "CAPTELY_ENV";
        let (word, origin) = match (sources.variable(NAME), dotenv.by_variable.get(NAME)) {
            (Some(word), _) => (word.to_owned(), Origin::Variable(NAME.to_owned())),
            (None, Some((Raw::Loose(word), origin))) => (word.clone(), origin.clone()),
            _ => return None,
        };
        let found = Environment::ALL.iter().copied().find(|e| e.word() == word);
        if found.is_none() {
            let words = Environment::ALL.iter().map(|e| e.word());
            let hint = nearest(&word, words).map_or(String::new(), |w| format!(" (perhaps {w})"));
            let why = format!("is {word:?}, but must be development, staging or production{hint}");
            self.faults.push(Fault { origin, key: NAME.to_owned(), why });
        }
        found
    }

    fn read_file(&mut self, path: &Path, sources: &Sources) -> Layer {
        let shown = shown(path, sources);
        let mut layer = Layer::default();
        let Some(text) = self.text_of(path, &shown) else { return layer };
        let (items, errors) = file::parse(&text);
        for (line, why) in errors {
            self.fault(shown.clone(), line, why);
        }
        for item in items {
            let origin = Origin::File { path: shown.clone(), line: item.line };
            match item.value {
                Some(raw) => drop(layer.by_key.insert(item.key, (raw, origin))),
                None => self.headers.push((item.key, origin)),
            }
        }
        layer
    }

    fn read_dotenv(&mut self, path: &Path, sources: &Sources) -> Layer {
        let mut layer = Layer::default();
        if !path.is_file() {
            return layer;
        }
        let shown = shown(path, sources);
        let Some(text) = self.text_of(path, &shown) else { return layer };
        let (lines, bad) = dotenv::parse(&text);
        for (line, why) in bad {
            self.fault(shown.clone(), line, why);
        }
        for line in lines.into_iter().filter(|line| !line.value.is_empty()) {
            let origin = Origin::File { path: shown.clone(), line: line.number };
            layer.by_variable.insert(line.name, (Raw::Loose(line.value), origin));
        }
        layer
    }

    /// The whole file as text, without a byte order mark.
    fn text_of(&mut self, path: &Path, shown: &str) -> Option<String> {
        let read = || -> std::io::Result<Vec<u8>> {
            let mut bytes = Vec::new();
            std::fs::File::open(path)?.take(CONFIG_BYTES_MAX + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let why = match read() {
            Err(error) => format!("cannot be read: {error}"),
            Ok(bytes) if u64::try_from(bytes.len()).is_ok_and(|n| n > CONFIG_BYTES_MAX) => {
                format!("is larger than {CONFIG_BYTES_MAX} bytes")
            }
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => {
                    self.files.push(path.to_owned());
                    return Some(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned));
                }
                Err(error) => {
                    let good = error.utf8_error().valid_up_to();
                    let before = error.as_bytes().get(..good).unwrap_or_default();
                    let line = before.split(|byte| *byte == b'\n').count();
                    self.fault(shown.to_owned(), line, "is not UTF-8 text");
                    return None;
                }
            },
        };
        self.fault(shown.to_owned(), 0, why);
        None
    }
}

/// A path as people know it: relative to the working directory where it lies below it.
fn shown(path: &Path, sources: &Sources) -> String {
    path.strip_prefix(&sources.directory).unwrap_or(path).display().to_string()
}
