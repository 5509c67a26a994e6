//! What can be found: its text in words tables, its vectors as blobs, and a number that grows so that an index in memory
//! catches up by reading only what is new. Who makes vectors is told by [`Meaning`]; this layer knows no model.

pub mod extension;
pub mod words;

use super::jobs;
use super::meta;
use super::tx::{Read, Tx, id_at, json_at};
use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::search::{Facets, Filter, Hit, Kind};
use crate::domain::words as text_words;
use rusqlite::{Row, params};
use std::collections::BTreeSet;

/// The key of the job that makes missing vectors.
pub const EMBED_JOB: &str = "embed";
/// Under this key stands the model whose vectors are searched.
const MODEL: &str = "search_model";

/// Makes vectors of texts inside a transaction.
pub trait Meaning: Send + Sync {
    /// The model that all vectors should be of.
    fn model(&self) -> &str;
    /// The vector of a text by a model; none when that needs the network or the model is not here.
    fn vector(&self, model: &str, text: &str) -> Option<Vec<f32>>;
    /// Whether [`Self::vector`] can answer for a model.
    fn is_instant(&self, model: &str) -> bool;
    /// The best things of a kind for a question, by word and meaning together, best first: for a transaction that has no other
    /// hold of the search.
    fn best(&self, tx: &Read<'_>, business: Id, kind: Kind, question: &str, most: usize) -> Result<Vec<Hit>>;
}

/// A change of the index: a thing that came, changed or went.
#[derive(Debug, Clone)]
pub struct Change {
    /// Its number.
    pub n: i64,
    /// Its id.
    pub id: Id,
    /// It is not to be found any more.
    pub gone: bool,
    /// Grows with every change of its kind.
    pub rev: i64,
}

/// The newest change of a kind; 0 when there never was one.
pub fn newest_rev(tx: &Read<'_>, kind: Kind) -> Result<i64> {
    tx.value("select coalesce(max(rev), 0) from searchables where kind = ?1", [kind.word()])
}

/// Writes or rewrites a thing that can be found. Text that did not change costs no new words and vectors.
pub fn put(tx: &mut Tx<'_>, kind: Kind, id: Id, text: &str) -> Result<()> {
    tx.touch();
    let key = id.to_string();
    let rev = newest_rev(tx, kind)? + 1;
    let old: Option<(i64, bool, bool)> =
        tx.one("select n, gone, text = ?3 from searchables where kind = ?1 and id = ?2", params![kind.word(), key, text], |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?))
        })?;
    let n = match old {
        Some((n, false, true)) => {
            return tx.run("update searchables set rev = ?2 where n = ?1", params![n, rev]).map(drop);
        }
        Some((n, gone, _)) => {
            if !gone {
                words::delete(tx, kind, n)?;
            }
            tx.run("update searchables set text = ?2, gone = 0, rev = ?3 where n = ?1", params![n, text, rev])?;
            tx.run("delete from vectors where n = ?1", [n])?;
            n
        }
        None => tx.insert("insert into searchables (kind, id, text, rev) values (?1, ?2, ?3, ?4)", params![kind.word(), key, text, rev])?,
    };
    words::insert(tx, kind, n, text)?;
    embed(tx, n, text)
}

/// A thing is not to be found any more: words and vectors go at once.
pub fn remove(tx: &mut Tx<'_>, kind: Kind, id: Id) -> Result<()> {
    tx.touch();
    let n: Option<i64> =
        tx.one("select n from searchables where kind = ?1 and id = ?2 and gone = 0", params![kind.word(), id.to_string()], |r| r.get(0))?;
    let Some(n) = n else { return Ok(()) };
    let rev = newest_rev(tx, kind)? + 1;
    words::delete(tx, kind, n)?;
    tx.run("delete from vectors where n = ?1", [n])?;
    tx.run("update searchables set text = '', gone = 1, rev = ?2 where n = ?1", params![n, rev]).map(drop)
}

/// The vectors of a text: by the model that is searched and by the one that is wanted, when they differ.
fn embed(tx: &mut Tx<'_>, n: i64, text: &str) -> Result<()> {
    let Some(meaning) = tx.meaning() else { return Ok(()) };
    let wanted = meaning.model().to_owned();
    let active = match active_model(tx)? {
        Some(m) => m,
        None => {
            meta::upsert_meta(tx, MODEL, &wanted)?;
            wanted.clone()
        }
    };
    for model in BTreeSet::from([active, wanted.clone()]) {
        if meaning.is_instant(&model) {
            let parts: Vec<_> = text_words::parts(text).iter().filter_map(|p| meaning.vector(&model, p)).collect();
            insert_vectors(tx, n, &model, &parts)?;
        } else if model == wanted {
            let now = tx.now;
            jobs::enqueue_job(tx, &Job::Embed, now, Some(EMBED_JOB))?;
        }
    }
    Ok(())
}

