//! The append-only feed.

use super::tx::{Read, Tx, json_at, maybe_id_at, time_at};
use crate::domain::error::Result;
use crate::domain::event::Event;
use crate::domain::id::Id;
use rusqlite::{Row, params};

/// What an event is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct About {
    /// A conversation.
    pub conversation: Option<Id>,
    /// An order.
    pub order: Option<Id>,
    /// A run.
    pub run: Option<Id>,
}

impl About {
    /// About a conversation.
    pub fn conversation(id: Id) -> Self {
        Self { conversation: Some(id), ..Self::default() }
    }
    /// About an order and the conversation it came from.
    pub fn order(id: Id, conversation: Option<Id>) -> Self {
        Self { order: Some(id), conversation, run: None }
    }
}

/// Adds a line to the feed; it is published after the commit.
pub fn insert_event(tx: &mut Tx<'_>, kind: &str, about: About, data: serde_json::Value) -> Result<()> {
    let at = tx.now;
    let text = |id: Option<Id>| id.map(|i| i.to_string());
    let id = tx.insert(
        "insert into events (at, kind, conversation_id, order_id, run_id, data) values (?1, ?2, ?3, ?4, ?5, ?6)",
        params![at.millis(), kind, text(about.conversation), text(about.order), text(about.run), data.to_string()],
    )?;
    tx.after.events.push(Event {
        id,
        at,
        kind: kind.into(),
        conversation_id: about.conversation,
        order_id: about.order,
        run_id: about.run,
        data,
    });
    Ok(())
}

fn event(r: &Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event {
        id: r.get(0)?,
        at: time_at(r, 1)?,
        kind: r.get(2)?,
        conversation_id: maybe_id_at(r, 3)?,
        order_id: maybe_id_at(r, 4)?,
        run_id: maybe_id_at(r, 5)?,
        data: json_at(r, 6)?,
    })
}

/// Events after `id`, oldest first, at most `most`.
pub fn list_events_after(tx: &Read<'_>, id: i64, most: u32) -> Result<Vec<Event>> {
    tx.all(
        "select id, at, kind, conversation_id, order_id, run_id, data from events where id > ?1 order by id limit ?2",
        params![id, most],
        event,
    )
}

/// The ids of the oldest and newest event; zeros when there is none.
pub fn event_bounds(tx: &Read<'_>) -> Result<(i64, i64)> {
    Ok((tx.value("select coalesce(min(id), 0) from events", [])?, tx.value("select coalesce(max(id), 0) from events", [])?))
}

/// Throws away events older than `before` (milliseconds), keeping the feed's newest.
pub fn delete_events_before(tx: &mut Tx<'_>, before: i64) -> Result<usize> {
    tx.run("delete from events where at < ?1 and id < (select max(id) from events)", [before])
}

/// Events of one kind about a conversation, oldest first, the newest `most` of them.
pub fn list_events_of(tx: &Read<'_>, conversation: Id, kind: &str, most: u32) -> Result<Vec<Event>> {
    let mut rows = tx.all(
        "select id, at, kind, conversation_id, order_id, run_id, data from events where kind = ?1 and conversation_id = ?2 order by id desc limit ?3",
        params![kind, conversation.to_string(), most],
        event,
    )?;
    rows.reverse();
    Ok(rows)
}
