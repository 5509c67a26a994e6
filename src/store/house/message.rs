//! Messages. A message to a customer is its own outbox row.

use crate::domain::error::{Error, Result};
use crate::domain::house::message::{Author, Content, Delivery, Direction, Inbound, Message, Problem};
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::store::jobs::LEASE_MS;
use crate::store::tx::{Read, Tx, id_at, json, maybe_id_at, time_at, word_at};
use rusqlite::{Row, params};

const COLUMNS: &str = "id, conversation_id, direction, author, author_name, kind, text, content, delivery, problem, provider_id, reply_to, run_id, created_at";

fn direction(word: &str) -> Option<Direction> {
    match word {
        "in" => Some(Direction::In),
        "out" => Some(Direction::Out),
        _ => None,
    }
}
fn author(word: &str) -> Option<Author> {
    match word {
        "customer" => Some(Author::Customer),
        "steward" => Some(Author::Steward),
        "person" => Some(Author::Person),
        _ => None,
    }
}
/// The word for an author in the database.
pub const fn author_word(a: Author) -> &'static str {
    match a {
        Author::Customer => "customer",
        Author::Steward => "steward",
        Author::Person => "person",
    }
}

fn message(r: &Row<'_>) -> rusqlite::Result<Message> {
    let content = match r.get_ref(7)?.as_str_or_null()? {
        Some(text) => {
            serde_json::from_str(text).unwrap_or_else(|_| Content::Unknown { type_word: "unreadable".into(), reason: None, raw: None })
        }
        None => Content::Text { text: r.get(6)? },
    };
    let problem: Option<Problem> = r.get_ref(9)?.as_str_or_null()?.and_then(|t| serde_json::from_str(t).ok());
    Ok(Message {
        id: id_at(r, 0)?,
        conversation_id: id_at(r, 1)?,
        direction: word_at(r, 2, direction)?,
        author: word_at(r, 3, author)?,
        author_name: r.get(4)?,
        content,
        delivery: word_at(r, 8, Delivery::from_word)?,
        problem,
        provider_id: r.get(10)?,
        reply_to: r.get(11)?,
        run_id: maybe_id_at(r, 12)?,
        created_at: time_at(r, 13)?,
    })
}

fn content_column(c: &Content) -> Result<Option<String>> {
    if matches!(c, Content::Text { .. }) { Ok(None) } else { json(c).map(Some) }
}

/// Keeps a customer's message, or the owner's own of an echo. None when it is here already.
pub fn insert_inbound(tx: &mut Tx<'_>, conversation: Id, provider_id: &str, m: &Inbound, raw: Option<&str>) -> Result<Option<Id>> {
    let id = Id::new(tx.now);
    let (way, author, delivery) = if m.echo { ("out", "person", "sent") } else { ("in", "customer", "received") };
    let at = tx.now.millis();
    let n = tx.run(
        "insert into messages (id, conversation_id, direction, author, kind, text, content, delivery, provider_id, reply_to, raw, created_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) on conflict do nothing",
        params![
            id.to_string(),
            conversation.to_string(),
            way,
            author,
            m.content.kind(),
            m.content.words(),
            content_column(&m.content)?,
            delivery,
            provider_id,
            m.reply_to,
            raw,
            at
        ],
    )?;
    Ok((n > 0).then_some(id))
}

/// A message to plan.
#[derive(Debug)]
pub struct NewMessage<'a> {
    /// In this thread.
    pub conversation_id: Id,
    /// Written by Steward or a person.
    pub author: Author,
    /// The person's name.
    pub author_name: &'a str,
    /// What it holds.
    pub content: &'a Content,
    /// The turn that wrote it.
    pub run_id: Option<Id>,
    /// What it is for; the same intent is never sent twice.
    pub intent: &'a str,
    /// Void when the conversation's number has moved on; none for what people write.
    pub turn_epoch: Option<i64>,
}