/// Enqueues the job that makes missing vectors when there are any, or when another model is wanted than the one searched.
pub fn embed_missing(tx: &mut Tx<'_>) -> Result<()> {
    let Some(meaning) = tx.meaning() else { return Ok(()) };
    let other = active_model(tx)?.is_some_and(|m| m != meaning.model());
    if other || !list_unembedded(tx, meaning.model(), 0, 1)?.is_empty() {
        let now = tx.now;
        jobs::enqueue_job(tx, &Job::Embed, now, Some(EMBED_JOB))?;
    }
    Ok(())
}

/// Keeps the vectors of a thing, one a part of its text; a text no model has words for keeps an empty one, so that it is not
/// tried again.
fn insert_vectors(tx: &mut Tx<'_>, n: i64, model: &str, parts: &[Vec<f32>]) -> Result<()> {
    tx.touch();
    tx.run("delete from vectors where n = ?1 and model = ?2", params![n, model])?;
    let nothing = [Vec::new()];
    for (part, v) in (0i64..).zip(if parts.is_empty() { &nothing } else { parts }) {
        let dims = i64::try_from(v.len()).unwrap_or(i64::MAX);
        tx.run(
            "insert into vectors (n, model, part, dims, vector) values (?1, ?2, ?3, ?4, ?5)",
            params![n, model, part, dims, blob_of(v)],
        )?;
    }
    Ok(())
}

/// The same for a thing written earlier: indexes must learn of it.
pub fn add_vectors(tx: &mut Tx<'_>, n: i64, model: &str, parts: &[Vec<f32>]) -> Result<()> {
    insert_vectors(tx, n, model, parts)?;
    tx.run("update searchables set rev = (select max(o.rev) + 1 from searchables o where o.kind = searchables.kind) where n = ?1", [n])
        .map(drop)
}

/// The model whose vectors are searched; none before anything was put in.
pub fn active_model(tx: &Read<'_>) -> Result<Option<String>> {
    meta::find_meta(tx, MODEL)
}

/// From now on the vectors of this model are searched, and those of others are gone. Every index reads itself anew.
pub fn activate_model(tx: &mut Tx<'_>, model: &str) -> Result<()> {
    tx.touch();
    meta::upsert_meta(tx, MODEL, model)?;
    tx.run("delete from vectors where model <> ?1", [model]).map(drop)
}

/// How many things there are, and how many of them have vectors of a model.
pub fn count_embedded(tx: &Read<'_>, model: &str) -> Result<(i64, i64)> {
    let all = tx.value("select count(*) from searchables where gone = 0", [])?;
    let done = tx.value(
        "select count(*) from searchables s where gone = 0 and exists (select 1 from vectors v where v.n = s.n and v.model = ?1)",
        [model],
    )?;
    Ok((all, done))
}

