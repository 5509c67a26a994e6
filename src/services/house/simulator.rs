//! The simulated phone: what is on it, and the bad days its network may have.

use crate::domain::error::Result;
use crate::domain::job::Job;
use crate::domain::time::SECOND_MS;
use crate::store::tx::{Read, Tx};
use crate::store::{jobs, meta, simulator};
use serde::{Deserialize, Serialize};

/// Bad days of the simulated network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switches {
    /// Every webhook comes twice.
    pub duplicate: bool,
    /// Webhooks come late, and every second one before the one before it.
    pub late: bool,
    /// The answer to a send is lost: nobody knows whether it arrived.
    pub lost: bool,
    /// What is sent does not arrive.
    pub failing: bool,
}

/// How late late webhooks are, in turn: what was sent second arrives first.
const LATE_MS: [i64; 2] = [6 * SECOND_MS, 2 * SECOND_MS];

/// The switches as they are.
pub fn switches(tx: &Read<'_>) -> Result<Switches> {
    Ok(meta::find_meta(tx, "simulator")?.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default())
}

/// Sets the switches.
pub fn set_switches(tx: &mut Tx<'_>, s: Switches) -> Result<()> {
    meta::upsert_meta(tx, "simulator", &serde_json::json!(s).to_string())
}

/// The person at the phone does something: it shows on the phone, and its webhook is on its way. `body` is the webhook
/// as WhatsApp would write it, `shown` what the phone shows.
pub fn write(tx: &mut Tx<'_>, phone: &str, provider_id: &str, shown: &serde_json::Value, body: String) -> Result<()> {
    simulator::insert_simulator(tx, phone, "out", provider_id, shown)?;
    bring(tx, body, 0)
}

/// Sends a webhook on its way to us, `after_ms` from now, as the switches will have it.
pub fn bring(tx: &mut Tx<'_>, body: String, after_ms: i64) -> Result<()> {
    let s = switches(tx)?;
    let late_ms = match s.late {
        true if meta::bump(tx, "simulator_late")? % 2 == 1 => LATE_MS[0],
        true => LATE_MS[1],
        false => 0,
    };
    let due = tx.now.plus_ms(after_ms + late_ms);
    let job = Job::SimulateHook { body };
    jobs::enqueue_job(tx, &job, due, None)?;
    if s.duplicate {
        jobs::enqueue_job(tx, &job, due, None)?;
    }
    Ok(())
}
