//! Conversations.

use crate::domain::error::{Error, Result};
use crate::domain::house::case::Case;
use crate::domain::house::contact::Identity;
use crate::domain::house::conversation::{Channel, Conversation, Mode};
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::shop::draft::Draft;
use crate::domain::time::Time;
use crate::store::house::case::case_at;
use crate::store::house::message::{threads_in_trouble, trouble_since};
use crate::store::tx::{Read, Tx, id_at, json, json_at, maybe_time_at, time_at, word_at};
use rusqlite::{Row, params};
use std::sync::LazyLock;

const COLUMNS: &str = "id, contact_id, channel, account, mode, waiting_since, waiting_reason, waiting_summary, closed, last_inbound_at, last_message_at, turn_epoch";

fn mode(word: &str) -> Option<Mode> {
    match word {
        "agent" => Some(Mode::Agent),
        "human" => Some(Mode::Human),
        _ => None,
    }
}

fn conversation(r: &Row<'_>) -> rusqlite::Result<Conversation> {
    Ok(Conversation {
        id: id_at(r, 0)?,
        contact_id: id_at(r, 1)?,
        channel: word_at(r, 2, Channel::from_word)?,
        account: r.get(3)?,
        mode: word_at(r, 4, mode)?,
        waiting_since: maybe_time_at(r, 5)?,
        waiting_reason: r.get(6)?,
        waiting_summary: r.get(7)?,
        closed: r.get(8)?,
        last_inbound_at: maybe_time_at(r, 9)?,
        last_message_at: time_at(r, 10)?,
        turn_epoch: r.get(11)?,
    })
}

/// One conversation.
pub fn find_conversation(tx: &Read<'_>, id: Id) -> Result<Conversation> {
    let found = tx.one(&format!("select {COLUMNS} from conversations where id = ?1"), [id.to_string()], conversation)?;
    found.ok_or_else(|| Error::not_found("conversation"))
}

/// The conversation with a contact on a channel.
pub fn find_conversation_with(tx: &Read<'_>, contact: Id, channel: Channel, account: &str) -> Result<Option<Conversation>> {
    tx.one(
        &format!("select {COLUMNS} from conversations where contact_id = ?1 and channel = ?2 and account = ?3"),
        params![contact.to_string(), channel.as_str(), account],
        conversation,
    )
}

/// The conversation a contact was last heard in.
pub fn find_latest_conversation(tx: &Read<'_>, contact: Id) -> Result<Option<Conversation>> {
    tx.one(
        &format!("select {COLUMNS} from conversations where contact_id = ?1 order by last_message_at desc limit 1"),
        [contact.to_string()],
        conversation,
    )
}

/// What is known about whoever has an identity.
#[derive(Debug)]
pub struct Known {
    /// The contact.
    pub contact_id: Id,
    /// The thread with them on this line, if there is one.
    pub thread: Option<Heard>,
}

/// A thread as it is when something comes in.
#[derive(Debug)]
pub struct Heard {
    /// The thread.
    pub thread: Conversation,
    /// Whether Steward's last words were a question.
    pub asked: bool,
    /// When the burst of unanswered messages began.
    pub burst_since: Option<Time>,
}

/// Who has an identity, and the thread with them on one line: one look for what every message needs.
pub fn find_known(tx: &Read<'_>, identity: &Identity, channel: Channel, account: &str) -> Result<Option<Known>> {
    let columns = of_v();
    tx.one(
        &format!(
            "select {columns}, i.contact_id, v.memo is not null, v.burst_since from identities i
             left join conversations v on v.contact_id = i.contact_id and v.channel = ?3 and v.account = ?4 where i.kind = ?1 and i.value = ?2"
        ),
        params![identity.kind.as_str(), identity.value, channel.as_str(), account],
        |r| {
            let thread = match r.get_ref(0)? {
                rusqlite::types::ValueRef::Null => None,
                _ => Some(Heard { thread: conversation(r)?, asked: r.get(13)?, burst_since: maybe_time_at(r, 14)? }),
            };
            Ok(Known { contact_id: id_at(r, 12)?, thread })
        },
    )
}

/// The columns of conversations as `v`.
fn of_v() -> &'static str {
    static ALL: LazyLock<String> = LazyLock::new(|| COLUMNS.split(", ").map(|c| format!("v.{c}")).collect::<Vec<_>>().join(", "));
    &ALL
}

