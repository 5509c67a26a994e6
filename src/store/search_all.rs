//! Looks for words in every column of every table, in the indexes of words and in the raw bytes of a file: the proof that
//! something is gone.

use super::backup;
use super::file::File;
use super::tx::Read;
use crate::domain::error::{Error, Result};
use regex::bytes::{Regex, RegexBuilder};
use rusqlite::types::ValueRef;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

/// Bytes of a file looked at together.
const BLOCK: usize = 1 << 20;

/// What is looked for, ready to be found. None when there is nothing to look for.
pub fn pattern(needles: &[String]) -> Result<Option<Regex>> {
    let parts: Vec<String> = needles.iter().filter(|n| n.len() >= 4).map(|n| regex::escape(n)).collect();
    if parts.is_empty() {
        return Ok(None);
    }
    let built = RegexBuilder::new(&parts.join("|")).case_insensitive(true).size_limit(200 << 20).build();
    built.map(Some).map_err(|e| Error::internal("What was erased could not be looked for.").with_source(e))
}

/// How often it stands in each column, by "table.column", and how many tables were read.
pub fn in_tables(tx: &Read<'_>, wanted: &Regex) -> Result<(BTreeMap<String, u64>, u64)> {
    let tables: Vec<String> =
        tx.all("select name from pragma_table_list where schema = 'main' and type in ('table', 'shadow')", [], |r| r.get(0))?;
    let mut found = BTreeMap::new();
    for table in &tables {
        let columns: Vec<String> = tx.all("select name from pragma_table_info(?1)", [table], |r| r.get(0))?;
        let hits = |r: &rusqlite::Row<'_>| -> rusqlite::Result<Vec<usize>> {
            let mut hits = Vec::new();
            for n in 0..columns.len() {
                if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = r.get_ref(n)?
                    && wanted.is_match(bytes)
                {
                    hits.push(n);
                }
            }
            Ok(hits)
        };
        tx.each(&format!("select * from \"{}\"", table.replace('"', "")), [], hits, |hits| {
            for column in hits.into_iter().filter_map(|n| columns.get(n)) {
                *found.entry(format!("{table}.{column}")).or_insert(0) += 1;
            }
            Ok(true)
        })?;
    }
    Ok((found, tables.len() as u64))
}

/// How many entries of each index of words hold all the words of a needle, and how many indexes were asked.
pub fn in_words(tx: &Read<'_>, needles: &[String]) -> Result<(BTreeMap<String, u64>, u64)> {
    let indexes: Vec<String> = tx.all("select name from pragma_table_list where schema = 'main' and type = 'virtual'", [], |r| r.get(0))?;
    let mut found = BTreeMap::new();
    for index in &indexes {
        let index_name = index.replace('"', "");
        let sql = format!("select count(*) from \"{index_name}\" where \"{index_name}\" match ?1");
        for needle in needles.iter().filter(|n| n.chars().any(char::is_alphanumeric)) {
            let times: i64 = tx.value(&sql, [format!("\"{}\"", needle.replace('"', " "))])?;
            if times > 0 {
                *found.entry(index.clone()).or_insert(0) += times.unsigned_abs();
            }
        }
    }
    Ok((found, indexes.len() as u64))
}

/// How often it stands in the raw bytes of a database, free pages included, and of its log; and how many bytes were read. Closing the file
/// itself would take SQLite's locks on it away (<https://www.sqlite.org/howtocorrupt.html>, 2.2), so a copy of every page is read.
pub fn in_bytes(file: &File, wanted: &Regex) -> Result<(BTreeMap<String, u64>, u64)> {
    let copy = file.path().with_extension("looked-at.db");
    let looked = backup::copy(file.path(), &copy).and_then(|()| in_file(&copy, wanted));
    let _ = std::fs::remove_file(&copy);
    let mut log = file.path().as_os_str().to_owned();
    log.push("-wal");
    let (mut found, mut bytes) = (BTreeMap::new(), 0);
    for (path, (times, read)) in [(file.path(), looked?), (Path::new(&log), in_file(Path::new(&log), wanted)?)] {
        bytes += read;
        if times > 0 {
            found.insert(path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned()), times);
        }
    }
    Ok((found, bytes))
}

fn in_file(path: &Path, wanted: &Regex) -> Result<(u64, u64)> {
    let failed = |e: std::io::Error| Error::unavailable("The database file cannot be read.").with_source(e);
    let mut file = match std::fs::File::open(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok((0, 0)),
        opened => opened.map_err(failed)?,
    };
    // The end of a block is looked at again with the next, so nothing is missed between them.
    let (mut times, mut read, mut block) = (0, 0, Vec::with_capacity(BLOCK + KEEP));
    loop {
        let kept = block.len();
        let more = file.by_ref().take(BLOCK as u64).read_to_end(&mut block).map_err(failed)?;
        if more == 0 {
            return Ok((times, read));
        }
        read += more as u64;
        times += wanted.find_iter(&block).filter(|m| m.end() > kept).count() as u64;
        let start = block.len().saturating_sub(KEEP);
        block.drain(..start);
    }
}

/// Longer than anything looked for.
const KEEP: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_needle_between_two_blocks_is_found_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        let mut bytes = vec![b'x'; BLOCK - 5];
        bytes.extend_from_slice(b"Adaobi Okafor and more");
        std::fs::write(&path, &bytes).unwrap();
        let wanted = pattern(&["adaobi okafor".into()]).unwrap().unwrap();
        assert_eq!(in_file(&path, &wanted).unwrap(), (1, bytes.len() as u64));
        assert_eq!(in_file(&dir.path().join("none"), &wanted).unwrap(), (0, 0));
    }
}
