//! The catalogue.

use crate::domain::error::{Error, Result};
use crate::domain::house::briefing::Menu;
use crate::domain::house::item::Item;
use crate::domain::id::Id;
use crate::domain::search::Kind;
use crate::store::tx::{Read, Tx, id_at, json, json_at};
use crate::store::{meta, vector};
use rusqlite::{Row, params};

const COLUMNS: &str = "id, sku, name, aliases, description, category, price_minor, unit, stock, available, options, photo, attributes";

fn item(r: &Row<'_>) -> rusqlite::Result<Item> {
    Ok(Item {
        id: id_at(r, 0)?,
        sku: r.get(1)?,
        name: r.get(2)?,
        aliases: json_at(r, 3)?,
        description: r.get(4)?,
        category: r.get(5)?,
        price_minor: r.get(6)?,
        unit: r.get(7)?,
        stock: r.get(8)?,
        available: r.get(9)?,
        options: json_at(r, 10)?,
        photo: r.get(11)?,
        attributes: json_at(r, 12)?,
    })
}

/// The number that grows with every change of an item.
pub fn menu_version(tx: &Read<'_>) -> Result<i64> {
    meta::counter(tx, "menu_version")
}

/// Everything that is not deleted, by category and name.
pub fn find_menu(tx: &Read<'_>, business: Option<Id>) -> Result<Menu> {
    let items = tx.all(&format!("select {COLUMNS} from items where deleted_at is null order by category, name"), [], item)?;
    Ok(Menu { business, version: menu_version(tx)?, items })
}

/// One item that is not deleted.
pub fn find_item(tx: &Read<'_>, id: Id) -> Result<Item> {
    let found = tx.one(&format!("select {COLUMNS} from items where id = ?1 and deleted_at is null"), [id.to_string()], item)?;
    found.ok_or_else(|| Error::not_found("item"))
}

/// The item with the owner's code, also when it is deleted.
pub fn find_item_by_sku(tx: &Read<'_>, sku: &str) -> Result<Option<Item>> {
    tx.one(&format!("select {COLUMNS} from items where sku = ?1"), [sku], item)
}

/// Writes an item, new or known; a deleted one comes back.
pub fn upsert_item(tx: &mut Tx<'_>, x: &Item) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "insert into items (id, sku, name, aliases, description, category, price_minor, unit, stock, available, options, photo, attributes, created_at, updated_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14)
         on conflict (id) do update set sku = excluded.sku, name = excluded.name, aliases = excluded.aliases, description = excluded.description,
           category = excluded.category, price_minor = excluded.price_minor, unit = excluded.unit, stock = excluded.stock,
           available = excluded.available, options = excluded.options, photo = excluded.photo, attributes = excluded.attributes,
           deleted_at = null, updated_at = excluded.updated_at",
        params![
            x.id.to_string(),
            x.sku,
            x.name,
            json(&x.aliases)?,
            x.description,
            x.category,
            x.price_minor,
            x.unit,
            x.stock,
            x.available,
            json(&x.options)?,
            x.photo,
            x.attributes.to_string(),
            now
        ],
    )?;
    vector::put(tx, Kind::Item, x.id, &x.searched_text())
}

/// The catalogue has changed: readers make their copies anew.
pub fn bump_menu(tx: &mut Tx<'_>) -> Result<i64> {
    meta::bump(tx, "menu_version")
}

/// The owner has edited the catalogue: answers that were made from it hold no more. Sales change only what is left.
pub fn bump_items(tx: &mut Tx<'_>) -> Result<i64> {
    meta::bump(tx, "items_version")?;
    bump_menu(tx)
}

/// Takes an item off the catalogue; orders keep its name and price.
pub fn delete_item(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let now = tx.now.millis();
    let n = tx.run("update items set deleted_at = ?2 where id = ?1 and deleted_at is null", params![id.to_string(), now])?;
    if n == 0 { Err(Error::not_found("item")) } else { vector::remove(tx, Kind::Item, id) }
}

