//! The board, one order, and deciding about its payment.

use crate::domain::error::{Error, Result};
use crate::domain::house::member::Role;
use crate::domain::house::message::{Content, Direction, MediaKind};
use crate::domain::id::{Id, token};
use crate::domain::money::Money;
use crate::domain::shop::draft::Fulfilment;
use crate::domain::shop::order::{Order, Status};
use crate::domain::text::clip;
use crate::domain::time::Time;
use crate::services::shop::{order as orders, payment as payments, refund};
use crate::store::house::{contact, message};
use crate::store::meta;
use crate::store::shop::{order, payment};
use crate::store::tx::Read;
use crate::web::format::{self, count};
use crate::web::pages::answer::Answer;
use crate::web::pages::session::{Here, View};
use crate::web::pages::shop::money;
use crate::web::pages::shop::receipt;
use crate::web::pages::shop::statement;
use crate::web::view::shop::order::{Lane, Move, OrderPage, OrdersPage, Proof, Review, Tile};
use crate::web::view::{Chip, Pill, RailPoint};
use axum::Form;
use axum::extract::{Path, Query};
use serde::Deserialize;

/// What the board is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    q: String,
    show: String,
}

/// An order's state as a pill.
pub fn pill(s: Status) -> Pill {
    let tone = match s {
        Status::AwaitingPayment => "wait",
        Status::AwaitingConfirmation => "warn",
        Status::Paid | Status::ReadyForPickup | Status::OutForDelivery => "ok",
        Status::Preparing => "info",
        Status::Completed => "",
        Status::Cancelled | Status::Expired => "bad",
    };
    Pill::new(tone, s.title())
}

/// "Delivery" or "Pick-up".
pub const fn how(f: Fulfilment) -> &'static str {
    match f {
        Fulfilment::Pickup => "Pick-up",
        Fulfilment::Delivery => "Delivery",
    }
}

/// What the button to a state says.
const fn verb(to: Status) -> &'static str {
    match to {
        Status::Preparing => "Start preparing",
        Status::ReadyForPickup => "Ready to collect",
        Status::OutForDelivery => "Send it out",
        Status::Completed => "Handed over",
        Status::Cancelled => "Cancel the order",
        other => other.title(),
    }
}

/// `GET /app/orders`.
pub async fn list(here: Here, Query(ask): Query<Ask>) -> Answer {
    let page =
        here.view("orders", move |tx, v| if ask.q.trim().is_empty() && ask.show != "finished" { board(tx, v) } else { found(tx, v, ask) });
    here.page(&page.await?)
}

fn chips(finished: bool) -> Vec<Chip> {
    let chip = |label: &str, url: &str, on| Chip { label: label.into(), url: url.into(), on, count: String::new() };
    vec![chip("Open", "/app/orders", !finished), chip("Finished", "/app/orders?show=finished", finished)]
}

fn board(tx: &Read<'_>, v: View) -> Result<OrdersPage> {
    const LANES: [(&str, &str, &[Status]); 5] = [
        ("l-unpaid", "Unpaid", &[Status::AwaitingPayment]),
        ("l-check", "Payment to check", &[Status::AwaitingConfirmation]),
        ("l-paid", "Paid", &[Status::Paid]),
        ("l-prep", "Preparing", &[Status::Preparing]),
        ("l-ready", "Ready or on its way", &[Status::ReadyForPickup, Status::OutForDelivery]),
    ];
    let (mut lanes, mut open, mut open_sum) = (Vec::new(), 0, 0);
    for (id, title, states) in LANES {
        let (mut n, mut sum, mut tiles) = (0, 0, Vec::new());
        for s in states {
            let (some, minor) = order::sum_status(tx, *s)?;
            (n, sum) = (n + some, sum + minor);
            for row in order::list_orders(tx, Some(*s), None, 60)? {
                tiles.push(tile(tx, &v, row.order)?);
            }
        }
        let hidden = n - i64::try_from(tiles.len()).unwrap_or(n);
        let more = if hidden > 0 { format!("{hidden} more, find them by name or number") } else { String::new() };
        lanes.push(Lane {
            id: id.into(),
            title: title.into(),
            count: n,
            sum: v.money(sum),
            hot: id == "l-check" && n > 0,
            tiles,
            more,
            more_url: "/app/orders".into(),
        });
        (open, open_sum) = (open + n, open_sum + sum);
    }
    let (finished, worth) = order::sum_completed_since(tx, v.midnight(0))?;
    if let Some(last) = lanes.last_mut().filter(|_| finished > 0) {
        last.more = format!("{finished} finished today, {}", v.money(worth));
        last.more_url = "/app/orders?show=finished".into();
    }
    let sub = format!("{open} open, {}. {finished} finished today.", v.money(open_sum));
    let empty = order::count_by_status(tx)?.is_empty();
    Ok(OrdersPage { sub, q: String::new(), chips: chips(false), lanes, empty, chrome: v.chrome })
}

