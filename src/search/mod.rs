//! Finding things by meaning and by word: one query for the catalogue, documents, answers, memory and examples.
//!
//! Words come from FTS5 and vectors from an index in memory that catches up inside the caller's transaction; [`fuse`] makes one
//! list of both. Whatever is answered is looked up in the caller's snapshot last, so that nothing deleted is ever found.

mod index;
pub mod intents;
pub mod items;
pub mod scan;

use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::domain::words;
use crate::providers::embed::builtin::{self, BuiltIn};
use crate::providers::embed::{EmbedError, Embedder};
use crate::store::tx::{Read, Tx};
use crate::store::vector::{self, Meaning};
use index::Index;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

pub use crate::domain::search::{Filter, Hit, Kind, Near};

/// What is asked.
#[derive(Debug, Clone)]
pub struct Query<'a> {
    /// What kind of thing.
    pub kind: Kind,
    /// In the asker's words.
    pub text: &'a str,
    /// What every hit must be.
    pub filter: Filter,
    /// Hits at most.
    pub limit: usize,
}

/// Which of the two lists are used; both but for measuring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Words and vectors, fused.
    Both,
    /// Words only.
    Words,
    /// Vectors only.
    Vectors,
}

/// Things taken from each list before fusing, at least.
const DEPTH: usize = 64;
/// Indexes kept in memory.
const KEPT: usize = 256;

/// Vectors of questions kept in memory.
const ASKED: usize = 4_096;

type Shared = Arc<RwLock<Index>>;

/// Every index of this process, and who makes vectors.
pub struct Search {
    remote: Option<Arc<dyn Embedder>>,
    indexes: Mutex<HashMap<(Id, Kind), (Shared, u64)>>,
    asked: Mutex<HashMap<String, Vec<f32>>>,
}

impl Search {
    /// With the built-in model, or with another that everything is to be embedded by.
    pub fn new(remote: Option<Arc<dyn Embedder>>) -> Self {
        Self { remote, indexes: Mutex::default(), asked: Mutex::default() }
    }

    /// The vector of a text by the model in use, when that needs no network.
    pub fn embed_now(&self, text: &str) -> Option<Vec<f32>> {
        self.vector(self.model(), text)
    }

    /// The vectors of some texts by the model in use; over the network when it is there.
    pub async fn embed(&self, texts: &[String]) -> std::result::Result<Vec<Vec<f32>>, EmbedError> {
        match &self.remote {
            Some(remote) => remote.embed(texts).await,
            None => BuiltIn::shared().embed(texts).await,
        }
    }

    /// Asks a model on the network for the vector of a question, so that a transaction may use it. Does nothing with the
    /// built-in model; a failure leaves the search to words.
    pub async fn prepare(&self, text: &str) {
        let Some(remote) = self.remote.as_ref().filter(|r| !r.is_instant()) else { return };
        if lock(&self.asked).contains_key(text) {
            return;
        }
        match remote.embed(&[text.to_owned()]).await {
            Ok(mut v) => {
                let mut asked = lock(&self.asked);
                if asked.len() >= ASKED {
                    asked.clear();
                }
                if let Some(v) = v.pop() {
                    asked.insert(text.to_owned(), v);
                }
            }
            Err(e) => tracing::warn!(error = %e, "a question could not be embedded; only its words are searched"),
        }
    }

    /// Writes or rewrites what can be found under an id. The first line of several is its title and counts more. Words and the
    /// built-in model's vector are in this transaction; a model on the network gets a job.
    pub fn put(&self, tx: &mut Tx<'_>, kind: Kind, id: Id, text: &str) -> Result<()> {
        vector::put(tx, kind, id, text)
    }

    /// Nothing is found under this id any more.
    pub fn remove(&self, tx: &mut Tx<'_>, kind: Kind, id: Id) -> Result<()> {
        vector::remove(tx, kind, id)
    }

    /// The best hits, best first.
    pub fn find(&self, tx: &Read<'_>, business: Id, q: &Query<'_>) -> Result<Vec<Hit>> {
        self.find_by(tx, business, q, By::Both)
    }

