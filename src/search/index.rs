//! One kind of one business in memory: vectors to be scanned, and what filters ask.
//!
//! A scan, not a graph: inserts are seen at once, deletes leave nothing behind, filters narrow it instead of starving it,
//! and nothing is built after a restart beyond reading the rows.

use super::scan::Scan;
use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::domain::search::{Facets, Filter, Kind};
use crate::store::tx::Read;
use crate::store::vector::{self, Change};
use std::collections::{HashMap, HashSet};

/// One thing that can be found.
struct Thing {
    n: i64,
    id: Id,
    facets: Option<Box<Facets>>,
    slots: Vec<u32>,
}

/// The index of one kind.
#[derive(Default)]
pub(super) struct Index {
    /// The model its vectors are of.
    pub(super) model: String,
    /// The newest change it holds.
    pub(super) rev: i64,
    things: Vec<Thing>,
    by_number: HashMap<i64, u32>,
    /// The thing each vector belongs to.
    owners: Vec<u32>,
    vectors: Scan,
}

/// A thing and how near it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Near {
    pub(super) n: i64,
    pub(super) cosine: f32,
}

impl Index {
    /// Reads a whole kind.
    pub(super) fn read(tx: &Read<'_>, kind: Kind, model: &str) -> Result<Self> {
        let mut index = Self { model: model.to_owned(), ..Self::default() };
        let mut facets: HashMap<Id, Facets> =
            if kind == Kind::Item { vector::list_facets(tx)?.into_iter().collect() } else { HashMap::new() };
        for c in vector::list_changes(tx, kind, 0)? {
            index.rev = c.rev;
            if !c.gone {
                let facets = facets.remove(&c.id);
                index.add(&c, facets);
            }
        }
        vector::every_vector(tx, kind, model, |n, v| index.add_vector(n, v))?;
        Ok(index)
    }

    /// Reads what changed since; the numbers of what changed.
    pub(super) fn catch_up(&mut self, tx: &Read<'_>, kind: Kind) -> Result<Vec<i64>> {
        let changes = vector::list_changes(tx, kind, self.rev)?;
        let model = self.model.clone();
        for c in &changes {
            self.remove(c.n);
            if !c.gone {
                let facets = if kind == Kind::Item { vector::find_facets(tx, c.id)? } else { None };
                self.add(c, facets);
                vector::each_vector(tx, c.n, &model, |v| self.add_vector(c.n, v))?;
            }
            self.rev = c.rev;
        }
        Ok(changes.into_iter().map(|c| c.n).collect())
    }

    /// An empty index that goes on where this one ends.
    pub(super) fn overlay(&self) -> Self {
        Self { model: self.model.clone(), rev: self.rev, ..Self::default() }
    }

    fn add(&mut self, c: &Change, facets: Option<Facets>) {
        let at = u32::try_from(self.things.len()).unwrap_or(u32::MAX);
        self.things.push(Thing { n: c.n, id: c.id, facets: facets.map(Box::new), slots: Vec::new() });
        self.by_number.insert(c.n, at);
    }

    fn add_vector(&mut self, n: i64, v: &[f32]) {
        if self.vectors.is_empty() && self.vectors.dims() != v.len() {
            self.vectors = Scan::new(v.len());
        }
        let Some(&owner) = self.by_number.get(&n) else { return };
        let Some(slot) = self.vectors.push(v) else { return };
        self.owners.push(owner);
        if let Some(t) = self.things.get_mut(owner as usize) {
            t.slots.push(slot);
        }
    }

    fn remove(&mut self, n: i64) {
        let Some(at) = self.by_number.remove(&n) else { return };
        let mut slots = std::mem::take(&mut self.things[at as usize].slots);
        slots.sort_unstable_by(|a, b| b.cmp(a));
        slots.into_iter().for_each(|s| self.remove_slot(s));
        self.things.swap_remove(at as usize);
        // The last thing stands here now.
        if let Some(moved) = self.things.get(at as usize) {
            self.by_number.insert(moved.n, at);
            moved.slots.iter().for_each(|s| self.owners[*s as usize] = at);
        }
    }

    /// The last vector takes the place of this one.
    fn remove_slot(&mut self, slot: u32) {
        let Some(last) = self.owners.len().checked_sub(1).and_then(|l| u32::try_from(l).ok()) else { return };
        if slot != last {
            let owner = self.owners[last as usize] as usize;
            self.things[owner].slots.iter_mut().filter(|s| **s == last).for_each(|s| *s = slot);
        }
        self.owners.swap_remove(slot as usize);
        self.vectors.swap_remove(slot);
    }

    /// Whether a number is here.
    pub(super) fn holds(&self, n: i64) -> bool {
        self.by_number.contains_key(&n)
    }

    /// Whether the thing with a number passes what can be told here. What is not here does not.
    pub(super) fn admits(&self, n: i64, filter: &Filter) -> bool {
        self.by_number.get(&n).and_then(|at| self.things.get(*at as usize)).is_some_and(|t| passes(t, filter))
    }

    /// How near the nearest part of a thing is.
    pub(super) fn cosine(&self, n: i64, query: &[f32]) -> Option<f32> {
        let thing = self.by_number.get(&n).and_then(|at| self.things.get(*at as usize))?;
        thing.slots.iter().filter_map(|s| self.vectors.cosine(*s, query)).max_by(f32::total_cmp)
    }

    /// The nearest things that pass, best first. `hidden` ones are not looked at.
    pub(super) fn nearest(&self, query: &[f32], filter: &Filter, hidden: &HashSet<i64>, most: usize) -> Vec<Near> {
        let open = *filter == Filter::default() && hidden.is_empty();
        let passing: Option<Vec<u32>> = (!open).then(|| {
            let mut slots: Vec<u32> =
                self.things.iter().filter(|t| !hidden.contains(&t.n) && passes(t, filter)).flat_map(|t| t.slots.iter().copied()).collect();
            slots.sort_unstable();
            slots
        });
        // Things have several parts: when one thing fills the list, a longer list is asked for.
        let mut slots = most.saturating_mul(2);
        loop {
            let near = self.vectors.nearest(query, slots, passing.as_deref());
            let all = near.len() < slots;
            let things = self.once_each(near, most);
            if all || things.len() >= most {
                return things;
            }
            slots = slots.saturating_mul(4);
        }
    }

    /// Each thing once, by its best part.
    fn once_each(&self, near: Vec<(u32, f32)>, most: usize) -> Vec<Near> {
        let mut seen = HashSet::new();
        let owned = near.into_iter().filter_map(|(slot, cosine)| self.owners.get(slot as usize).map(|o| (*o, cosine)));
        let once = owned.filter(|(owner, _)| seen.insert(*owner));
        once.filter_map(|(owner, cosine)| self.things.get(owner as usize).map(|t| Near { n: t.n, cosine })).take(most).collect()
    }

    /// Everything that passes, in the order of its birth.
    pub(super) fn listed(&self, filter: &Filter, hidden: &HashSet<i64>) -> Vec<Id> {
        let mut all: Vec<Id> = self.things.iter().filter(|t| !hidden.contains(&t.n) && passes(t, filter)).map(|t| t.id).collect();
        all.sort_unstable();
        all
    }
}

fn passes(t: &Thing, filter: &Filter) -> bool {
    !filter.is_typed() || t.facets.as_ref().is_some_and(|f| filter.admits(f))
}
