use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::clock::Clock;

/// Log files `NAME.2026-01-05.log`, `NAME.2026-01-05.1.log`, …: a new one each day (UTC) and at a
/// size; the oldest are removed.
pub struct RotatingFile {
    folder: PathBuf,
    name: String,
    bytes_max: u64,
    files_max: usize,
    clock: Arc<dyn Clock>,
    open: Mutex<Open>,
}

struct Open {
    file: File,
    day: String,
    bytes: u64,
}

impl RotatingFile {
    /// Goes on with the newest file of today, or begins one.
    pub fn open(
        folder: &Path,
        name: &str,
        bytes_max: u64,
        files_max: usize,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let day = day(&*clock);
        let open = Open::at(folder, name, day, bytes_max)?;
        let (folder, name) = (folder.to_owned(), name.to_owned());
        let out = Self { folder, name, bytes_max, files_max, clock, open: Mutex::new(open) };
        out.tidy()?;
        Ok(out)
    }

    /// Writes one line whole; a line is never split over two files.
    pub fn write_line(&self, line: &[u8]) -> io::Result<()> {
        let today = day(&*self.clock);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let size = u64::try_from(line.len()).unwrap_or(u64::MAX);
        let full = open.bytes > 0 && open.bytes.saturating_add(size) > self.bytes_max;
        if full || open.day != today {
            let room = self.bytes_max.saturating_sub(size).max(1);
            *open = Open::at(&self.folder, &self.name, today, room)?;
            self.tidy()?;
        }
        open.file.write_all(line)?;
        open.bytes = open.bytes.saturating_add(size);
        Ok(())
    }

    /// Removes the oldest files over the number kept.
    fn tidy(&self) -> io::Result<()> {
        let prefix = format!("{}.", self.name);
        let mut ours: Vec<(String, u32, PathBuf)> = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            let middle = name.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(".log"));
            let Some(middle) = middle else { continue };
            let (day, number) = middle.split_once('.').unwrap_or((middle, "0"));
            if let Ok(number) = number.parse() {
                ours.push((day.to_owned(), number, path));
            }
        }
        ours.sort();
        let over = ours.len().saturating_sub(self.files_max.max(1));
        ours.into_iter().take(over).try_for_each(|(_, _, path)| fs::remove_file(path))
    }
}

impl Open {
    /// The last file of `day` if it has less than `room` bytes, or the next.
    fn at(folder: &Path, name: &str, day: String, room: u64) -> io::Result<Self> {
        let path = |n: u32| match n {
            0 => folder.join(format!("{name}.{day}.log")),
            n => folder.join(format!("{name}.{day}.{n}.log")),
        };
        let mut number = 0_u32;
        while path(number.saturating_add(1)).exists() {
            number = number.saturating_add(1);
        }
        let size = fs::metadata(path(number)).map_or(0, |meta| meta.len());
        let (number, bytes) = if size < room { (number, size) } else { (number + 1, 0) };
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self { file: options.open(path(number))?, day, bytes })
    }
}

/// `2026-01-05`
fn day(clock: &dyn Clock) -> String {
    clock.now().to_string().chars().take(10).collect()
}

impl fmt::Debug for RotatingFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RotatingFile({})", self.folder.join(&self.name).display())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock::TestClock;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut out: Vec<_> =
            entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        out.sort();
        out
    }

    #[test]
    fn a_new_file_each_day_and_at_a_size() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::default());
        let open = || RotatingFile::open(folder.path(), "t", 10, 3, clock.clone()).unwrap();
        let log = open();
        log.write_line(b"12345\n").unwrap();
        log.write_line(b"12\n").unwrap();
        assert_eq!(names(folder.path()), ["t.2026-01-05.log"]);
        log.write_line(b"12345\n").unwrap();
        assert_eq!(names(folder.path()), ["t.2026-01-05.1.log", "t.2026-01-05.log"]);
        drop(log);
        let log = open();
        log.write_line(b"123\n").unwrap();
        assert_eq!(fs::read(folder.path().join("t.2026-01-05.1.log")).unwrap(), b"12345\n123\n");
        clock.advance(Duration::from_hours(24));
        log.write_line(b"x\n").unwrap();
        clock.advance(Duration::from_hours(24));
        log.write_line(b"a line longer than a file\n").unwrap();
        let kept = ["t.2026-01-05.1.log", "t.2026-01-06.log", "t.2026-01-07.log"];
        assert_eq!(names(folder.path()), kept);
    }
}
