//! What purchases, talks and vendors look like in answers.

use crate::domain::buying::call::{Call, Said};
use crate::domain::buying::choice::{Candidate, carriage_words};
use crate::domain::buying::need::Item;
use crate::domain::buying::payment::Payment;
use crate::domain::buying::purchase::Purchase;
use crate::domain::buying::taste::Taste;
use crate::domain::buying::vendor::Vendor;
use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::domain::money::{Currency, Money};
use crate::domain::phone::Phone;
use crate::domain::time::Time;
use crate::store::buying::call;
use crate::store::tx::Read;
use serde::Serialize;
use utoipa::ToSchema;

/// A request to buy.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurchaseOut {
    /// Its id.
    pub id: Id,
    /// The number people say.
    pub number: i64,
    /// As it was asked for.
    pub text: String,
    /// What is needed, in words.
    pub items: Vec<String>,
    /// asking, awaiting_approval, ordering, payment_unknown, confirmed, delivered, failed or cancelled.
    pub status: &'static str,
    /// When it must be here.
    pub deadline: Option<Time>,
    /// The most it may cost; shown to the business only.
    pub ceiling: Option<Money>,
    /// What it comes to.
    pub total: Option<Money>,
    /// What to know.
    pub problem: String,
    /// The run that carries it.
    pub run_id: Option<Id>,
    /// Who asked for it.
    pub asked_by: String,
    /// When.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

impl PurchaseOut {
    /// Of a purchase, in the business's currency.
    pub fn of(p: &Purchase, c: Currency) -> Self {
        let money = |m: i64| Money::new(m, c);
        Self {
            id: p.id,
            number: p.number,
            text: p.text.clone(),
            items: p.need.items.iter().map(Item::words).collect(),
            status: p.status.as_str(),
            deadline: p.need.deadline,
            ceiling: p.need.ceiling_minor.map(money),
            total: p.total_minor.map(money),
            problem: p.problem.clone(),
            run_id: p.run_id,
            asked_by: p.asked_by.clone(),
            created_at: p.created_at,
            updated_at: p.updated_at,
        }
    }
}

/// A purchase with its talks, offers and payments.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurchaseDetail {
    /// The purchase.
    #[serde(flatten)]
    pub purchase: PurchaseOut,
    /// Talks with vendors, also those that came to nothing.
    pub calls: Vec<CallOut>,
    /// Offers, best first.
    pub offers: Vec<OfferOut>,
    /// What is proposed or was taken.
    pub plan: Option<PlanOut>,
    /// What offers are scored by, in hundredths.
    pub weights: Vec<WeightOut>,
    /// Money for vendors.
    pub payments: Vec<PurchasePaymentOut>,
    /// What came, as it was checked.
    pub deliveries: Vec<DeliveryOut>,
}

/// A delivery as it was checked.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryOut {
    /// The vendor.
    pub vendor_id: Id,
    /// The name.
    pub name: String,
    /// All of it came.
    pub complete: bool,
    /// It came in time.
    pub in_time: bool,
    /// How good it was, 1 to 5; absent when nothing came.
    pub stars: Option<i64>,
    /// What was wrong.
    pub note: String,
    /// Thing by thing; empty where nobody counted.
    pub received: Vec<CameOut>,
}

/// How much of a thing came.
#[derive(Debug, Serialize, ToSchema)]
pub struct CameOut {
    /// The thing.
    pub name: String,
    /// What both quantities count.
    pub unit: String,
    /// So much was ordered.
    pub ordered: String,
    /// So much came.
    pub received: String,
}

impl PurchaseDetail {
    /// Everything of a purchase.
    pub fn of(p: &Purchase, calls: Vec<CallOut>, payments: &[Payment], taste: &Taste, c: Currency) -> Self {
        let money = |m: i64| Money::new(m, c);
        let plan = p.comparison.as_ref().and_then(|x| x.plan.as_ref()).map(|plan| PlanOut {
            total: money(plan.total_minor),
            why: plan.why.clone(),
            shares: plan
                .shares
                .iter()
                .map(|s| ShareOut { vendor_id: s.seller.vendor_id, name: s.seller.name.clone(), total: money(s.total_minor) })
                .collect(),
        });
        Self {
            purchase: PurchaseOut::of(p, c),
            calls,
            offers: p.comparison.iter().flat_map(|x| &x.candidates).map(|x| OfferOut::of(x, c)).collect(),
            plan,
            weights: taste.percents().into_iter().map(|(name, percent)| WeightOut { name, percent }).collect(),
            payments: payments.iter().map(|x| PurchasePaymentOut::of(x, c)).collect(),
            deliveries: Vec::new(),
        }
    }
}

