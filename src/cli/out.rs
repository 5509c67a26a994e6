//! What commands print: results to standard output, everything else to standard error. A reader that went away is no
//! error.

use crate::domain::error::{Error, Result};
use serde::Serialize;
use std::io::{IsTerminal, Write};

/// One line of result.
pub fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// What went wrong.
pub fn error(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A remark that is not the result.
pub fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A value as JSON on one line.
pub fn json<T: Serialize>(value: &T) -> Result<()> {
    let text = serde_json::to_string(value).map_err(|e| Error::internal("This cannot be written as JSON.").with_source(e))?;
    line(&text);
    Ok(())
}

/// Rows as JSON when asked for, else as columns for people.
pub fn listing<T: Serialize>(as_json: bool, rows: &[T], headings: &[&str], cells: impl Fn(&T) -> Vec<String>) -> Result<()> {
    if as_json {
        return json(&rows);
    }
    line(&columns(headings, &rows.iter().map(cells).collect::<Vec<_>>()));
    Ok(())
}

/// Text in columns under headings.
pub fn columns(headings: &[&str], rows: &[Vec<String>]) -> String {
    let wide = |n: usize| rows.iter().filter_map(|r| r.get(n)).map(|c| c.chars().count()).chain([headings[n].len()]).max().unwrap_or(0);
    let widths: Vec<usize> = (0..headings.len()).map(wide).collect();
    let row = |cells: &[&str]| {
        let padded: Vec<String> = cells.iter().zip(&widths).map(|(c, w)| format!("{c:w$}")).collect();
        padded.join("  ").trim_end().to_owned()
    };
    let body = rows.iter().map(|r| row(&r.iter().map(String::as_str).collect::<Vec<_>>()));
    [row(headings)].into_iter().chain(body).collect::<Vec<_>>().join("\n")
}

/// A bar that fills up, on a terminal only.
pub struct Bar {
    total: usize,
    shown: bool,
}

impl Bar {
    /// For so many steps.
    pub fn new(total: usize) -> Self {
        Self { total, shown: std::io::stderr().is_terminal() }
    }
    /// So many steps are done.
    pub fn at(&self, done: usize) {
        if self.shown {
            let filled = (done * 30).checked_div(self.total).unwrap_or(30).min(30);
            let _ = write!(std::io::stderr(), "\r[{}{}] {done} of {}", "#".repeat(filled), ".".repeat(30 - filled), self.total);
        }
    }
    /// Leaves the line of the bar.
    pub fn end(&self) {
        if self.shown {
            let _ = writeln!(std::io::stderr());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = vec![vec!["mama-put".into(), "x".into()], vec!["a".into(), "Kẹ́mi".into()]];
        assert_eq!(columns(&["slug", "name"], &rows), "slug      name\nmama-put  x\na         Kẹ́mi");
    }
}