/// What came of taking from the shelf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// So much is gone from it.
    Yes,
    /// Nobody counts this item.
    Uncounted,
    /// There are not enough, or it is not for sale.
    No,
}

/// Takes `n` of an item that is for sale.
pub fn take_stock(tx: &mut Tx<'_>, id: Id, n: i64) -> Result<Taken> {
    let changed = tx.run(
        "update items set stock = stock - ?2 where id = ?1 and available = 1 and deleted_at is null and stock is not null and stock >= ?2",
        params![id.to_string(), n],
    )?;
    if changed > 0 {
        return Ok(Taken::Yes);
    }
    let free: Option<bool> =
        tx.one("select stock is null and available = 1 and deleted_at is null from items where id = ?1", [id.to_string()], |r| r.get(0))?;
    Ok(if free == Some(true) { Taken::Uncounted } else { Taken::No })
}

/// Puts `n` back on the shelf, for sale or not; nothing happens when the item is not counted any more.
pub fn give_stock(tx: &mut Tx<'_>, id: Id, n: i64) -> Result<()> {
    tx.run("update items set stock = stock + ?2 where id = ?1 and stock is not null", params![id.to_string(), n]).map(drop)
}

/// Items whose name, code, category or other names contain `q`.
pub fn list_items(tx: &Read<'_>, q: &str, after: &str, most: u32) -> Result<Vec<Item>> {
    let like = format!("%{}%", q.replace('%', ""));
    tx.all(
        &format!(
            "select {COLUMNS} from items where deleted_at is null and id > ?2 and (?1 = '%%' or name like ?1 or sku like ?1 or category like ?1 or aliases like ?1)
             order by id limit ?3"
        ),
        params![like, after, most],
        item,
    )
}

/// Items with these ids that are not deleted, in this order.
pub fn find_items(tx: &Read<'_>, ids: &[Id]) -> Result<Vec<Item>> {
    let mut out = Vec::with_capacity(ids.len());
    for id in ids {
        out.extend(tx.one(&format!("select {COLUMNS} from items where id = ?1 and deleted_at is null"), [id.to_string()], item)?);
    }
    Ok(out)
}

/// Id and code of every item, deleted ones too.
pub fn list_skus(tx: &Read<'_>) -> Result<Vec<(Id, String)>> {
    tx.all("select id, sku from items", [], |r| Ok((id_at(r, 0)?, r.get(1)?)))
}

/// How many items are not deleted.
pub fn count_items(tx: &Read<'_>) -> Result<i64> {
    tx.value("select count(*) from items where deleted_at is null", [])
}

/// Whether a file is the photo of an item.
pub fn is_photo(tx: &Read<'_>, name: &str) -> Result<bool> {
    tx.value("select exists (select 1 from items where photo = ?1 and deleted_at is null)", [name])
}

/// How many items can be ordered now.
pub fn count_sellable(tx: &Read<'_>) -> Result<i64> {
    tx.value("select count(*) from items where deleted_at is null and available = 1 and (stock is null or stock > 0)", [])
}

/// What can be ordered and is counted, with so few left or fewer: name and how many, least first.
pub fn list_low(tx: &Read<'_>, few: i64, most: u32) -> Result<Vec<(String, i64)>> {
    tx.all(
        "select name, stock from items where deleted_at is null and available = 1 and stock is not null and stock <= ?1 order by stock, name limit ?2",
        rusqlite::params![few, most],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// The categories in use.
pub fn list_categories(tx: &Read<'_>) -> Result<Vec<String>> {
    tx.all("select distinct category from items where deleted_at is null and category <> '' order by category limit 200", [], |r| r.get(0))
}

/// Whether there is any.
pub fn is_any(tx: &Read<'_>) -> Result<bool> {
    tx.value("select exists (select 1 from items where deleted_at is null)", [])
}
