//! The catalogue's own question: by words, by meaning, by filters, or all together, page by page.

use super::{By, Filter, Kind, Query, Search};
use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::domain::words;
use crate::store::tx::Read;
use crate::store::vector;
use std::collections::HashSet;
use std::sync::Arc;

/// Items of one question that can be paged through.
const RANKED: usize = 1_000;
/// Without any of the words, an item must be this near to count as meant. Cosine of the built-in model, where texts that have
/// nothing in common lie below 0.3 and other words for the same thing mostly above 0.45.
pub const MEANT: f32 = 0.45;

impl Search {
    /// Items for a question, best first, after the one with the id `after`. Without words: all that pass, in the order they
    /// were added. Items that hold every word come alone; when there are none, those that hold some or mean the like. What is
    /// narrowed by filters is only put in order by the words, so that a narrow filter still has its hits.
    pub fn items(&self, tx: &Read<'_>, business: Id, text: &str, filter: Filter, after: Option<Id>, most: usize) -> Result<Vec<Id>> {
        if words::words(text).is_empty() {
            return self.listed(tx, business, filter, after, most);
        }
        let ranked = self.ranked(tx, business, text, filter)?;
        let from = after.map_or(0, |a| ranked.iter().position(|id| *id == a).map_or(ranked.len(), |p| p + 1));
        Ok(ranked.into_iter().skip(from).take(most).collect())
    }

    fn listed(&self, tx: &Read<'_>, business: Id, filter: Filter, after: Option<Id>, most: usize) -> Result<Vec<Id>> {
        let filter = filter.folded();
        let mut out = Vec::new();
        for id in self.seen(tx, business, Kind::Item)?.listed(&filter) {
            if out.len() >= most {
                break;
            }
            if after.is_none_or(|a| id > a) && vector::passes_row(tx, id, &filter)? && vector::find_number(tx, Kind::Item, id)?.is_some() {
                out.push(id);
            }
        }
        Ok(out)
    }

    fn ranked(&self, tx: &Read<'_>, business: Id, text: &str, filter: Filter) -> Result<Vec<Id>> {
        let all = with_every_word(tx, text)?;
        let ask = |filter: Filter| self.find_by(tx, business, &Query { kind: Kind::Item, text, filter, limit: RANKED }, By::Both);
        if !all.is_empty() {
            let among = filter.among.as_ref().map_or(all.clone(), |ids| all.intersection(ids).copied().collect());
            let hits = ask(Filter { among: Some(Arc::new(among)), ..filter.clone() })?;
            if !hits.is_empty() {
                return Ok(hits.into_iter().map(|h| h.id).collect());
            }
        }
        let narrowed = filter.is_typed();
        let hits = ask(filter)?;
        let meant = hits.into_iter().filter(|h| narrowed || h.words.is_some() || h.cosine.is_some_and(|c| c >= MEANT));
        Ok(meant.map(|h| h.id).collect())
    }
}

fn with_every_word(tx: &Read<'_>, text: &str) -> Result<HashSet<Id>> {
    let mut numbers = Vec::new();
    vector::words::search(tx, Kind::Item, &words::terms(text), true, true, |n, _| {
        numbers.push(n);
        Ok(numbers.len() < RANKED)
    })?;
    let mut ids = HashSet::new();
    for n in numbers {
        ids.extend(vector::find_id(tx, n)?);
    }
    Ok(ids)
}
