//! What a vendor brought: counted by whoever takes it in, and what is shown of it later.

use super::purchase::told;
use crate::domain::buying::choice::{Plan, Share};
use crate::domain::buying::purchase::{Purchase, Status};
use crate::domain::buying::unit::{plain, read_number};
use crate::domain::error::{Error, Result};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::text::clip;
use crate::services::buying::delivery::{self as services, Report};
use crate::store::buying::vendor;
use crate::store::tx::Read;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::Here;
use crate::web::view::Pill;
use crate::web::view::buying::purchase::{CameRow, Check, CheckLine};
use axum::Form;
use axum::extract::Path;

/// A field that counts the thing at a place begins so.
const COUNT: &str = "got-";

/// `POST /app/buying/ID/delivery`.
pub async fn check(here: Here, Path(id): Path<Id>, Form(fields): Form<Vec<(String, String)>>) -> Answer {
    here.require(Role::Agent)?;
    let typed = |name: &str| fields.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.trim());
    let vendor: Id = typed("vendor").parse()?;
    let report = read(&fields).map(|received| Report {
        received,
        complete: None,
        in_time: !typed("in_time").is_empty(),
        stars: typed("stars").parse().unwrap_or(0),
        note: typed("note").to_owned(),
    });
    let done = match report {
        Ok(r) => {
            here.write(move |tx| services::check(tx, id, vendor, &r).map(|_| "Noted. It counts for the vendor's scores.".to_owned())).await
        }
        Err(e) => Err(e),
    };
    told(&here, id, done)
}

/// How much came of each thing.
fn read(fields: &[(String, String)]) -> Result<Vec<(usize, i64)>> {
    let counts = fields.iter().filter_map(|(k, v)| Some((k.strip_prefix(COUNT)?.parse::<usize>().ok()?, v)));
    let one = |(place, text): (usize, &String)| {
        let bad = || Error::field("received", format!("\"{}\" is no quantity. Write a number such as 10 or 2.5.", clip(text, 20)));
        Ok((place, read_number(text).ok_or_else(bad)?))
    };
    counts.map(one).collect()
}

/// Deliveries nobody has checked yet, and those that were.
pub(super) fn rows(tx: &Read<'_>, p: &Purchase, plan: Option<&Plan>) -> Result<(Vec<Check>, Vec<CameRow>)> {
    if !matches!(p.status, Status::Confirmed | Status::Delivered) {
        return Ok((Vec::new(), Vec::new()));
    }
    let done = vendor::list_delivered(tx, p.id)?;
    let shares: Vec<&Share> = plan.into_iter().flat_map(|plan| &plan.shares).collect();
    let open = shares.iter().filter(|s| p.status == Status::Confirmed && !done.iter().any(|(v, _)| *v == s.seller.vendor_id));
    let checks = open.map(|s| Check { vendor: s.seller.vendor_id.to_string(), name: s.seller.name.clone(), lines: lines(p, s) }).collect();
    let came = done.iter().map(|(v, c)| {
        let name = shares.iter().find(|s| s.seller.vendor_id == *v).map_or("", |s| s.seller.name.as_str());
        let counted: Vec<String> = c.came.iter().map(|x| x.words()).collect();
        let stars = if c.stars > 0 { format!("Quality {} of 5", c.stars) } else { String::new() };
        let time = if c.in_time { "in time" } else { "late" };
        let text: Vec<&str> = [time, stars.as_str(), c.note.as_str()].into_iter().filter(|t| !t.is_empty()).collect();
        CameRow {
            name: name.to_owned(),
            counted: counted.join(", "),
            text: text.join(". "),
            pill: if c.is_good() { Pill::new("ok", "As ordered") } else { Pill::new("warn", "Not as ordered") },
        }
    });
    Ok((checks, came.collect()))
}

fn lines(p: &Purchase, s: &Share) -> Vec<CheckLine> {
    let things = s.items.iter().filter_map(|(n, _)| Some((*n, p.need.items.get(*n)?)));
    things
        .map(|(n, i)| CheckLine {
            field: format!("{COUNT}{n}"),
            label: i.name.clone(),
            ordered: plain(i.quantity.thousandths),
            unit: i.quantity.of.words(),
        })
        .collect()
}
