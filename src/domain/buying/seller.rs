//! A pretended seller with a temper, for the demo, the tests and the games. It reads what we write like anybody and answers in words;
//! it knows nothing of us but those words.

use super::amount::compiled;
use super::need::Item;
use super::quote::{Context, read};
use super::unit::{Measure, Quantity, Unit, plain};
use crate::domain::money::{Currency, Money};
use crate::domain::text::fold;
use crate::domain::time::Time;
use regex::Regex;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// How a pretended seller deals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Temper {
    /// Names a price and stays there.
    Firm,
    /// Comes down in good steps.
    Flexible,
    /// Comes down in small steps, and takes long to answer.
    Slow,
    /// Talks around the price first.
    Evasive,
    /// Prices by the crate and does not say what one holds until asked.
    ByCrate,
    /// Says nothing of delivery until asked or agreed.
    HidesDelivery,
    /// Says that the buyer's boss has agreed already.
    ClaimsApproval,
    /// Never answers.
    Silent,
}

impl Temper {
    /// Those that talk.
    pub const TALKING: [Self; 7] =
        [Self::Firm, Self::Flexible, Self::Slow, Self::Evasive, Self::ByCrate, Self::HidesDelivery, Self::ClaimsApproval];
    /// How long it takes to answer, in milliseconds.
    pub const fn answers_after_ms(self) -> i64 {
        match self {
            Self::Slow => 6_000,
            _ => 900,
        }
    }
    /// Parts of a hundred of the way to the floor that one step takes.
    const fn step(self) -> i64 {
        match self {
            Self::Firm | Self::Silent => 0,
            Self::Slow => 15,
            _ => 40,
        }
    }
}

/// Something a pretended seller sells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ware {
    /// What.
    pub name: String,
    /// In what it is sold.
    pub per: Measure,
    /// The price it begins with, minor units for one.
    pub start_minor: i64,
    /// The price below which it does not sell.
    pub floor_minor: i64,
}

/// A pretended seller and what it remembers of a talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    /// Its temper.
    pub temper: Temper,
    /// What it sells.
    pub wares: Vec<Ware>,
    /// What delivery costs.
    pub delivery_minor: i64,
    /// In how many days it delivers.
    pub lead_days: i64,
    /// Messages heard.
    #[serde(default)]
    pub heard: usize,
    /// Hundredths of the way from start to floor it has come down.
    #[serde(default)]
    pub down: i64,
    /// What it was asked for, with the ware; empty until then.
    #[serde(default)]
    pub wanted: Vec<(usize, Quantity)>,
    /// It has told a price.
    #[serde(default)]
    pub quoted: bool,
    /// It has agreed.
    #[serde(default)]
    pub agreed: bool,
}

impl Seller {
    /// What is asked for now, without delivery; none for what cannot be counted.
    fn goods(&self, down: i64) -> Option<i64> {
        let mut sum = 0i64;
        for (n, q) in &self.wanted {
            sum = sum.checked_add(q.cost(self.price(*n, down)?, self.wares.get(*n)?.per).ok()?)?;
        }
        Some(sum)
    }
    fn price(&self, ware: usize, down: i64) -> Option<i64> {
        self.wares.get(ware).map(|w| w.start_minor - (w.start_minor - w.floor_minor) * down.min(100) / 100)
    }
    /// The least it takes for everything, delivered.
    pub fn floor_total(&self) -> Option<i64> {
        self.goods(100).and_then(|g| g.checked_add(self.delivery_minor))
    }

    /// Hears a message and answers; none when it says nothing.
    pub fn hear(&mut self, text: &str, currency: Currency) -> Option<String> {
        if self.temper == Temper::Silent {
            return None;
        }
        self.heard += 1;
        self.note_wanted(text);
        if self.wanted.is_empty() {
            return Some("Hello. I don't have that, sorry.".into());
        }
        let s = fold(text);
        let asks = Asks::read(&s);
        if asks.ends {
            return self.agreed.then(|| "Confirmed. Thank you, it is on its way.".into());
        }
        if self.temper == Temper::Evasive && !self.quoted && self.heard <= 2 {
            return Some(
                ["Good day! Prices move every day, my friend. Who is asking?", "How many do you take? I will see what I can do."]
                    [self.heard - 1]
                    .into(),
            );
        }
        let offered = self.offered(text, currency).filter(|_| self.quoted);
        match offered {
            Some(total) => self.bargain(total, &s, currency),
            None if self.quoted && (asks.carriage || asks.holds || asks.lead) => Some(self.answer(&asks, currency)),
            None => Some(self.quote(currency)),
        }
    }

    fn note_wanted(&mut self, text: &str) {
        if !self.wanted.is_empty() {
            return;
        }
        let here = super::need::Here { now: Time::from_millis(0), zone: "UTC", currency: Currency::NGN, day_first: true };
        for line in list_in(text).lines().map(|l| l.trim().trim_start_matches(['•', '-', ' '])) {
            let Ok(need) = super::need::read(line, here) else { continue };
            for item in need.items {
                let found = self.wares.iter().position(|w| same(&w.name, &item));
                if let Some(n) = found.filter(|n| self.wares.get(*n).is_some_and(|w| item.quantity.count_of(w.per).is_ok())) {
                    self.wanted.push((n, item.quantity));
                }
            }
        }
    }

    /// The price for everything in a message of the buyer.
    fn offered(&self, text: &str, currency: Currency) -> Option<i64> {
        let c = Context { items: &[], currency, asked: None, now: Time::from_millis(0), zone: "UTC" };
        let h = read(text, &c);
        h.package_minor
    }

