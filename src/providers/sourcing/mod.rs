//! Looking for vendors beyond the vendor book.

pub mod exa;

use crate::domain::error::Result;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A vendor somebody else knows of. Everything in it is what a page says: data, to be checked before it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// The page it was found on.
    pub url: String,
    /// Numbers the page shows, as written there.
    pub phones: Vec<String>,
    /// The first address the page shows; empty for none.
    pub email: String,
}

/// What a search gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Searched {
    /// The vendors.
    pub found: Vec<Found>,
    /// What it cost, in millionths of a US dollar.
    pub cost_micros: u64,
}

/// A search for vendors.
#[async_trait]
pub trait Sourcer: Send + Sync {
    /// Vendors of something near a place ("Lagos, NG"), at most `most`. An error that is transient may pass: asking again harms nobody.
    async fn find(&self, wanted: &str, near: &str, most: usize) -> Result<Searched>;
}
