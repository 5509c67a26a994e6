//! How well receipts are read: the amount paid and the day, from pictures by the built-in reader or from their text.

use super::bargains::Share;
use super::rows;
use crate::domain::error::{Error, Result};
use crate::domain::shop::receipt::fields::{self, Fields};
use crate::domain::shop::receipt::{Seen, date};
use crate::providers::ocr;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;
use std::time::Instant;

#[derive(Debug, Deserialize)]
struct Row {
    #[serde(default)]
    id: String,
    #[serde(default)]
    image: Option<String>,
    #[serde(default)]
    ocr_text: Option<String>,
    date: String,
    total: String,
}

/// What came of a file of receipts.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// Receipts.
    pub rows: usize,
    /// Of which pictures.
    pub images: usize,
    /// Amounts read exactly; rows without a number in `total` are left out.
    pub total: Share,
    /// Days read exactly.
    pub date: Share,
    /// Mean seconds for a picture.
    pub seconds_an_image: f64,
    /// What went wrong, a line each.
    pub wrong: Vec<String>,
}

/// Reads a file of receipts, pictures beside it.
pub fn run(path: &Path) -> Result<Report> {
    let all: Vec<Row> = rows::read(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let (mut report, mut seconds) = (Report { rows: all.len(), ..Report::default() }, 0.0);
    for row in &all {
        let seen = match (&row.image, &row.ocr_text) {
            (Some(image), _) => {
                let file = folder.join(image);
                let bytes = std::fs::read(&file).map_err(|e| Error::invalid(format!("{} cannot be read: {e}.", file.display())))?;
                let since = Instant::now();
                let seen = ocr::read(&bytes)?;
                seconds += since.elapsed().as_secs_f64();
                report.images += 1;
                seen
            }
            (None, Some(text)) => Seen::of_text(text),
            (None, None) => return Err(Error::invalid(format!("Row {} has neither image nor ocr_text.", row.id))),
        };
        score(row, &fields::read(&seen), &mut report);
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of rows are small")]
    if report.images > 0 {
        report.seconds_an_image = seconds / report.images as f64;
    }
    Ok(report)
}

/// Hundredths in a text like "RM 1,021.20", "$8.20" or "9".
fn hundredths(text: &str) -> Option<i64> {
    let plain: String = text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
    let plain = plain.trim_matches('.');
    let (whole, cents) = plain.split_once('.').unwrap_or((plain, ""));
    let sign = if whole.starts_with('-') { -1 } else { 1 };
    let whole: i64 = whole.parse().ok()?;
    let cents: i64 = format!("{cents:0<2}").get(..2)?.parse().ok()?;
    whole.checked_mul(100)?.checked_add(sign * cents)
}

fn score(row: &Row, read: &Fields, report: &mut Report) {
    if let Some(want) = hundredths(&row.total) {
        let right = read.amount_minor == Some(want);
        report.total.count(right);
        if !right {
            report.wrong.push(format!("{}: total {} was read as {:?}", row.id, row.total, read.amount_minor));
        }
    }
    let want = date::days(&row.date).first().map(|(_, d)| *d);
    let right = want.is_some() && read.day == want;
    report.date.count(right);
    if !right {
        report.wrong.push(format!("{}: date {} was read as {:?}", row.id, row.date, read.day));
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} receipts, {} of them pictures", self.rows, self.images)?;
        writeln!(f, "total exact   {:>5.1} %  ({} of {})", self.total.percent, self.total.right, self.total.of)?;
        writeln!(f, "date exact    {:>5.1} %  ({} of {})", self.date.percent, self.date.right, self.date.of)?;
        if self.images > 0 {
            writeln!(f, "a picture     {:>5.2} s", self.seconds_an_image)?;
        }
        self.wrong.iter().try_for_each(|w| writeln!(f, "  {w}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_receipts_is_scored() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("rows.jsonl");
        let rows = r#"{"id": "1", "date": "21/11/2026", "total": "RM 9.00", "ocr_text": "SHOP\n21/11/2026\nTOTAL\n9.00\nCASH\n10.00\nCHANGE\n1.00"}
{"id": "2", "date": "21/11/2026", "total": "9.50", "ocr_text": "SHOP\n20/11/2026\nTOTAL 9.00"}"#;
        std::fs::write(&file, rows).unwrap();
        let r = run(&file).unwrap();
        assert_eq!((r.rows, r.total.right, r.total.of, r.date.right, r.date.of, r.wrong.len()), (2, 1, 2, 1, 2, 2));
        assert_eq!((hundredths("$1,008.2"), hundredths("9"), hundredths("x")), (Some(100_820), Some(900), None));
    }
}