/// Things after number `after` that have no vectors of a model yet: number and text.
pub fn list_unembedded(tx: &Read<'_>, model: &str, after: i64, most: u32) -> Result<Vec<(i64, String)>> {
    tx.all(
        "select n, text from searchables s where n > ?2 and gone = 0
           and not exists (select 1 from vectors v where v.n = s.n and v.model = ?1) order by n limit ?3",
        params![model, after, most],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// Whether a thing still has this text, so that a vector made of it outside a transaction may be kept.
pub fn is_text(tx: &Read<'_>, n: i64, text: &str) -> Result<bool> {
    tx.value("select exists (select 1 from searchables where n = ?1 and gone = 0 and text = ?2)", params![n, text])
}

/// What changed after `rev`, oldest first.
pub fn list_changes(tx: &Read<'_>, kind: Kind, rev: i64) -> Result<Vec<Change>> {
    tx.all("select n, id, gone, rev from searchables where kind = ?1 and rev > ?2 order by rev", params![kind.word(), rev], |r| {
        Ok(Change { n: r.get(0)?, id: id_at(r, 1)?, gone: r.get(2)?, rev: r.get(3)? })
    })
}

/// The nearest things of a kind by an exact scan inside SQL, with sqlite-vec's cosine: for the open transaction of a turn, where no
/// index in memory is at hand, and to check the index against. Empty when the text has no vector without the network.
pub fn scan_in_sql(tx: &Tx<'_>, kind: Kind, text: &str, most: u32) -> Result<Vec<(Id, f32)>> {
    let (Some(meaning), Some(model)) = (tx.meaning(), active_model(tx)?) else { return Ok(vec![]) };
    let Some(v) = meaning.vector(&model, text) else { return Ok(vec![]) };
    nearest_in_sql(tx, kind, &model, &v, most)
}

/// The same for a vector.
pub fn nearest_in_sql(tx: &Read<'_>, kind: Kind, model: &str, query: &[f32], most: u32) -> Result<Vec<(Id, f32)>> {
    let dims = i64::try_from(query.len()).unwrap_or(i64::MAX);
    tx.all(
        "select s.id, 1 - min(vec_distance_cosine(v.vector, ?3)) as near from searchables s join vectors v on v.n = s.n
         where s.kind = ?1 and s.gone = 0 and v.model = ?2 and v.dims = ?4 group by s.n order by near desc, s.n limit ?5",
        params![kind.word(), model, blob_of(query), dims, most],
        |r| Ok((id_at(r, 0)?, r.get(1)?)),
    )
}

fn blob_of(v: &[f32]) -> Vec<u8> {
    v.iter().flat_map(|x| x.to_le_bytes()).collect()
}

fn floats(r: &Row<'_>, at: usize, out: &mut Vec<f32>) -> rusqlite::Result<()> {
    let blob = r.get_ref(at)?.as_blob()?;
    out.clear();
    out.extend(blob.as_chunks::<4>().0.iter().map(|c| f32::from_le_bytes(*c)));
    Ok(())
}

/// Gives each vector of a thing to `take`.
pub fn each_vector(tx: &Read<'_>, n: i64, model: &str, mut take: impl FnMut(&[f32])) -> Result<()> {
    let mut v = Vec::new();
    tx.all("select vector from vectors where n = ?1 and model = ?2 order by part", params![n, model], |r| {
        floats(r, 0, &mut v)?;
        take(&v);
        Ok(())
    })
    .map(drop)
}

/// Gives each vector of a kind to `take`, with the thing's number, for an index that begins.
pub fn every_vector(tx: &Read<'_>, kind: Kind, model: &str, mut take: impl FnMut(i64, &[f32])) -> Result<()> {
    let mut v = Vec::new();
    tx.all(
        "select v.n, v.vector from vectors v join searchables s on s.n = v.n where s.kind = ?1 and s.gone = 0 and v.model = ?2",
        params![kind.word(), model],
        |r| {
            let n = r.get(0)?;
            floats(r, 1, &mut v)?;
            take(n, &v);
            Ok(())
        },
    )
    .map(drop)
}

/// The number of a thing.
pub fn find_number(tx: &Read<'_>, kind: Kind, id: Id) -> Result<Option<i64>> {
    tx.one("select n from searchables where kind = ?1 and id = ?2 and gone = 0", params![kind.word(), id.to_string()], |r| r.get(0))
}

/// The id of what has a number and can be found in this snapshot.
pub fn find_id(tx: &Read<'_>, n: i64) -> Result<Option<Id>> {
    tx.one("select id from searchables where n = ?1 and gone = 0", [n], |r| id_at(r, 0))
}

/// What is known of one item besides its words.
pub fn find_facets(tx: &Read<'_>, id: Id) -> Result<Option<Facets>> {
    tx.one("select price_minor, category, attributes from items where id = ?1", [id.to_string()], |r| facets(r, 0))
}

/// The same of every item, by id.
pub fn list_facets(tx: &Read<'_>) -> Result<Vec<(Id, Facets)>> {
    tx.all("select id, price_minor, category, attributes from items where deleted_at is null", [], |r| Ok((id_at(r, 0)?, facets(r, 1)?)))
}

fn facets(r: &Row<'_>, at: usize) -> rusqlite::Result<Facets> {
    Ok(Facets::of(r.get(at)?, r.get_ref(at + 1)?.as_str()?, &json_at(r, at + 2)?))
}

/// Whether an item passes what its row alone can say: whether it can be bought now.
pub fn passes_row(tx: &Read<'_>, id: Id, filter: &Filter) -> Result<bool> {
    let Some(wanted) = filter.in_stock else { return Ok(true) };
    let can: Option<bool> =
        tx.one("select available = 1 and coalesce(stock, 1) > 0 from items where id = ?1 and deleted_at is null", [id.to_string()], |r| {
            r.get(0)
        })?;
    Ok(can == Some(wanted))
}

/// Forgets rows of things that went before the last time this was called; those of since then stay, so that an index in memory
/// that is a little behind still learns of them. How many went.
pub fn forget_gone(tx: &mut Tx<'_>, kind: Kind) -> Result<usize> {
    let (floor_key, mark_key) = (format!("search_floor_{}", kind.word()), format!("search_mark_{}", kind.word()));
    // Never above the newest change, whose row stays: numbers of changes must not be given twice.
    let floor = meta::counter(tx, &mark_key)?;
    let newest = newest_rev(tx, kind)?;
    if newest == floor && meta::counter(tx, &floor_key)? == floor {
        return Ok(0);
    }
    let went = tx.run("delete from searchables where kind = ?1 and gone = 1 and rev < ?2", params![kind.word(), floor])?;
    meta::upsert_meta(tx, &floor_key, &floor.to_string())?;
    meta::upsert_meta(tx, &mark_key, &newest.to_string())?;
    Ok(went)
}

/// Whether things an index up to `rev` still holds may have gone without a trace: it must then be read anew.
pub fn is_too_old(tx: &Read<'_>, kind: Kind, rev: i64) -> Result<bool> {
    Ok(rev + 1 < meta::counter(tx, &format!("search_floor_{}", kind.word()))?)
}
