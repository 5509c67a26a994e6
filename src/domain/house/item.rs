//! Something sold: its price, its options and how many are left.

use crate::domain::id::Id;
use serde::{Deserialize, Serialize};

/// One choice in an option group: "large, +500".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionChoice {
    /// What it is called.
    pub name: String,
    /// Added to the price, in minor units.
    #[serde(default)]
    pub price_minor: i64,
}

/// A question about an item: size, milk, extras.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionGroup {
    /// "Size".
    pub name: String,
    /// The choices.
    pub choices: Vec<OptionChoice>,
    /// Must be answered before the item can be ordered.
    #[serde(default)]
    pub required: bool,
    /// More than one may be chosen.
    #[serde(default)]
    pub many: bool,
}

/// Something sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: Id,
    /// The owner's own code, unique; also WhatsApp's `product_retailer_id`.
    pub sku: String,
    /// What it is called.
    pub name: String,
    /// Other words customers use for it.
    pub aliases: Vec<String>,
    /// One or two sentences.
    pub description: String,
    /// "Soups", "Drinks"; may be empty.
    pub category: String,
    /// Price in minor units of the business's currency.
    pub price_minor: i64,
    /// What one of them is: "plate", "crate"; may be empty.
    pub unit: String,
    /// How many are left to sell; none means it is not counted.
    pub stock: Option<i64>,
    /// Offered at all; off means "sold out" whatever the stock.
    pub available: bool,
    /// Options.
    pub options: Vec<OptionGroup>,
    /// The photo's content-addressed name.
    pub photo: Option<String>,
    /// Free attributes.
    pub attributes: serde_json::Value,
}

/// Attributes that are words, and what numbers of listings are called: "3 beds".
fn attribute_words(v: &serde_json::Value, out: &mut String) {
    use serde_json::Value;
    for (key, value) in v.as_object().into_iter().flatten() {
        let text = match value {
            Value::String(s) => s.clone(),
            Value::Number(n) if key.starts_with("bed") || key.starts_with("bath") => format!("{n} {key}"),
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            _ => continue,
        };
        out.push_str(". ");
        out.push_str(&text);
    }
}

impl Item {
    /// What it is found by: its name and other names on the first line, then everything else that is words.
    pub fn searched_text(&self) -> String {
        let mut out = self.name.clone();
        for alias in &self.aliases {
            out.push_str(", ");
            out.push_str(alias);
        }
        out.push('\n');
        let options = self.options.iter().flat_map(|g| std::iter::once(&g.name).chain(g.choices.iter().map(|c| &c.name)));
        let told = [&self.description, &self.category, &self.sku, &self.unit].into_iter().chain(options);
        out.push_str(&told.filter(|t| !t.is_empty()).map(String::as_str).collect::<Vec<_>>().join(". "));
        attribute_words(&self.attributes, &mut out);
        out
    }
    /// How many can be sold now; none means as many as wanted.
    pub fn can_sell(&self) -> Option<i64> {
        if self.available { self.stock.map(|s| s.max(0)) } else { Some(0) }
    }
}