/// A weight of the comparison.
#[derive(Debug, Serialize, ToSchema)]
pub struct WeightOut {
    /// "Price".
    pub name: &'static str,
    /// In hundredths.
    pub percent: i64,
}

/// A way to buy.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanOut {
    /// What it comes to.
    pub total: Money,
    /// Why this one.
    pub why: String,
    /// From whom.
    pub shares: Vec<ShareOut>,
}

/// What comes from one vendor.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareOut {
    /// The vendor.
    pub vendor_id: Id,
    /// The name.
    pub name: String,
    /// What it comes to, delivered.
    pub total: Money,
}

/// An offer in the comparison.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferOut {
    /// The vendor.
    pub vendor_id: Id,
    /// The name.
    pub name: String,
    /// What it comes to, delivered.
    pub total: Money,
    /// Of that, delivery.
    pub delivery: Money,
    /// "included", "to collect", "not said"; empty when it costs what it costs.
    pub delivery_words: &'static str,
    /// Days until it is here.
    pub lead_days: Option<i64>,
    /// Until when the price stands.
    pub valid_until: Option<Time>,
    /// It has everything.
    pub complete: bool,
    /// It would come after the deadline.
    pub late: bool,
    /// It costs more than the ceiling.
    pub too_dear: bool,
    /// Of 100, by the weights.
    pub score: f64,
}

impl OfferOut {
    fn of(x: &Candidate, c: Currency) -> Self {
        Self {
            vendor_id: x.seller.vendor_id,
            name: x.seller.name.clone(),
            total: Money::new(x.total_minor, c),
            delivery: Money::new(x.carriage_minor, c),
            delivery_words: carriage_words(x.offer.carriage).unwrap_or(""),
            lead_days: x.offer.lead_days,
            valid_until: x.offer.valid_until,
            complete: x.complete,
            late: x.late,
            too_dear: x.too_dear,
            score: (x.score * 10.0).round() / 10.0,
        }
    }
}

/// Money for a vendor.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurchasePaymentOut {
    /// Its id.
    pub id: Id,
    /// The vendor.
    pub vendor_id: Id,
    /// The name.
    pub name: String,
    /// How much.
    pub amount: Money,
    /// transfer, ach or sandbox.
    pub method: &'static str,
    /// due, sending, paid, failed or unknown.
    pub state: &'static str,
    /// The bank's word for it.
    pub reference: String,
    /// What went wrong.
    pub problem: String,
}

impl PurchasePaymentOut {
    fn of(x: &Payment, c: Currency) -> Self {
        Self {
            id: x.id,
            vendor_id: x.vendor_id,
            name: x.vendor_name.clone(),
            amount: Money::new(x.amount_minor, c),
            method: x.method.as_str(),
            state: x.state.as_str(),
            reference: x.reference.clone(),
            problem: x.problem.clone(),
        }
    }
}

/// A talk with a vendor.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallOut {
    /// Its id.
    pub id: Id,
    /// For this purchase.
    pub purchase_id: Id,
    /// With this vendor.
    pub vendor_id: Id,
    /// The name.
    pub vendor_name: String,
    /// whatsapp, email, sms, call, or hand: a person talks and writes down what is said.
    pub by: &'static str,
    /// The thread, when it goes by messages.
    pub conversation_id: Option<Id>,
    /// waiting, talking, quoted, refused, no_answer, failed or stopped.
    pub status: &'static str,
    /// What they ask for everything now, delivered as far as is known.
    pub quoted_price: Option<Money>,
    /// Until when the price stands.
    pub valid_until: Option<Time>,
    /// The vendor said that somebody of ours had agreed to something. It changed nothing.
    pub claims_approval: bool,
    /// What to know.
    pub problem: String,
    /// The telephone call, where there is one.
    pub phone: Option<PhoneOut>,
    /// What was said.
    pub transcript: Vec<CallLineOut>,
    /// From the first word to the last, in seconds.
    pub duration_seconds: Option<i64>,
    /// When it began.
    pub started_at: Option<Time>,
    /// When it ended.
    pub ended_at: Option<Time>,
}

