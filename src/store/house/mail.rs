//! Letters: their place among letters, how far each inbox was read, and letters to people of the business.

use crate::domain::error::{Error, Result};
use crate::domain::house::mail::Letter;
use crate::domain::house::message::Delivery;
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, json, json_at, time_at, word_at};
use rusqlite::params;

/// Keeps what a letter has beyond its message. `media`: the file that holds all of it.
pub fn insert_mail(tx: &mut Tx<'_>, message: Id, letter: &Letter, media: Option<&str>) -> Result<()> {
    tx.run(
        "insert into mails (message_id, mail_id, subject, earlier, media) values (?1, ?2, ?3, ?4, ?5)",
        params![message.to_string(), letter.mail_id, letter.subject, json(&letter.references)?, media],
    )
    .map(drop)
}

/// The newest letter of a thread: what an answer refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastMail {
    /// Its id without brackets; may be empty.
    pub mail_id: String,
    /// Its subject.
    pub subject: String,
    /// Ids of the letters before it.
    pub earlier: Vec<String>,
}

/// The newest letter that came in a thread.
pub fn find_last_mail(tx: &Read<'_>, conversation: Id) -> Result<Option<LastMail>> {
    tx.one(
        "select l.mail_id, l.subject, l.earlier from messages m join mails l on l.message_id = m.id
         where m.conversation_id = ?1 order by m.id desc limit 1",
        [conversation.to_string()],
        |r| Ok(LastMail { mail_id: r.get(0)?, subject: r.get(1)?, earlier: json_at(r, 2)? }),
    )
}

/// The file that holds the whole of a letter.
pub fn find_mail_media(tx: &Read<'_>, message: Id) -> Result<Option<String>> {
    Ok(tx.one("select media from mails where message_id = ?1", [message.to_string()], |r| r.get::<_, Option<String>>(0))?.flatten())
}

/// How far an inbox was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxRow {
    /// Which numbering the next holds for.
    pub uid_validity: u32,
    /// The last letter that was taken.
    pub uid: u32,
    /// When it was last read.
    pub read_at: Time,
    /// Why it cannot be read; empty when it can.
    pub problem: String,
}

/// How far an inbox was read; none when it never was.
pub fn find_mailbox(tx: &Read<'_>, account: &str) -> Result<Option<MailboxRow>> {
    tx.one("select uid_validity, uid, read_at, problem from mailboxes where account = ?1", [account], |r| {
        Ok(MailboxRow { uid_validity: r.get(0)?, uid: r.get(1)?, read_at: time_at(r, 2)?, problem: r.get(3)? })
    })
}

/// Writes down how far an inbox was read.
pub fn upsert_mailbox(tx: &mut Tx<'_>, account: &str, uid_validity: u32, uid: u32) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "insert into mailboxes (account, uid_validity, uid, read_at) values (?1, ?2, ?3, ?4)
         on conflict (account) do update set uid_validity = excluded.uid_validity, uid = excluded.uid, read_at = excluded.read_at, problem = ''",
        params![account, uid_validity, uid, now],
    )
    .map(drop)
}

/// Writes down why an inbox cannot be read. True when that is news.
pub fn update_mailbox_problem(tx: &mut Tx<'_>, account: &str, problem: &str) -> Result<bool> {
    let before: Option<String> = tx.one("select problem from mailboxes where account = ?1", [account], |r| r.get(0))?;
    let now = tx.now.millis();
    tx.run(
        "insert into mailboxes (account, uid_validity, uid, read_at, problem) values (?1, 0, 0, ?3, ?2)
         on conflict (account) do update set problem = excluded.problem",
        params![account, problem, now],
    )?;
    Ok(before.as_deref() != Some(problem))
}

/// Forgets how far an inbox was read, when it is connected anew.
pub fn delete_mailbox(tx: &mut Tx<'_>, account: &str) -> Result<()> {
    tx.run("delete from mailboxes where account = ?1", [account]).map(drop)
}

/// A letter to a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterRow {
    /// Its id.
    pub id: Id,
    /// To whom.
    pub member_id: Id,
    /// About this question.
    pub approval_id: Id,
    /// What is known of it.
    pub state: Delivery,
    /// How often it was tried.
    pub attempts: u32,
}

/// Plans a letter to a member. None when its intent was planned before.
pub fn insert_letter(tx: &mut Tx<'_>, member: Id, approval: Id, intent: &str) -> Result<Option<Id>> {
    let (id, now) = (Id::new(tx.now), tx.now.millis());
    let n = tx.run(
        "insert into letters (id, intent, member_id, approval_id, state, created_at) values (?1, ?2, ?3, ?4, 'queued', ?5)
         on conflict do nothing",
        params![id.to_string(), intent, member.to_string(), approval.to_string(), now],
    )?;
    Ok((n > 0).then_some(id))
}

/// One letter to a member.
pub fn find_letter(tx: &Read<'_>, id: Id) -> Result<LetterRow> {
    let found = tx.one("select id, member_id, approval_id, state, attempts from letters where id = ?1", [id.to_string()], |r| {
        Ok(LetterRow {
            id: id_at(r, 0)?,
            member_id: id_at(r, 1)?,
            approval_id: id_at(r, 2)?,
            state: word_at(r, 3, Delivery::from_word)?,
            attempts: r.get(4)?,
        })
    })?;
    found.ok_or_else(|| Error::not_found("letter"))
}

/// Sets what is known of a letter to a member; a try is counted when it starts.
pub fn update_letter(tx: &mut Tx<'_>, id: Id, to: Delivery, problem: &str) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "update letters set state = ?2, problem = ?3, settled_at = ?4, attempts = attempts + (?2 = 'sending') where id = ?1",
        params![id.to_string(), to.as_str(), problem, now],
    )
    .map(drop)
}

/// Throws away letters to members that are long settled.
pub fn delete_letters_before(tx: &mut Tx<'_>, before: Time) -> Result<usize> {
    tx.run("delete from letters where created_at < ?1 and state not in ('queued', 'sending')", [before.millis()])
}
