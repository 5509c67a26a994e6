//! Invoices and receipts. Each has the next number of its kind, given in the transaction that issues it, so that no number is
//! missing; what it said then is kept, whatever changes later.

use crate::domain::error::{Error, Result};
use crate::domain::house::business::Profile;
use crate::domain::house::member::Actor;
use crate::domain::house::message::{Author, Content, File, MediaKind};
use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::domain::paper::{Column, Paper, Part, Table};
use crate::domain::shop::draft::Fulfilment;
use crate::domain::shop::invoice::{Invoice, Kind, Row, Tax};
use crate::domain::shop::order::Order;
use crate::domain::shop::payment::Payment;
use crate::services::house::outbound;
use crate::store::house::message::NewMessage;
use crate::store::house::{contact, conversation as threads};
use crate::store::meta;
use crate::store::shop::{invoice, order, payment};
use crate::store::tx::{Read, Tx};

/// What the owner set about tax.
const TAX: &str = "tax";

/// The tax the business states; none set: none is stated.
pub fn tax(tx: &Read<'_>) -> Result<Tax> {
    Ok(meta::find_meta(tx, TAX)?.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default())
}

/// Keeps what the owner says about tax.
pub fn set_tax(tx: &mut Tx<'_>, tax: &Tax) -> Result<()> {
    tax.check()?;
    meta::upsert_meta(tx, TAX, &serde_json::json!(tax).to_string())
}

/// The invoice or receipt of an order, issued now if it never was. A receipt needs money that came.
pub fn issue(tx: &mut Tx<'_>, order_id: Id, kind: Kind, business: &str) -> Result<Invoice> {
    let o = order::find_order(tx, order_id)?;
    if let Some(issued) = invoice::find_invoice(tx, order_id, kind)? {
        return Ok(issued);
    }
    let p = payment::find_payment(tx, order_id)?;
    if kind == Kind::Receipt && !p.state.came() {
        return Err(Error::conflict(format!("Order {} is not paid, so there is no receipt for it.", o.number)));
    }
    let made = write(tx, &o, &p, kind, business)?;
    invoice::insert_invoice(tx, &made)?;
    Ok(made)
}

fn write(tx: &Read<'_>, o: &Order, p: &Payment, kind: Kind, business: &str) -> Result<Invoice> {
    let profile: Profile = meta::find_profile(tx)?;
    let who = contact::find_contact(tx, o.contact_id)?;
    let mut rows = Vec::new();
    for l in &o.lines {
        let of = if l.options.is_empty() {
            l.name.clone()
        } else {
            format!("{} ({})", l.name, l.options.iter().map(|c| c.choice.as_str()).collect::<Vec<_>>().join(", "))
        };
        rows.push(Row { what: of, quantity: l.quantity, total_minor: l.total_minor()? });
    }
    if o.fulfilment == Fulfilment::Delivery && o.delivery_minor > 0 {
        rows.push(Row { what: "Delivery".into(), quantity: 1, total_minor: o.delivery_minor });
    }
    let off = o.total_minor - rows.iter().map(|r| r.total_minor).sum::<i64>();
    if off != 0 {
        rows.push(Row { what: "Discount".into(), quantity: 1, total_minor: off });
    }
    let tax = tax(tx)?;
    Ok(Invoice {
        kind,
        number: invoice::next_number(tx, kind)?,
        order_id: o.id,
        order_number: o.number,
        reference: o.reference.clone(),
        seller: [business.to_owned(), profile.address.clone()].into_iter().filter(|l| !l.is_empty()).collect(),
        buyer: who.display_name(),
        address: o.address.clone(),
        rows,
        tax_minor: tax.within(o.total_minor),
        tax,
        total: Money::new(o.total_minor, profile.currency),
        paid_at: p.decided_at.filter(|_| p.state.came()),
        paid_by: if p.state.came() { p.decided_by.clone() } else { String::new() },
        time_zone: profile.time_zone,
        issued_at: tx.now,
    })
}

/// Sends it into the order's chat, once. `media` names the file that was kept. Nobody takes the conversation over by that.
pub fn send(tx: &mut Tx<'_>, i: &Invoice, media: &str, actor: &Actor) -> Result<()> {
    let thread = order::find_order(tx, i.order_id)?.conversation_id.ok_or_else(|| Error::conflict("This order came from no chat."))?;
    let thread = threads::find_conversation(tx, thread)?;
    if let Some(problem) = outbound::window_problem(&thread, tx.now) {
        return Err(Error::conflict(problem.meaning));
    }
    let file = File {
        media: Some(media.to_owned()),
        mime: "application/pdf".into(),
        filename: Some(i.file_name()),
        caption: Some(i.title()),
        ..File::default()
    };
    let content = Content::Media { media: MediaKind::Document, file };
    let intent = format!("paper:{}:{}", i.kind.as_str(), i.number);
    let m = NewMessage {
        conversation_id: thread.id,
        author: Author::Person,
        author_name: actor.name(),
        content: &content,
        run_id: None,
        intent: &intent,
        turn_epoch: None,
    };
    outbound::plan(tx, &thread, &m)?.map(drop).ok_or_else(|| Error::conflict(format!("{} is in the chat already.", i.title())))
}

/// It on paper.
pub fn paper(i: &Invoice) -> Paper {
    let day = |at: crate::domain::time::Time| at.in_zone(&i.time_zone).strftime("%-d %B %Y").to_string();
    let money = |minor: i64| Money::new(minor, i.total.currency).to_string();
    let fact = |what: &str, value: String| Part::Fact(what.into(), value);
    let title = i.title();
    let mut parts = vec![
        fact("Date", day(i.issued_at)),
        fact("Order", format!("{}, reference {}", i.order_number, i.reference)),
        fact("To", i.buyer.clone()),
    ];
    if !i.address.is_empty() {
        parts.push(fact("Address", i.address.clone()));
    }
    if let Some(at) = i.paid_at {
        parts.push(fact("Paid", format!("{}, seen by {}", day(at), i.paid_by)));
    }
    let mut totals = Vec::new();
    if i.tax.rate_bp > 0 {
        totals.push(("Without tax".to_owned(), money(i.total.amount_minor - i.tax_minor)));
        totals.push((format!("{} {}", i.tax.name, i.tax.percent()), money(i.tax_minor)));
    }
    totals.push(("Total".to_owned(), i.total.to_string()));
    parts.push(Part::Table(Table {
        columns: vec![Column::words("What", 6), Column::figures("How many", 2), Column::figures("Price", 2)],
        rows: i.rows.iter().map(|r| vec![r.what.clone(), r.quantity.to_string(), money(r.total_minor)]).collect(),
        totals,
    }));
    if !i.tax.number.is_empty() {
        parts.push(Part::Small(format!("Tax number: {}", i.tax.number)));
    }
    let seller = i.seller.first().cloned().unwrap_or_default();
    Paper { foot: format!("{seller}, {}", title.to_lowercase()), title, head: i.seller.clone(), parts }
}
