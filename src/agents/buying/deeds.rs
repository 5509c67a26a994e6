//! What runs of the buying desk can do: services over rows, and one deed outside, paying.

use super::phone::{Dial, LookUp};
use super::purchase::ToPay;
use super::reading::Read;
use super::scout::{self, Scout};
use super::stripe;
use super::talk::Stands;
use crate::app::lines::Keys;
use crate::app::{App, calling};
use crate::domain::buying::call::{By, Call, State};
use crate::domain::buying::payment::{Method, Payment};
use crate::domain::error::{Error, Result};
use crate::domain::house::line::Carrier;
use crate::domain::id::Id;
use crate::domain::search::{Filter, Kind};
use crate::domain::time::{DAY_MS, HOUR_MS, Time};
use crate::graph::deed::{Deeds, Here, Outside};
use crate::graph::{At, Performed};
use crate::search::Query;
use crate::services::buying::payment::Mood;
use crate::services::buying::{call, decision, payment, phone as spoken, purchase, settings};
use crate::store::buying::{call as calls, payment as payments, purchase as rows, vendor as vendors};
use crate::store::house::{message, model};
use crate::store::tx::Tx;
use async_trait::async_trait;
use serde_json::{Value, json};
use std::sync::Arc;

/// Adds every deed of the desk.
pub fn all(deeds: Deeds, app: &Arc<App>) -> Deeds {
    let mut out =
        deeds.outside(Pay(app.clone())).outside(Scout::new(app)).outside(Dial::new(app)).outside(LookUp::new(app)).outside(Read::new(app));
    for name in ["find", "adopt", "compare", "order", "reject", "confirm", "fail", "call_off"] {
        out = out.here(OfPurchase { name: purchase_name(name), app: app.clone() });
    }
    for name in ["open", "hear", "chase", "give_up", "fail", "hang_up"] {
        out = out.here(OfCall { name: call_name(name), app: app.clone() });
    }
    out
}

const fn purchase_name(what: &str) -> &'static str {
    match what.as_bytes() {
        b"find" => "purchase.find",
        b"adopt" => "purchase.adopt",
        b"compare" => "purchase.compare",
        b"order" => "purchase.order",
        b"reject" => "purchase.reject",
        b"confirm" => "purchase.confirm",
        b"fail" => "purchase.fail",
        _ => "purchase.call_off",
    }
}

const fn call_name(what: &str) -> &'static str {
    match what.as_bytes() {
        b"open" => "call.open",
        b"hear" => "call.hear",
        b"chase" => "call.chase",
        b"give_up" => "call.give_up",
        b"fail" => "call.fail",
        _ => "call.hang_up",
    }
}

pub(super) fn id_of(input: &Value, field: &str) -> Result<Id> {
    let text = input[field].as_str().ok_or_else(|| Error::conflict(format!("The deed lacks its {field}.")))?;
    text.parse()
}

/// Our side of the line for a business.
pub(super) struct Line {
    account: Option<String>,
    mailbox: Option<String>,
    sms: Option<String>,
    calls: bool,
    business: String,
}

impl Line {
    pub(super) fn of(app: &App, business: Id) -> Self {
        let directory = app.directory();
        let mut texts = directory.lines_of(business).filter(|l| matches!(l.carrier, Carrier::Twilio | Carrier::Vonage));
        let sms = texts.next().map(|l| l.carrier.account(&l.line));
        let account = directory.numbers_of(business).next().map(|n| n.phone_number_id.as_str().to_owned());
        // A mailbox that only sends hears no answer.
        let reads = |keys: &Keys| matches!(keys, Keys::Mailbox { imap, .. } if !imap.trim().is_empty());
        let mailbox = directory.lines_of(business).find(|l| reads(&l.keys)).map(|l| l.carrier.account(&l.line));
        let business = directory.business(business).map(|b| b.name.clone()).unwrap_or_default();
        Self { account, sms, mailbox, calls: calling::is_ready(app), business }
    }
    pub(super) fn desk(&self) -> call::Desk<'_> {
        let (account, sms, mailbox) = (self.account.as_deref(), self.sms.as_deref(), self.mailbox.as_deref());
        call::Desk { account, sms, mailbox, calls: self.calls, business: &self.business }
    }
}

