//! The shops and conversations of the evaluation, as they stand in `data/evals`.

use crate::domain::error::{Error, Result};
use crate::domain::house::briefing::Menu;
use crate::domain::house::business::{Profile, Template};
use crate::domain::house::hours::Hours;
use crate::domain::house::item::{Item, OptionChoice, OptionGroup};
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::reception::policy::Policy;
use crate::domain::reception::resource::{Resource, ResourceKind};
use crate::domain::reception::slots::Bookable;
use crate::domain::reception::tool::Ask;
use crate::domain::shop::order::Status;
use serde::Deserialize;

/// A kind of business with its menu.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shop {
    /// Its name.
    pub name: String,
    #[serde(default = "yes")]
    pickup: bool,
    #[serde(default = "yes")]
    delivery: bool,
    #[serde(default)]
    delivery_fee: i64,
    #[serde(default)]
    address: String,
    #[serde(default)]
    payment: String,
    #[serde(default)]
    owner: String,
    open: [u16; 2],
    #[serde(default)]
    closed: Vec<usize>,
    #[serde(default)]
    time_zone: Option<String>,
    #[serde(default)]
    policy: Policy,
    #[serde(default)]
    resources: Vec<Lent>,
    /// Its kind: then words are read by the examples that kind begins with.
    #[serde(default)]
    pub template: Option<Template>,
    items: Vec<Thing>,
}

/// Something that can be booked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lent {
    name: String,
    kind: ResourceKind,
    seats: i64,
    #[serde(default = "one")]
    units: i64,
    #[serde(default)]
    combines: bool,
    #[serde(default = "usual")]
    minutes: i64,
}

fn one() -> i64 {
    1
}

fn usual() -> i64 {
    90
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thing {
    name: String,
    price: i64,
    #[serde(default)]
    category: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    unit: String,
    stock: Option<i64>,
    #[serde(default = "yes")]
    available: bool,
    #[serde(default)]
    options: Vec<Group>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    name: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    many: bool,
    choices: Vec<(String, i64)>,
}

fn yes() -> bool {
    true
}

/// A file of conversations.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Talks {
    /// The conversations.
    pub talk: Vec<Talk>,
}

/// One conversation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Talk {
    /// What it is about.
    pub name: String,
    /// When it happens, RFC 3339; a Thursday noon when left out.
    pub now: Option<String>,
    /// The customer has written before.
    #[serde(default)]
    pub returning: bool,
    /// The customer's name.
    #[serde(default)]
    pub contact: String,
    /// Orders that are open when it begins.
    #[serde(default)]
    pub orders: Vec<Open>,
    /// Times that others have taken before it begins.
    #[serde(default)]
    pub full: Vec<Ask>,
    /// Why it is known to fail; empty when it must pass.
    #[serde(default)]
    pub known_failure: String,
    /// What is said and what must come of it.
    pub turn: Vec<Turn>,
}

/// An open order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// Its number.
    pub number: i64,
    /// Where it stands.
    pub status: Status,
    /// Its total in whole units.
    pub total: i64,
    /// What was ordered.
    pub summary: String,
}

/// One turn: what the customer says and what must be true after the reply. What is left out is not looked at.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// The customer's texts.
    pub say: Vec<String>,
    /// The basket, line by line in any order, as `Line::words` says it.
    pub basket: Option<Vec<String>>,
    /// The basket of the order that this turn places.
    pub placed: Option<Vec<String>>,
    /// "pickup" or "delivery", of the basket or of the order just placed.
    pub fulfilment: Option<String>,
    /// The address, likewise.
    pub address: Option<String>,
    /// What is noted for the order as a whole, likewise.
    pub note: Option<String>,
    /// The order this turn cancels.
    pub cancelled: Option<i64>,
    /// The order this turn reports as paid.
    pub paid: Option<i64>,
    /// Bookings that stand after this turn: "table 2026-11-27 19:30 4 Ada", rooms with the day of leaving.
    pub booked: Option<Vec<String>>,
    /// How many wishes are on the waitlist after this turn.
    pub waiting: Option<usize>,
    /// Why this turn calls a person.
    pub person: Option<String>,
    /// Tools this turn must call.
    #[serde(default)]
    pub tools: Vec<String>,
    /// Tools this turn must not call.
    #[serde(default)]
    pub no_tools: Vec<String>,
    /// Texts the reply must hold, in any case of letters.
    #[serde(default)]
    pub says: Vec<String>,
    /// Texts it must not hold.
    #[serde(default)]
    pub never: Vec<String>,
    /// The language of the reply.
    pub language: Option<Lang>,
}

/// Reads a TOML text of the evaluation.
pub fn read<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|e| Error::invalid(format!("{name}: {e}")))
}

/// The n-th id of a fixture.
pub fn id(n: usize) -> Id {
    format!("01900000-0000-7000-8000-{n:012x}").parse().unwrap_or(Id::NIL)
}

impl Shop {
    /// What the owner set.
    pub fn profile(&self) -> Profile {
        Profile {
            pickup: self.pickup,
            delivery: self.delivery,
            delivery_fee_minor: self.delivery_fee * 100,
            address: self.address.clone(),
            payment_instructions: self.payment.clone(),
            owner_name: self.owner.clone(),
            hours: self.hours(),
            time_zone: self.time_zone.clone().unwrap_or_else(|| Profile::default().time_zone),
            ..Profile::default()
        }
    }
    fn hours(&self) -> Hours {
        let mut hours = Hours::daily(self.open[0] * 60, self.open[1] * 60);
        for day in &self.closed {
            if let Some(d) = hours.days.get_mut(*day) {
                d.clear();
            }
        }
        hours
    }
    /// What can be booked.
    pub fn desk(&self) -> Bookable {
        let lent = |(n, r): (usize, &Lent)| Resource {
            id: id(700_000 + n),
            name: r.name.clone(),
            kind: r.kind,
            seats_min: 1,
            seats_max: r.seats,
            units: r.units,
            area: String::new(),
            combines: r.combines,
            minutes: r.minutes,
            pause_min: 0,
            hours: None,
            active: true,
        };
        let p = self.profile();
        Bookable {
            policy: self.policy.clone(),
            resources: self.resources.iter().enumerate().map(lent).collect(),
            hours: p.hours,
            zone: p.time_zone,
        }
    }
    /// What is sold. `business` tells menus apart for those who keep something of them.
    pub fn menu(&self, business: usize) -> Menu {
        let items = self.items.iter().enumerate().map(|(n, t)| t.item(business * 1000 + n + 1)).collect();
        Menu { business: Some(id(900_000 + business)), version: 1, items }
    }
}

impl Thing {
    fn item(&self, n: usize) -> Item {
        let group = |g: &Group| OptionGroup {
            name: g.name.clone(),
            choices: g.choices.iter().map(|(name, p)| OptionChoice { name: name.clone(), price_minor: p * 100 }).collect(),
            required: g.required,
            many: g.many,
        };
        Item {
            id: id(n),
            sku: format!("S{n}"),
            name: self.name.clone(),
            aliases: self.aliases.clone(),
            description: self.description.clone(),
            category: self.category.clone(),
            price_minor: self.price * 100,
            unit: self.unit.clone(),
            stock: self.stock,
            available: self.available,
            options: self.options.iter().map(group).collect(),
            photo: None,
            attributes: serde_json::Value::Null,
        }
    }
}