fn found(tx: &Read<'_>, v: View, ask: Ask) -> Result<OrdersPage> {
    let finished = ask.q.trim().is_empty();
    let rows = if finished {
        let mut rows = order::list_orders(tx, Some(Status::Completed), None, 60)?;
        rows.extend(order::list_orders(tx, Some(Status::Cancelled), None, 20)?);
        rows.extend(order::list_orders(tx, Some(Status::Expired), None, 20)?);
        rows
    } else {
        order::search_orders(tx, &ask.q, 60)?
    };
    let sum: i64 = rows.iter().map(|r| r.order.total_minor).sum();
    let n = i64::try_from(rows.len()).unwrap_or(0);
    let tiles = rows.into_iter().map(|r| tile(tx, &v, r.order)).collect::<Result<Vec<_>>>()?;
    let title = if finished { "Finished".to_owned() } else { format!("Found for {}", clip(&ask.q, 40)) };
    let lane = Lane { id: "l-found".into(), title, count: n, sum: v.money(sum), tiles, ..Lane::default() };
    Ok(OrdersPage { sub: count(n, "order", "orders"), q: ask.q, chips: chips(finished), lanes: vec![lane], empty: false, chrome: v.chrome })
}

fn tile(tx: &Read<'_>, v: &View, o: Order) -> Result<Tile> {
    let next = o.status.next(o.fulfilment).first().copied().filter(|s| *s != Status::Cancelled);
    let left = o.expires_at.map(|at| at.since_ms(v.now)).filter(|ms| *ms > 0 && o.status == Status::AwaitingPayment);
    let note = match (o.status, left) {
        (Status::AwaitingPayment, Some(ms)) => Some(Pill::new("wait", format!("{} left to pay", format::left(ms)))),
        (Status::AwaitingPayment | Status::Paid | Status::Preparing, _) => None,
        (s, _) => Some(pill(s)),
    };
    Ok(Tile {
        id: o.id.to_string(),
        url: format!("/app/orders/{}", o.id),
        name: contact::find_contact(tx, o.contact_id)?.display_name(),
        total: v.money(o.total_minor),
        words: o.words(),
        number: format!("#{}", o.number),
        icon: if o.fulfilment == Fulfilment::Delivery { "truck" } else { "store" },
        how: how(o.fulfilment).into(),
        wish: clip(&o.note, 80),
        age: v.age(o.updated_at),
        pill: note,
        next: next.map_or_else(String::new, |s| s.as_str().into()),
        next_label: next.map_or_else(String::new, |s| verb(s).into()),
        key: token(9),
    })
}

/// `GET /app/orders/ID`.
pub async fn page(here: Here, Path(id): Path<Id>) -> Answer {
    let page = here.view("orders", move |tx, v| one(tx, v, id));
    here.page(&page.await?)
}