/// A deed of a purchase, in the transaction of its step.
struct OfPurchase {
    name: &'static str,
    app: Arc<App>,
}

impl Here for OfPurchase {
    fn name(&self) -> &'static str {
        self.name
    }
    fn perform(&self, tx: &mut Tx<'_>, at: &At, input: &Value) -> Result<Value> {
        let (id, line) = (id_of(input, "purchase_id")?, Line::of(&self.app, at.business));
        let why = input["why"].as_str().unwrap_or("");
        match self.name {
            "purchase.find" => find(&self.app, tx, at, id, &line, self.app.config.sourcing.is_ready()),
            "purchase.adopt" => {
                scout::adopt(tx, id, &input["found"])?;
                find(&self.app, tx, at, id, &line, false)
            }
            "purchase.compare" => compare(tx, id),
            "purchase.order" => {
                let all = decision::ordered(tx, id, input["agreed_minor"].as_i64().unwrap_or(0), line.desk())?;
                Ok(json!(all.iter().map(|p| to_pay(tx, p)).collect::<Result<Vec<_>>>()?))
            }
            "purchase.reject" => {
                decision::rejected(tx, id, why, line.desk())?;
                Ok(json!({ "bought": false, "why": why }))
            }
            "purchase.confirm" => confirm(tx, id, input),
            "purchase.fail" => {
                purchase::fail(tx, id, why)?;
                Ok(json!({ "bought": false, "why": why }))
            }
            _ => {
                decision::called_off(tx, id, why, line.desk())?;
                Ok(Value::Null)
            }
        }
    }
    fn pretend(&self, _: &Value) -> Value {
        match self.name {
            "purchase.compare" => json!({ "ok": false, "problem": "A trial compares nothing new." }),
            "purchase.order" => json!([]),
            _ => Value::Null,
        }
    }
}

/// Where the money goes is fixed here, with the order: what is written beside the vendor later changes nothing about it.
fn to_pay(tx: &Tx<'_>, p: &Payment) -> Result<ToPay> {
    let account = if p.method == Method::Stripe { vendors::find_vendor(tx, p.vendor_id)?.stripe } else { String::new() };
    Ok(ToPay {
        id: p.id,
        by_provider: !p.method.by_hand(),
        state: p.state,
        amount_minor: p.amount_minor,
        name: p.vendor_name.clone(),
        account,
    })
}

/// Vendors further than this in meaning sell something else.
const MEANT: f32 = 0.5;

fn find(app: &App, tx: &mut Tx<'_>, at: &At, id: Id, line: &Line, may_scout: bool) -> Result<Value> {
    let p = rows::find_purchase(tx, id)?;
    let mut meant = Vec::new();
    for item in &p.need.items {
        let q = Query { kind: Kind::Vendor, text: &item.name, filter: Filter::default(), limit: 5 };
        let hits = app.search.find(tx, at.business, &q)?;
        meant.extend(hits.into_iter().filter(|h| h.words.is_some() || h.cosine.is_some_and(|c| c >= MEANT)).map(|h| h.id));
    }
    let ids = purchase::choose_vendors(tx, id, &meant, line.desk().ways())?;
    if ids.is_empty() && may_scout {
        let (calls, names): (Vec<Id>, Vec<String>) = Default::default();
        return Ok(
            json!({ "calls": calls, "names": names, "title": p.title(), "number": p.number, "at_once": 1, "until": tx.now, "scout": true }),
        );
    }
    if ids.is_empty() {
        return Err(Error::conflict(format!(
            "Nobody in the vendor book sells {}. Add a vendor, or bring in a list, and ask again.",
            p.title()
        )));
    }
    let s = settings::find(tx)?;
    let names: Vec<String> = ids.iter().map(|c| calls::find_call(tx, *c).map(|c| c.vendor_name)).collect::<Result<_>>()?;
    // Half of the time there is belongs to the talks, so that the other half is left for bringing it.
    let day = tx.now.plus_ms(DAY_MS);
    let until =
        p.need.deadline.map_or(day, |d| Time::from_millis((tx.now.millis() + d.millis()) / 2).min(day).max(tx.now.plus_ms(HOUR_MS)));
    Ok(json!({ "calls": ids, "names": names, "title": p.title(), "number": p.number, "at_once": s.at_once, "until": until }))
}

