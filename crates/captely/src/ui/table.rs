use std::io::{IsTerminal, stdout};

use comfy_table::{Attribute, Cell, Color, ContentArrangement, presets};

/// What a cell says beside its words. Words never depend on it: colours may be off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Neither good nor bad.
    Plain,
    /// Good news.
    Good,
    /// Needs a look.
    Warn,
    /// Bad news.
    Bad,
    /// Background.
    Dim,
}

/// A table for people: fitted to the terminal and coloured there, plain and unwrapped elsewhere.
pub struct Table {
    inner: comfy_table::Table,
    colours: bool,
}

impl Table {
    /// A table with these headings for standard output.
    pub fn new<const N: usize>(headings: [&str; N]) -> Self {
        let terminal = stdout().is_terminal();
        Self::with_style(headings, terminal, terminal && colours_wanted())
    }

    fn with_style<const N: usize>(headings: [&str; N], fitted: bool, colours: bool) -> Self {
        let mut inner = comfy_table::Table::new();
        inner.load_style(if fitted { presets::UTF8_HORIZONTAL_ONLY } else { presets::NOTHING });
        let arrangement =
            if fitted { ContentArrangement::Dynamic } else { ContentArrangement::Disabled };
        inner.set_content_arrangement(arrangement);
        if colours {
            inner.enforce_styling();
        } else {
            inner.force_no_tty();
            if let (true, Ok((width, _height))) = (fitted, terminal_size()) {
                inner.set_width(width);
            }
        }
        let heading = |text: &&str| {
            let cell = Cell::new(text);
            if colours { cell.add_attribute(Attribute::Bold) } else { cell }
        };
        inner.set_header(headings.iter().map(heading).collect::<Vec<_>>());
        Self { inner, colours }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [(String, Tone); N]) {
        let colours = self.colours;
        let dress = |(text, tone): (String, Tone)| {
            let cell = Cell::new(text);
            match tone {
                _ if !colours => cell,
                Tone::Plain => cell,
                Tone::Good => cell.fg(Color::Green),
                Tone::Warn => cell.fg(Color::Yellow),
                Tone::Bad => cell.fg(Color::Red),
                Tone::Dim => cell.add_attribute(Attribute::Dim),
            }
        };
        self.inner.add_row(cells.into_iter().map(dress).collect::<Vec<_>>());
    }

    /// The table's text, without spaces at line ends.
    pub fn render(&self) -> String {
        self.inner.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render())
    }
}

/// <https://no-color.org>: any text in `NO_COLOR` turns colours off. A dumb terminal has none.
fn colours_wanted() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Columns and rows of the terminal on standard output.
fn terminal_size() -> std::io::Result<(u16, u16)> {
    let size = rustix::termios::tcgetwinsize(stdout())?;
    Ok((size.ws_col, size.ws_row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_where_nobody_looks() {
        let mut table = Table::with_style(["name", "state"], false, false);
        table.row([("icypeas".into(), Tone::Plain), ("missing".into(), Tone::Bad)]);
        assert_eq!(table.render(), " name     state\n icypeas  missing");
    }

    #[test]
    fn coloured_where_asked() {
        let mut table = Table::with_style(["state"], true, true);
        table.row([("missing".into(), Tone::Bad)]);
        assert!(table.render().contains("\u{1b}["), "{:?}", table.render());
    }
}
