//! Every figure and text of the rows, gathered once and only when needed, each with where it is from: what a customer says makes no price.

use super::Facts;
use super::figures::{self, Figure, Sort};
use super::times;
use crate::domain::arabic::digits;
use crate::domain::house::briefing::Briefing;
use crate::domain::id::Id;
use crate::domain::reception::tool;
use crate::domain::shop::basket;
use crate::providers::llm::{Said, ToolResult};
use serde_json::Value;

/// How long ids are written.
const ID_CHARS: usize = 36;
/// Digits from which on a number may be one of an account.
const ACCOUNT: usize = 9;

/// Figures of one origin.
#[derive(Debug, Default)]
pub(super) struct Origin {
    pub(super) millis: Vec<i64>,
    /// Minutes of the day.
    pub(super) times: Vec<u16>,
    pub(super) text: String,
}

impl Origin {
    fn words(&mut self, text: &str) {
        let text = &*digits(text);
        self.text.push_str(text);
        self.text.push('\n');
        if text.bytes().any(|b| b.is_ascii_digit()) {
            times::known(text, &mut self.times);
            figures::values(text, |n| self.millis.push(n));
        }
    }
}

pub(super) struct Known {
    /// How many of the smallest coins make one of the currency.
    pub(super) coins: i64,
    /// The profile, baskets, orders, bookings, what tools found, what people of the business said and what the owner wrote.
    pub(super) rows: Origin,
    /// Prices of things and of their options.
    pub(super) menu: Vec<i64>,
    /// Counts and numbers in rows that are no money.
    pub(super) counts: Vec<i64>,
    /// Our own earlier words.
    pub(super) ours: Origin,
    /// The customer's words, and what only repeats them.
    pub(super) theirs: Origin,
    /// When doors open and close.
    pub(super) doors: Vec<u16>,
}

impl Known {
    pub(super) fn of(f: &Facts<'_>) -> Self {
        let b = f.briefing;
        let coins = 10i64.pow(b.profile.currency.exponent());
        let (rows, menu, counts) = (Origin::default(), Vec::with_capacity(128), Vec::with_capacity(64));
        let mut k = Self { coins, rows, menu, counts, ours: Origin::default(), theirs: Origin::default(), doors: Vec::new() };
        k.menu(b);
        k.rows(b);
        for at in f.reckoned {
            k.money(*at);
        }
        for r in f.results.iter().filter(|r| is_told(r)) {
            if r.call.name == "search_menu" {
                // What a search finds is on the menu: a price of one thing is none of another.
                let due = std::mem::take(&mut k.rows.millis);
                k.json("", &r.output);
                let found = std::mem::replace(&mut k.rows.millis, due);
                k.menu.extend(found);
            } else {
                k.json("", &r.output);
            }
        }
        f.new.iter().for_each(|t| k.theirs.words(t));
        for s in f.said {
            match s {
                Said::Customer { text } => k.theirs.words(text),
                Said::Steward { text } => k.ours.words(text),
                Said::Person { text, .. } => k.rows.words(text),
            }
        }
        k
    }

    fn menu(&mut self, b: &Briefing) {
        let coins = self.coins;
        let of = |minor: i64| minor.saturating_mul(1000) / coins;
        for item in &b.menu.items {
            self.menu.push(of(item.price_minor));
            self.counts.extend(item.stock.map(|s| s.saturating_mul(1000)));
            for c in item.options.iter().flat_map(|g| &g.choices) {
                self.menu.extend([of(c.price_minor), of(item.price_minor.saturating_add(c.price_minor))]);
                self.named(&c.name);
            }
            [&item.name, &item.unit].into_iter().for_each(|t| self.named(t));
            self.rows.words(&item.description);
        }
    }

    fn rows(&mut self, b: &Briefing) {
        self.money(b.profile.delivery_fee_minor);
        for line in &b.draft.lines {
            [line.each_minor().ok(), line.total_minor().ok()].into_iter().flatten().for_each(|m| self.money(m));
            self.counts.push(line.quantity.saturating_mul(1000));
            self.theirs.words(&line.words());
        }
        let sums = [b.draft.subtotal_minor().ok(), basket::total_minor(&b.draft, &b.profile).ok()];
        sums.into_iter().flatten().for_each(|m| self.money(m));
        for o in b.open_orders.iter().chain(&b.last_finished) {
            self.money(o.total_minor);
            self.counts.push(o.number.saturating_mul(1000));
            self.rows.words(&o.reference);
            // It holds the customer's own notes.
            self.theirs.words(&o.summary);
        }
        if let Some(desk) = &b.desk {
            b.bookings.iter().for_each(|x| self.json("", &tool::booking(desk, x)));
        }
        self.hours(b);
        b.facts.iter().for_each(|f| self.theirs.words(&f.text));
        if let Some(a) = &b.assistant {
            [&a.title, &a.greeting, &a.sign_off].into_iter().for_each(|t| self.rows.words(t));
        }
        for text in [&b.profile.payment_instructions, &b.profile.address, &b.profile.about, &b.business_name] {
            self.rows.words(text);
        }
        self.theirs.words(&b.draft.address);
    }