    /// The same by words or vectors alone.
    pub fn find_by(&self, tx: &Read<'_>, business: Id, q: &Query<'_>, by: By) -> Result<Vec<Hit>> {
        let filter = q.filter.clone().folded();
        let seen = self.seen(tx, business, q.kind)?;
        let mut depth = DEPTH.max(q.limit.saturating_mul(3));
        loop {
            let (ranked, exhausted) = seen.find(tx, self, q.text, &filter, depth, by)?;
            let hits = checked(tx, ranked, &filter, q.limit)?;
            if hits.len() >= q.limit || exhausted {
                return Ok(hits);
            }
            depth = depth.saturating_mul(8);
        }
    }

    /// The vector of a question by the model of an index.
    fn question(&self, index: &Index, text: &str) -> Option<Vec<f32>> {
        self.vector(&index.model, text)
    }

    fn seen(&self, tx: &Read<'_>, business: Id, kind: Kind) -> Result<Seen> {
        let model = vector::active_model(tx)?.unwrap_or_else(|| self.model().to_owned());
        let newest = vector::newest_rev(tx, kind)?;
        let shared = self.shared(business, kind);
        {
            let index = shared.read().unwrap_or_else(PoisonError::into_inner);
            if index.model == model && index.rev >= newest {
                drop(index);
                return Ok(Seen::settled(kind, shared));
            }
        }
        let mut index = shared.write().unwrap_or_else(PoisonError::into_inner);
        let follows = index.model == model && !vector::is_too_old(tx, kind, index.rev)?;
        if tx.is_settled() {
            if follows {
                index.catch_up(tx, kind)?;
            } else {
                *index = Index::read(tx, kind, &model)?;
            }
            drop(index);
            return Ok(Seen::settled(kind, shared));
        }
        // Written by the commit that is still open: it may be undone, so the shared index must not learn of it.
        if !follows {
            let own = Index::read(tx, kind, &model)?;
            return Ok(Seen::settled(kind, Arc::new(RwLock::new(own))));
        }
        let mut fresh = index.overlay();
        let hidden = fresh.catch_up(tx, kind)?.into_iter().collect();
        drop(index);
        Ok(Seen { kind, main: shared, fresh: Some(fresh), hidden })
    }

    fn shared(&self, business: Id, kind: Kind) -> Shared {
        let mut all = lock(&self.indexes);
        let uses = all.values().map(|(_, u)| *u).max().unwrap_or(0) + 1;
        if let Some((index, used)) = all.get_mut(&(business, kind)) {
            *used = uses;
            return index.clone();
        }
        if all.len() >= KEPT
            && let Some(oldest) = all.iter().min_by_key(|(_, (_, used))| *used).map(|(key, _)| *key)
        {
            all.remove(&oldest);
        }
        all.entry((business, kind)).or_insert((Shared::default(), uses)).0.clone()
    }
}

impl Meaning for Search {
    fn model(&self) -> &str {
        self.remote.as_ref().map_or(builtin::NAME, |r| r.name())
    }
    fn vector(&self, model: &str, text: &str) -> Option<Vec<f32>> {
        if model == builtin::NAME {
            return BuiltIn::shared().embed_now(text);
        }
        let remote = self.remote.as_ref().filter(|r| r.name() == model)?;
        remote.embed_now(text).or_else(|| lock(&self.asked).get(text).cloned())
    }
    fn is_instant(&self, model: &str) -> bool {
        model == builtin::NAME || self.remote.as_ref().is_some_and(|r| r.name() == model && r.is_instant())
    }
    fn best(&self, tx: &Read<'_>, business: Id, kind: Kind, question: &str, most: usize) -> Result<Vec<Hit>> {
        self.find(tx, business, &Query { kind, text: question, filter: Filter::default(), limit: most })
    }
}

/// An index as one transaction sees it.
struct Seen {
    kind: Kind,
    main: Shared,
    /// What the open transaction changed.
    fresh: Option<Index>,
    /// What of `main` it changed or removed.
    hidden: HashSet<i64>,
}

/// One candidate.
#[derive(Default, Clone, Copy)]
struct Found {
    score: f32,
    words: Option<f32>,
    cosine: Option<f32>,
}

/// Numbers and scores, best first.
type Ranked = Vec<(i64, Found)>;