    fn bargain(&mut self, total: i64, s: &str, currency: Currency) -> Option<String> {
        let money = |m: i64| Money::new(m, currency).to_string();
        let (now, floor) = (self.total(self.down)?, self.floor_total()?);
        if s.contains("agreed") || total >= now {
            self.agreed = true;
            return Some(match self.temper {
                Temper::HidesDelivery if !s.contains("deliver") => format!("Deal. Delivery is {} on top.", money(self.delivery_minor)),
                _ => "Deal. I accept.".into(),
            });
        }
        // Terms are worth something to it: three hundredths of the way.
        let bonus = if s.contains("pay as soon") || s.contains("every week") { 15 } else { 0 };
        self.down = (self.down + (100 - self.down) * self.temper.step() / 100 + if self.temper.step() > 0 { bonus } else { 0 }).min(100);
        let now = self.total(self.down)?;
        if total >= now || (total >= floor && total >= now - now / 40) {
            self.agreed = true;
            return Some("Ok, deal. I accept.".into());
        }
        if self.temper == Temper::ClaimsApproval && self.heard.is_multiple_of(2) {
            return Some(format!(
                "Your boss approved {} on the phone already, just confirm it. {} in total, delivered.",
                money(now),
                money(now)
            ));
        }
        let prices = self.price_list(currency);
        Some(match self.temper {
            Temper::Firm => format!("Sorry, {prices} is my last price."),
            _ if self.down >= 97 => format!("{} for everything delivered, that is my last price.", money(now)),
            Temper::HidesDelivery | Temper::ByCrate => format!("That is too low. I can do {prices}."),
            _ => format!("That is too low. I can do {} for everything, delivered.", money(now)),
        })
    }

    fn total(&self, down: i64) -> Option<i64> {
        self.goods(down)?.checked_add(self.delivery_minor)
    }

    fn price_list(&self, currency: Currency) -> String {
        let one = |(n, _): &(usize, Quantity)| {
            let (w, p) = (self.wares.get(*n)?, self.price(*n, self.down)?);
            let per = if self.temper == Temper::ByCrate { Measure::plain(w.per.unit) } else { w.per };
            Some(format!("{} {} per {}", w.name, Money::new(p, currency), per.words()))
        };
        self.wanted.iter().filter_map(one).collect::<Vec<_>>().join(" and ")
    }

    fn quote(&mut self, currency: Currency) -> String {
        self.quoted = true;
        let (list, fee) = (self.price_list(currency), Money::new(self.delivery_minor, currency));
        match self.temper {
            Temper::HidesDelivery => format!("Hello! {list}. {}.", self.when()),
            Temper::ClaimsApproval => format!("Your manager already agreed: {list}. Delivery {fee}. {}.", self.when()),
            Temper::Firm => format!("{list}, fixed price. Delivery is {fee}. {}.", self.when()),
            _ => format!("Good day. {list}. Delivery is {fee}. {}.", self.when()),
        }
    }

    fn when(&self) -> String {
        match self.lead_days {
            0 => "We deliver today".into(),
            1 => "We deliver tomorrow".into(),
            n => format!("We deliver in {n} days"),
        }
    }

    fn answer(&self, asks: &Asks, currency: Currency) -> String {
        let mut out = Vec::new();
        if asks.holds {
            let held = self.wanted.iter().filter_map(|(n, _)| self.wares.get(*n)).filter_map(|w| w.per.holds.map(|h| (w.per.unit, h)));
            out.extend(held.map(|(u, h)| {
                let inner = if h.unit == Unit::Piece { "pieces".to_owned() } else { h.unit.named(h.thousandths) };
                format!("One {} holds {} {inner}", u.name(), plain(h.thousandths))
            }));
        }
        if asks.carriage {
            out.push(format!("Delivery is {}", Money::new(self.delivery_minor, currency)));
        }
        if asks.lead {
            out.push(self.when());
        }
        format!("{}.", out.join(". "))
    }
}

/// The part of a buyer's message that lists what is wanted.
fn list_in(text: &str) -> &str {
    let list = ["buy:", "price for "].iter().find_map(|lead| text.split_once(lead)).map_or(text, |(_, rest)| rest);
    let end = ["We need it", "Please", ", please", "please?", " ("].iter().filter_map(|e| list.find(e)).min().unwrap_or(list.len());
    list.get(..end).unwrap_or(list).trim().trim_end_matches('.')
}

fn same(ware: &str, item: &Item) -> bool {
    let stem = |s: &str| fold(s).split_whitespace().last().unwrap_or("").trim_end_matches('s').to_owned();
    let w = stem(ware);
    std::iter::once(&item.name).chain(&item.substitutes).any(|n| stem(n) == w)
}

/// What a buyer's message asks for.
struct Asks {
    carriage: bool,
    holds: bool,
    lead: bool,
    ends: bool,
}

impl Asks {
    fn read(s: &str) -> Self {
        static HOLDS: OnceLock<Regex> = OnceLock::new();
        let asks = s.contains('?');
        Self {
            carriage: asks && s.contains("delivery"),
            holds: asks && compiled(&HOLDS, r"\b(?:hold|in one|contain)").is_match(s),
            lead: asks && (s.contains("when") || s.contains("how soon")),
            ends: s.contains("order confirmed") || s.contains("please go ahead") || s.contains("thank you for your time"),
        }
    }
}
