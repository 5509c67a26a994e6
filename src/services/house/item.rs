//! The catalogue's rules.

use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::item::{Item, OptionGroup};
use crate::domain::id::Id;
use crate::domain::limits;
use crate::store::events::{About, insert_event};
use crate::store::house::item;
use crate::store::tx::Tx;
use serde::Deserialize;

/// What a person may set of an item; what is absent stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ItemChange {
    /// The owner's own code.
    pub sku: Option<String>,
    /// What it is called.
    pub name: Option<String>,
    /// Other words for it.
    pub aliases: Option<Vec<String>>,
    /// One or two sentences.
    pub description: Option<String>,
    /// Its group.
    pub category: Option<String>,
    /// Price in minor units.
    pub price_minor: Option<i64>,
    /// What one is.
    pub unit: Option<String>,
    /// How many are left; an outer some and inner none means not counted.
    #[serde(deserialize_with = "present")]
    pub stock: Option<Option<i64>>,
    /// Offered at all.
    pub available: Option<bool>,
    /// Options.
    pub options: Option<Vec<OptionGroup>>,
    /// The photo's content-addressed name.
    pub photo: Option<String>,
    /// Free attributes.
    pub attributes: Option<serde_json::Value>,
}

/// `null` counts as present.
fn present<'de, D: serde::Deserializer<'de>>(d: D) -> std::result::Result<Option<Option<i64>>, D::Error> {
    Deserialize::deserialize(d).map(Some)
}

/// Adds an item. Without a code it gets one from its name.
pub fn add(tx: &mut Tx<'_>, change: ItemChange) -> Result<Item> {
    let name = change.name.clone().unwrap_or_default();
    let id = Id::new(tx.now);
    let blank = Item {
        id,
        sku: free_sku(tx, &name)?,
        name: String::new(),
        aliases: vec![],
        description: String::new(),
        category: String::new(),
        price_minor: -1,
        unit: String::new(),
        stock: None,
        available: true,
        options: vec![],
        photo: None,
        attributes: serde_json::json!({}),
    };
    save(tx, blank, change)
}

/// Changes an item.
pub fn change(tx: &mut Tx<'_>, id: Id, change: ItemChange) -> Result<Item> {
    let old = item::find_item(tx, id)?;
    save(tx, old, change)
}

/// Takes an item off the catalogue.
pub fn remove(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    item::delete_item(tx, id)?;
    changed(tx, id)
}

fn save(tx: &mut Tx<'_>, mut x: Item, c: ItemChange) -> Result<Item> {
    let set = |to: &mut String, from: Option<String>| {
        if let Some(v) = from {
            v.trim().clone_into(to);
        }
    };
    set(&mut x.sku, c.sku.filter(|s| !s.trim().is_empty()));
    set(&mut x.name, c.name);
    set(&mut x.description, c.description);
    set(&mut x.category, c.category);
    set(&mut x.unit, c.unit);
    x.aliases = c.aliases.map_or(x.aliases, |a| a.into_iter().map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect());
    x.price_minor = c.price_minor.unwrap_or(x.price_minor);
    x.stock = c.stock.unwrap_or(x.stock);
    x.available = c.available.unwrap_or(x.available);
    x.options = c.options.unwrap_or(x.options);
    x.photo = c.photo.or(x.photo);
    x.attributes = c.attributes.unwrap_or(x.attributes);
    check(&x)?;
    item::upsert_item(tx, &x)?;
    changed(tx, x.id)?;
    Ok(x)
}

fn changed(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    item::bump_items(tx)?;
    insert_event(tx, event::ITEM, About::default(), serde_json::json!({ "item_id": id }))
}

/// What every item must be.
pub fn check(x: &Item) -> Result<()> {
    let mut fields = Vec::new();
    let mut wrong = |field: &str, sentence: &str| fields.push((field.to_owned(), sentence.to_owned()));
    if x.name.is_empty() || x.name.chars().count() > 120 {
        wrong("name", "A name is 1 to 120 characters.");
    }
    if x.price_minor < 0 {
        wrong("price", "Give a price of zero or more.");
    }
    if x.stock.is_some_and(|s| s < 0) {
        wrong("stock", "Stock cannot be below zero.");
    }
    if x.options.iter().any(|g| g.name.trim().is_empty() || g.choices.is_empty() || g.choices.iter().any(|c| c.name.trim().is_empty())) {
        wrong("options", "Each option needs a name and at least one choice with a name.");
    }
    if x.options.len() > 20 || x.options.iter().any(|g| g.choices.len() > 50) {
        wrong("options", "At most 20 options with 50 choices each.");
    }
    let Some((_, first)) = fields.first() else { return Ok(()) };
    let mut error = Error::invalid(first.clone());
    error.fields = fields;
    Err(error)
}

fn free_sku(tx: &Tx<'_>, name: &str) -> Result<String> {
    let base = Some(crate::domain::text::slug(name)).filter(|s| !s.is_empty()).unwrap_or_else(|| "item".into());
    for n in 1..limits::IMPORT_ROWS {
        let sku = if n == 1 { base.clone() } else { format!("{base}-{n}") };
        if item::find_item_by_sku(tx, &sku)?.is_none() {
            return Ok(sku);
        }
    }
    Err(Error::conflict("No free code was found for this name."))
}