fn compare(tx: &mut Tx<'_>, id: Id) -> Result<Value> {
    if !purchase::compare(tx, id)? {
        return Ok(json!({ "ok": false, "problem": rows::find_purchase(tx, id)?.problem }));
    }
    let q = decision::question(tx, id)?;
    let p = rows::find_purchase(tx, id)?;
    let until = p
        .comparison
        .iter()
        .filter_map(|c| c.plan.as_ref())
        .flat_map(|plan| &plan.shares)
        .filter_map(|s| calls::find_quote_of(tx, s.seller.call_id).ok().flatten())
        .map(|q| q.valid_until)
        .min();
    Ok(json!({ "ok": true, "title": q.title, "facts": q.facts, "amount": q.amount, "until": until }))
}

fn confirm(tx: &mut Tx<'_>, id: Id, input: &Value) -> Result<Value> {
    for x in input["settled"].as_array().into_iter().flatten() {
        let text = |field: &str| x[field].as_str().unwrap_or("");
        payment::settle(tx, id_of(x, "id")?, x["paid"] == true, text("reference"), text("problem"))?;
    }
    let p = payment::confirm(tx, id)?;
    Ok(json!({ "bought": true, "total_minor": p.total_minor }))
}

/// A deed of a talk, in the transaction of its step.
struct OfCall {
    name: &'static str,
    app: Arc<App>,
}

impl Here for OfCall {
    fn name(&self) -> &'static str {
        self.name
    }
    fn perform(&self, tx: &mut Tx<'_>, at: &At, input: &Value) -> Result<Value> {
        let (id, line) = (id_of(input, "call_id")?, Line::of(&self.app, at.business));
        let call = match self.name {
            "call.open" => call::open(tx, id, line.desk())?,
            "call.hear" => hear(tx, id, input, &line)?,
            "call.chase" => {
                call::chase(tx, id, line.desk())?;
                calls::find_call(tx, id)?
            }
            "call.give_up" => call::give_up(tx, id)?,
            "call.fail" => spoken::fail(tx, id, input["why"].as_str().unwrap_or(""))?,
            _ => call::hang_up(tx, id, input["why"].as_str().unwrap_or(""))?,
        };
        stands(&self.app, tx, call)
    }
}

fn hear(tx: &mut Tx<'_>, id: Id, input: &Value, line: &Line) -> Result<Call> {
    let read_by_model = input.get("read").filter(|v| !v.is_null());
    match input["message_id"].as_str() {
        Some(m) => {
            let m = message::find_message(tx, m.parse()?)?;
            let words = m.content.words();
            // A picture or a voice note without words: the talk waits for words.
            if words.trim().is_empty() {
                return calls::find_call(tx, id);
            }
            let words = crate::domain::text::clip(&words, 4_000);
            call::hear(tx, id, call::Spoken { text: &words, message: Some(m.id), read_by_model }, line.desk())
        }
        None if input["hung_up"] == true => spoken::judge(tx, id, line.desk()),
        None => {
            let text = input["text"].as_str().unwrap_or("");
            call::hear(tx, id, call::Spoken { text, message: None, read_by_model }, line.desk())
        }
    }
}

