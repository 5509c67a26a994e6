//! Two contacts who are one person: everything of the one is moved to the other, and can be moved back. Which rows a contact has is
//! asked of the file itself, so that no table is forgotten.

use crate::domain::error::{Error, Result};
use crate::domain::house::merge::{Merge, Moved};
use crate::domain::id::Id;
use crate::store::tx::{Read, Tx, id_at, json, json_at, maybe_time_at, time_at};
use rusqlite::{Row, params};

/// Tables whose rows belong to a contact, each with the columns that name a row.
fn tables(tx: &Read<'_>) -> Result<Vec<(String, Vec<String>)>> {
    let names = tx.all(
        "select m.name from sqlite_schema m join pragma_table_info(m.name) c
         where m.type = 'table' and c.name = 'contact_id' order by m.name",
        [],
        |r| r.get::<_, String>(0),
    )?;
    names
        .into_iter()
        .map(|table| {
            let keys = tx.all("select name from pragma_table_info(?1) where pk > 0 order by pk", [&table], |r| r.get(0))?;
            Ok((table, if keys.is_empty() { vec!["rowid".to_owned()] } else { keys }))
        })
        .collect()
}

/// A name of the schema inside a statement.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn key_of(keys: &[String]) -> String {
    format!("json_array({})", keys.iter().map(|k| quoted(k)).collect::<Vec<_>>().join(", "))
}

/// Moves all that may be moved from one contact to another. What the other has already (a fact of the same slot, the chat on the same
/// page) stays where it is.
pub fn move_all(tx: &mut Tx<'_>, from: Id, to: Id) -> Result<Vec<Moved>> {
    let (from, to) = (from.to_string(), to.to_string());
    let mut all = Vec::new();
    for (table, keys) in tables(tx)? {
        let (name, key) = (quoted(&table), key_of(&keys));
        let rows: Vec<String> = tx.all(&format!("select {key} from {name} where contact_id = ?1"), [&from], |r| r.get(0))?;
        if rows.is_empty() {
            continue;
        }
        tx.run(&format!("update or ignore {name} set contact_id = ?2 where contact_id = ?1"), [&from, &to])?;
        let left: Vec<String> = tx.all(&format!("select {key} from {name} where contact_id = ?1"), [&from], |r| r.get(0))?;
        let rows = rows.into_iter().filter(|r| !left.contains(r)).collect();
        all.push(Moved { table, rows });
    }
    Ok(all)
}

/// Moves those rows back that are still with `from`.
pub fn move_back(tx: &mut Tx<'_>, from: Id, to: Id, all: &[Moved]) -> Result<()> {
    let known = tables(tx)?;
    for moved in all {
        let Some((table, keys)) = known.iter().find(|(t, _)| *t == moved.table) else { continue };
        let (name, key) = (quoted(table), key_of(keys));
        tx.run(
            &format!("update or ignore {name} set contact_id = ?2 where contact_id = ?1 and {key} in (select value from json_each(?3))"),
            params![from.to_string(), to.to_string(), json(&moved.rows)?],
        )?;
    }
    Ok(())
}

fn merge(r: &Row<'_>) -> rusqlite::Result<Merge> {
    Ok(Merge {
        id: id_at(r, 0)?,
        kept: id_at(r, 1)?,
        gone: id_at(r, 2)?,
        moved: json_at(r, 3)?,
        by: r.get(4)?,
        at: time_at(r, 5)?,
        undone_at: maybe_time_at(r, 6)?,
    })
}

/// Writes a merge down, and hides the contact that is one with another now.
pub fn insert_merge(tx: &mut Tx<'_>, m: &Merge) -> Result<()> {
    tx.run(
        "insert into contact_merges (id, kept_id, gone_id, moved, actor, at) values (?1, ?2, ?3, ?4, ?5, ?6)",
        params![m.id.to_string(), m.kept.to_string(), m.gone.to_string(), json(&m.moved)?, m.by, m.at.millis()],
    )?;
    update_merged_into(tx, m.gone, Some(m.kept))
}

/// Notes that a merge was undone, and shows the contact again.
pub fn update_undone(tx: &mut Tx<'_>, m: &Merge) -> Result<()> {
    let now = tx.now.millis();
    tx.run("update contact_merges set undone_at = ?2 where id = ?1", params![m.id.to_string(), now])?;
    update_merged_into(tx, m.gone, None)
}

fn update_merged_into(tx: &mut Tx<'_>, contact: Id, into: Option<Id>) -> Result<()> {
    tx.run("update contacts set merged_into = ?2 where id = ?1", params![contact.to_string(), into.map(|i| i.to_string())]).map(drop)
}

/// One merge.
pub fn find_merge(tx: &Read<'_>, id: Id) -> Result<Merge> {
    let found =
        tx.one("select id, kept_id, gone_id, moved, actor, at, undone_at from contact_merges where id = ?1", [id.to_string()], merge)?;
    found.ok_or_else(|| Error::not_found("merge"))
}

/// Merges that made a contact what it is, newest first, without those that were undone.
pub fn list_merges(tx: &Read<'_>, kept: Id) -> Result<Vec<Merge>> {
    tx.all(
        "select id, kept_id, gone_id, moved, actor, at, undone_at from contact_merges where kept_id = ?1 and undone_at is null order by id desc",
        [kept.to_string()],
        merge,
    )
}

/// Into whom a contact was merged.
pub fn find_merged_into(tx: &Read<'_>, contact: Id) -> Result<Option<Id>> {
    tx.one("select merged_into from contacts where id = ?1 and merged_into is not null", [contact.to_string()], |r| id_at(r, 0))
}
