//! What arrived at, and left from, simulated phones.

use super::tx::{Read, Tx, json_at, time_at};
use crate::domain::error::Result;
use crate::domain::time::Time;
use rusqlite::{Row, params};

/// A message on a simulated phone.
#[derive(Debug, Clone, serde::Serialize)]
pub struct SimulatorMessage {
    /// Its row; grows.
    pub id: i64,
    /// The phone, or user id, it is on.
    pub phone: String,
    /// "in" came to the phone from us, "out" was written on it.
    pub direction: String,
    /// Its id on the wire.
    pub provider_id: Option<String>,
    /// The request we sent, or the message as the phone wrote it.
    pub body: serde_json::Value,
    /// What the phone reported: "", "sent", "delivered", "read", "failed".
    pub delivery: String,
    /// When.
    pub at: Time,
}

fn message(r: &Row<'_>) -> rusqlite::Result<SimulatorMessage> {
    Ok(SimulatorMessage {
        id: r.get(0)?,
        phone: r.get(1)?,
        direction: r.get(2)?,
        provider_id: r.get(3)?,
        body: json_at(r, 4)?,
        delivery: r.get(5)?,
        at: time_at(r, 6)?,
    })
}

/// Keeps a message on a phone. False when one with this id is there already.
pub fn insert_simulator(tx: &mut Tx<'_>, phone: &str, direction: &str, provider_id: &str, body: &serde_json::Value) -> Result<bool> {
    let at = tx.now.millis();
    let n = tx.run(
        "insert into simulator_messages (phone, direction, provider_id, body, at) values (?1, ?2, ?3, ?4, ?5) on conflict do nothing",
        params![phone, direction, provider_id, body.to_string(), at],
    )?;
    Ok(n > 0)
}

/// Sets what the phone reported of a message.
pub fn update_simulator_delivery(tx: &mut Tx<'_>, provider_id: &str, delivery: &str) -> Result<()> {
    tx.run("update simulator_messages set delivery = ?2 where provider_id = ?1", params![provider_id, delivery]).map(drop)
}

/// Messages on one phone (or on all), oldest first, after row `after`, the newest `most` of them.
pub fn list_simulator(tx: &Read<'_>, phone: Option<&str>, after: i64, most: u32) -> Result<Vec<SimulatorMessage>> {
    let mut rows = tx.all(
        "select id, phone, direction, provider_id, body, delivery, at from simulator_messages where (?1 is null or phone = ?1) and id > ?2 order by id desc limit ?3",
        params![phone, after, most],
        message,
    )?;
    rows.reverse();
    Ok(rows)
}

/// Messages that arrived at one phone (or at all), oldest first, after row `after`.
pub fn list_arrived(tx: &Read<'_>, phone: Option<&str>, after: i64, most: u32) -> Result<Vec<SimulatorMessage>> {
    tx.all(
        "select id, phone, direction, provider_id, body, delivery, at from simulator_messages
         where (?1 is null or phone = ?1) and id > ?2 and direction = 'in' order by id limit ?3",
        params![phone, after, most],
        message,
    )
}
