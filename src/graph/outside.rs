//! Deeds outside of the process, done from their rows: planned, then sending, then known. What was sending when the process
//! died is unknown, is looked for, and at last shown to a person; it is never simply done again.

use super::deed::{Deed, Outside};
use super::{At, Performed, Runtime};
use crate::domain::error::Result;
use crate::domain::event;
use crate::domain::house::run::EffectState;
use crate::domain::id::Id;
use crate::domain::limits;
use crate::domain::time::{MINUTE_MS, SECOND_MS};
use crate::domain::usage::Usage;
use crate::store::events::{About, insert_event};
use crate::store::file::File;
use crate::store::house::effect::{self, EffectRow, Settled};
use crate::store::jobs;
use crate::store::tx::Tx;
use crate::telemetry::breakpoint;
use serde_json::{Value, json};
use std::sync::Arc;

/// How often it is looked whether a deed happened, before a person is asked.
const LOOKS: u32 = 4;
/// How long before it is looked again, the first time; it doubles.
const LOOK_MS: i64 = MINUTE_MS;

/// What a job finds of its deed.
enum Found {
    Perform(EffectRow),
    Look(EffectRow),
    Nothing,
}

/// Does a deed, or looks whether it happened; finishes the job.
pub async fn perform(file: &File, rt: &Runtime, business: Id, effect: i64, job: i64) -> Result<()> {
    let (row, look) = match file.write(move |tx| find(tx, effect, job)).await? {
        Found::Nothing => return Ok(()),
        Found::Perform(row) => (row, false),
        Found::Look(row) => (row, true),
    };
    let at = At { business, run: row.run_id, key: row.key.clone(), attempts: row.attempts };
    let Some(Deed::Outside(deed)) = rt.deeds.get(&row.deed).cloned() else {
        let why = format!("This Steward has no deed \"{}\".", row.deed);
        let known = if look { Performed::Unknown(why) } else { Performed::Failed(why) };
        return file.write(move |tx| learn(tx, effect, job, look, &known)).await;
    };
    breakpoint::reach("effect.sending");
    let known = known(deed, &at, &row.input, look).await;
    breakpoint::reach("effect.handed_over");
    file.write(move |tx| learn(tx, effect, job, look, &known)).await?;
    breakpoint::reach("effect.settled");
    Ok(())
}

async fn known(deed: Arc<dyn Outside>, at: &At, input: &Value, look: bool) -> Performed {
    if look && !deed.keeps_key() { deed.look(at, input).await } else { deed.perform(at, input).await }
}

/// Marks a planned deed as begun. One that was begun before has an unknown outcome: it is looked for.
fn find(tx: &mut Tx<'_>, id: i64, job: i64) -> Result<Found> {
    let row = effect::find_effect(tx, id)?;
    match row.state {
        EffectState::Planned => {
            effect::begin_effect(tx, id)?;
            Ok(Found::Perform(EffectRow { attempts: row.attempts + 1, ..row }))
        }
        EffectState::Sending => {
            effect::doubt_effect(tx, id, "Steward was stopped while it was doing this.", false)?;
            Ok(Found::Look(row))
        }
        EffectState::Unknown if row.looks < LOOKS => Ok(Found::Look(row)),
        _ => jobs::finish_job(tx, job).map(|()| Found::Nothing),
    }
}

/// Writes down what is known now.
fn learn(tx: &mut Tx<'_>, id: i64, job: i64, looked: bool, known: &Performed) -> Result<()> {
    jobs::finish_job(tx, job)?;
    let row = effect::find_effect(tx, id)?;
    match known {
        Performed::Confirmed { result, usage } => settle(tx, &row, EffectState::Confirmed, result, "", *usage),
        Performed::Failed(why) => settle(tx, &row, EffectState::Failed, &Value::Null, why, Usage::default()),
        Performed::NotDone { problem, after_ms } if row.attempts < limits::JOB_ATTEMPTS => {
            if !effect::replan_effect(tx, id, problem)? {
                return Ok(());
            }
            let back_off = SECOND_MS.saturating_mul(1 << row.attempts.min(9));
            let due = tx.now.plus_ms(back_off.max(*after_ms));
            effect::enqueue_effect(tx, id, due)
        }
        Performed::NotDone { problem, .. } => settle(tx, &row, EffectState::Failed, &Value::Null, problem, Usage::default()),
        Performed::Unknown(why) => doubt(tx, &row, looked, why),
    }
}

fn doubt(tx: &mut Tx<'_>, row: &EffectRow, looked: bool, why: &str) -> Result<()> {
    effect::doubt_effect(tx, row.id, why, looked)?;
    let looks = row.looks + u32::from(looked);
    if looks < LOOKS {
        let due = tx.now.plus_ms(LOOK_MS.saturating_mul(1 << looks));
        return effect::enqueue_effect(tx, row.id, due);
    }
    let about = About { run: Some(row.run_id), ..About::default() };
    insert_event(tx, event::EFFECT, about, json!({ "effect_id": row.id, "key": row.key, "state": "unknown", "problem": why }))
}

fn settle(tx: &mut Tx<'_>, row: &EffectRow, state: EffectState, result: &Value, problem: &str, usage: Usage) -> Result<()> {
    effect::settle_and_ring(tx, row, &Settled { state, result, problem, usage, by: "" }).map(drop)
}