/// A new conversation in which Steward answers.
pub fn insert_conversation(tx: &mut Tx<'_>, contact: Id, channel: Channel, account: &str) -> Result<Conversation> {
    let (id, at) = (Id::new(tx.now), tx.now);
    tx.run(
        "insert into conversations (id, contact_id, channel, account, last_message_at) values (?1, ?2, ?3, ?4, ?5)",
        params![id.to_string(), contact.to_string(), channel.as_str(), account, at.millis()],
    )?;
    Ok(Conversation {
        id,
        contact_id: contact,
        channel,
        account: account.to_owned(),
        mode: Mode::Agent,
        waiting_since: None,
        waiting_reason: String::new(),
        waiting_summary: String::new(),
        closed: false,
        last_inbound_at: None,
        last_message_at: at,
        turn_epoch: 0,
    })
}

/// Notes a customer's message, written at `at`: reopens, counts it unread, starts a burst when none is on.
pub fn update_on_inbound(tx: &mut Tx<'_>, id: Id, text: &str, at: Time) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "update conversations set last_inbound_at = max(coalesce(last_inbound_at, 0), ?4), last_message_at = ?2, last_text = ?3, last_author = 'customer', unread = unread + 1, closed = 0,
           burst_since = coalesce(burst_since, ?2) where id = ?1",
        params![id.to_string(), now, crate::domain::text::clip(text, 120), at.millis()],
    )
    .map(drop)
}

/// Notes a message of ours. A person's message reads the thread.
pub fn update_on_outbound(tx: &mut Tx<'_>, id: Id, text: &str, author: &str) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "update conversations set last_message_at = ?2, last_text = ?3, last_author = ?4, unread = case when ?4 = 'person' then 0 else unread end where id = ?1",
        params![id.to_string(), now, crate::domain::text::clip(text, 120), author],
    )
    .map(drop)
}

/// What a turn leaves in its thread.
#[derive(Debug, Clone, Copy)]
pub struct TurnEnd<'a> {
    /// The model's note for the next turn.
    pub memo: Option<&'a str>,
    /// The newest message that is answered now.
    pub taken_up_to: &'a str,
    /// The basket, when it is another than the row has.
    pub draft: Option<&'a Draft>,
}

/// Notes the reply that ends a turn: its words, the model's note, how far the turn has come; the burst is over. A thread
/// that was heard in this very moment keeps its place in the list, which spares its index two writes.
pub fn update_on_reply(tx: &mut Tx<'_>, thread: &Conversation, text: &str, end: &TurnEnd<'_>) -> Result<()> {
    let now = tx.now;
    let (set, condition) = if thread.last_message_at == now { ("", "and last_message_at = ?5") } else { ("last_message_at = ?5,", "") };
    tx.run(
        &format!(
            "update conversations set {set} last_text = ?2, last_author = 'steward', memo = ?3, taken_up_to = max(taken_up_to, ?4),
               burst_since = null, draft = coalesce(?6, draft) where id = ?1 {condition}"
        ),
        params![
            thread.id.to_string(),
            crate::domain::text::clip(text, 120),
            end.memo,
            end.taken_up_to,
            now.millis(),
            end.draft.map(json).transpose()?
        ],
    )
    .map(drop)
}

/// Notes how far a thread's messages are taken up where no turn answers them; the burst is over.
pub fn update_taken_up(tx: &mut Tx<'_>, id: Id, up_to: Id) -> Result<()> {
    tx.run(
        "update conversations set taken_up_to = max(taken_up_to, ?2), burst_since = null where id = ?1",
        params![id.to_string(), up_to.to_string()],
    )
    .map(drop)
}

/// The owner has looked.
pub fn update_read(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    tx.run("update conversations set unread = 0 where id = ?1 and unread > 0", [id.to_string()]).map(drop)
}

/// Who answers from now on. Every change makes replies planned before it void.
pub fn update_mode(tx: &mut Tx<'_>, id: Id, to: Mode) -> Result<()> {
    let word = if to == Mode::Human { "human" } else { "agent" };
    tx.run("update conversations set mode = ?2, turn_epoch = turn_epoch + 1 where id = ?1", params![id.to_string(), word]).map(drop)
}

/// A person is wanted; an earlier wish keeps its time.
pub fn update_waiting(tx: &mut Tx<'_>, id: Id, reason: &str, summary: &str) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "update conversations set waiting_since = coalesce(waiting_since, ?2), waiting_reason = ?3, waiting_summary = ?4 where id = ?1",
        params![id.to_string(), now, reason, summary],
    )
    .map(drop)
}