impl<'a> NewMessage<'a> {
    /// What Steward says by itself, outside a turn.
    pub const fn of_steward(conversation_id: Id, content: &'a Content, intent: &'a str) -> Self {
        Self { conversation_id, author: Author::Steward, author_name: "", content, run_id: None, intent, turn_epoch: None }
    }
}

/// Plans a message to a customer. None when its intent was planned before.
pub fn insert_outbound(tx: &mut Tx<'_>, m: &NewMessage<'_>) -> Result<Option<Id>> {
    let id = Id::new(tx.now);
    let at = tx.now.millis();
    let n = tx.run(
        "insert into messages (id, conversation_id, direction, author, author_name, kind, text, content, delivery, run_id, intent, turn_epoch, created_at)
         values (?1, ?2, 'out', ?3, ?4, ?5, ?6, ?7, 'queued', ?8, ?9, ?10, ?11) on conflict do nothing",
        params![
            id.to_string(),
            m.conversation_id.to_string(),
            author_word(m.author),
            m.author_name,
            m.content.kind(),
            m.content.words(),
            content_column(m.content)?,
            m.run_id.map(|r| r.to_string()),
            m.intent,
            m.turn_epoch,
            at
        ],
    )?;
    Ok((n > 0).then_some(id))
}

/// The newest message, where ids are ours.
pub fn find_newest(tx: &Read<'_>) -> Result<Option<Id>> {
    let newest: Option<String> = tx.one("select id from messages order by id desc limit 1", [], |r| r.get(0))?;
    Ok(newest.and_then(|id| id.parse().ok()))
}

/// Whether a message for this was planned, and did not fail.
pub fn is_intended(tx: &Read<'_>, intent: &str) -> Result<bool> {
    tx.value("select exists (select 1 from messages where intent = ?1 and delivery not in ('failed', 'stopped'))", [intent])
}

/// One message.
pub fn find_message(tx: &Read<'_>, id: Id) -> Result<Message> {
    let found = tx.one(&format!("select {COLUMNS} from messages where id = ?1"), [id.to_string()], message)?;
    found.ok_or_else(|| Error::not_found("message"))
}

/// The message with a provider's id.
pub fn find_message_by_provider(tx: &Read<'_>, provider_id: &str) -> Result<Option<Message>> {
    tx.one(&format!("select {COLUMNS} from messages where provider_id = ?1"), [provider_id], message)
}

/// What the sender needs besides the message: how often it was tried and under which turn it was planned.
pub fn find_send_state(tx: &Read<'_>, id: Id) -> Result<(u32, Option<i64>)> {
    tx.one("select attempts, turn_epoch from messages where id = ?1", [id.to_string()], |r| Ok((r.get(0)?, r.get(1)?)))?
        .ok_or_else(|| Error::not_found("message"))
}

/// Sets what is known of a message; an attempt is counted when it starts sending.
pub fn update_delivery(tx: &mut Tx<'_>, id: Id, to: Delivery, provider_id: Option<&str>, problem: Option<&Problem>) -> Result<()> {
    let problem = problem.map(json).transpose()?;
    let now = tx.now.millis();
    tx.run(
        "update messages set delivery = ?2, provider_id = coalesce(?3, provider_id), problem = ?4, settled_at = ?5,
           attempts = attempts + (?2 = 'sending') where id = ?1",
        params![id.to_string(), to.as_str(), provider_id, problem, now],
    )
    .map(drop)
}

/// Replaces the content, after a file was fetched or a reply was spoken.
pub fn update_content(tx: &mut Tx<'_>, id: Id, content: &Content) -> Result<()> {
    tx.run(
        "update messages set text = ?2, content = ?3, kind = ?4 where id = ?1",
        params![id.to_string(), content.words(), content_column(content)?, content.kind()],
    )
    .map(drop)
}

