//! Brings a catalogue in from a spreadsheet: 500 rows a transaction, so that progress shows and the shop goes on
//! meanwhile. A row updates the item with its code, or with its name when it has no code.

use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::catalogue_csv::{Row, RowError, Sheet};
use crate::domain::house::item::Item;
use crate::domain::id::Id;
use crate::domain::text::{clip, fold, slug};
use crate::domain::time::Time;
use crate::services::house::item::check;
use crate::store::events::{About, insert_event};
use crate::store::file::File;
use crate::store::house::import::{Import, Outcome, RowProblem, list_running, upsert_import};
use crate::store::house::item;
use crate::store::tx::{Read, Tx};
use serde_json::json;
use std::collections::{HashMap, HashSet};

/// Rows of one transaction.
const CHUNK: usize = 500;
/// Wrong rows that are kept to be told.
const LISTED: usize = 1_000;

/// What a row does to the catalogue.
enum What {
    Added(Box<Item>),
    Changed(Box<Item>),
    Same,
}

/// Which items there are, to tell known ones from new ones. What stands in them is read when their row comes: the shop sells meanwhile.
#[derive(Default)]
struct Shelf {
    by_sku: HashMap<String, Id>,
    by_name: HashMap<String, Vec<Id>>,
    seen: HashSet<Id>,
    rows: HashMap<String, usize>,
    next: HashMap<String, usize>,
}

impl Shelf {
    fn read(tx: &Read<'_>) -> Result<Self> {
        let mut shelf = Self::default();
        for sku in item::list_skus(tx)? {
            shelf.by_sku.insert(sku.1, sku.0);
        }
        for it in item::find_menu(tx, None)?.items {
            shelf.by_name.entry(fold(&it.name)).or_default().push(it.id);
        }
        Ok(shelf)
    }

    /// What a row does, or why it cannot be taken.
    fn apply(&mut self, tx: &Read<'_>, row: Row) -> Result<std::result::Result<What, RowError>> {
        let (number, text) = (row.number, clip(&row.name, 80));
        let told = |column: &str, message: String| Ok(Err(RowError { row: number, text: text.clone(), column: column.into(), message }));
        let (id, old) = match &row.sku {
            Some(sku) => {
                if let Some(first) = self.rows.insert(sku.clone(), number) {
                    return told("sku", format!("Row {first} has the same code."));
                }
                self.of_sku(tx, sku)?
            }
            None => self.of_name(tx, &row.name)?,
        };
        if id.is_some_and(|id| self.seen.contains(&id)) {
            return told("name", "An earlier row is about the same item.".into());
        }
        let mut it = old.clone().unwrap_or_else(|| blank(id.unwrap_or_else(|| Id::new(tx.now))));
        if it.sku.is_empty() {
            it.sku = match &row.sku {
                Some(sku) => sku.clone(),
                None => self.free_sku(tx, &row.name)?,
            };
        }
        fill(&mut it, row);
        if let Err(e) = check(&it) {
            return told(e.fields.first().map_or("", |f| f.0.as_str()), e.message.clone());
        }
        self.seen.insert(it.id);
        Ok(Ok(match old {
            Some(old) if old == it => What::Same,
            Some(_) => What::Changed(Box::new(it)),
            None => {
                self.by_sku.insert(it.sku.clone(), it.id);
                What::Added(Box::new(it))
            }
        }))
    }

    /// The item with a code as it is now; only its id when it was taken out of the catalogue: the row brings it back.
    fn of_sku(&self, tx: &Read<'_>, sku: &str) -> Result<(Option<Id>, Option<Item>)> {
        let id = match self.by_sku.get(sku) {
            Some(id) => Some(*id),
            // It may have been added since this import began.
            None => item::find_item_by_sku(tx, sku)?.map(|i| i.id),
        };
        Ok((id, id.map(|id| item::find_items(tx, &[id])).transpose()?.and_then(|mut found| found.pop())))
    }