/// Everything an order's page shows.
pub(super) fn one(tx: &Read<'_>, v: View, id: Id) -> Result<OrderPage> {
    let o = order::find_order(tx, id)?;
    let who = contact::find_contact(tx, o.contact_id)?;
    let mut lines = Vec::new();
    for l in &o.lines {
        lines.push((l.words(), v.money(l.total_minor()?)));
    }
    if o.fulfilment == Fulfilment::Delivery {
        lines.push(("Delivery".into(), v.money(o.delivery_minor)));
    }
    let mut facts = vec![("How".to_owned(), how(o.fulfilment).to_owned())];
    if !o.address.is_empty() {
        facts.push(("Address".into(), o.address.clone()));
    }
    if !o.note.is_empty() {
        facts.push(("Note".into(), o.note.clone()));
    }
    facts.extend([("Reference".into(), o.reference.clone()), ("Ordered".into(), v.moment(o.created_at))]);
    if let Some(at) = o.expires_at.filter(|_| o.status == Status::AwaitingPayment) {
        facts.push(("Stock is kept until".into(), v.moment(at)));
    }
    Ok(OrderPage {
        id: id.to_string(),
        number: format!("#{}", o.number),
        name: who.display_name(),
        contact_url: format!("/app/customers/{}", who.id),
        chat_url: o.conversation_id.map_or_else(String::new, |c| format!("/app/messages/{c}")),
        pill: pill(o.status),
        note: None,
        review: review(tx, &v, &o, &who.display_name())?,
        money: money::card(tx, &v, &o)?,
        receipts: receipt::cards(tx, &v, id)?,
        can_add: matches!(o.status, Status::AwaitingPayment | Status::AwaitingConfirmation),
        lines,
        total: v.money(o.total_minor),
        facts,
        moves: moves(tx, &v, &o)?,
        rail: rail(tx, &v, &o)?,
        chrome: v.chrome,
    })
}

fn review(tx: &Read<'_>, v: &View, o: &Order, who: &str) -> Result<Option<Review>> {
    if !matches!(o.status, Status::AwaitingConfirmation | Status::AwaitingPayment) {
        return Ok(None);
    }
    let p = payment::find_payment(tx, o.id)?;
    if o.status == Status::AwaitingPayment {
        return Ok(None);
    }
    let proofs = match o.conversation_id {
        Some(c) => message::list_media_since(tx, c, o.created_at, 6)?,
        None => Vec::new(),
    };
    let proofs = proofs.into_iter().filter_map(|m| match m.content {
        Content::Media { media, file } => file.media.map(|name| Proof {
            url: format!("/app/media/{name}"),
            image: media == MediaKind::Image,
            label: format!("{} sent {}", if media == MediaKind::Image { "Picture" } else { "File" }, v.moment(m.created_at)),
        }),
        _ => None,
    });
    let seen = statement::seen(tx, v, o.id)?;
    let said = match (o.conversation_id, p.claimed_at) {
        (Some(c), Some(at)) if seen.is_empty() => claim(tx, c, at)?,
        _ => String::new(),
    };
    let expect = [
        ("Amount", v.money(o.total_minor)),
        ("Reference", o.reference.clone()),
        ("From", who.to_owned()),
        ("After", v.moment(o.created_at)),
    ];
    Ok(Some(Review {
        amount: v.money(p.amount_minor),
        claimed: p.claimed_at.map_or_else(String::new, |at| v.moment(at)),
        said,
        seen,
        expect: expect.map(|(k, x)| (k.to_owned(), x)).to_vec(),
        proofs: proofs.collect(),
        approve_text: orders::notice_text(tx, o, "status_paid", "")?,
        reject_text: orders::notice_text(tx, o, "payment_rejected", "")?,
        key: token(9),
    }))
}

/// The customer's words with which they said it is paid.
fn claim(tx: &Read<'_>, conversation: Id, at: Time) -> Result<String> {
    let messages = message::list_messages(tx, conversation, None, 60)?;
    let said = messages.into_iter().rev().find(|m| m.direction == Direction::In && m.created_at <= at);
    Ok(said.map_or_else(String::new, |m| clip(&m.content.words(), 300)))
}

fn moves(tx: &Read<'_>, v: &View, o: &Order) -> Result<Vec<Move>> {
    let next = o.status.next(o.fulfilment);
    let (paid, _) = refund::left(tx, o)?;
    next.iter()
        .map(|to| {
            let text = match orders::notice(*to).filter(|_| o.conversation_id.is_some()) {
                Some(key) => orders::notice_text(tx, o, key, "")?,
                None => String::new(),
            };
            let danger = *to == Status::Cancelled;
            Ok(Move {
                to: to.as_str().into(),
                label: verb(*to).into(),
                primary: !danger,
                danger,
                paid_said: if danger && paid > 0 { v.money(paid) } else { String::new() },
                paid: if danger { paid.to_string() } else { String::new() },
                text,
                key: token(9),
            })
        })
        .collect()
}

