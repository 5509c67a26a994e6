//! The figures of a business over some days, put together from rows. Nothing is estimated.

use crate::domain::error::Result;
use crate::domain::house::insight::{AGES, Range, age_of, middle};
use crate::domain::id::Id;
use crate::store::house::insight as rows;
use crate::store::tx::Read;
use std::collections::HashMap;

/// First replies looked at; beyond that the middle does not move.
const REPLIES: u32 = 20_000;

/// An item that was sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sold {
    /// Its name when it was ordered last.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// For how much, in minor units.
    pub minor: i64,
}

/// Money.
#[derive(Debug, Clone)]
pub struct Sales {
    /// Money that came, a day each, in minor units, with the number of payments.
    pub days: Vec<(i64, i64)>,
    /// Given back.
    pub given_back_minor: i64,
    /// Orders made.
    pub orders: i64,
    /// Of those, given up or run out of time.
    pub given_up: i64,
    /// What sold best, by money.
    pub top: Vec<Sold>,
    /// Orders that wait for money now: how many and how much, in the order of [`AGES`].
    pub waiting: Vec<(i64, i64)>,
}

impl Sales {
    /// Money that came, in minor units.
    pub fn total_minor(&self) -> i64 {
        self.days.iter().map(|(m, _)| m).sum()
    }
    /// How many payments that was.
    pub fn payments(&self) -> i64 {
        self.days.iter().map(|(_, n)| n).sum()
    }
}

/// The money of some days; the `most` best sellers.
pub fn sales(tx: &Read<'_>, r: &Range, most: usize) -> Result<Sales> {
    let (from, to) = (r.from(), r.to);
    let mut days = vec![(0, 0); r.days.len()];
    for (at, minor) in rows::list_paid(tx, from, to)? {
        if let Some((m, n)) = r.day_of(at).and_then(|d| days.get_mut(d)) {
            *m += minor;
            *n += 1;
        }
    }
    let mut waiting = vec![(0, 0); AGES.len()];
    for (since, minor) in rows::list_unpaid(tx)? {
        if let Some((n, m)) = waiting.get_mut(age_of(tx.now.since_ms(since))) {
            *n += 1;
            *m += minor;
        }
    }
    let (orders, given_up) = rows::count_orders(tx, from, to)?;
    Ok(Sales { days, given_back_minor: rows::sum_given_back(tx, from, to)?, orders, given_up, top: top(tx, r, most)?, waiting })
}

fn top(tx: &Read<'_>, r: &Range, most: usize) -> Result<Vec<Sold>> {
    let mut all: HashMap<Id, Sold> = HashMap::new();
    rows::each_order_lines(tx, r.from(), r.to, |lines| {
        for l in lines {
            let of = all.entry(l.item_id).or_insert_with(|| Sold { name: String::new(), quantity: 0, minor: 0 });
            of.name.clone_from(&l.name);
            of.quantity += l.quantity;
            of.minor += l.total_minor()?;
        }
        Ok(())
    })?;
    let mut sold: Vec<Sold> = all.into_values().collect();
    sold.sort_by(|a, b| b.minor.cmp(&a.minor).then_with(|| a.name.cmp(&b.name)));
    sold.truncate(most);
    Ok(sold)
}

/// Conversations.
#[derive(Debug, Clone)]
pub struct Talk {
    /// Messages of customers, a day each.
    pub days: Vec<i64>,
    /// Conversations in which the customer wrote.
    pub conversations: i64,
    /// Those in which a person answered.
    pub with_person: i64,
    /// Those in which nobody answered yet although a person is asked for now.
    pub waiting: i64,
    /// Messages of customers.
    pub heard: i64,
    /// Messages of ours.
    pub said: i64,
    /// Half of the customers waited less for the first reply, in milliseconds; none when nobody was answered.
    pub first_reply_ms: Option<i64>,
    /// Conversations by channel.
    pub channels: Vec<(String, i64)>,
}

impl Talk {
    /// Conversations no person had to answer in, nor has to now.
    pub fn alone(&self) -> i64 {
        (self.conversations - self.with_person - self.waiting).max(0)
    }
}

/// The conversations of some days.
pub fn talk(tx: &Read<'_>, r: &Range) -> Result<Talk> {
    let (from, to) = (r.from(), r.to);
    let (conversations, with_person, heard, said) = rows::count_talk(tx, from, to)?;
    let mut days = vec![0; r.days.len()];
    for at in rows::list_heard(tx, from, to)? {
        if let Some(n) = r.day_of(at).and_then(|d| days.get_mut(d)) {
            *n += 1;
        }
    }
    let first_reply_ms = middle(rows::list_first_replies(tx, from, to, REPLIES)?);
    let waiting = rows::count_still_waiting(tx, from, to)?;
    Ok(Talk { days, conversations, with_person, waiting, heard, said, first_reply_ms, channels: rows::count_by_channel(tx, from, to)? })
}
