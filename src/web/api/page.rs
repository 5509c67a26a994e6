//! Lists: `?limit=&cursor=` in, `{"items", "next_cursor"}` out.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::limits;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Send it as `cursor` for the next rows; null at the end.
    pub next_cursor: Option<String>,
}

/// Which part of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Part {
    /// Rows at most, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// Where to go on: `next_cursor` of the answer before.
    pub cursor: Option<String>,
}

/// Rows at most.
pub fn most(limit: Option<u32>) -> u32 {
    limit.unwrap_or(limits::LIST_DEFAULT).clamp(1, limits::LIST_MAX)
}

/// A cursor that is an id.
pub fn id_cursor(cursor: Option<&str>) -> Result<Option<Id>> {
    let bad = || Error::field("cursor", "This cursor is none of ours.");
    cursor.filter(|c| !c.is_empty()).map(|c| c.parse::<Id>().map_err(|_| bad())).transpose()
}

impl<T> Page<T> {
    /// The first `most` of rows that were asked for with one more; `cursor` names a row.
    pub fn cut<R>(mut rows: Vec<R>, most: u32, cursor: impl Fn(&R) -> String, show: impl Fn(R) -> T) -> Self {
        let more = rows.len() > most as usize;
        rows.truncate(most as usize);
        let next_cursor = rows.last().filter(|_| more).map(cursor);
        Self { items: rows.into_iter().map(show).collect(), next_cursor }
    }
    /// A list that has no further part.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}