    /// A name: the 50 of "Coke 50cl" is no price.
    fn named(&mut self, name: &str) {
        self.rows.text.push_str(name);
        self.rows.text.push('\n');
        if name.bytes().any(|b| b.is_ascii_digit()) {
            figures::values(name, |n| self.counts.push(n));
        }
    }

    fn money(&mut self, minor: i64) {
        self.rows.millis.push(minor.saturating_mul(1000) / self.coins);
    }

    fn json(&mut self, key: &str, v: &Value) {
        match v {
            Value::Number(n) => self.counts.extend(n.as_i64().and_then(|n| n.checked_mul(1000))),
            // The digits of an id are nobody's price.
            Value::String(s) if s.len() == ID_CHARS && s.parse::<Id>().is_ok() => {}
            // What a customer wrote comes back from a tool as they wrote it.
            Value::String(s) if matches!(key, "note" | "name" | "address" | "summary" | "question") => self.theirs.words(s),
            Value::String(s) => self.rows.words(s),
            Value::Array(a) => a.iter().for_each(|v| self.json(key, v)),
            Value::Object(o) => o.iter().for_each(|(key, v)| match (key.as_str(), v.as_i64()) {
                // Told in the smallest coins, said in the currency.
                (key, Some(minor)) if key.ends_with("_minor") => self.money(minor),
                ("remembered" | "forgotten", _) => self.theirs.words(&v.to_string()),
                (key, _) => self.json(key, v),
            }),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Opening hours in the ways people write them: 08:00, 8, 20:00, 8 pm; and today's date.
    fn hours(&mut self, b: &Briefing) {
        let own = b.assistant.as_ref().and_then(|a| a.hours.as_ref());
        for span in b.profile.hours.days.iter().chain(own.iter().flat_map(|h| &h.days)).flatten() {
            for minute in [span.from, span.to] {
                self.doors.push(minute);
                let (h, m) = (i64::from(minute / 60), i64::from(minute % 60));
                let twelve = if h % 12 == 0 { 12 } else { h % 12 };
                self.counts.extend([h, m, twelve].map(|n| n * 1000));
            }
        }
        let now = b.now.in_zone(&b.profile.time_zone);
        self.counts.extend([i64::from(now.year()), i64::from(now.day()), i64::from(now.hour()), i64::from(now.minute())].map(|n| n * 1000));
    }

    /// Whether a figure stands anywhere at all.
    pub(super) fn has(&self, f: &Figure) -> bool {
        [&self.menu, &self.counts, &self.rows.millis, &self.ours.millis, &self.theirs.millis].into_iter().any(|known| f.is_in(known))
    }

    /// Whether a figure stands where one of its sort may come from. Amounts are looked at one by one elsewhere.
    pub(super) fn proves(&self, f: &Figure, of_money: bool) -> bool {
        let of_rows = f.is_in(&self.counts) || f.is_in(&self.rows.millis);
        match f.sort {
            Sort::Money => self.proves_amount(f.milli) || f.or.is_some_and(|o| self.proves_amount(o)),
            Sort::Stock | Sort::Percent => of_rows,
            Sort::Counted => of_rows || f.is_in(&self.theirs.millis) || f.is_in(&self.ours.millis),
            Sort::Bare if f.digits >= ACCOUNT && of_money => of_rows,
            Sort::Bare => of_rows || f.is_in(&self.menu) || f.is_in(&self.theirs.millis) || f.is_in(&self.ours.millis),
        }
    }

    /// Whether an amount is a price, stands in a row, or was said by us before without the customer saying it.
    fn proves_amount(&self, milli: i64) -> bool {
        self.menu.contains(&milli) || self.is_due(milli) || self.was_said(milli)
    }

    /// Whether an amount stands in a row that is no price of the menu.
    pub(super) fn is_due(&self, milli: i64) -> bool {
        self.rows.millis.contains(&milli)
    }

    /// Whether we said an amount, and not only after the customer.
    pub(super) fn was_said(&self, milli: i64) -> bool {
        self.ours.millis.contains(&milli) && !self.theirs.millis.contains(&milli)
    }

    /// A bare "at 7" may be no time at all ("at 7 Marina Road"), so any record of the number will do.
    pub(super) fn has_time(&self, t: &times::Stated) -> bool {
        let hour = i64::from(t.minute / 60) * 1000;
        let number = || [&self.counts, &self.rows.millis, &self.ours.millis, &self.theirs.millis].into_iter().any(|k| k.contains(&hour));
        let known = [&self.doors, &self.rows.times, &self.ours.times, &self.theirs.times];
        known.into_iter().flatten().any(|k| t.is(*k)) || !t.sure && number()
    }
}

/// Whether a result holds facts: what says that the arguments were wrong repeats them.
fn is_told(r: &ToolResult) -> bool {
    let error = r.output["error"].as_str().unwrap_or_default();
    r.ok || !(error.starts_with("The arguments are wrong") || error.starts_with("There is no tool"))
}
