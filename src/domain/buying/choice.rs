//! Comparing offers: what each comes to at our door, how it scores by the owner's taste, and whether buying from several is cheaper.

use super::need::Item;
use super::offer::{Carriage, Offer};
use super::taste::{FEATURES, Taste};
use crate::domain::id::Id;
use crate::domain::time::{DAY_MS, Time};
use serde::{Deserialize, Serialize};

/// What is known of an offer's seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    /// The vendor.
    pub vendor_id: Id,
    /// The talk the offer comes from.
    pub call_id: Id,
    /// The quote's row.
    pub quote_id: Id,
    /// The name.
    pub name: String,
    /// Of 100.
    pub quality: Option<i64>,
    /// Of 100.
    pub reliability: Option<i64>,
    /// How many certificates.
    pub certifications: usize,
    /// Kilometres.
    pub distance_km: Option<i64>,
}

/// One offer in the comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Whose.
    pub seller: Seller,
    /// The offer.
    pub offer: Offer,
    /// What it comes to, delivered.
    pub total_minor: i64,
    /// Of that, delivery.
    pub carriage_minor: i64,
    /// Which things it has, with what each costs.
    pub items: Vec<(usize, i64)>,
    /// It has everything that is needed.
    pub complete: bool,
    /// It would come after the deadline.
    pub late: bool,
    /// It costs more than the owner allows.
    pub too_dear: bool,
    /// Its price is no longer valid.
    pub expired: bool,
    /// 0 (worst) to 100, by [`FEATURES`].
    pub features: [f64; FEATURES.len()],
    /// The score of 100 by the owner's taste.
    pub score: f64,
}

/// One part of a way to buy: a seller and what comes from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The seller.
    pub seller: Seller,
    /// The things, by place, with what each costs.
    pub items: Vec<(usize, i64)>,
    /// Delivery.
    pub carriage_minor: i64,
    /// Both.
    pub total_minor: i64,
}

/// A way to buy everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// From one seller, or several.
    pub shares: Vec<Share>,
    /// What it comes to.
    pub total_minor: i64,
    /// Why this one, in one sentence.
    pub why: String,
}

/// Offers in order of score, the best way to buy, and what speaks against it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Comparison {
    /// The offers, best first.
    pub candidates: Vec<Candidate>,
    /// What is proposed; none when nothing fits.
    pub plan: Option<Plan>,
    /// What it would take from the best single seller, when the plan is split.
    pub single_minor: Option<i64>,
}

/// What the comparison goes by.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// What is needed.
    pub items: &'a [Item],
    /// Until when.
    pub deadline: Option<Time>,
    /// At most.
    pub ceiling_minor: Option<i64>,
    /// Now.
    pub now: Time,
}

/// Offers looked at when splits are tried.
const SPLIT_SELLERS: usize = 6;
/// Ways to split that are tried at most.
const SPLIT_WAYS: usize = 50_000;

/// Compares offers.
pub fn compare(offers: Vec<(Seller, Offer)>, rules: Rules<'_>, taste: &Taste) -> Comparison {
    let mut all: Vec<Candidate> = offers.into_iter().filter_map(|(s, o)| candidate(s, o, rules)).collect();
    let cheapest = all.iter().filter(|c| c.complete).map(|c| c.total_minor).min();
    for c in &mut all {
        c.features = features(c, cheapest);
        c.score = taste.score(&c.features);
        if c.late {
            c.score /= 2.0;
        }
    }
    all.sort_by(|a, b| {
        let rank = |c: &Candidate| (c.expired, c.too_dear, !c.complete);
        rank(a)
            .cmp(&rank(b))
            .then(b.score.total_cmp(&a.score))
            .then(a.total_minor.cmp(&b.total_minor))
            .then(a.seller.name.cmp(&b.seller.name))
    });
    let single = all.iter().find(|c| c.complete && !c.too_dear && !c.expired);
    let split = split(&all, rules);
    let plan = match (single, split) {
        // Two deliveries are more trouble: a split must save a twentieth.
        (Some(one), Some(parts)) if parts.total_minor > one.total_minor - one.total_minor / 20 => Some(whole(one, &all)),
        (_, Some(parts)) => Some(parts),
        (Some(one), None) => Some(whole(one, &all)),
        (None, None) => None,
    };
    let single_minor = single.map(|c| c.total_minor);
    Comparison { plan, single_minor, candidates: all }
}

fn candidate(seller: Seller, offer: Offer, rules: Rules<'_>) -> Option<Candidate> {
    let landed = offer.landed(rules.items)?;
    let late = match (rules.deadline, offer.lead_days) {
        (Some(by), Some(days)) => rules.now.plus_ms(days.saturating_mul(DAY_MS)) > by.plus_ms(DAY_MS / 2),
        _ => false,
    };
    Some(Candidate {
        complete: landed.items.len() == rules.items.len(),
        late,
        too_dear: rules.ceiling_minor.is_some_and(|c| landed.total_minor > c),
        expired: offer.valid_until.is_some_and(|v| v <= rules.now),
        total_minor: landed.total_minor,
        carriage_minor: landed.carriage_minor,
        items: landed.items,
        features: [0.0; FEATURES.len()],
        score: 0.0,
        seller,
        offer,
    })
}

