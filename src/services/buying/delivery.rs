//! What came, and what to buy again.

use crate::domain::buying::choice::Share;
use crate::domain::buying::delivery::{Came, Checked, scores};
use crate::domain::buying::need::Need;
use crate::domain::buying::purchase::{Purchase, Status};
use crate::domain::buying::reorder::{DAYS_BACK, Stocked, Suggestion, suggest};
use crate::domain::buying::vendor::Vendor;
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::text::clip;
use crate::domain::time::DAY_MS;
use crate::services::buying::purchase::{moved, without};
use crate::services::buying::vendor_chat;
use crate::store::buying::{purchase as rows, vendor};
use crate::store::tx::{Read, Tx};
use crate::store::{house, shop};

/// Deliveries that count for a vendor's scores.
const COUNTED: u32 = 20;
/// The longest word on what was wrong.
const NOTE_CHARS: usize = 500;

/// A delivery as it is told by whoever took it in.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Place of a thing in the list of what is needed, and thousandths of its measure that came; empty where nobody counted.
    pub received: Vec<(usize, i64)>,
    /// Whether all of it came; needed where nobody counted, and else told by the counts.
    pub complete: Option<bool>,
    /// It came in time.
    pub in_time: bool,
    /// How good it was, 1 to 5.
    pub stars: i64,
    /// What was wrong; may be empty.
    pub note: String,
}

/// More than so many times what was ordered is a slip of the finger.
const TIMES: i64 = 10;

impl Report {
    /// The delivery against what was ordered of this vendor: things by place.
    fn against(&self, need: &Need, ordered: &[usize]) -> Result<Checked> {
        let mut came = Vec::new();
        for (n, item) in ordered.iter().filter_map(|n| Some((*n, need.items.get(*n)?))) {
            let thousandths = match self.received.iter().find(|(place, _)| *place == n) {
                Some((_, got)) => *got,
                None if self.received.is_empty() && self.complete == Some(true) => item.quantity.thousandths,
                None if self.received.is_empty() => continue,
                None => return Err(Error::field("received", format!("Say how much of the {} came.", item.name))),
            };
            if thousandths < 0 || thousandths / TIMES > item.quantity.thousandths {
                let words = item.quantity.words();
                return Err(Error::field("received", format!("{words} of {} were ordered. Check how much came.", item.name)));
            }
            came.push(Came::of(item, thousandths));
        }
        if self.received.iter().any(|(n, _)| !ordered.contains(n)) {
            return Err(Error::field("received", "This vendor was not to bring that."));
        }
        if came.is_empty() && self.complete.is_none() {
            return Err(Error::field("received", "Say how much came, or whether all of it did."));
        }
        let nothing = !came.is_empty() && came.iter().all(|c| c.received.thousandths == 0);
        if !nothing && !(1..=5).contains(&self.stars) {
            return Err(Error::field("stars", "How good it was is a number from 1 to 5."));
        }
        let stars = if nothing { 0 } else { self.stars };
        let note = clip(&self.note, NOTE_CHARS);
        if came.is_empty() {
            return Ok(Checked { complete: self.complete == Some(true), in_time: self.in_time, stars, note, came });
        }
        Ok(Checked::counted(came, self.in_time, stars, note))
    }
}

/// Somebody checked what a vendor brought; it makes the vendor's scores. What is missing stays on the purchase for the owner to see.
pub fn check(tx: &mut Tx<'_>, purchase: Id, vendor_id: Id, report: &Report) -> Result<Purchase> {
    let p = rows::find_purchase(tx, purchase)?;
    if !matches!(p.status, Status::Confirmed | Status::Delivered) {
        return Err(Error::conflict(format!("Purchase {} is {}; no delivery can be checked.", p.number, p.status.title().to_lowercase())));
    }
    let shares: Vec<Share> = p.comparison.iter().filter_map(|c| c.plan.as_ref()).flat_map(|plan| plan.shares.clone()).collect();
    let Some(share) = shares.iter().find(|s| s.seller.vendor_id == vendor_id) else {
        return Err(Error::not_found("vendor in this purchase"));
    };
    let places: Vec<usize> = share.items.iter().map(|(n, _)| *n).collect();
    let checked = report.against(&p.need, &places)?;
    if !vendor::insert_delivery(tx, purchase, vendor_id, &checked)? {
        return Err(Error::conflict("This delivery was checked already."));
    }
    if let Ok(v) = vendor::find_vendor(tx, vendor_id)
        && let Some((quality, reliability)) = scores(&vendor::list_deliveries(tx, vendor_id, COUNTED)?)
    {
        vendor::upsert_vendor(tx, &Vendor { quality: quality.or(v.quality), reliability: Some(reliability), ..v })?;
    }
    let done: Vec<Id> = vendor::list_delivered(tx, purchase)?.into_iter().map(|(v, _)| v).collect();
    let status = if shares.iter().all(|s| done.contains(&s.seller.vendor_id)) { Status::Delivered } else { p.status };
    let missing = checked.missing();
    let short = if missing.is_empty() { String::new() } else { format!("{} did not bring {missing}.", share.seller.name) };
    // Whoever brought something was told.
    let before = without(&p.problem, &vendor_chat::untold_words(&share.seller.name));
    let problem = [before.as_str(), short.as_str()].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ");
    let p = Purchase { status, problem, ..p };
    moved(tx, &p)?;
    Ok(p)
}

/// What runs out soon, from stock and what was sold lately.
pub fn suggestions(tx: &Read<'_>) -> Result<Vec<Suggestion>> {
    let sold = shop::order::sum_sold_since(tx, tx.now.plus_ms(-DAYS_BACK * DAY_MS))?;
    let items = house::item::find_menu(tx, None)?.items;
    let all: Vec<Stocked> = items
        .into_iter()
        .filter_map(|i| {
            let gone = sold.iter().find(|(id, _)| *id == i.id).map_or(0, |(_, n)| *n);
            i.stock.map(|left| Stocked { name: i.name, unit: i.unit, left, gone })
        })
        .collect();
    Ok(suggest(&all))
}
