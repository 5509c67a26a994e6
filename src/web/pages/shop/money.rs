//! The money of an order: its payment page, what the gateway says, and giving money back.

use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::member::Role;
use crate::domain::id::{Id, token};
use crate::domain::money::Money;
use crate::domain::shop::checkout::{Checkout, CheckoutState};
use crate::domain::shop::gateway::Gateway;
use crate::domain::shop::invoice::Kind as Paper;
use crate::domain::shop::order::{Order, Status};
use crate::domain::shop::payment::PaymentState;
use crate::domain::shop::refund::{Refund, RefundState};
use crate::services::house::once;
use crate::services::shop::refund::{self as refunds, Wish};
use crate::services::shop::{checkout as pages, gateway};
use crate::store::meta;
use crate::store::shop::{checkout, payment, refund};
use crate::store::tx::Read;
use crate::web::error::status;
use crate::web::pages::answer::{Answer, html_as};
use crate::web::pages::session::{Here, View};
use crate::web::pages::shop::order;
use crate::web::view::shop::money::{BackForm, MoneyCard, RefundRow};
use crate::web::view::{Errors, Note, Pill};
use axum::Form;
use axum::extract::Path;
use serde::Deserialize;

/// The card of an order's money.
pub(super) fn card(tx: &Read<'_>, v: &View, o: &Order) -> Result<MoneyCard> {
    let p = payment::find_payment(tx, o.id)?;
    let page = checkout::find_checkout_of(tx, o.id)?;
    let (left, paid_page) = refunds::left(tx, o)?;
    let mut facts = vec![("To pay".to_owned(), v.money(p.amount_minor))];
    if let Some(at) = p.decided_at.filter(|_| p.state.came()) {
        facts.push(("Came".into(), v.moment(at)));
        facts.push(("Seen by".into(), p.decided_by.clone()));
    }
    let waits = o.status == Status::AwaitingPayment;
    if let Some(c) = page.as_ref().filter(|c| waits || c.state == CheckoutState::Paid) {
        facts.push(("By".into(), c.gateway.title().to_owned()));
    }
    let owed = left > 0 && matches!(o.status, Status::Cancelled | Status::Expired) && !refunds::is_settled(tx, o.id)?;
    let plain = if left > 0 { Money::new(left, v.profile.currency).plain() } else { String::new() };
    let bought = paid_page.filter(|c| c.gateway != Gateway::Sandbox);
    Ok(MoneyCard {
        pill: pill(p.state),
        facts,
        link: page.as_ref().filter(|c| waits && c.state == CheckoutState::Open).map_or_else(String::new, |c| c.url.clone()),
        notes: owed.then(|| owed_note(&v.money(left))).into_iter().chain(notes(&p.note, p.state, page.as_ref())).collect(),
        can_make: waits && gateway::chosen(tx)?.is_some_and(|by| page.as_ref().is_none_or(|c| pages::may_be_made_again(c, by))),
        can_ask: page.as_ref().is_some_and(|c| c.state == CheckoutState::Open && c.gateway != Gateway::Sandbox),
        can_put_away: page.as_ref().is_some_and(|c| !c.problem.is_empty() && c.state != CheckoutState::Failed),
        refunds: refund::list_refunds(tx, o.id)?.into_iter().map(|f| row(v, f)).collect(),
        left_said: v.money(left),
        owed,
        back: BackForm { amount: plain.clone(), sign: v.profile.currency.sign(), ..BackForm::default() },
        left: plain,
        way: bought.map_or_else(|| "by your own hand".into(), |c| format!("by {}", c.gateway.title())),
        papers: [Paper::Invoice, Paper::Receipt]
            .into_iter()
            .filter(|k| *k == Paper::Invoice || p.state.came())
            .map(|k| (k.as_str(), k.title()))
            .collect(),
        can_send: o.conversation_id.is_some(),
        goods: o.status == Status::Completed,
        key: token(9),
    })
}

fn owed_note(sum: &str) -> Note {
    Note {
        tone: "warn",
        icon: "warn",
        title: format!("{sum} of this order is to be given back."),
        text: "The order will not be carried out. Give the money back, or say that it is settled.".into(),
    }
}

fn pill(s: PaymentState) -> Pill {
    match s {
        PaymentState::Expected => Pill::new("wait", "Not here yet"),
        PaymentState::Claimed => Pill::new("warn", "To check"),
        PaymentState::Approved => Pill::new("ok", "Here"),
        PaymentState::Rejected => Pill::new("bad", "Not found"),
        PaymentState::PartRefunded => Pill::new("info", "Partly given back"),
        PaymentState::Refunded => Pill::new("", "Given back"),
        PaymentState::Disputed => Pill::new("bad", "Disputed"),
    }
}