/// Nobody is wanted any more.
pub fn update_not_waiting(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    tx.run("update conversations set waiting_since = null, waiting_reason = '', waiting_summary = '' where id = ?1", [id.to_string()])
        .map(drop)
}

/// Done, or open again.
pub fn update_closed(tx: &mut Tx<'_>, id: Id, closed: bool) -> Result<()> {
    tx.run("update conversations set closed = ?2, unread = 0 where id = ?1", params![id.to_string(), closed]).map(drop)
}

/// What a turn needs besides the messages.
#[derive(Debug, Clone)]
pub struct TurnState {
    /// The basket.
    pub draft: Draft,
    /// The model's own note.
    pub memo: Option<String>,
    /// The newest customer message that a turn has taken up.
    pub taken_up_to: String,
    /// When the burst of unanswered messages began.
    pub burst_since: Option<Time>,
}

/// A thread with what a turn needs of it and of its customer.
#[derive(Debug)]
pub struct TurnScene {
    /// The thread.
    pub thread: Conversation,
    /// Basket, note and how far turns have come.
    pub state: TurnState,
    /// The customer's name, maybe empty.
    pub name: String,
    /// The customer's language.
    pub language: Lang,
    /// Since when the customer is known.
    pub known_since: Time,
}

/// Everything a turn needs of a thread, in one look.
pub fn find_turn_scene(tx: &Read<'_>, id: Id) -> Result<TurnScene> {
    let columns = of_v();
    let found = tx.one(
        &format!(
            "select {columns}, v.draft, v.memo, v.taken_up_to, v.burst_since, c.name, c.language, c.created_at
             from conversations v join contacts c on c.id = v.contact_id where v.id = ?1"
        ),
        [id.to_string()],
        |r| {
            Ok(TurnScene {
                thread: conversation(r)?,
                state: turn_state(r, 12)?,
                name: r.get(16)?,
                language: Lang::from_code(r.get_ref(17)?.as_str()?),
                known_since: time_at(r, 18)?,
            })
        },
    )?;
    found.ok_or_else(|| Error::not_found("conversation"))
}

fn turn_state(r: &Row<'_>, at: usize) -> rusqlite::Result<TurnState> {
    Ok(TurnState { draft: json_at(r, at)?, memo: r.get(at + 1)?, taken_up_to: r.get(at + 2)?, burst_since: maybe_time_at(r, at + 3)? })
}

/// Basket, note and how far turns have come.
pub fn find_turn_state(tx: &Read<'_>, id: Id) -> Result<TurnState> {
    let found =
        tx.one("select draft, memo, taken_up_to, burst_since from conversations where id = ?1", [id.to_string()], |r| turn_state(r, 0))?;
    found.ok_or_else(|| Error::not_found("conversation"))
}

/// Keeps the basket.
pub fn update_draft(tx: &mut Tx<'_>, id: Id, draft: &Draft) -> Result<()> {
    tx.run("update conversations set draft = ?2 where id = ?1", params![id.to_string(), json(draft)?]).map(drop)
}

/// A conversation in a list.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ConversationRow {
    /// The conversation.
    #[serde(flatten)]
    pub conversation: Conversation,
    /// The customer's name, maybe empty.
    pub contact_name: String,
    /// The customer's phone, when known.
    pub contact_phone: Option<String>,
    /// The last words.
    pub last_text: String,
    /// Who said them: "customer", "steward", "person".
    pub last_author: String,
    /// Customer messages nobody has looked at.
    pub unread: i64,
    /// Who takes care of it, and until when.
    pub case: Case,
}

/// Which conversations to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that wait for a person, longest first; then those a person answers.
    NeedPerson,
    /// Those Steward answers.
    Steward,
    /// Closed ones.
    Closed,
    /// Those this member takes care of.
    Of(Id),
    /// Those a person should have answered by now.
    Late,
    /// Those with a message of ours since then that failed, or whose outcome nobody knows.
    Unsettled(Time),
    /// All that are not closed.
    Open,
    /// All.
    All,
}

/// Conversations, newest first, older than `before` (milliseconds), with name or number containing `q`.
pub fn list_conversations(tx: &Read<'_>, which: Which, q: &str, before: i64, most: u32) -> Result<Vec<ConversationRow>> {
    page_conversations(tx, which, q, (before, ""), most)
}

