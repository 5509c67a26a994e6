//! Payments to check with their receipts: the queue, and uploading one.

use crate::app::media;
use crate::domain::error::{Error, Result};
use crate::domain::house::member::Role;
use crate::domain::id::{Id, token};
use crate::domain::shop::order::Status;
use crate::domain::shop::receipt::fields::Field;
use crate::domain::shop::receipt::verdict::Standing;
use crate::domain::shop::receipt::{Receipt, State};
use crate::services::shop::receipt as receipts;
use crate::store::shop::{order, receipt};
use crate::store::tx::Read;
use crate::web::api::receipts::check;
use crate::web::format::count;
use crate::web::pages::answer::Answer;
use crate::web::pages::house::item::Parts;
use crate::web::pages::session::{Here, View};
use crate::web::pages::shop::statement;
use crate::web::view::Pill;
use crate::web::view::shop::receipt::{CheckRow, Mark, ReceiptCard, ReviewsPage, Waiting};
use axum::extract::{Multipart, Path};

/// Payments shown at once.
const SHOWN: u32 = 100;
/// Receipts of one order shown.
const OF_ORDER: u32 = 6;

/// `GET /app/payments`.
pub async fn queue(here: Here) -> Answer {
    let page = here.view("orders", waiting);
    here.page(&page.await?)
}

fn waiting(tx: &Read<'_>, v: View) -> Result<ReviewsPage> {
    let mut rows = order::list_orders(tx, Some(Status::AwaitingConfirmation), None, SHOWN)?;
    rows.reverse();
    let mut reviews = Vec::new();
    for row in rows {
        let o = row.order;
        let newest = receipt::list_receipts(tx, o.id, 1)?.pop();
        reviews.push(Waiting {
            id: o.id.to_string(),
            url: format!("/app/orders/{}", o.id),
            number: format!("#{}", o.number),
            name: if row.contact_name.is_empty() { row.contact_phone.unwrap_or_default() } else { row.contact_name },
            amount: v.money(o.total_minor),
            words: o.words(),
            age: v.age(o.updated_at),
            seen: statement::seen(tx, &v, o.id)?,
            receipt: newest.map(|r| card(&v, r)),
            key: token(9),
        });
    }
    let n = i64::try_from(reviews.len()).unwrap_or(0);
    let sub = if n == 0 {
        "No payment waits for a look.".to_owned()
    } else {
        format!("{} for a look.", count(n, "payment waits", "payments wait"))
    };
    Ok(ReviewsPage { sub, reviews, proposals: statement::proposals(tx, &v)?, chrome: v.chrome })
}

/// The receipts of an order, newest first.
pub fn cards(tx: &Read<'_>, v: &View, order: Id) -> Result<Vec<ReceiptCard>> {
    Ok(receipt::list_receipts(tx, order, OF_ORDER)?.into_iter().map(|r| card(v, r)).collect())
}

fn card(v: &View, r: Receipt) -> ReceiptCard {
    let worst = r.verdict.reasons.first().map(|x| x.weight);
    let pill = match (r.state, worst) {
        (State::Waiting, _) => Pill::new("info", "Being read"),
        (State::Unreadable, _) => Pill::new("warn", "Could not be read"),
        (State::Other, _) => Pill::new("", "No receipt"),
        (State::Read, _) if r.verdict.clean => Pill::new("ok", "Nothing speaks against it"),
        (State::Read, Some(60..)) => Pill::new("bad", "Look twice"),
        (State::Read, _) => Pill::new("warn", "Not certain"),
    };
    let mut reasons: Vec<String> = r.verdict.reasons.iter().map(|x| x.words.clone()).collect();
    if !r.problem.is_empty() {
        reasons.push(r.problem.clone());
    }
    let checks = r.verdict.checks.iter().map(|c| CheckRow {
        field: c.field.title().to_owned(),
        read: if c.read.is_empty() { "not found".to_owned() } else { c.read.clone() },
        expected: c.expected.clone(),
        tone: match c.standing {
            Standing::Same => "ok",
            Standing::Differs => "bad",
            Standing::Unknown => "",
        },
        word: match c.standing {
            Standing::Same => "As expected",
            Standing::Differs => "Differs",
            Standing::Unknown => "Not known",
        },
    });
    ReceiptCard {
        id: r.id.to_string(),
        url: format!("/app/media/{}", r.media),
        width: r.seen.width,
        height: r.seen.height,
        marks: marks(&r),
        label: format!("{} {}", if r.seen.width > 0 { "Picture sent" } else { "File sent" }, v.moment(r.created_at)),
        pill,
        checks: checks.collect(),
        told: r.verdict.told.clone(),
        reasons,
        waiting: r.state == State::Waiting,
        clean: r.verdict.clean,
    }
}

/// Where on the picture each field was read.
fn marks(r: &Receipt) -> Vec<Mark> {
    let differs = |f: Field| r.verdict.checks.iter().any(|c| c.field == f && c.standing == Standing::Differs);
    let of = |f: &Field, piece: &usize| {
        let p = r.seen.pieces.get(*piece).filter(|p| p.w > 0)?;
        let tone = if differs(*f) { "differs" } else { "same" };
        Some(Mark { x: p.x, y: p.y, w: p.w, h: p.h, tone: tone.into(), title: format!("{}: {}", f.title(), p.text) })
    };
    r.fields.marks.iter().flat_map(|(f, pieces)| pieces.iter().filter_map(move |p| of(f, p))).collect()
}

/// `POST /app/orders/ID/receipts`.
pub async fn upload(here: Here, Path(id): Path<Id>, body: Multipart) -> Answer {
    here.require(Role::Agent)?;
    let parts = Parts::read(body).await?;
    let (name, bytes) = parts.file.ok_or_else(|| Error::field("file", "Choose a file first."))?;
    check(&bytes)?;
    here.file.read(move |tx| order::find_order(tx, id)).await?;
    let media = media::keep(&here.app, here.business.id, bytes).await?;
    here.write(move |tx| receipts::upload(tx, id, media, name)).await?;
    Ok(here.back(&format!("/app/orders/{id}"), "The receipt is being read."))
}