/// Whether a model reads what vendors say: the business's own, or one of the environment.
fn reads(app: &App, tx: &Tx<'_>) -> Result<bool> {
    Ok(app.config.models.ready().next().is_some() || !model::list_models(tx)?.is_empty())
}

fn stands(app: &App, tx: &Tx<'_>, c: Call) -> Result<Value> {
    let patience = settings::find(tx)?.patience_minutes;
    let dial = c.by == By::Call && c.state == State::Talking;
    let s = Stands {
        over: c.state.is_over(),
        state: c.state.as_str().into(),
        name: c.vendor_name,
        patience,
        dial,
        reads: reads(app, tx)?,
        problem: c.problem,
    };
    Ok(json!(s))
}

/// Pays a vendor through the provider.
struct Pay(Arc<App>);

#[async_trait]
impl Outside for Pay {
    fn name(&self) -> &'static str {
        "purchase.pay"
    }
    async fn perform(&self, at: &At, input: &Value) -> Performed {
        match self.ask(at, input).await {
            Ok(p) => p,
            // Nothing is asked before the row is read and the bank's book is written in one transaction.
            Err(e) if e.is_transient() => Performed::NotDone { problem: e.message, after_ms: 5_000 },
            Err(e) => Performed::Failed(e.message),
        }
    }
    async fn look(&self, at: &At, input: &Value) -> Performed {
        match self.asked(at, input).await {
            Ok(p) => p,
            Err(e) => Performed::Unknown(e.message),
        }
    }
}

impl Pay {
    async fn ask(&self, at: &At, input: &Value) -> Result<Performed> {
        let (_, file) = self.0.business(at.business)?;
        let (id, key, run) = (id_of(input, "payment_id")?, at.key.clone(), at.run);
        if file.read(move |tx| payments::find_purchase_payment(tx, id)).await?.method == Method::Stripe {
            return match file.write(move |tx| payment::is_off(tx, id, run)).await? {
                Some(why) => Ok(Performed::Failed(why.into())),
                None => stripe::pay(&self.0, at, id, input).await,
            };
        }
        file.write(move |tx| {
            // It may have been stopped while nobody knew whether it was paid.
            if let Some(why) = payment::is_off(tx, id, run)? {
                return Ok(Performed::Failed(why.into()));
            }
            let p = payments::find_purchase_payment(tx, id)?;
            Ok(match payment::sandbox_pay(tx, &key, p.amount_minor, &p.vendor_name)? {
                Mood::Fine => Performed::confirmed(json!({ "reference": reference(id) })),
                Mood::Refuses => Performed::Failed("The bank refused the payment.".into()),
                Mood::Away => Performed::NotDone { problem: "The bank does not answer.".into(), after_ms: 10_000 },
                Mood::Lost => {
                    let why = "The bank was asked to pay and did not answer.";
                    payment::doubt(tx, id, why)?;
                    Performed::Unknown(why.into())
                }
            })
        })
        .await
    }
    async fn asked(&self, at: &At, input: &Value) -> Result<Performed> {
        let (_, file) = self.0.business(at.business)?;
        let (id, key) = (id_of(input, "payment_id")?, at.key.clone());
        if file.read(move |tx| payments::find_purchase_payment(tx, id)).await?.method == Method::Stripe {
            return stripe::look(&self.0, at, id, input).await;
        }
        let found = file.read(move |tx| payment::sandbox_look(tx, &key)).await?;
        Ok(match found {
            Some(true) => Performed::confirmed(json!({ "reference": reference(id) })),
            Some(false) => Performed::NotDone { problem: "The bank knows of no such payment.".into(), after_ms: 1_000 },
            None => {
                let why = "The bank still does not say whether it paid.";
                file.write(move |tx| payment::doubt(tx, id, why)).await?;
                Performed::Unknown(why.into())
            }
        })
    }
}

/// The pretended bank's word for a payment.
fn reference(payment: Id) -> String {
    format!("SANDBOX-{}", payment.to_string().rsplit('-').next().unwrap_or("").to_uppercase())
}