/// Each of [`FEATURES`] from 0 to 100; what is unknown is in the middle.
#[expect(clippy::cast_precision_loss, reason = "scores, not money: sums of orders are far below 2^52")]
fn features(c: &Candidate, cheapest: Option<i64>) -> [f64; FEATURES.len()] {
    let price = match cheapest {
        Some(best) if c.total_minor > 0 => (200.0 - 100.0 * c.total_minor as f64 / best.max(1) as f64).clamp(0.0, 100.0),
        _ => 50.0,
    };
    let lead = c.offer.lead_days.map_or(50.0, |d| (100.0 - 12.0 * d as f64).clamp(0.0, 100.0));
    let of = |v: Option<i64>| v.map_or(50.0, |n| n as f64);
    let certified = (c.seller.certifications.min(3) as f64) * 100.0 / 3.0;
    let near = c.seller.distance_km.map_or(50.0, |d| 100.0 / (1.0 + d as f64 / 25.0));
    [price, lead, of(c.seller.quality), of(c.seller.reliability), certified, near]
}

fn whole(c: &Candidate, all: &[Candidate]) -> Plan {
    let share = Share { seller: c.seller.clone(), items: c.items.clone(), carriage_minor: c.carriage_minor, total_minor: c.total_minor };
    Plan { total_minor: c.total_minor, why: why(c, all), shares: vec![share] }
}

fn why(c: &Candidate, all: &[Candidate]) -> String {
    let others: Vec<&Candidate> = all.iter().filter(|o| o.seller.vendor_id != c.seller.vendor_id && o.complete).collect();
    let mut out = Vec::new();
    if others.iter().all(|o| o.total_minor >= c.total_minor) {
        out.push("lowest price all in");
    }
    if c.offer.lead_days.is_some() && others.iter().all(|o| o.offer.lead_days.is_none_or(|d| Some(d) >= c.offer.lead_days)) && !c.late {
        out.push("here first");
    }
    if c.seller.reliability.is_some_and(|r| others.iter().all(|o| o.seller.reliability.unwrap_or(50) <= r)) {
        out.push("most reliable");
    }
    if c.seller.quality.is_some_and(|q| others.iter().all(|o| o.seller.quality.unwrap_or(50) <= q)) {
        out.push("best quality");
    }
    match (out.is_empty(), others.is_empty()) {
        (_, true) => "The only complete offer.".into(),
        (true, _) => "The best of all together, by your weights.".into(),
        (false, _) => format!("{}.", crate::domain::buying::choice::sentence(&out)),
    }
}

fn sentence(parts: &[&str]) -> String {
    let joined = parts.join(", ");
    let mut chars = joined.chars();
    chars.next().map(|c| c.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

/// The cheapest way to buy each thing from somebody, where it takes at least two sellers. Packages are not split.
fn split(all: &[Candidate], rules: Rules<'_>) -> Option<Plan> {
    let usable: Vec<&Candidate> = all
        .iter()
        .filter(|c| !c.expired && !c.late && (c.offer.package_minor.is_none() || rules.items.len() == 1))
        .take(SPLIT_SELLERS)
        .collect();
    let n = rules.items.len();
    if n < 2 || usable.len() < 2 || usable.len().checked_pow(u32::try_from(n).ok()?).is_none_or(|ways| ways > SPLIT_WAYS) {
        return None;
    }
    let mut best: Option<(i64, Vec<usize>)> = None;
    let mut pick = vec![0usize; n];
    loop {
        if let Some(total) = price_of(&pick, &usable)
            && best.as_ref().is_none_or(|(b, _)| total < *b)
        {
            best = Some((total, pick.clone()));
        }
        if !advance(&mut pick, usable.len()) {
            break;
        }
    }
    let (total_minor, pick) = best?;
    let within = rules.ceiling_minor.is_none_or(|c| total_minor <= c);
    let mut sellers: Vec<usize> = pick.clone();
    sellers.sort_unstable();
    sellers.dedup();
    if sellers.len() < 2 || !within {
        return None;
    }
    let shares: Vec<Share> = sellers.iter().filter_map(|s| share_of(*s, &pick, usable.get(*s)?)).collect();
    Some(Plan { shares, total_minor, why: "Cheaper from several sellers, delivery counted.".into() })
}

fn advance(pick: &mut [usize], base: usize) -> bool {
    for p in pick.iter_mut() {
        *p += 1;
        if *p < base {
            return true;
        }
        *p = 0;
    }
    false
}

fn cost(c: &Candidate, item: usize) -> Option<i64> {
    c.items.iter().find(|(n, _)| *n == item).map(|(_, m)| *m)
}

fn price_of(pick: &[usize], usable: &[&Candidate]) -> Option<i64> {
    let mut total = 0i64;
    for (item, s) in pick.iter().enumerate() {
        total = total.checked_add(cost(usable.get(*s)?, item)?)?;
    }
    for (s, c) in usable.iter().enumerate() {
        if pick.contains(&s) {
            total = total.checked_add(c.carriage_minor)?;
        }
    }
    Some(total)
}

fn share_of(s: usize, pick: &[usize], c: &Candidate) -> Option<Share> {
    let items: Vec<(usize, i64)> = pick.iter().enumerate().filter(|(_, p)| **p == s).filter_map(|(i, _)| Some((i, cost(c, i)?))).collect();
    let goods: i64 = items.iter().map(|(_, m)| *m).try_fold(0i64, i64::checked_add)?;
    let total_minor = goods.checked_add(c.carriage_minor)?;
    Some(Share { seller: c.seller.clone(), items, carriage_minor: c.carriage_minor, total_minor })
}

/// "free", "collect", "unknown", or nothing when there is a fee to show.
pub fn carriage_words(c: Carriage) -> Option<&'static str> {
    match c {
        Carriage::Free => Some("included"),
        Carriage::Collect => Some("to collect"),
        Carriage::Unknown => Some("not said"),
        Carriage::Fee(_) => None,
    }
}

#[cfg(test)]
#[path = "choice_tests.rs"]
mod tests;
