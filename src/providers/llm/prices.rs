//! What models cost, and the purse a call is paid from.

use crate::domain::id::Id;
pub use crate::domain::price::{Price, Prices};
use crate::domain::usage::Usage;
use async_trait::async_trait;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Money set aside for a call that is about to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "settle it when the call is over"]
pub struct Reservation {
    /// Its own id.
    pub id: Id,
    /// Whose money.
    pub business: Id,
    /// How much, in millionths of a US dollar.
    pub micros: u64,
    /// The day it is paid from: a call that ends after midnight is still yesterday's.
    pub day: String,
}

/// Why no money was set aside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotReserved {
    /// The business's money for today is spent or promised.
    #[error("the day's limit for models is reached")]
    OverLimit,
    /// The books cannot be read or written: a full disk is no spent day.
    #[error("what it would cost could not be written down: {0}")]
    Unwritten(String),
}

/// Where the money for models is counted. Reserving before and settling after keeps many turns at once from spending
/// the same money. A reservation that is never settled (the process died) must lapse by itself with the day.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Sets `estimate_micros` aside if what the business spent and promised today stays within `daily_limit_micros`.
    /// An estimate of 0 always fits. A ledger that cannot be read or written says so: without it no money is spent.
    async fn reserve(&self, business: Id, estimate_micros: u64, daily_limit_micros: u64) -> std::result::Result<Reservation, NotReserved>;
    /// The call is over and cost this; [`Usage::default`] when it failed.
    async fn settle(&self, reservation: Reservation, used: Usage);
}

/// A ledger in memory that never begins a new day: for tests and tools.
#[derive(Debug, Default)]
pub struct MemoryLedger {
    books: Mutex<HashMap<Id, Book>>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Book {
    promised_micros: u64,
    used: Usage,
}

impl MemoryLedger {
    /// What a business has used so far.
    pub fn used(&self, business: Id) -> Usage {
        self.book(business, |b| b.used)
    }
    /// What is set aside for calls that are not over, in millionths of a US dollar.
    pub fn promised_micros(&self, business: Id) -> u64 {
        self.book(business, |b| b.promised_micros)
    }
    fn book<T>(&self, business: Id, with: impl FnOnce(&mut Book) -> T) -> T {
        with(self.books.lock().unwrap_or_else(PoisonError::into_inner).entry(business).or_default())
    }
}

#[async_trait]
impl Ledger for MemoryLedger {
    async fn reserve(&self, business: Id, estimate_micros: u64, daily_limit_micros: u64) -> std::result::Result<Reservation, NotReserved> {
        self.book(business, |b| {
            let after = b.used.cost_micros.saturating_add(b.promised_micros).saturating_add(estimate_micros);
            if estimate_micros > 0 && after > daily_limit_micros {
                return Err(NotReserved::OverLimit);
            }
            b.promised_micros += estimate_micros;
            Ok(Reservation { id: Id::NIL, business, micros: estimate_micros, day: String::new() })
        })
    }
    async fn settle(&self, reservation: Reservation, used: Usage) {
        self.book(reservation.business, |b| {
            b.promised_micros = b.promised_micros.saturating_sub(reservation.micros);
            b.used.add(used);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn money_is_not_promised_twice() {
        let ledger = MemoryLedger::default();
        let first = ledger.reserve(Id::NIL, 60, 100).await.unwrap();
        assert_eq!(ledger.reserve(Id::NIL, 60, 100).await, Err(NotReserved::OverLimit));
        ledger.settle(first, Usage { cost_micros: 10, ..Usage::default() }).await;
        let second = ledger.reserve(Id::NIL, 60, 100).await.unwrap();
        assert_eq!((ledger.promised_micros(Id::NIL), ledger.used(Id::NIL).cost_micros), (60, 10));
        ledger.settle(second, Usage::default()).await;
        assert!(ledger.reserve(Id::NIL, 0, 0).await.is_ok(), "what costs nothing always fits");
    }
}
