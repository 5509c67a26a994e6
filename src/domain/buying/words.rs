//! What we write to sellers, from phrases: the words of a move and nothing else. Limits and other sellers' prices are not among the
//! things that can be put in.

use super::need::Item;
use super::offer::Question;
use super::policy::{End, Move, Trade};
use super::unit::Measure;
use crate::domain::lang::Lang;
use crate::domain::money::{Currency, Money};
use crate::domain::phrase::say;

/// To whom and about what we write.
#[derive(Debug, Clone)]
pub struct Letter<'a> {
    /// The seller's language.
    pub lang: Lang,
    /// The seller's name.
    pub seller: &'a str,
    /// Ours.
    pub business: &'a str,
    /// What is needed.
    pub items: &'a [Item],
    /// "Friday, 27 November"; empty for no deadline.
    pub by: &'a str,
    /// Our currency.
    pub currency: Currency,
}

impl Letter<'_> {
    /// "12 dozen eggs, 10 kg flour".
    pub fn list(&self) -> String {
        self.items.iter().map(Item::words).collect::<Vec<_>>().join(", ")
    }
    fn lines(&self) -> String {
        self.items.iter().map(|i| format!("• {}", i.words())).collect::<Vec<_>>().join("\n")
    }
    fn by_line(&self, key: &str) -> String {
        if self.by.is_empty() { String::new() } else { say(self.lang, key, &[("day", self.by)]) }
    }
    fn money(&self, minor: i64) -> String {
        Money::new(minor, self.currency).to_string()
    }
    /// The first message.
    pub fn opening(&self) -> String {
        let by = self.by_line("buy_open_by");
        say(self.lang, "buy_open", &[("seller", self.seller), ("business", self.business), ("list", &self.lines()), ("by", &by)])
    }
    /// The first words of a call by telephone: who calls, that it is a machine, that it is written down.
    pub fn phone_opening(&self) -> String {
        let by = self.by_line("buy_order_by");
        say(self.lang, "buy_phone_open", &[("seller", self.seller), ("business", self.business), ("list", &self.list()), ("by", &by)])
    }
    /// A reminder when nothing came.
    pub fn chase(&self) -> String {
        say(self.lang, "buy_chase", &[("seller", self.seller), ("business", self.business), ("list", &self.list())])
    }
    /// The words of a move. `round` varies them; `pack` is the pack whose content is asked.
    pub fn of(&self, m: &Move, round: usize, pack: Option<Measure>) -> String {
        let with = |key: &str, total: i64| say(self.lang, key, &[("total", &self.money(total))]);
        match m {
            Move::Ask { question: Question::Price } => say(self.lang, "buy_ask_price", &[("list", &self.list())]),
            Move::Ask { question: Question::Holds } => say(self.lang, "buy_ask_holds", &[("pack", pack.map_or("pack", |p| p.unit.name()))]),
            Move::Ask { question: Question::Carriage } => say(self.lang, "buy_ask_carriage", &[]),
            Move::Ask { question: Question::Lead } => say(self.lang, "buy_ask_lead", &[]),
            Move::Counter { total_minor } => with(COUNTERS.get(round % COUNTERS.len()).copied().unwrap_or("buy_counter_1"), *total_minor),
            Move::Trade { trade, total_minor } => with(
                match trade {
                    Trade::DeliveryIncluded => "buy_trade_delivery",
                    Trade::PayAtOnce => "buy_trade_pay",
                    Trade::Weekly => "buy_trade_weekly",
                },
                *total_minor,
            ),
            Move::Hold { total_minor } => with("buy_hold", *total_minor),
            Move::End { end: End::TooDear } => say(self.lang, "buy_end_dear", &[]),
            Move::End { .. } => say(self.lang, "buy_end", &[]),
        }
    }
    /// The order itself, after the owner's word.
    pub fn order(&self, list: &str, total_minor: i64, number: i64) -> String {
        let (by, total) = (self.by_line("buy_order_by"), self.money(total_minor));
        say(self.lang, "buy_order", &[("list", list), ("total", &total), ("by", &by), ("number", &number.to_string())])
    }
    /// Not this time.
    pub fn decline(&self) -> String {
        say(self.lang, "buy_decline", &[])
    }
    /// The order is given up.
    pub fn cancelled(&self, number: i64) -> String {
        say(self.lang, "buy_cancelled", &[("number", &number.to_string())])
    }
}

const COUNTERS: [&str; 3] = ["buy_counter_1", "buy_counter_2", "buy_counter_3"];
