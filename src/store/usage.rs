//! What models used, by day. Money is reserved before a call and settled after it.

use super::meta;
use super::tx::{Read, Tx};
use crate::domain::error::Result;
use crate::domain::usage::Usage;
use rusqlite::params;

/// Today by the business's clock.
pub fn today(tx: &Read<'_>) -> Result<String> {
    Ok(tx.now.in_zone(&meta::find_profile(tx)?.time_zone).date().to_string())
}

/// Cost of a day so far with what is reserved, in millionths of a US dollar.
pub fn day_cost_micros(tx: &Read<'_>, day: &str) -> Result<i64> {
    tx.value("select coalesce(sum(cost_micros + reserved_micros), 0) from usage where day = ?1", [day])
}

/// Reserves money for a call.
pub fn reserve_usage(tx: &mut Tx<'_>, day: &str, model: &str, micros: i64) -> Result<()> {
    tx.run(
        "insert into usage (day, model, reserved_micros) values (?1, ?2, ?3) on conflict (day, model) do update set reserved_micros = reserved_micros + excluded.reserved_micros",
        params![day, model, micros],
    )
    .map(drop)
}

/// Replaces a reservation by what the call really used.
pub fn settle_usage(tx: &mut Tx<'_>, day: &str, model: &str, reserved: i64, used: Usage) -> Result<()> {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    tx.run(
        "insert into usage (day, model, calls, prompt_tokens, completion_tokens, cost_micros) values (?1, ?2, 1, ?3, ?4, ?5)
         on conflict (day, model) do update set calls = calls + 1, prompt_tokens = prompt_tokens + excluded.prompt_tokens,
           completion_tokens = completion_tokens + excluded.completion_tokens, cost_micros = cost_micros + excluded.cost_micros,
           reserved_micros = max(0, reserved_micros - ?6)",
        params![day, model, count(used.prompt_tokens), count(used.completion_tokens), count(used.cost_micros), reserved],
    )
    .map(drop)
}