/// Messages of a thread, oldest first: the newest `most` before `before`.
pub fn list_messages(tx: &Read<'_>, conversation: Id, before: Option<Id>, most: u32) -> Result<Vec<Message>> {
    let before = before.map_or_else(|| "~".to_owned(), |b| b.to_string());
    let mut rows = tx.all(
        &format!("select {COLUMNS} from messages where conversation_id = ?1 and id < ?2 order by id desc limit ?3"),
        params![conversation.to_string(), before, most],
        message,
    )?;
    rows.reverse();
    Ok(rows)
}

/// Messages of a thread after `after`, oldest first.
pub fn list_messages_after(tx: &Read<'_>, conversation: Id, after: &str, most: u32) -> Result<Vec<Message>> {
    tx.all(
        &format!("select {COLUMNS} from messages where conversation_id = ?1 and id > ?2 order by id limit ?3"),
        params![conversation.to_string(), after, most],
        message,
    )
}

/// Whether a file of ours is in a message of this thread.
pub fn is_file_of(tx: &Read<'_>, conversation: Id, media: &str) -> Result<bool> {
    tx.value(
        "select exists (select 1 from messages where conversation_id = ?1 and content is not null and json_extract(content, '$.file.media') = ?2)",
        params![conversation.to_string(), media],
    )
}

/// Whether the customer wrote after `after`.
pub fn is_customer_after(tx: &Read<'_>, conversation: Id, after: &str) -> Result<bool> {
    tx.value(
        "select exists (select 1 from messages where conversation_id = ?1 and id > ?2 and direction = 'in')",
        params![conversation.to_string(), after],
    )
}

/// The condition of the index of messages that are not settled, in its own words: otherwise SQLite does not see that it fits.
const UNSETTLED: &str = "(delivery = 'sending' or delivery = 'unknown' or delivery = 'failed')";

/// Ours that failed, or whose outcome nobody knows, by the parameters for [`trouble_since`]: made since then, and what has been leaving
/// since before that was given up.
fn in_trouble([since, given_up]: [&str; 2]) -> String {
    format!("{UNSETTLED} and (delivery <> 'sending' or settled_at < {given_up}) and direction = 'out' and created_at > {since}")
}

/// The values of [`in_trouble`].
pub(super) fn trouble_since(tx: &Read<'_>, since: Time) -> [i64; 2] {
    [since.millis(), tx.now.plus_ms(-LEASE_MS).millis()]
}

/// Messages of ours that failed, or whose outcome nobody knows: newest first.
pub fn list_unsettled(tx: &Read<'_>, since: Time, most: u32) -> Result<Vec<Message>> {
    let [since, given_up] = trouble_since(tx, since);
    tx.all(
        &format!(
            "select {COLUMNS} from messages indexed by messages_unsettled where {} order by id desc limit ?3",
            in_trouble(["?1", "?2"])
        ),
        params![since, given_up, most],
        message,
    )
}

/// A reason why messages wait, how many do, and the conversation of the oldest.
pub struct Held {
    /// Why, in our words.
    pub why: String,
    /// How many.
    pub count: i64,
    /// Where the oldest of them is.
    pub conversation_id: Id,
    /// Since when that one waits.
    pub since: Time,
}

/// Messages that could not leave and are tried again, by reason: those made before `before`, and any with this code of a problem.
pub fn list_held(tx: &Read<'_>, before: Time, at_once: i64) -> Result<Vec<Held>> {
    // What is tried again has a job, so the jobs that wait are the index.
    tx.all(
        "select json_extract(m.problem, '$.meaning'), count(*), m.conversation_id, min(m.created_at)
         from jobs j join messages m on m.id = json_extract(j.payload, '$.message_id')
         where j.state = 'ready' and j.kind = 'send_message' and m.delivery = 'queued' and m.problem is not null
           and (m.created_at < ?1 or json_extract(m.problem, '$.code') = ?2)
         group by 1 order by 4",
        params![before.millis(), at_once],
        |r| Ok(Held { why: r.get(0)?, count: r.get(1)?, conversation_id: id_at(r, 2)?, since: time_at(r, 3)? }),
    )
}

