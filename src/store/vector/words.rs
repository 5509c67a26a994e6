//! Words of what can be found, in FTS5, one table a kind so that a common word among documents may be a rare one on a menu.
//!
//! FTS5 gets words that are folded and stemmed already (`domain::words`): its own tokenizer knows accents but neither the
//! hooked letters of Hausa nor the endings of French.

use crate::domain::error::Result;
use crate::domain::search::Kind;
use crate::domain::words::{Term, index, title_and_body};
use crate::store::tx::{Read, Tx};
use rusqlite::{Row, params};
use std::collections::{HashMap, HashSet};

const fn insert_sql(kind: Kind) -> &'static str {
    match kind {
        Kind::Item => "insert into item_words (rowid, title, body, title_stems, body_stems) values (?1, ?2, ?3, ?4, ?5)",
        Kind::Chunk => "insert into chunk_words (rowid, title, body, title_stems, body_stems) values (?1, ?2, ?3, ?4, ?5)",
        Kind::Answer => "insert into answer_words (rowid, title, body, title_stems, body_stems) values (?1, ?2, ?3, ?4, ?5)",
        Kind::Fact => "insert into fact_words (rowid, title, body, title_stems, body_stems) values (?1, ?2, ?3, ?4, ?5)",
        Kind::Vendor => "insert into vendor_words (rowid, title, body, title_stems, body_stems) values (?1, ?2, ?3, ?4, ?5)",
        Kind::Example => "insert into example_words (rowid, title, body, title_stems, body_stems) values (?1, ?2, ?3, ?4, ?5)",
    }
}

const fn delete_sql(kind: Kind) -> &'static str {
    match kind {
        Kind::Item => "delete from item_words where rowid = ?1",
        Kind::Chunk => "delete from chunk_words where rowid = ?1",
        Kind::Answer => "delete from answer_words where rowid = ?1",
        Kind::Fact => "delete from fact_words where rowid = ?1",
        Kind::Vendor => "delete from vendor_words where rowid = ?1",
        Kind::Example => "delete from example_words where rowid = ?1",
    }
}

/// BM25 (FTS5's, k1 1.2 and b 0.75): a heading counts more than what stands below it.
const fn match_sql(kind: Kind) -> &'static str {
    match kind {
        Kind::Item => "select rowid, -bm25(item_words, 3.0, 1.0, 3.0, 1.0) as s from item_words where item_words match ?1 order by s desc",
        Kind::Chunk => {
            "select rowid, -bm25(chunk_words, 2.0, 1.0, 2.0, 1.0) as s from chunk_words where chunk_words match ?1 order by s desc"
        }
        Kind::Answer => {
            "select rowid, -bm25(answer_words, 2.0, 1.0, 2.0, 1.0) as s from answer_words where answer_words match ?1 order by s desc"
        }
        Kind::Fact => "select rowid, -bm25(fact_words, 2.0, 1.0, 2.0, 1.0) as s from fact_words where fact_words match ?1 order by s desc",
        Kind::Vendor => {
            "select rowid, -bm25(vendor_words, 1.0, 2.0, 1.0, 2.0) as s from vendor_words where vendor_words match ?1 order by s desc"
        }
        Kind::Example => {
            "select rowid, -bm25(example_words, 2.0, 1.0, 2.0, 1.0) as s from example_words where example_words match ?1 order by s desc"
        }
    }
}

pub(super) fn insert(tx: &mut Tx<'_>, kind: Kind, n: i64, text: &str) -> Result<()> {
    let (title, body) = title_and_body(text);
    let (title, body) = (index(title), index(body));
    tx.run(insert_sql(kind), params![n, title.words, body.words, title.stems, body.stems]).map(drop)
}

pub(super) fn delete(tx: &mut Tx<'_>, kind: Kind, n: i64) -> Result<()> {
    tx.run(delete_sql(kind), [n]).map(drop)
}

/// From so many passages on, a word is a common one.
const COMMON: i64 = 500;
/// So many passages must hold a rarer word; else those that hold only common ones are looked at all the same.
const ENOUGH: usize = 64;

