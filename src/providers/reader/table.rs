//! Tables: the first row names the columns, and every other row says its cells by those names, so that it can be
//! understood alone.

use crate::domain::error::{Error, Result};
use crate::domain::house::document::{Block, BlockKind, Content};

/// Rows a table may have.
const ROWS: usize = 50_000;

pub(super) fn read(text: &str) -> Result<Content> {
    let first = text.lines().next().unwrap_or_default();
    let count = |c: u8| first.bytes().filter(|b| *b == c).count();
    let by = [b',', b';', b'\t'].into_iter().max_by_key(|c| count(*c)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(by).from_reader(text.as_bytes());
    let (mut head, mut blocks) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(|e| Error::invalid("This table cannot be read as CSV.").with_source(e))?;
        row(&mut head, record.iter().map(|c| c.trim().to_owned()).collect(), None, &mut blocks);
        if blocks.len() > ROWS {
            return Err(super::too_long());
        }
    }
    if blocks.is_empty() && !head.is_empty() {
        blocks.push(Block { kind: BlockKind::Row, text: head.join(", "), page: None });
    }
    Ok(Content { blocks, ..Content::default() })
}

/// Adds a row; the first one of a table becomes its head.
pub(super) fn row(head: &mut Vec<String>, cells: Vec<String>, page: Option<u32>, out: &mut Vec<Block>) {
    if cells.iter().all(String::is_empty) {
        return;
    }
    // A table of one column is a list.
    if cells.len() == 1 {
        return out.push(Block { kind: BlockKind::Row, text: cells.into_iter().collect(), page });
    }
    if head.is_empty() {
        *head = cells;
        return;
    }
    let named = |(n, cell): (usize, &String)| match head.get(n).filter(|h| !h.is_empty() && n > 0) {
        Some(h) => format!("{h}: {cell}"),
        None => cell.clone(),
    };
    let said: Vec<String> = cells.iter().enumerate().filter(|(_, c)| !c.is_empty()).map(named).collect();
    out.push(Block { kind: BlockKind::Row, text: said.join(", "), page });
}