/// A telephone call as its carrier knows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PhoneOut {
    /// The carrier's id.
    pub provider_id: String,
    /// The carrier's word: queued, ringing, in-progress, ended.
    pub status: String,
    /// The carrier's word for why it ended; empty while it goes on.
    pub ended_reason: String,
    /// What it cost, in millionths of a US dollar.
    pub cost_micros: u64,
}

/// A line of a talk.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallLineOut {
    /// steward or vendor.
    pub who: &'static str,
    /// The words.
    pub text: String,
    /// When.
    pub at: Time,
}

impl From<Said> for CallLineOut {
    fn from(s: Said) -> Self {
        Self { who: if s.ours { "steward" } else { "vendor" }, text: s.text, at: s.at }
    }
}

impl CallOut {
    /// A talk with its lines and its quote.
    pub fn find(tx: &Read<'_>, x: Call, items: &[Item], c: Currency) -> Result<Self> {
        let quote = call::find_quote_of(tx, x.id)?;
        let transcript = call::list_lines(tx, x.id)?.into_iter().map(CallLineOut::from).collect();
        let asks = quote.as_ref().map(|q| q.total_minor).or_else(|| x.ledger.landed(items).map(|l| l.total_minor));
        Ok(Self {
            id: x.id,
            purchase_id: x.purchase_id,
            vendor_id: x.vendor_id,
            vendor_name: x.vendor_name,
            by: x.by.as_str(),
            conversation_id: x.conversation_id,
            status: x.state.as_str(),
            quoted_price: asks.map(|m| Money::new(m, c)),
            valid_until: quote.map(|q| q.valid_until),
            claims_approval: x.ledger.claims,
            problem: x.problem,
            phone: x.phone.map(|l| PhoneOut {
                provider_id: l.provider_id,
                status: l.status,
                ended_reason: l.ended_reason,
                cost_micros: l.cost_micros,
            }),
            transcript,
            duration_seconds: x.started_at.zip(x.ended_at).map(|(from, to)| to.since_ms(from) / 1_000),
            started_at: x.started_at,
            ended_at: x.ended_at,
        })
    }
}

/// Whom the business buys from.
#[derive(Debug, Serialize, ToSchema)]
pub struct VendorOut {
    /// Its id.
    pub id: Id,
    /// The name.
    pub name: String,
    /// The number.
    pub phone: Option<String>,
    /// any, sms, call or hand.
    pub reach: &'static str,
    /// The address.
    pub email: String,
    /// What it sells.
    pub products: Vec<String>,
    /// The language we write in.
    pub language: &'static str,
    /// How good what it brings is, of 100.
    pub quality_score: Option<i64>,
    /// How often it brings all of it in time, of 100.
    pub reliability_score: Option<i64>,
    /// Certificates.
    pub certifications: Vec<String>,
    /// How far away.
    pub distance_km: Option<i64>,
    /// Whether an account for payment files is written down; the account itself is shown to nobody.
    pub has_bank: bool,
    /// Its account at Stripe; empty for none.
    pub stripe_account: String,
    /// Never to be contacted.
    pub do_not_contact: bool,
    /// book, import or web.
    pub source: &'static str,
    /// The page or file it was found in.
    pub provenance: String,
    /// The owner's note.
    pub note: String,
    /// When it was written down.
    pub created_at: Time,
}

impl From<Vendor> for VendorOut {
    fn from(v: Vendor) -> Self {
        Self {
            id: v.id,
            name: v.name,
            phone: v.phone.as_ref().map(Phone::e164).map(str::to_owned),
            reach: v.reach.as_str(),
            email: v.email,
            products: v.products,
            language: v.language.code(),
            quality_score: v.quality,
            reliability_score: v.reliability,
            certifications: v.certifications,
            distance_km: v.distance_km,
            has_bank: v.bank.is_some(),
            stripe_account: v.stripe,
            do_not_contact: v.do_not_contact,
            source: v.source.as_str(),
            provenance: v.provenance,
            note: v.note,
            created_at: v.created_at,
        }
    }
}
