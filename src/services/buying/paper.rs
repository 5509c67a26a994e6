//! The purchase order on paper, for the vendor's books. It says what was agreed and nothing of our limit or of other vendors.

use crate::domain::buying::choice::Share;
use crate::domain::buying::purchase::{Purchase, Status};
use crate::domain::error::{Error, Result};
use crate::domain::house::business::Profile;
use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::domain::paper::{Column, Paper, Part, Table};
use crate::domain::time::Time;
use crate::store::buying::{call, purchase, vendor};
use crate::store::meta;
use crate::store::tx::Read;

/// A paper and the name of its file.
#[derive(Debug, Clone)]
pub struct Made {
    /// What it says.
    pub paper: Paper,
    /// "purchase-order-7-adeyemi-farms.pdf".
    pub file_name: String,
}

/// The order to one vendor of a purchase. An error while nothing is ordered.
pub fn order(tx: &Read<'_>, id: Id, vendor_id: Id, business: &str) -> Result<Made> {
    let (p, profile) = (purchase::find_purchase(tx, id)?, meta::find_profile(tx)?);
    if !matches!(p.status, Status::Ordering | Status::PaymentUnknown | Status::Confirmed | Status::Delivered) {
        return Err(Error::conflict(format!("Purchase {} is {}; nothing is ordered.", p.number, p.status.title().to_lowercase())));
    }
    let shares = p.comparison.iter().filter_map(|c| c.plan.as_ref()).flat_map(|plan| &plan.shares);
    let place = shares.enumerate().find(|(_, s)| s.seller.vendor_id == vendor_id);
    let (place, share) = place.map(|(i, s)| (i, s.clone())).ok_or_else(|| Error::not_found("vendor in this purchase"))?;
    let ordered_at = call::find_quote_of(tx, share.seller.call_id)?.map_or(p.created_at, |q| q.created_at.max(p.created_at));
    let phone = vendor::find_vendor(tx, vendor_id).ok().and_then(|v| v.phone).map(|n| n.e164().to_owned());
    let number = if place == 0 { p.number.to_string() } else { format!("{}-{}", p.number, place + 1) };
    let title = format!("Purchase order {number}");
    let file_name = format!("purchase-order-{number}-{}.pdf", crate::domain::text::slug(&share.seller.name));
    Ok(Made { paper: paper(&p, &share, &profile, business, &title, ordered_at, phone), file_name })
}

fn paper(p: &Purchase, share: &Share, profile: &Profile, business: &str, title: &str, at: Time, phone: Option<String>) -> Paper {
    let day = |t: Time| t.in_zone(&profile.time_zone).strftime("%-d %B %Y").to_string();
    let money = |minor: i64| Money::new(minor, profile.currency).to_string();
    let fact = |what: &str, value: String| Part::Fact(what.into(), value);
    let mut parts = vec![fact("To", share.seller.name.clone())];
    parts.extend(phone.map(|n| fact("Number", n)));
    parts.push(fact("Prices agreed", day(at)));
    parts.extend(p.need.deadline.map(|d| fact("Deliver by", day(d))));
    if !profile.address.is_empty() {
        parts.push(fact("Deliver to", profile.address.clone()));
    }
    let rows = share.items.iter().filter_map(|(n, minor)| {
        let item = p.need.items.get(*n)?;
        let words = item.words();
        let much = words.strip_suffix(item.name.as_str()).unwrap_or(&words).trim_end();
        Some(vec![item.name.clone(), much.to_owned(), money(*minor)])
    });
    let mut totals = Vec::new();
    if share.carriage_minor > 0 {
        totals.push(("Delivery".to_owned(), money(share.carriage_minor)));
    }
    totals.push(("Total".to_owned(), money(share.total_minor)));
    parts.push(Part::Table(Table {
        columns: vec![Column::words("Item", 4), Column::words("How much", 4), Column::figures("Price", 2)],
        rows: rows.collect(),
        totals,
    }));
    parts.push(Part::Small("Prices and delivery as agreed in our messages. Please name the number of this order on your invoice.".into()));
    let head = [business.to_owned(), profile.address.clone()].into_iter().filter(|l| !l.is_empty()).collect();
    Paper { title: title.to_owned(), head, parts, foot: format!("{business}, {}", title.to_lowercase()) }
}