/// Conversations, newest first, before a moment (milliseconds) and, among those of that moment, before an id.
pub fn page_conversations(tx: &Read<'_>, which: Which, q: &str, before: (i64, &str), most: u32) -> Result<Vec<ConversationRow>> {
    let unsettled = threads_in_trouble(["?7", "?8"]);
    let [since, given_up] = trouble_since(tx, if let Which::Unsettled(since) = which { since } else { tx.now });
    let filter: &str = match which {
        Which::NeedPerson => "v.closed = 0 and (v.waiting_since is not null or v.mode = 'human')",
        Which::Steward => "v.closed = 0 and v.waiting_since is null and v.mode = 'agent'",
        Which::Closed => "v.closed = 1",
        Which::Of(_) => "v.closed = 0 and k.member_id = ?5",
        Which::Late => "v.closed = 0 and k.due_at <= ?6",
        Which::Unsettled(_) => &unsettled,
        Which::Open => "v.closed = 0",
        Which::All => "true",
    };
    let like = format!("%{}%", q.replace('%', ""));
    let member = if let Which::Of(id) = which { id.to_string() } else { String::new() };
    tx.all(
        &rows_where(&format!(
            "{filter} and (v.last_message_at, v.id) < (?1, ?4) and (?5 is not null or ?6 or ?7 or ?8)
               and (?2 = '%%' or c.name like ?2 or exists (select 1 from identities i where i.contact_id = c.id and i.value like ?2))
             order by v.last_message_at desc, v.id desc limit ?3"
        )),
        params![before.0, like, most, before.1, member, tx.now.millis(), since, given_up],
        conversation_row,
    )
}

/// One conversation as it stands in a list.
pub fn find_conversation_row(tx: &Read<'_>, id: Id) -> Result<ConversationRow> {
    tx.one(&rows_where("v.id = ?1"), [id.to_string()], conversation_row)?.ok_or_else(|| Error::not_found("conversation"))
}

fn rows_where(condition: &str) -> String {
    let columns = of_v();
    format!(
        "select {columns}, c.name, (select value from identities i where i.contact_id = c.id and i.kind = 'phone' limit 1), v.last_text, v.last_author, v.unread,
           k.member_id, k.member_name, k.due_at, k.suggestion, k.suggested_for
         from conversations v join contacts c on c.id = v.contact_id left join cases k on k.conversation_id = v.id where {condition}"
    )
}

fn conversation_row(r: &Row<'_>) -> rusqlite::Result<ConversationRow> {
    Ok(ConversationRow {
        conversation: conversation(r)?,
        contact_name: r.get(12)?,
        contact_phone: r.get(13)?,
        last_text: r.get(14)?,
        last_author: r.get(15)?,
        unread: r.get(16)?,
        case: case_at(r, 17)?,
    })
}

/// How many wait for a person or are answered by one, and how many Steward answers.
pub fn count_conversations(tx: &Read<'_>) -> Result<(i64, i64)> {
    let need = tx.value("select count(*) from conversations where closed = 0 and (waiting_since is not null or mode = 'human')", [])?;
    let steward = tx.value("select count(*) from conversations where closed = 0 and waiting_since is null and mode = 'agent'", [])?;
    Ok((need, steward))
}

/// How many open conversations wait for a person.
pub fn count_waiting(tx: &Read<'_>) -> Result<i64> {
    tx.value("select count(*) from conversations where waiting_since is not null and closed = 0", [])
}

/// Conversations that wait for a person, longest first, with the contact's name.
pub fn list_waiting(tx: &Read<'_>, most: u32) -> Result<Vec<(Conversation, String)>> {
    let columns = of_v();
    tx.all(
        &format!(
            "select {columns}, c.name from conversations v join contacts c on c.id = v.contact_id
             where v.waiting_since is not null and v.closed = 0 order by v.waiting_since limit ?1"
        ),
        [most],
        |r| Ok((conversation(r)?, r.get(12)?)),
    )
}

/// Conversations of a contact, newest first.
pub fn list_conversations_of(tx: &Read<'_>, contact: Id) -> Result<Vec<(Conversation, String)>> {
    tx.all(
        &format!("select {COLUMNS}, last_text from conversations where contact_id = ?1 order by last_message_at desc limit 50"),
        [contact.to_string()],
        |r| Ok((conversation(r)?, r.get(12)?)),
    )
}
