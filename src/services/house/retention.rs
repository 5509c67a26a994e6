//! Keeping no longer than the owner wants.

use crate::domain::error::Result;
use crate::domain::house::member::Actor;
use crate::domain::house::retention::Retention;
use crate::domain::time::{DAY_MS, Time};
use crate::services::house::erasure;
use crate::store::house::erasure as files;
use crate::store::house::retention as rows;
use crate::store::meta;
use crate::store::tx::{Read, Tx};

const KEY: &str = "retention";
/// Rows of a kind in one go; what is left goes with the next.
const ROWS: u32 = 2_000;
/// Customers erased in one go: each rewrites the database.
const CUSTOMERS: u32 = 5;

/// The rules as they are.
pub fn find(tx: &Read<'_>) -> Result<Retention> {
    Ok(meta::find_meta(tx, KEY)?.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default())
}

/// Keeps the rules.
pub fn save(tx: &mut Tx<'_>, r: Retention) -> Result<()> {
    let r = r.checked()?;
    meta::upsert_meta(tx, KEY, &serde_json::json!(r).to_string())
}

/// Throws away what is too old; the files nobody names any more, to be deleted after the commit.
pub fn apply(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let r = find(tx)?;
    let mut media = Vec::new();
    if let Some(before) = since(tx.now, r.messages_months) {
        let named = rows::delete_messages_before(tx, before, ROWS)?;
        media = files::unused_media(tx, named)?;
    }
    if let Some(before) = since(tx.now, r.runs_months) {
        rows::delete_runs_before(tx, before, ROWS)?;
    }
    if let Some(before) = since(tx.now, r.customers_months) {
        for id in rows::list_idle_contacts(tx, before, CUSTOMERS)? {
            erasure::erase(tx, id, &Actor::Steward)?;
        }
    }
    Ok(media)
}

/// So many months back, of 30 days; none keeps for ever.
fn since(now: Time, months: i64) -> Option<Time> {
    (months > 0).then(|| now.plus_ms(-months * 30 * DAY_MS))
}
