//! Which business an account at a channel belongs to, with its sealed credentials.

use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::store::tx::{Read, Tx, id_at};
use rusqlite::{Row, params};

/// A channel account of a business.
#[derive(Debug, Clone)]
pub struct ConnectionRow {
    /// "whatsapp".
    pub channel: String,
    /// The provider's id of the account: WhatsApp's phone number id.
    pub account: String,
    /// Whose it is.
    pub business_id: Id,
    /// Its credentials, encrypted.
    pub sealed: Vec<u8>,
    /// Carried by the phone simulator.
    pub simulated: bool,
    /// The provider's id of the account above it; empty until it is known.
    pub business_account: String,
}

fn connection(r: &Row<'_>) -> rusqlite::Result<ConnectionRow> {
    Ok(ConnectionRow {
        channel: r.get(0)?,
        account: r.get(1)?,
        business_id: id_at(r, 2)?,
        sealed: r.get(3)?,
        simulated: r.get(4)?,
        business_account: r.get(5)?,
    })
}

/// All connections.
pub fn list_connections(tx: &Read<'_>) -> Result<Vec<ConnectionRow>> {
    tx.all("select channel, account, business_id, sealed, simulated, business_account from connections", [], connection)
}

/// Adds or changes a connection. An account of another business is refused by the caller's check of the owner.
pub fn upsert_connection(tx: &mut Tx<'_>, c: &ConnectionRow) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "insert into connections (channel, account, business_id, sealed, simulated, business_account, created_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         on conflict (channel, account) do update set sealed = excluded.sealed, simulated = excluded.simulated,
           business_account = excluded.business_account where business_id = excluded.business_id",
        params![c.channel, c.account, c.business_id.to_string(), c.sealed, c.simulated, c.business_account, now],
    )
    .map(drop)
}

/// Whose account it is.
pub fn find_connection_owner(tx: &Read<'_>, channel: &str, account: &str) -> Result<Option<Id>> {
    tx.one("select business_id from connections where channel = ?1 and account = ?2", [channel, account], |r| id_at(r, 0))
}

/// Removes a connection of a business.
pub fn delete_connection(tx: &mut Tx<'_>, business: Id, channel: &str, account: &str) -> Result<()> {
    tx.run(
        "delete from connections where business_id = ?1 and channel = ?2 and account = ?3",
        params![business.to_string(), channel, account],
    )
    .map(drop)
}

/// Writes down the account above a connection once the provider named it.
pub fn update_business_account(tx: &mut Tx<'_>, channel: &str, account: &str, business_account: &str) -> Result<()> {
    tx.run("update connections set business_account = ?3 where channel = ?1 and account = ?2", params![channel, account, business_account])
        .map(drop)
}
