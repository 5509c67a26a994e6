//! Questions to people of the business, and their answers.

use crate::domain::error::{Error, Result};
use crate::domain::house::approval::{Approval, Question, Standing, Vote, Way};
use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::domain::time::Time;
use crate::store::tx::{Read, Tx, id_at, json, json_at, maybe_id_at, maybe_time_at, time_at, word_at};
use rusqlite::{Row, params};

const COLUMNS: &str = "id, key, run_id, title, facts, amount_minor, currency, url, needed, state, expires_at, decided_at, decided_by, decided_way, note, created_at";

fn approval(r: &Row<'_>) -> rusqlite::Result<Approval> {
    let minor: Option<i64> = r.get(5)?;
    let code: String = r.get(6)?;
    let expires_at = time_at(r, 10)?;
    Ok(Approval {
        id: id_at(r, 0)?,
        question: Question {
            key: r.get(1)?,
            title: r.get(3)?,
            facts: json_at(r, 4)?,
            amount: minor.zip(code.parse().ok()).map(|(m, c)| Money::new(m, c)),
            url: r.get(7)?,
            until: None,
        },
        run_id: maybe_id_at(r, 2)?,
        needed: r.get(8)?,
        standing: word_at(r, 9, Standing::from_word)?,
        expires_at,
        decided_at: maybe_time_at(r, 11)?,
        decided_by: r.get(12)?,
        decided_way: Way::from_word(&r.get::<_, String>(13)?),
        note: r.get(14)?,
        created_at: time_at(r, 15)?,
        votes: Vec::new(),
    })
}

/// Writes a new question.
pub fn insert_approval(tx: &mut Tx<'_>, a: &Approval) -> Result<()> {
    let q = &a.question;
    tx.run(
        "insert into approvals (id, key, run_id, title, facts, amount_minor, currency, url, needed, state, expires_at, decided_at, decided_by, created_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        params![
            a.id.to_string(),
            q.key,
            a.run_id.map(|r| r.to_string()),
            q.title,
            json(&q.facts)?,
            q.amount.map(|m| m.amount_minor),
            q.amount.map_or_else(String::new, |m| m.currency.code().to_owned()),
            q.url,
            a.needed,
            a.standing.as_str(),
            a.expires_at.millis(),
            a.decided_at.map(Time::millis),
            a.decided_by,
            a.created_at.millis()
        ],
    )
    .map(drop)
}

/// Decides an open question. False when it was decided before.
pub fn decide_approval(tx: &mut Tx<'_>, id: Id, standing: Standing, by: &str, way: Option<Way>, note: &str) -> Result<bool> {
    let now = tx.now.millis();
    let n = tx.run(
        "update approvals set state = ?2, decided_at = ?3, decided_by = ?4, decided_way = ?5, note = ?6 where id = ?1 and state = 'open'",
        params![id.to_string(), standing.as_str(), now, by, way.map_or("", Way::as_str), note],
    )?;
    Ok(n > 0)
}

/// Keeps an answer. False when this voter has answered before.
pub fn insert_vote(tx: &mut Tx<'_>, id: Id, v: &Vote) -> Result<bool> {
    let n = tx.run(
        "insert into approval_votes (approval_id, voter, name, way, yes, note, at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict do nothing",
        params![id.to_string(), v.voter, v.name, v.way.as_str(), v.yes, v.note, v.at.millis()],
    )?;
    Ok(n > 0)
}

fn vote(r: &Row<'_>) -> rusqlite::Result<Vote> {
    Ok(Vote { voter: r.get(0)?, name: r.get(1)?, way: word_at(r, 2, Way::from_word)?, yes: r.get(3)?, note: r.get(4)?, at: time_at(r, 5)? })
}

fn with_votes(tx: &Read<'_>, mut a: Approval) -> Result<Approval> {
    let sql = "select voter, name, way, yes, note, at from approval_votes where approval_id = ?1 order by rowid";
    a.votes = tx.all(sql, [a.id.to_string()], vote)?;
    Ok(a)
}

/// One question with its answers.
pub fn find_approval(tx: &Read<'_>, id: Id) -> Result<Approval> {
    let found = tx.one(&format!("select {COLUMNS} from approvals where id = ?1"), [id.to_string()], approval)?;
    with_votes(tx, found.ok_or_else(|| Error::not_found("approval"))?)
}

/// The question with this key.
pub fn find_approval_by_key(tx: &Read<'_>, key: &str) -> Result<Option<Approval>> {
    let found = tx.one(&format!("select {COLUMNS} from approvals where key = ?1"), [key], approval)?;
    found.map(|a| with_votes(tx, a)).transpose()
}

/// Questions that wait, oldest first.
pub fn list_open_approvals(tx: &Read<'_>, most: u32) -> Result<Vec<Approval>> {
    let found = tx.all(&format!("select {COLUMNS} from approvals where state = 'open' order by id limit ?1"), [most], approval)?;
    found.into_iter().map(|a| with_votes(tx, a)).collect()
}

/// Questions where they stand so, or all, newest first, before `before` when given.
pub fn list_approvals(tx: &Read<'_>, standing: Option<Standing>, before: Option<Id>, most: u32) -> Result<Vec<Approval>> {
    let before = before.map_or_else(|| "~".to_owned(), |b| b.to_string());
    let sql = format!("select {COLUMNS} from approvals where id < ?1 and (?2 is null or state = ?2) order by id desc limit ?3");
    let found = tx.all(&sql, params![before, standing.map(Standing::as_str), most], approval)?;
    found.into_iter().map(|a| with_votes(tx, a)).collect()
}

/// How many questions wait.
pub fn count_open_approvals(tx: &Read<'_>) -> Result<i64> {
    tx.value("select count(*) from approvals where state = 'open'", [])
}

/// Questions of a run, in order.
pub fn list_approvals_of(tx: &Read<'_>, run: Id) -> Result<Vec<Approval>> {
    let sql = format!("select {COLUMNS} from approvals where run_id = ?1 and run_id is not null order by id");
    tx.all(&sql, [run.to_string()], approval)
}

/// Open questions of a run.
pub fn list_open_approvals_of(tx: &Read<'_>, run: Id) -> Result<Vec<Approval>> {
    let sql = format!("select {COLUMNS} from approvals where run_id = ?1 and run_id is not null and state = 'open'");
    tx.all(&sql, [run.to_string()], approval)
}