    /// The first item with a name that no row was about and that is still there.
    fn of_name(&self, tx: &Read<'_>, name: &str) -> Result<(Option<Id>, Option<Item>)> {
        for id in self.by_name.get(&fold(name)).into_iter().flatten().filter(|id| !self.seen.contains(id)) {
            if let Some(it) = item::find_items(tx, &[*id])?.pop() {
                return Ok((Some(*id), Some(it)));
            }
        }
        Ok((None, None))
    }

    /// A code made of the name that no item has. Equal names are counted on, so that many of them stay quick.
    fn free_sku(&mut self, tx: &Read<'_>, name: &str) -> Result<String> {
        let base = Some(slug(name)).filter(|s| !s.is_empty()).unwrap_or_else(|| "item".into());
        let next = self.next.entry(base.clone()).or_insert(1);
        loop {
            let sku = if *next == 1 { base.clone() } else { format!("{base}-{next}") };
            *next += 1;
            if !self.by_sku.contains_key(&sku) && item::find_item_by_sku(tx, &sku)?.is_none() {
                return Ok(sku);
            }
        }
    }
}

fn blank(id: Id) -> Item {
    Item {
        id,
        sku: String::new(),
        name: String::new(),
        aliases: vec![],
        description: String::new(),
        category: String::new(),
        price_minor: 0,
        unit: String::new(),
        stock: None,
        available: true,
        options: vec![],
        photo: None,
        attributes: json!({}),
    }
}

fn fill(it: &mut Item, row: Row) {
    it.name = row.name;
    it.price_minor = row.price_minor;
    it.category = row.category.unwrap_or_else(|| std::mem::take(&mut it.category));
    it.description = row.description.unwrap_or_else(|| std::mem::take(&mut it.description));
    it.unit = row.unit.unwrap_or_else(|| std::mem::take(&mut it.unit));
    it.aliases = row.aliases.unwrap_or_else(|| std::mem::take(&mut it.aliases));
    it.options = row.options.unwrap_or_else(|| std::mem::take(&mut it.options));
    it.photo = row.photo.or_else(|| it.photo.take());
    it.stock = row.stock.unwrap_or(it.stock);
    it.available = row.available.unwrap_or(it.available);
    if let Some(map) = it.attributes.as_object_mut() {
        map.extend(row.attributes.into_iter().map(|(k, v)| (k, v.into())));
    }
}

/// An import that is not written down yet.
pub fn new(now: Time, file_name: &str, file: &str, dry_run: bool, sheet: &Sheet) -> Import {
    Import {
        id: Id::new(now),
        kind: "items".into(),
        file_name: clip(file_name, 120),
        state: "running".into(),
        dry_run,
        total: count(sheet.total()),
        done: count(sheet.failed),
        failed: count(sheet.failed),
        outcome: Outcome { file: file.to_owned(), rows: told(sheet), ..Outcome::default() },
        started_at: now,
        ended_at: None,
    }
}

/// What is wrong with the rows of a list, as far as it is shown.
pub fn told(sheet: &Sheet) -> Vec<RowProblem> {
    sheet.errors.iter().take(LISTED).map(problem).collect()
}

/// Begins an import. `file` is the kept file's name, for bringing in later what was tried.
pub fn begin(tx: &mut Tx<'_>, file_name: &str, file: &str, dry_run: bool, sheet: &Sheet) -> Result<Import> {
    let x = new(tx.now, file_name, file, dry_run, sheet);
    upsert_import(tx, &x)?;
    Ok(x)
}

/// Counts what an import would do. Nothing is written.
pub fn rehearse(tx: &Read<'_>, mut x: Import, sheet: Sheet) -> Result<Import> {
    let mut shelf = Shelf::read(tx)?;
    for row in sheet.rows {
        let applied = shelf.apply(tx, row)?;
        note(&mut x, &applied);
    }
    Ok(x)
}

