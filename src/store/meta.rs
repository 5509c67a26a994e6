//! The business's profile and small counters.

use super::tx::{Read, Tx, json};
use crate::domain::error::{Error, Result};
use crate::domain::house::business::Profile;
use rusqlite::params;

/// The value under a key.
pub fn find_meta(tx: &Read<'_>, key: &str) -> Result<Option<String>> {
    tx.one("select value from meta where key = ?1", [key], |r| r.get(0))
}

/// Sets the value under a key.
pub fn upsert_meta(tx: &mut Tx<'_>, key: &str, value: &str) -> Result<()> {
    tx.run("insert into meta (key, value) values (?1, ?2) on conflict (key) do update set value = excluded.value", params![key, value])
        .map(drop)
}

/// What the owner set; defaults for what is not set.
pub fn find_profile(tx: &Read<'_>) -> Result<Profile> {
    let Some(text) = find_meta(tx, "profile")? else { return Ok(Profile::default()) };
    serde_json::from_str(&text).map_err(|e| Error::internal("The business profile cannot be read.").with_source(e))
}

/// Keeps what the owner set.
pub fn update_profile(tx: &mut Tx<'_>, profile: &Profile) -> Result<()> {
    upsert_meta(tx, "profile", &json(profile)?)?;
    bump(tx, "profile_version").map(drop)
}

/// A counter that only grows.
pub fn counter(tx: &Read<'_>, key: &str) -> Result<i64> {
    Ok(find_meta(tx, key)?.and_then(|v| v.parse().ok()).unwrap_or(0))
}

/// The versions of the profile, of the catalogue and of what can be booked, in one look.
pub fn versions(tx: &Read<'_>) -> Result<[i64; 3]> {
    let found = tx.one(
        "select (select value from meta where key = 'profile_version'), (select value from meta where key = 'menu_version'),
           (select value from meta where key = 'desk_version')",
        [],
        |r| {
            let number =
                |at: usize| -> rusqlite::Result<i64> { Ok(r.get_ref(at)?.as_str_or_null()?.and_then(|t| t.parse().ok()).unwrap_or(0)) };
            Ok([number(0)?, number(1)?, number(2)?])
        },
    )?;
    Ok(found.unwrap_or_default())
}

/// Adds one to a counter; its new value.
pub fn bump(tx: &mut Tx<'_>, key: &str) -> Result<i64> {
    let next = counter(tx, key)? + 1;
    upsert_meta(tx, key, &next.to_string())?;
    Ok(next)
}

/// What comes after `prefix` in the keys that begin with it.
pub fn list_after(tx: &Read<'_>, prefix: &str) -> Result<Vec<String>> {
    tx.all("select substr(key, length(?1) + 1) from meta where substr(key, 1, length(?1)) = ?1 order by key", [prefix], |r| r.get(0))
}
