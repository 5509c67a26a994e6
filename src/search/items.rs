//! The catalogue's own question: by words, by meaning, by filters, or all together, page by page.

use super::{By, Filter, Found, Hit, Kind, Ranked, Search, Seen, checked, fuse};
use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::domain::words;
use crate::store::tx::Read;
use crate::store::vector;
use std::collections::HashMap;

/// Items of one question that can be paged through.
const RANKED: usize = 1_000;
/// Without any of the words, an item must be this near to count as meant. Cosine of the built-in model, where texts that have
/// nothing in common lie below 0.3 and other words for the same thing mostly above 0.45.
pub const MEANT: f32 = 0.45;

/// A page of a ranked list: what comes after an item, so many of them.
struct Page<'a> {
    filter: &'a Filter,
    after: Option<Id>,
    most: usize,
}

impl Search {
    /// Items for a question, best first, after the one with the id `after`. Without words: all that pass, in the order they
    /// were added. Items that hold every word come alone; when there are none, those that hold some or mean the like. What is
    /// narrowed by filters is only put in order by the words, so that a narrow filter still has its hits.
    pub fn items(&self, tx: &Read<'_>, business: Id, text: &str, filter: Filter, after: Option<Id>, most: usize) -> Result<Vec<Id>> {
        let filter = filter.folded();
        let seen = self.seen(tx, business, Kind::Item)?;
        let page = Page { filter: &filter, after, most };
        if words::words(text).is_empty() {
            return listed(tx, &seen, &page);
        }
        // An item beyond the end of the first list was no part of it.
        let first = page.of(tx, seen.with_every_word(tx, self, text, &filter, RANKED)?)?;
        let hits = match first.filter(|hits| !hits.is_empty() || after.is_some()) {
            Some(hits) => hits,
            None => self.alike(tx, &seen, text, &page)?,
        };
        Ok(hits.into_iter().map(|h| h.id).collect())
    }

    /// Items that hold some of the words or mean the like.
    fn alike(&self, tx: &Read<'_>, seen: &Seen, text: &str, page: &Page<'_>) -> Result<Vec<Hit>> {
        let narrowed = page.filter.is_typed();
        let mut depth = 3 * RANKED;
        loop {
            let (mut ranked, exhausted) = seen.find(tx, self, text, page.filter, depth, By::Both)?;
            ranked.retain(|(_, f)| narrowed || f.words.is_some() || f.cosine.is_some_and(|c| c >= MEANT));
            let hits = page.of(tx, ranked)?.unwrap_or_default();
            if exhausted || hits.len() >= page.most {
                return Ok(hits);
            }
            depth = depth.saturating_mul(8);
        }
    }
}

impl Page<'_> {
    /// This page of a list, best first; none when what it should come after is not in the list.
    fn of(&self, tx: &Read<'_>, mut ranked: Ranked) -> Result<Option<Vec<Hit>>> {
        if let Some(after) = self.after {
            let n = vector::find_number(tx, Kind::Item, after)?;
            let Some(at) = ranked.iter().position(|(r, _)| Some(*r) == n) else { return Ok(None) };
            ranked.drain(..=at);
        }
        checked(tx, ranked, self.filter, self.most).map(Some)
    }
}

fn listed(tx: &Read<'_>, seen: &Seen, page: &Page<'_>) -> Result<Vec<Id>> {
    let mut out = Vec::new();
    for id in seen.listed(page.filter) {
        if out.len() >= page.most {
            break;
        }
        let after = page.after.is_none_or(|a| id > a);
        if after && vector::passes_row(tx, id, page.filter)? && vector::find_number(tx, Kind::Item, id)?.is_some() {
            out.push(id);
        }
    }
    Ok(out)
}

impl Seen {
    /// Numbers of what holds every word, perhaps only begun, and passes; best first, at most so many. Their words are looked up
    /// once: where every word is there, the others of a common word need not be weighed.
    fn with_every_word(&self, tx: &Read<'_>, search: &Search, text: &str, filter: &Filter, most: usize) -> Result<Ranked> {
        let (mut found, main) = (HashMap::new(), self.main());
        vector::words::search(tx, self.kind, &words::terms(text), true, true, |n, score| {
            if self.admits(&main, n, filter) {
                found.insert(n, Found { words: Some(score), ..Found::default() });
            }
            Ok(found.len() < most)
        })?;
        if let Some(query) = search.question(&main, text) {
            self.weigh(&main, &query, &mut found);
        }
        Ok(fuse(found))
    }
}