fn notes(note: &str, state: PaymentState, page: Option<&Checkout>) -> Vec<Note> {
    let mut out = Vec::new();
    if state == PaymentState::Disputed {
        out.push(Note { tone: "bad", icon: "alert", title: "The payment is disputed".into(), text: note.to_owned() });
    }
    if let Some(c) = page.filter(|c| !c.problem.is_empty()) {
        let (tone, title) = if c.state == CheckoutState::Failed {
            ("warn", "There is no payment link")
        } else {
            ("bad", "This payment does not fit the order")
        };
        out.push(Note { tone, icon: "alert", title: title.into(), text: c.problem.clone() });
    }
    out
}

fn row(v: &View, f: Refund) -> RefundRow {
    let tone = match f.state {
        RefundState::Planned | RefundState::Sending => "wait",
        RefundState::Taken | RefundState::Done => "ok",
        RefundState::Failed => "bad",
        RefundState::Unknown => "warn",
    };
    let way = Gateway::from_word(&f.gateway).map_or("by hand", Gateway::title);
    RefundRow {
        id: f.id.to_string(),
        amount: v.money(f.amount_minor),
        words: format!("{} ({way}), {}, {}", f.reason, f.asked_by, v.moment(f.created_at)),
        pill: Pill::new(tone, f.state.title()),
        problem: f.problem,
        doubt: f.state == RefundState::Unknown,
    }
}

fn home(id: Id) -> String {
    format!("/app/orders/{id}")
}

/// `POST /app/orders/ID/payment-link`.
pub async fn make(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    here.write(move |tx| pages::want_again(tx, id)).await?;
    Ok(here.back(&home(id), "The payment link is being made. The customer gets it in the chat."))
}

/// `POST /app/orders/ID/payment-look`.
pub async fn look(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    here.write(move |tx| gateway::look_again(tx, id)).await?;
    Ok(here.back(&home(id), "Asked. If the money is there, the order is paid in a moment."))
}

/// `POST /app/orders/ID/payment-seen`.
pub async fn seen(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    here.write(move |tx| pages::note_seen(tx, id)).await?;
    Ok(here.back(&home(id), ""))
}

/// What the form for giving money back sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct GiveBack {
    amount: String,
    reason: String,
    goods_back: Option<String>,
    key: String,
}

/// `POST /app/orders/ID/refunds`.
pub async fn give_back(here: Here, Path(id): Path<Id>, Form(form): Form<GiveBack>) -> Answer {
    here.require(Role::Manager)?;
    match refund_once(&here, id, &form).await {
        Ok(()) => Ok(here.back(&home(id), "Noted. What became of it stands under Money.")),
        Err(e) if e.kind == Kind::Invalid => typed(here, id, form, &e).await,
        Err(e) => Err(e.into()),
    }
}

async fn refund_once(here: &Here, id: Id, form: &GiveBack) -> Result<()> {
    let (actor, form) = (here.actor(), form.clone());
    let once = here.once(&form.key, &format!("refund {id}"), format!("{}|{}", form.amount, form.reason).as_bytes());
    here.write(move |tx| {
        if once::find(tx, &once)?.is_some() {
            return Ok(());
        }
        let amount = Money::parse(&form.amount, meta::find_profile(tx)?.currency).map_err(|e| Error::field("amount", e.message))?;
        let wish = Wish { amount_minor: Some(amount.amount_minor), reason: form.reason, goods_back: form.goods_back.is_some() };
        refunds::ask(tx, id, &wish, &actor)?;
        once::keep(tx, &once, 200, "")
    })
    .await
}

/// The order again with the form as it was typed, and what is wrong beside it.
async fn typed(here: Here, id: Id, form: GiveBack, e: &Error) -> Answer {
    let here = here.at(home(id));
    let errors = Errors::from(e);
    let page = here.view("orders", move |tx, v| {
        let mut page = order::one(tx, v, id)?;
        let sign = std::mem::take(&mut page.money.back.sign);
        page.money.back = BackForm { amount: form.amount, sign, reason: form.reason, goods_back: form.goods_back.is_some(), errors };
        Ok(page)
    });
    html_as(status(e), &page.await?)
}

/// `POST /app/orders/ID/money-settled`.
pub async fn settle(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    let actor = here.actor();
    here.write(move |tx| refunds::settle(tx, id, &actor)).await?;
    Ok(here.back(&home(id), "Noted. The money of this order is settled."))
}

/// What a person says of a refund nobody knows about.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    happened: String,
}

/// `POST /app/orders/ID/refunds/REFUND`.
pub async fn say_whether(here: Here, Path((id, refund)): Path<(Id, Id)>, Form(form): Form<Said>) -> Answer {
    here.require(Role::Manager)?;
    let actor = here.actor();
    here.write(move |tx| refunds::say_whether(tx, id, refund, form.happened == "yes", &actor)).await?;
    Ok(here.back(&home(id), "Noted."))
}
