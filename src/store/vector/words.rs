//! Words of what can be found, in FTS5, one table a kind so that a common word among documents may be a rare one on a menu.
//!
//! FTS5 gets words that are folded and stemmed already (`domain::words`): its own tokenizer knows accents but neither the
//! hooked letters of Hausa nor the endings of French.

use crate::domain::error::Result;
use crate::domain::search::Kind;
use crate::domain::words::{Term, index, title_and_body};
use crate::store::tx::{Read, Tx};
use rusqlite::params;

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

/// What an FTS5 query says for some words. Words hold letters, digits and apostrophes only, and stand in quotes.
fn query(terms: &[Term], all: bool, beginnings: bool) -> String {
    let one = |(n, t): (usize, &Term)| {
        let last = n + 1 == terms.len();
        let begins = (beginnings || last) && t.word.chars().count() >= 3;
        let star = if begins { "*" } else { "" };
        let stems: Vec<String> = t.stems.iter().map(|s| format!("\"{s}\"")).collect();
        format!("({{title body}} : \"{}\"{star} OR {{title_stems body_stems}} : ({}))", t.word, stems.join(" OR "))
    };
    let each: Vec<String> = terms.iter().enumerate().map(one).collect();
    each.join(if all { " AND " } else { " OR " })
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
    tx.each(match_sql(kind), [query(terms, all, beginnings)], |r| Ok((r.get(0)?, r.get(1)?)), |(n, score)| take(n, score))
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
    tx.value(sql, [query(std::slice::from_ref(term), false, false)])
}
