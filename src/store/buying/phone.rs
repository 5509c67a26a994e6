//! Calls by telephone: under which id their carrier knows them, and which of its news was heard.

use crate::domain::buying::call::Call;
use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::store::tx::{Read, Tx, json_at};
use rusqlite::params;

/// Keeps the carrier's id of a call.
pub fn update_provider(tx: &mut Tx<'_>, call: Id, provider_id: &str) -> Result<()> {
    tx.run("update calls set provider_id = ?2 where id = ?1", params![call.to_string(), provider_id]).map(drop)
}

/// The call a carrier knows under an id.
pub fn find_call_by_provider(tx: &Read<'_>, provider_id: &str) -> Result<Option<Call>> {
    tx.one("select data from calls where provider_id = ?1 and provider_id is not null", [provider_id], |r| json_at(r, 0))
}

/// What was answered to a piece of news; none when it was not heard before.
pub fn find_answer(tx: &Read<'_>, call: Id, news: &str) -> Result<Option<String>> {
    tx.one("select answer from call_news where call_id = ?1 and news = ?2", params![call.to_string(), news], |r| r.get(0))
}

/// Keeps that a piece of news was heard, and what was answered.
pub fn insert_answer(tx: &mut Tx<'_>, call: Id, news: &str, answer: &str) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "insert into call_news (call_id, news, answer, at) values (?1, ?2, ?3, ?4) on conflict do nothing",
        params![call.to_string(), news, answer, now],
    )
    .map(drop)
}

/// Takes away what was written down of a call while it went on: its whole transcript has come.
pub fn delete_lines(tx: &mut Tx<'_>, call: Id) -> Result<()> {
    tx.run("delete from call_lines where call_id = ?1 and message_id is null", [call.to_string()]).map(drop)
}
