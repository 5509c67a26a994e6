//! The catalogue: the list and one item's form.

use crate::web::view::{Chip, Chrome, Errors, Pill, filters};
use askama::Template;

/// `/app/catalogue`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/items.html")]
pub struct ItemsPage {
    /// The frame.
    pub chrome: Chrome,
    /// "38 things, 35 can be ordered now".
    pub sub: String,
    /// What is searched for.
    pub q: String,
    /// Which filter is on, sent along with a search.
    pub show: String,
    /// Filters.
    pub chips: Vec<Chip>,
    /// The items.
    pub rows: Vec<ItemRow>,
    /// Nothing was ever added (not just nothing found).
    pub empty: bool,
    /// Address of the next page; empty at the end.
    pub next: String,
}

/// A line of the catalogue.
#[derive(Debug, Clone, Default)]
pub struct ItemRow {
    /// Its id.
    pub id: String,
    /// Where it leads.
    pub url: String,
    /// What it is called.
    pub name: String,
    /// The owner's code.
    pub sku: String,
    /// "Soups".
    pub category: String,
    /// "₦1,900".
    pub price: String,
    /// "64 left", or empty when it is not counted.
    pub stock: String,
    /// Offered.
    pub available: bool,
    /// Worth a look: "3 left", "Sold out".
    pub pill: Option<Pill>,
    /// Its photo; empty for none.
    pub photo_url: String,
}

/// `/app/catalogue/new` and `/app/catalogue/ID`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/item.html")]
pub struct ItemPage {
    /// The frame.
    pub chrome: Chrome,
    /// The form.
    pub form: ItemForm,
    /// What is wrong.
    pub errors: Errors,
    /// The names of categories in use, to choose from.
    pub categories: Vec<String>,
}

/// An item as it is typed.
#[derive(Debug, Clone, Default)]
pub struct ItemForm {
    /// Its id; empty for a new one.
    pub id: String,
    /// Where the form posts to.
    pub action: String,
    /// What it is called.
    pub name: String,
    /// The owner's code.
    pub sku: String,
    /// Other words customers use, with commas between.
    pub aliases: String,
    /// One or two sentences.
    pub description: String,
    /// "Soups".
    pub category: String,
    /// "1,900".
    pub price: String,
    /// The currency's sign.
    pub sign: String,
    /// "plate".
    pub unit: String,
    /// How many are left; empty when not counted.
    pub stock: String,
    /// Offered.
    pub available: bool,
    /// How many were left when the form was shown: what nobody changed is not set.
    pub stock_shown: String,
    /// Whether it was offered then.
    pub available_shown: bool,
    /// Questions about it, and one empty one more.
    pub options: Vec<OptionForm>,
    /// Its photo; empty for none.
    pub photo_url: String,
    /// So that saving twice saves once.
    pub key: String,
}

/// A question about an item, as it is typed.
#[derive(Debug, Clone, Default)]
pub struct OptionForm {
    /// Its place, from 0: fields are `option_0_name`, `option_0_choices`, `option_0_required`, `option_0_many`.
    pub index: usize,
    /// "Size".
    pub name: String,
    /// One choice a line: "Large +500".
    pub choices: String,
    /// Must be answered.
    pub required: bool,
    /// More than one may be chosen.
    pub many: bool,
}
