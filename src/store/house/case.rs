//! Threads people take care of, and wordings they pick from.

use crate::domain::error::{Error, Result};
use crate::domain::house::case::{Assignee, CannedReply, Case};
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, maybe_id_at, maybe_time_at};
use rusqlite::{Row, params};

/// A case in four columns from `at` on: member, name, due, draft, made for.
pub(in crate::store) fn case_at(r: &Row<'_>, at: usize) -> rusqlite::Result<Case> {
    let id = maybe_id_at(r, at)?;
    let text = |n: usize| -> rusqlite::Result<String> { Ok(r.get_ref(at + n)?.as_str_or_null()?.unwrap_or_default().to_owned()) };
    let name = text(1)?;
    Ok(Case {
        assignee: id.map(|id| Assignee { id, name }),
        due_at: maybe_time_at(r, at + 2)?,
        suggestion: text(3)?,
        suggested_for: text(4)?,
    })
}

/// What people need to know of a thread; nothing when nobody is wanted there.
pub fn find_case(tx: &Read<'_>, conversation: Id) -> Result<Case> {
    let found = tx.one(
        "select member_id, member_name, due_at, suggestion, suggested_for from cases where conversation_id = ?1",
        [conversation.to_string()],
        |r| case_at(r, 0),
    )?;
    Ok(found.unwrap_or_default())
}

/// A person is wanted until then. A clock that runs already goes on; false then.
pub fn open_case(tx: &mut Tx<'_>, conversation: Id, due: Option<Time>) -> Result<bool> {
    let running = find_case(tx, conversation)?.due_at.is_some();
    tx.run(
        "insert into cases (conversation_id, due_at) values (?1, ?2) on conflict (conversation_id) do update set due_at = coalesce(due_at, excluded.due_at)",
        params![conversation.to_string(), due.map(Time::millis)],
    )?;
    Ok(!running)
}

/// Whose a thread is from now on; none: nobody's.
pub fn update_assignee(tx: &mut Tx<'_>, conversation: Id, to: Option<&Assignee>) -> Result<()> {
    tx.run(
        "insert into cases (conversation_id, member_id, member_name) values (?1, ?2, ?3)
         on conflict (conversation_id) do update set member_id = excluded.member_id, member_name = excluded.member_name",
        params![conversation.to_string(), to.map(|a| a.id.to_string()), to.map_or("", |a| a.name.as_str())],
    )
    .map(drop)
}

/// A member has left: what was theirs is nobody's.
pub fn update_member_gone(tx: &mut Tx<'_>, member: Id) -> Result<()> {
    tx.run("update cases set member_id = null, member_name = '' where member_id = ?1", [member.to_string()]).map(drop)
}

/// Somebody has answered: no clock runs and no draft is needed.
pub fn update_answered(tx: &mut Tx<'_>, conversation: Id) -> Result<()> {
    tx.run("update cases set due_at = null, suggestion = '', suggested_for = '' where conversation_id = ?1", [conversation.to_string()])
        .map(drop)
}

/// Keeps a draft for the person.
pub fn update_suggestion(tx: &mut Tx<'_>, conversation: Id, text: &str, made_for: &str) -> Result<()> {
    tx.run(
        "insert into cases (conversation_id, suggestion, suggested_for) values (?1, ?2, ?3)
         on conflict (conversation_id) do update set suggestion = excluded.suggestion, suggested_for = excluded.suggested_for",
        params![conversation.to_string(), text, made_for],
    )
    .map(drop)
}

/// Nobody takes care of a thread any more.
pub fn delete_case(tx: &mut Tx<'_>, conversation: Id) -> Result<()> {
    tx.run("delete from cases where conversation_id = ?1", [conversation.to_string()]).map(drop)
}

/// How many threads that are not marked as waiting should have been answered by now: somebody took them over and said nothing.
pub fn count_silent(tx: &Read<'_>) -> Result<i64> {
    tx.value(
        "select count(*) from cases k join conversations v on v.id = k.conversation_id
         where k.due_at <= ?1 and v.closed = 0 and v.waiting_since is null",
        [tx.now.millis()],
    )
}

fn canned(r: &Row<'_>) -> rusqlite::Result<CannedReply> {
    Ok(CannedReply { id: id_at(r, 0)?, name: r.get(1)?, text: r.get(2)? })
}

/// Every wording, by name.
pub fn list_canned(tx: &Read<'_>) -> Result<Vec<CannedReply>> {
    tx.all("select id, name, text from canned_replies order by name", [], canned)
}

/// One wording.
pub fn find_canned(tx: &Read<'_>, id: Id) -> Result<CannedReply> {
    tx.one("select id, name, text from canned_replies where id = ?1", [id.to_string()], canned)?
        .ok_or_else(|| Error::not_found("ready reply"))
}

/// A wording by its name.
pub fn find_canned_named(tx: &Read<'_>, name: &str) -> Result<Option<CannedReply>> {
    tx.one("select id, name, text from canned_replies where name = ?1", [name], canned)
}

/// Keeps a wording, new or changed.
pub fn upsert_canned(tx: &mut Tx<'_>, c: &CannedReply) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "insert into canned_replies (id, name, text, updated_at) values (?1, ?2, ?3, ?4)
         on conflict (id) do update set name = excluded.name, text = excluded.text, updated_at = excluded.updated_at",
        params![c.id.to_string(), c.name, c.text, now],
    )
    .map(drop)
}

/// Takes a wording away; false when it was not there.
pub fn delete_canned(tx: &mut Tx<'_>, id: Id) -> Result<bool> {
    Ok(tx.run("delete from canned_replies where id = ?1", [id.to_string()])? > 0)
}