/// What an FTS5 query says for one of some words. Words hold letters, digits and apostrophes only, and stand in quotes.
fn part(t: &Term, begins: bool) -> String {
    let star = if begins && t.word.chars().count() >= 3 { "*" } else { "" };
    let stems: Vec<String> = t.stems.iter().map(|s| format!("\"{s}\"")).collect();
    format!("({{title body}} : \"{}\"{star} OR {{title_stems body_stems}} : ({}))", t.word, stems.join(" OR "))
}

/// The same for each of some words; the last may be one that is still being written.
fn parts(terms: &[Term], beginnings: bool) -> Vec<String> {
    terms.iter().enumerate().map(|(n, t)| part(t, beginnings || n + 1 == terms.len())).collect()
}

/// Numbers and scores of what holds the words, best first, until `take` has enough and answers false. With `all`, every word
/// must be there; with `beginnings`, words may be begun only.
pub fn search(
    tx: &Read<'_>,
    kind: Kind,
    terms: &[Term],
    all: bool,
    beginnings: bool,
    mut take: impl FnMut(i64, f32) -> Result<bool>,
) -> Result<()> {
    if terms.is_empty() {
        return Ok(());
    }
    let parts = parts(terms, beginnings);
    let first = if kind == Kind::Chunk && !all { by_rare_words(tx, &parts)? } else { Vec::new() };
    for (n, score) in &first {
        if !take(*n, *score)? {
            return Ok(());
        }
    }
    let told: HashSet<i64> = first.into_iter().map(|(n, _)| n).collect();
    let query = parts.join(if all { " AND " } else { " OR " });
    let row = |r: &Row<'_>| Ok((r.get(0)?, r.get(1)?));
    tx.each(match_sql(kind), [query], row, |(n, score)| if told.contains(&n) { Ok(true) } else { take(n, score) })
}

/// The passages that hold one of the rarer words, best first, each with its score by all words; none when there are too few of
/// them, or nothing is to be gained. Weighing every passage that holds a word most of them hold is what takes the time, and it
/// only finds more of those that tell least.
fn by_rare_words(tx: &Read<'_>, parts: &[String]) -> Result<Vec<(i64, f32)>> {
    let (mut rare, mut common) = (Vec::new(), Vec::new());
    for part in parts {
        let at_most = "select count(*) from (select 1 from chunk_words where chunk_words match ?1 limit ?2)";
        let found: i64 = tx.value(at_most, params![part, COMMON])?;
        if found < COMMON { rare.push(part.as_str()) } else { common.push(part.as_str()) }
    }
    if rare.is_empty() || common.is_empty() {
        return Ok(Vec::new());
    }
    let (rare, common) = (rare.join(" OR "), common.join(" OR "));
    let mut found: HashMap<i64, f32> = HashMap::new();
    // Those that hold a common word as well come second and with the score of both.
    for query in [rare.clone(), format!("({rare}) AND ({common})")] {
        let row = |r: &Row<'_>| Ok((r.get(0)?, r.get(1)?));
        tx.each(match_sql(Kind::Chunk), [query], row, |(n, score)| {
            found.insert(n, score);
            Ok(true)
        })?;
        if found.len() < ENOUGH {
            return Ok(Vec::new());
        }
    }
    let mut found: Vec<(i64, f32)> = found.into_iter().collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(found)
}

/// How many things of a kind hold a word.
pub fn count(tx: &Read<'_>, kind: Kind, term: &Term) -> Result<i64> {
    let sql = match kind {
        Kind::Item => "select count(*) from item_words where item_words match ?1",
        Kind::Chunk => "select count(*) from chunk_words where chunk_words match ?1",
        Kind::Answer => "select count(*) from answer_words where answer_words match ?1",
        Kind::Fact => "select count(*) from fact_words where fact_words match ?1",
        Kind::Vendor => "select count(*) from vendor_words where vendor_words match ?1",
        Kind::Example => "select count(*) from example_words where example_words match ?1",
    };
    tx.value(sql, [part(term, true)])
}