fn note(x: &mut Import, applied: &std::result::Result<What, RowError>) {
    x.done += 1;
    match applied {
        Ok(What::Added(_)) => x.outcome.added += 1,
        Ok(What::Changed(_)) => x.outcome.changed += 1,
        Ok(What::Same) => x.outcome.same += 1,
        Err(e) => {
            x.failed += 1;
            if x.outcome.rows.len() < LISTED {
                x.outcome.rows.push(problem(e));
            }
        }
    }
}

fn problem(e: &RowError) -> RowProblem {
    RowProblem { line: count(e.row), row: e.text.clone(), column: e.column.clone(), problem: e.message.clone() }
}

/// Does an import that has begun, and ends it. What was written before a failure stays.
pub async fn run(file: &File, x: Import, sheet: Sheet) -> Result<Import> {
    let begun = x.clone();
    match rows(file, x, sheet).await {
        Ok(x) => file.write(move |tx| end(tx, x, "")).await,
        Err(e) => stop(file, begun, e).await,
    }
}

/// Ends an import that cannot go on, and says why. What was written before stays.
pub async fn stop(file: &File, x: Import, e: Error) -> Result<Import> {
    let why = e.message.clone();
    file.write(move |tx| end(tx, x, &why)).await?;
    Err(e)
}

/// What is told of an import that was under way when Steward stopped.
const CUT_OFF: &str = "Steward was stopped meanwhile. What was brought in stays; bring the file in again for the rest.";
/// The same of a try, which brings nothing in.
const TRY_CUT_OFF: &str = "Steward was stopped meanwhile. Choose the file again.";

/// After a start: nobody does what the process before this one was bringing in.
pub fn end_cut_off(tx: &mut Tx<'_>) -> Result<()> {
    for x in list_running(tx)? {
        let why = if x.dry_run { TRY_CUT_OFF } else { CUT_OFF };
        end(tx, x, why)?;
    }
    Ok(())
}

async fn rows(file: &File, mut x: Import, sheet: Sheet) -> Result<Import> {
    if x.dry_run {
        return file.read(move |tx| rehearse(tx, x, sheet)).await;
    }
    let mut shelf = file.read(Shelf::read).await?;
    let mut rows = sheet.rows.into_iter();
    loop {
        let chunk: Vec<Row> = rows.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            return Ok(x);
        }
        (shelf, x) = file.write(move |tx| write(tx, chunk, shelf, x)).await?;
    }
}

fn write(tx: &mut Tx<'_>, chunk: Vec<Row>, mut shelf: Shelf, mut x: Import) -> Result<(Shelf, Import)> {
    let before = x.outcome.added + x.outcome.changed;
    for row in chunk {
        let applied = shelf.apply(tx, row)?;
        if let Ok(What::Added(it) | What::Changed(it)) = &applied {
            item::upsert_item(tx, it)?;
        }
        note(&mut x, &applied);
    }
    if x.outcome.added + x.outcome.changed > before {
        item::bump_items(tx)?;
    }
    upsert_import(tx, &x)?;
    let data = json!({ "import_id": x.id, "state": x.state, "done": x.done, "failed": x.failed, "total": x.total });
    insert_event(tx, event::IMPORT, About::default(), data)?;
    Ok((shelf, x))
}

fn end(tx: &mut Tx<'_>, mut x: Import, why: &str) -> Result<Import> {
    x.state = if why.is_empty() { "done" } else { "failed" }.into();
    x.outcome.stopped = why.to_owned();
    x.ended_at = Some(tx.now);
    upsert_import(tx, &x)?;
    if !x.dry_run {
        insert_event(tx, event::ITEM, About::default(), json!({ "import_id": x.id }))?;
    }
    insert_event(tx, event::IMPORT, About::default(), json!({ "import_id": x.id, "state": x.state, "done": x.done, "total": x.total }))?;
    Ok(x)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