impl Seen {
    /// Of a transaction that changed nothing of it.
    fn settled(kind: Kind, main: Shared) -> Self {
        Self { kind, main, fresh: None, hidden: HashSet::new() }
    }

    /// Ids of everything that passes, in the order of their birth.
    fn listed(&self, filter: &Filter) -> Vec<Id> {
        let mut all = self.main().listed(filter, &self.hidden);
        if let Some(fresh) = &self.fresh {
            all.extend(fresh.listed(filter, &HashSet::new()));
            all.sort_unstable();
        }
        all
    }

    fn main(&self) -> RwLockReadGuard<'_, Index> {
        self.main.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn admits(&self, main: &Index, n: i64, filter: &Filter) -> bool {
        match &self.fresh {
            Some(fresh) if fresh.holds(n) => fresh.admits(n, filter),
            _ => !self.hidden.contains(&n) && main.admits(n, filter),
        }
    }

    /// How near everything is that was found by its words alone.
    fn weigh(&self, main: &Index, query: &[f32], found: &mut HashMap<i64, Found>) {
        for (n, f) in found.iter_mut().filter(|(_, f)| f.cosine.is_none()) {
            f.cosine = self.fresh.as_ref().and_then(|x| x.cosine(*n, query)).or_else(|| main.cosine(*n, query));
        }
    }

    /// Candidates, best first, and whether there is nothing more to look at.
    fn find(&self, tx: &Read<'_>, search: &Search, text: &str, filter: &Filter, depth: usize, by: By) -> Result<(Ranked, bool)> {
        let main = self.main();
        let mut found: HashMap<i64, Found> = HashMap::new();
        let (mut by_words, mut by_vectors) = (0, 0);
        if by != By::Vectors {
            vector::words::search(tx, self.kind, &words::terms(text), false, self.kind == Kind::Item, |n, score| {
                if self.admits(&main, n, filter) {
                    found.entry(n).or_default().words = Some(score);
                    by_words += 1;
                }
                Ok(by_words < depth)
            })?;
        }
        let query = if by == By::Words { None } else { search.question(&main, text) };
        if let Some(query) = &query {
            let mut near = main.nearest(query, filter, &self.hidden, depth);
            if let Some(fresh) = &self.fresh {
                near.extend(fresh.nearest(query, filter, &HashSet::new(), depth));
                near.sort_by(|a, b| b.cosine.total_cmp(&a.cosine));
                near.truncate(depth);
            }
            by_vectors = near.len();
            for near in near {
                found.entry(near.n).or_default().cosine = Some(near.cosine);
            }
            self.weigh(&main, query, &mut found);
        }
        Ok((fuse(found), by_words < depth && by_vectors < depth))
    }
}

/// The first of a list that are there in this snapshot and pass.
fn checked(tx: &Read<'_>, ranked: Ranked, filter: &Filter, most: usize) -> Result<Vec<Hit>> {
    let mut hits = Vec::new();
    for (n, f) in ranked {
        if hits.len() >= most {
            break;
        }
        if let Some(id) = vector::find_id(tx, n)?
            && vector::passes_row(tx, id, filter)?
        {
            hits.push(Hit { id, score: f.score, words: f.words, cosine: f.cosine });
        }
    }
    Ok(hits)
}

/// How much the best meaning counts beside the best words.
const MEANING: f32 = 0.6;

/// One list of both, best first: each score as a part of the best of its kind, added up.
///
/// Measured against reciprocal rank fusion (Cormack, Clarke and Büttcher 2009), which knows only places: it lets a list of weak
/// vectors pull a passage down that all words point to (ARCHITECTURE.md has the figures).
fn fuse(found: HashMap<i64, Found>) -> Ranked {
    let best = |of: fn(&Found) -> Option<f32>| found.values().filter_map(of).fold(0f32, f32::max).max(1e-6);
    let (words, cosine) = (best(|f| f.words), best(|f| f.cosine));
    let mut ranked: Ranked = found.into_iter().collect();
    for (_, f) in &mut ranked {
        f.score = f.words.unwrap_or(0.0) / words + MEANING * f.cosine.unwrap_or(0.0).max(0.0) / cosine;
    }
    ranked.sort_by(|a, b| b.1.score.total_cmp(&a.1.score).then(a.0.cmp(&b.0)));
    ranked
}

fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
