//! What came, and what to buy again.

use crate::domain::buying::delivery::{Checked, scores};
use crate::domain::buying::purchase::{Purchase, Status};
use crate::domain::buying::reorder::{DAYS_BACK, Stocked, Suggestion, suggest};
use crate::domain::buying::vendor::Vendor;
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::time::DAY_MS;
use crate::services::buying::purchase::moved;
use crate::store::buying::{purchase as rows, vendor};
use crate::store::tx::{Read, Tx};
use crate::store::{house, shop};

/// Deliveries that count for a vendor's scores.
const COUNTED: u32 = 20;

/// Somebody checked what a vendor brought; it makes the vendor's scores.
pub fn check(tx: &mut Tx<'_>, purchase: Id, vendor_id: Id, checked: &Checked) -> Result<Purchase> {
    let p = rows::find_purchase(tx, purchase)?;
    if !matches!(p.status, Status::Confirmed | Status::Delivered) {
        return Err(Error::conflict(format!("Purchase {} is {}; no delivery can be checked.", p.number, p.status.title().to_lowercase())));
    }
    if !(1..=5).contains(&checked.stars) {
        return Err(Error::field("stars", "How good it was is a number from 1 to 5."));
    }
    let ordered: Vec<Id> =
        p.comparison.iter().filter_map(|c| c.plan.as_ref()).flat_map(|plan| &plan.shares).map(|s| s.seller.vendor_id).collect();
    if !ordered.contains(&vendor_id) {
        return Err(Error::not_found("vendor in this purchase"));
    }
    if !vendor::insert_delivery(tx, purchase, vendor_id, checked)? {
        return Err(Error::conflict("This delivery was checked already."));
    }
    if let Ok(v) = vendor::find_vendor(tx, vendor_id)
        && let Some((quality, reliability)) = scores(&vendor::list_deliveries(tx, vendor_id, COUNTED)?)
    {
        vendor::upsert_vendor(tx, &Vendor { quality: Some(quality), reliability: Some(reliability), ..v })?;
    }
    let done: Vec<Id> = vendor::list_delivered(tx, purchase)?.into_iter().map(|(v, _)| v).collect();
    let status = if ordered.iter().all(|v| done.contains(v)) { Status::Delivered } else { p.status };
    let p = Purchase { status, ..p };
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
