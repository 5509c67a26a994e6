//! Messages Meta has approved in advance, by number.

use crate::domain::error::Result;
use crate::domain::house::template::{APPROVED, Template};
use crate::store::tx::{Read, Tx, json, json_at};
use rusqlite::params;

/// Templates of a number, by name; `sendable` leaves out those Meta has not approved.
pub fn list_templates(tx: &Read<'_>, account: &str, sendable: bool) -> Result<Vec<Template>> {
    tx.all(
        "select content from templates where account = ?1 and (?2 = '' or status = ?2) order by name, language",
        [account, if sendable { APPROVED } else { "" }],
        |r| json_at(r, 0),
    )
}

/// One template of a number.
pub fn find_template(tx: &Read<'_>, account: &str, name: &str, language: &str) -> Result<Option<Template>> {
    tx.one("select content from templates where account = ?1 and name = ?2 and language = ?3", [account, name, language], |r| json_at(r, 0))
}

/// Keeps a template as it is now.
pub fn upsert_template(tx: &mut Tx<'_>, account: &str, t: &Template) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "insert into templates (account, name, language, status, content, updated_at) values (?1, ?2, ?3, ?4, ?5, ?6)
         on conflict (account, name, language) do update set status = excluded.status, content = excluded.content, updated_at = excluded.updated_at",
        params![account, t.name, t.language, t.status, json(t)?, now],
    )
    .map(drop)
}

/// Forgets every template of a number.
pub fn delete_templates(tx: &mut Tx<'_>, account: &str) -> Result<()> {
    tx.run("delete from templates where account = ?1", [account]).map(drop)
}

/// Numbers that have a template of this name.
pub fn list_accounts_with(tx: &Read<'_>, name: &str, language: &str) -> Result<Vec<String>> {
    tx.all("select account from templates where name = ?1 and language = ?2 order by account", [name, language], |r| r.get(0))
}