/// Messages that were being handed over when the process before this one stopped.
pub fn list_sending(tx: &Read<'_>) -> Result<Vec<Id>> {
    tx.all(&format!("select id from messages indexed by messages_unsettled where {UNSETTLED} and delivery = 'sending'"), [], |r| {
        id_at(r, 0)
    })
}

/// Messages after this one in its conversation that wait to leave, the first few.
pub fn list_queued_after(tx: &Read<'_>, conversation: Id, id: Id) -> Result<Vec<Id>> {
    tx.all(
        "select id from messages where conversation_id = ?1 and id > ?2 and delivery = 'queued' order by id limit 8",
        params![conversation.to_string(), id.to_string()],
        |r| id_at(r, 0),
    )
}

/// Messages right before this one in its conversation that have not left, of the last few.
pub fn list_unsent_before(tx: &Read<'_>, conversation: Id, id: Id) -> Result<Vec<Id>> {
    tx.all(
        "select id from (select id, delivery from messages where conversation_id = ?1 and id < ?2 order by id desc limit 8)
         where delivery = 'queued' or delivery = 'sending'",
        params![conversation.to_string(), id.to_string()],
        |r| id_at(r, 0),
    )
}

/// How many messages came in and went out since `since`.
pub fn count_messages_since(tx: &Read<'_>, since: Time) -> Result<(i64, i64)> {
    // Ids begin with their birth in milliseconds, so the primary key answers this without another index.
    let from = id_floor(since);
    let n = |way: &str| tx.value("select count(*) from messages where id >= ?1 and direction = ?2", params![from, way]);
    Ok((n("in")?, n("out")?))
}

/// The smallest id text that could have been born at `at`.
pub(super) fn id_floor(at: Time) -> String {
    let hex = format!("{:012x}", at.millis().max(0));
    format!("{}-{}", &hex[..8], &hex[8..])
}

/// How many messages since `since` failed or have an unknown outcome.
pub fn count_unsettled(tx: &Read<'_>, since: Time) -> Result<i64> {
    tx.value(
        &format!("select count(*) from messages indexed by messages_unsettled where {}", in_trouble(["?1", "?2"])),
        trouble_since(tx, since),
    )
}

/// Conversations with such a message, as a condition on `v.id`.
pub(super) fn threads_in_trouble(parameters: [&str; 2]) -> String {
    format!("v.id in (select conversation_id from messages indexed by messages_unsettled where {})", in_trouble(parameters))
}

/// Conversations with a message of Steward's, and with a person's, since `since`.
pub fn count_answered_since(tx: &Read<'_>, since: Time) -> Result<(i64, i64)> {
    let from = id_floor(since);
    let n = |author: &str| {
        tx.value(
            "select count(distinct conversation_id) from messages where id >= ?1 and direction = 'out' and author = ?2",
            params![from, author],
        )
    };
    Ok((n("steward")?, n("person")?))
}

/// Pictures and files a conversation's customer sent since `since`, oldest first.
pub fn list_media_since(tx: &Read<'_>, conversation: Id, since: Time, most: u32) -> Result<Vec<Message>> {
    tx.all(
        &format!("select {COLUMNS} from messages where conversation_id = ?1 and id >= ?2 and direction = 'in' and kind in ('image', 'document') order by id limit ?3"),
        params![conversation.to_string(), id_floor(since), most],
        message,
    )
}

/// Milliseconds from the first message of each customer since `since` to our first one after it; those without one are left out.
pub fn list_first_replies(tx: &Read<'_>, since: Time, most: u32) -> Result<Vec<i64>> {
    tx.all(
        "select reply.created_at - first.at from (
           select conversation_id, min(id) as id, min(created_at) as at from messages where id >= ?1 and direction = 'in' group by conversation_id limit ?2
         ) first join messages reply on reply.id = (
           select min(id) from messages where conversation_id = first.conversation_id and id > first.id and direction = 'out'
         )",
        params![id_floor(since), most],
        |r| r.get(0),
    )
}
