//! The basket: what a customer has named but not yet ordered.

use crate::domain::error::{Error, Result};
use crate::domain::house::item::Item;
use crate::domain::id::Id;
use crate::domain::limits;
use serde::{Deserialize, Serialize};

/// How the customer gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fulfilment {
    /// The customer collects.
    Pickup,
    /// We bring it.
    Delivery,
}

/// An option the customer chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// The option group.
    pub group: String,
    /// The choice in it.
    pub choice: String,
    /// What it adds for one, in minor units, as it was when chosen.
    pub price_minor: i64,
}

/// One line of a basket or an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The item.
    pub item_id: Id,
    /// Its name when it was chosen.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// Price of one without options, in minor units, as it was when chosen.
    pub unit_minor: i64,
    /// Options.
    #[serde(default)]
    pub options: Vec<Chosen>,
    /// "no onions".
    #[serde(default)]
    pub note: String,
    /// Nobody counted the item when it was ordered, so nothing was taken from its stock, and nothing goes back when the order is given up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub uncounted: bool,
}

impl Line {
    /// A line for `item`, with option choices looked up by name. The price comes from the item, never from the caller.
    pub fn of(item: &Item, quantity: i64, wanted: &[(String, String)], note: &str) -> Result<Self> {
        if !(1..=limits::QUANTITY_MAX).contains(&quantity) {
            return Err(Error::field("quantity", format!("A quantity is 1 to {}.", limits::QUANTITY_MAX)));
        }
        let mut options = Vec::new();
        for (group, choice) in wanted {
            let g = item
                .options
                .iter()
                .find(|g| same(&g.name, group))
                .ok_or_else(|| Error::field("options", format!("{} has no option {group}.", item.name)))?;
            let c = g
                .choices
                .iter()
                .find(|c| same(&c.name, choice))
                .ok_or_else(|| Error::field("options", format!("{} of {} cannot be {choice}.", g.name, item.name)))?;
            if !g.many {
                options.retain(|o: &Chosen| !same(&o.group, &g.name));
            }
            options.push(Chosen { group: g.name.clone(), choice: c.name.clone(), price_minor: c.price_minor });
        }
        let note = crate::domain::text::clip(note.trim(), 200);
        Ok(Self { item_id: item.id, name: item.name.clone(), quantity, unit_minor: item.price_minor, options, note, uncounted: false })
    }
    /// Price of one with its options, in minor units.
    pub fn each_minor(&self) -> Result<i64> {
        self.options
            .iter()
            .try_fold(self.unit_minor, |sum, o| sum.checked_add(o.price_minor))
            .ok_or_else(|| Error::invalid("That amount is too large."))
    }
    /// Price of the line in minor units.
    pub fn total_minor(&self) -> Result<i64> {
        self.each_minor()?.checked_mul(self.quantity).ok_or_else(|| Error::invalid("That amount is too large."))
    }
    /// "2 jollof rice (large, no onions)".
    pub fn words(&self) -> String {
        let mut extra: Vec<&str> = self.options.iter().map(|o| o.choice.as_str()).collect();
        if !self.note.is_empty() {
            extra.push(&self.note);
        }
        if extra.is_empty() {
            format!("{} {}", self.quantity, self.name)
        } else {
            format!("{} {} ({})", self.quantity, self.name, extra.join(", "))
        }
    }
}

fn same(a: &str, b: &str) -> bool {
    crate::domain::text::fold(a) == crate::domain::text::fold(b)
}

/// A basket.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// The lines, in the order they were named.
    pub lines: Vec<Line>,
    /// How the customer gets it; none until said.
    pub fulfilment: Option<Fulfilment>,
    /// Where to bring it.
    pub address: String,
    /// What the customer wishes for the order as a whole, in their words: when, what to do at the gate.
    pub note: String,
}

impl Draft {
    /// The lines' prices added up, in minor units, without delivery.
    pub fn subtotal_minor(&self) -> Result<i64> {
        self.lines
            .iter()
            .try_fold(0i64, |sum, l| sum.checked_add(l.total_minor()?).ok_or_else(|| Error::invalid("That amount is too large.")))
    }
    /// "2 jollof rice, 1 water".
    pub fn words(&self) -> String {
        self.lines.iter().map(Line::words).collect::<Vec<_>>().join(", ")
    }
}