fn rail(tx: &Read<'_>, v: &View, o: &Order) -> Result<Vec<RailPoint>> {
    let mut rail: Vec<RailPoint> = Vec::new();
    for c in order::list_history(tx, o.id)? {
        let (tone, icon) = match c.to {
            Status::Cancelled | Status::Expired => ("bad", "x"),
            Status::AwaitingConfirmation => ("warn", "receipt"),
            _ => ("ok", "check"),
        };
        let title = match (c.from, c.to) {
            (None, _) => "Ordered".to_owned(),
            (Some(Status::AwaitingConfirmation), Status::AwaitingPayment) => "Payment not found".to_owned(),
            (Some(from), to) if from == to => "Money".to_owned(),
            (_, Status::AwaitingConfirmation) => "Says it is paid".to_owned(),
            (_, to) => to.title().to_owned(),
        };
        let text = if c.note.is_empty() { c.actor.clone() } else { format!("{}: {}", c.actor, c.note) };
        let quoted = text == c.actor && !matches!(c.actor.as_str(), "Customer" | "Steward");
        rail.push(RailPoint { tone, icon, title, time: v.moment(c.at), text, quoted, ..RailPoint::default() });
    }
    rail.reverse();
    if let Some(first) = rail.first_mut().filter(|_| !o.status.is_final()) {
        first.tone = "now";
        first.icon = "";
    }
    Ok(rail)
}

/// What the forms of an order send.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Change {
    to: String,
    back: String,
    note: String,
    /// The money of the order the page asked about, in minor units; only to cancel.
    paid: String,
}

fn back<'a>(form: &'a Change, fallback: &'a str) -> &'a str {
    if form.back.is_empty() { fallback } else { &form.back }
}

/// `POST /app/orders/ID/status`.
pub async fn set_status(here: Here, Path(id): Path<Id>, Form(form): Form<Change>) -> Answer {
    here.require(orders::MOVES)?;
    let (to, actor, note, asked) = (Status::from_word(&form.to)?, here.actor(), form.note.clone(), form.paid.clone());
    let moved = here.write(move |tx| {
        let before = order::find_order(tx, id)?;
        let (paid, _) = refund::left(tx, &before)?;
        if to == Status::Cancelled && paid > 0 && before.status.next(before.fulfilment).contains(&to) && asked != paid.to_string() {
            let sum = Money::new(paid, meta::find_profile(tx)?.currency);
            return Err(Error::conflict(format!(
                "{sum} has been paid for #{}. Open the order and say there that it is to be cancelled.",
                before.number
            )));
        }
        Ok((orders::set_status(tx, id, to, &actor, &note)?, paid))
    });
    let (o, paid) = moved.await?;
    let back_to = if to == Status::Cancelled && paid > 0 { " Its money is to be given back." } else { "" };
    let said = format!("#{} is {}.{back_to}", o.number, o.status.title().to_lowercase());
    Ok(here.back(back(&form, &format!("/app/orders/{id}")), &said))
}

/// `POST /app/orders/ID/approve-payment`.
pub async fn approve(here: Here, Path(id): Path<Id>, Form(form): Form<Change>) -> Answer {
    here.require(Role::Manager)?;
    let actor = here.actor();
    let o = here.write(move |tx| payments::approve(tx, id, &actor)).await?;
    let said = format!("Payment for #{} approved. The customer has been told.", o.number);
    Ok(here.back(back(&form, &format!("/app/orders/{id}")), &said))
}

/// `POST /app/orders/ID/reject-payment`.
pub async fn reject(here: Here, Path(id): Path<Id>, Form(form): Form<Change>) -> Answer {
    here.require(Role::Manager)?;
    let (actor, note) = (here.actor(), form.note.clone());
    let o = here.write(move |tx| payments::reject(tx, id, &actor, &note)).await?;
    let said = format!("Payment for #{} not found. The customer has been told.", o.number);
    Ok(here.back(back(&form, &format!("/app/orders/{id}")), &said))
}
