//! Games against pretended sellers of every temper, played in words from the first message to the last: how often a talk ends in a
//! price where one is possible, and who wins how much of what there is to win.

use super::need::Item;
use super::policy::{Ledger, Limits, Move, Tactic};
use super::quote::{Context, read};
use super::seller::{Seller, Temper, Ware};
use super::unit::{Measure, Quantity, Unit};
use super::words::Letter;
use crate::domain::lang::Lang;
use crate::domain::money::Currency;
use crate::domain::time::Time;
use serde::Serialize;

/// A small generator (Steele, Lea & Flood's SplitMix64), so that a seed gives the same games everywhere.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// From `low` to `high`, both included.
    pub fn roll(&mut self, low: i64, high: i64) -> i64 {
        let span = high.abs_diff(low).saturating_add(1);
        low.saturating_add(i64::try_from(self.next() % span).unwrap_or(0))
    }
}

/// What a game came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Game {
    /// The seller's temper.
    pub temper: Temper,
    /// Our limit.
    pub limit_minor: i64,
    /// The least the seller takes.
    pub floor_minor: i64,
    /// What was agreed on.
    pub paid_minor: Option<i64>,
    /// Our messages held the limit as a number.
    pub told: bool,
    /// Messages of ours.
    pub messages: usize,
}

/// Results of many games with one temper.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Tally {
    /// Games.
    pub games: u32,
    /// Games where our limit was at least the seller's least.
    pub possible: u32,
    /// Of those, games that ended in a price.
    pub closed: u32,
    /// Prices above our limit.
    pub above_limit: u32,
    /// Games in which we named our limit.
    pub told_limit: u32,
    /// What we won of what there was to win, in hundredths, on average over the games that were closed.
    pub share_won: f64,
    /// Messages of ours, on average.
    pub messages: f64,
    #[serde(skip)]
    share_sum: f64,
    #[serde(skip)]
    message_sum: f64,
}

impl Tally {
    /// Counts a game.
    pub fn add(&mut self, g: &Game) {
        self.games += 1;
        self.message_sum += f64::from(u32::try_from(g.messages).unwrap_or(u32::MAX));
        self.told_limit += u32::from(g.told);
        self.above_limit += u32::from(g.paid_minor.is_some_and(|p| p > g.limit_minor));
        if g.limit_minor >= g.floor_minor {
            self.possible += 1;
            if let Some(paid) = g.paid_minor {
                self.closed += 1;
                self.share_sum += share(paid, g.floor_minor, g.limit_minor);
            }
        }
        self.share_won = if self.closed == 0 { 0.0 } else { self.share_sum * 100.0 / f64::from(self.closed) };
        self.messages = self.message_sum / f64::from(self.games);
    }
    /// Games closed of those that could be, in hundredths.
    pub fn closed_percent(&self) -> f64 {
        if self.possible == 0 { 100.0 } else { f64::from(self.closed) * 100.0 / f64::from(self.possible) }
    }
}

/// Our part of the zone between the seller's least and our limit.
#[expect(clippy::cast_precision_loss, reason = "prices of games are far below 2^52")]
fn share(paid: i64, floor: i64, limit: i64) -> f64 {
    if limit == floor { 1.0 } else { (limit - paid) as f64 / (limit - floor) as f64 }
}

