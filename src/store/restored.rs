//! A file that comes out of a backup is older than the world: what waited to leave when the backup was taken has left since, as far as
//! anybody knows. It is treated like what was leaving when a process died: looked for where that can be done, else shown to a person.

use super::backup;
use super::schema::{self, Kind};
use super::tx::failed;
use crate::domain::error::Result;
use crate::domain::time::{DAY_MS, Time};
use rusqlite::{TransactionBehavior, params};
use std::path::Path;

/// What of a restored business waits for somebody's decision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Doubts {
    /// Messages to customers that may have been sent.
    pub messages: usize,
    /// Refunds, deeds of runs and letters that may have been done.
    pub deeds: usize,
    /// Campaigns that are stopped.
    pub campaigns: usize,
}

/// Kept with a page for a payment that is not made.
const NO_PAGE: &str = "A backup was restored while this page was wanted. Look whether the customer has paid, and send another link if not.";

/// Marks what waits to leave in a restored business's file, in one transaction.
pub fn doubt(path: &Path, now: Time) -> Result<Doubts> {
    super::vector::extension::register();
    let mut conn = backup::writable(path)?;
    schema::bring_up_to_date(&mut conn, path, Kind::Business)?;
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    let run = |sql: &str| tx.execute(sql, []).map_err(failed);
    let mut out = Doubts {
        messages: run("update messages set delivery = 'sending' where delivery = 'queued' and direction = 'out'")?,
        ..Doubts::default()
    };
    out.deeds += run("update refunds set state = 'sending' where state = 'planned' and gateway <> ''")?;
    out.deeds += run("update effects set state = 'sending' where state = 'planned'")?;
    out.deeds += run("update letters set state = 'sending' where state = 'queued'")?;
    run("update pushes set state = 'sending' where state = 'queued'")?;
    let at = now.millis();
    out.campaigns = tx.execute("update campaigns set state = 'stopped', ended_at = ?1 where state = 'sending'", [at]).map_err(failed)?;
    tx.execute("update checkouts set state = 'failed', problem = ?1 where state in ('wanted', 'making')", [NO_PAGE]).map_err(failed)?;
    // Who was to be reminded since has been; whoever left a basket is not reminded again before a day has passed.
    tx.execute("delete from jobs where kind = 'remind_booking' and state <> 'dead' and due_at <= ?1", [at]).map_err(failed)?;
    tx.execute("update schedules set next_at = max(next_at, ?1) where name = ?2", params![at + DAY_MS, "nudge"]).map_err(failed)?;
    tx.commit().map_err(failed)?;
    Ok(out)
}