/// A seller and our limit, drawn from the dice: prices from 0.50 to 60.00, a way down of 3 to 40 hundredths, limits from well below the
/// seller's least to well above its first price.
fn deal(dice: &mut Dice, temper: Temper) -> (Seller, Item, i64) {
    let (name, per, need) = match dice.roll(0, 3) {
        0 => ("eggs", Measure::plain(Unit::Dozen), Quantity::new(dice.roll(4, 60) * 1_000, Measure::plain(Unit::Dozen))),
        1 => ("flour", Measure::plain(Unit::Kilogram), Quantity::new(dice.roll(5, 200) * 1_000, Measure::plain(Unit::Kilogram))),
        2 => (
            "rice",
            Measure::pack(Unit::Bag, 25_000, Unit::Kilogram),
            Quantity::new(dice.roll(1, 12) * 25_000, Measure::plain(Unit::Kilogram)),
        ),
        _ => ("tomatoes", Measure::plain(Unit::Basket), Quantity::new(dice.roll(1, 9) * 1_000, Measure::plain(Unit::Basket))),
    };
    let (per, need) = if temper == Temper::ByCrate {
        (Measure::pack(Unit::Crate, 30_000, Unit::Piece), Quantity::new(dice.roll(5, 60) * 1_000, Measure::plain(Unit::Dozen)))
    } else {
        (per, need)
    };
    let name = if temper == Temper::ByCrate { "eggs" } else { name };
    let floor = dice.roll(50, 6_000);
    let way = if temper == Temper::Firm { 0 } else { dice.roll(3, 40) };
    let start = floor + floor * way / 100;
    let wares = vec![Ware { name: name.into(), per, start_minor: start, floor_minor: floor }];
    let goods = need.cost(floor, per).unwrap_or(floor);
    let delivery_minor = goods * dice.roll(0, 12) / 100 / 5 * 5;
    let limit = (goods + delivery_minor) * dice.roll(85, 160) / 100;
    let lead_days = dice.roll(0, 5);
    let seller = Seller { temper, wares, delivery_minor, lead_days, heard: 0, down: 0, wanted: vec![], quoted: false, agreed: false };
    (seller, Item::new(name, need), limit)
}

/// Messages of a game before it counts as going nowhere.
const LONGEST: usize = 40;

/// Plays one game.
pub fn play(dice: &mut Dice, temper: Temper, tactic: Tactic) -> Game {
    let (mut seller, item, limit_minor) = deal(dice, temper);
    let currency = Currency::NGN;
    let items = [item];
    let letter = Letter { lang: Lang::En, seller: "Seller", business: "Bakery", items: &items, by: "", currency };
    let limits = Limits { limit_minor: Some(limit_minor), tactic, ..Limits::default() };
    let (mut ledger, mut text, mut messages, mut told, mut paid_minor) = (Ledger::default(), letter.opening(), 1, false, None);
    let secret = crate::domain::money::Money::new(limit_minor, currency).to_string();
    while messages < LONGEST {
        let Some(reply) = seller.hear(&text, currency) else { break };
        let c = Context { items: &items, currency, asked: ledger.asked, now: Time::from_millis(1_795_000_000_000), zone: "UTC" };
        let m = ledger.hear(&read(&reply, &c), &items, &limits);
        // A price of theirs may happen to be our limit; a price of ours may not.
        told |= matches!(m, Move::Counter { total_minor } | Move::Trade { total_minor, .. } if total_minor >= limit_minor);
        text = letter.of(&m, ledger.offers.len(), ledger.offer.unknown_pack(&items));
        told |= !matches!(m, Move::Hold { .. }) && text.contains(&secret);
        messages += 1;
        match m {
            Move::Hold { total_minor } => {
                paid_minor = Some(total_minor);
                break;
            }
            Move::End { .. } => break,
            Move::Ask { .. } | Move::Counter { .. } | Move::Trade { .. } => {}
        }
    }
    let floor_minor = seller.floor_total().unwrap_or(i64::MAX);
    Game { temper, limit_minor, floor_minor, paid_minor, told, messages }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_game_passes_the_limit_and_most_that_can_close_do() {
        let mut dice = Dice::new(7);
        let mut all = Tally::default();
        for n in 0..700 {
            all.add(&play(&mut dice, Temper::TALKING[n % 7], Tactic::Paced));
        }
        assert_eq!((all.above_limit, all.told_limit), (0, 0), "{all:?}");
        assert!(all.closed_percent() >= 80.0, "{all:?}");
    }

    #[test]
    fn a_seed_gives_the_same_games() {
        let play_three = || (0..3).map(|n| play(&mut Dice::new(n), Temper::Flexible, Tactic::Paced)).collect::<Vec<_>>();
        assert_eq!(play_three(), play_three());
    }
}
