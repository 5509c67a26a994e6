//! The vendor book, how the business buys, and what was learned of the owner's taste.

use crate::app::gateways;
use crate::domain::buying::ach::Origin;
use crate::domain::buying::payment::Method;
use crate::domain::buying::taste::Choice;
use crate::domain::buying::vendor::{Bank, Reach, Vendor, phone};
use crate::domain::buying::vendor_csv;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::services::buying::settings::Settings;
use crate::services::buying::{decision, purchase as purchases, settings as services, vendor as vendors};
use crate::store::buying::{purchase, vendor};
use crate::store::meta;
use crate::store::tx::Read;
use crate::web::error::status;
use crate::web::format::count;
use crate::web::pages::answer::{Answer, html_as};
use crate::web::pages::house::item::Parts;
use crate::web::pages::session::{Here, View};
use crate::web::view::buying::vendor::{BuyingForm, VendorForm, VendorRow, VendorsPage};
use crate::web::view::{Errors, Pick};
use axum::Form;
use axum::extract::{Multipart, Query};
use serde::Deserialize;

/// Vendors listed at once.
const LISTED: u32 = 100;
/// Choices that are told.
const TOLD: u32 = 10;
/// Wrong rows of a file that are listed.
const WRONG: usize = 50;
const HOME: &str = "/app/buying/vendors";

/// What the book is asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    q: String,
    id: String,
    after: String,
}

/// `GET /app/buying/vendors`; with `id` the form holds that vendor.
pub async fn page(here: Here, Query(ask): Query<Ask>) -> Answer {
    let page = here.view("buying", move |tx, v| book(tx, v, &ask)).await?;
    here.page(&page)
}

fn book(tx: &Read<'_>, v: View, ask: &Ask) -> Result<VendorsPage> {
    let mut all = vendor::list_vendors(tx, ask.q.trim(), &ask.after, LISTED + 1)?;
    let more = all.len() > LISTED as usize;
    all.truncate(LISTED as usize);
    let packed: String = url::form_urlencoded::byte_serialize(ask.q.trim().as_bytes()).collect();
    let next = all.last().filter(|_| more).map_or_else(String::new, |l| format!("{HOME}?q={packed}&after={}", l.id));
    let (s, taste) = (services::find(tx)?, purchases::taste(tx)?);
    let dollars = v.profile.currency.code() == "USD";
    let form = if ask.id.is_empty() {
        VendorForm { reach: reached(Reach::Any), ..VendorForm::default() }
    } else {
        filled(&vendor::find_vendor(tx, ask.id.parse()?)?)
    };
    Ok(VendorsPage {
        sub: count(vendor::count_vendors(tx)?, "vendor", "vendors"),
        q: ask.q.clone(),
        rows: all.iter().map(row).collect(),
        next,
        form,
        dollars,
        weights: taste.percents().into_iter().map(|(k, n)| (k.to_owned(), format!("{n} %"))).collect(),
        choices: purchase::list_choices(tx, TOLD)?.iter().map(Choice::words).collect(),
        buying: buying(&s, dollars),
        chrome: v.chrome,
        ..VendorsPage::default()
    })
}

fn row(v: &Vendor) -> VendorRow {
    let score = |name: &str, n: Option<i64>| n.map(|n| format!("{name} {n}"));
    let scores: Vec<String> = score("Quality", v.quality).into_iter().chain(score("reliability", v.reliability)).collect();
    VendorRow {
        url: format!("{HOME}?id={}#form", v.id),
        name: v.name.clone(),
        products: v.products.join(", "),
        phone: v.phone.as_ref().map_or_else(String::new, |p| p.e164().to_owned()),
        scores: scores.join(", "),
        found: v.provenance.clone(),
        blocked: v.do_not_contact,
    }
}

fn reached(by: Reach) -> Vec<Pick> {
    Reach::ALL.map(|r| Pick { value: r.as_str().into(), label: r.title().into(), on: r == by }).into()
}

fn filled(v: &Vendor) -> VendorForm {
    VendorForm {
        id: v.id.to_string(),
        name: v.name.clone(),
        phone: v.phone.as_ref().map_or_else(String::new, |p| p.e164().to_owned()),
        email: v.email.clone(),
        reach: reached(v.reach),
        products: v.products.join(", "),
        certifications: v.certifications.join(", "),
        distance: v.distance_km.map_or_else(String::new, |n| n.to_string()),
        blocked: v.do_not_contact,
        note: v.note.clone(),
        has_bank: v.bank.is_some(),
        stripe: v.stripe.clone(),
        ..VendorForm::default()
    }
}

fn buying(s: &Settings, dollars: bool) -> BuyingForm {
    let methods = Method::ALL.iter().filter(|m| dollars || **m != Method::Ach);
    let origin = s.origin.clone();
    let part = |f: fn(&Origin) -> &String| origin.as_ref().map_or_else(String::new, |o| f(o).clone());
    BuyingForm {
        methods: methods.map(|m| Pick { value: m.as_str().into(), label: m.title().into(), on: *m == s.pay_by }).collect(),
        at_once: s.at_once.to_string(),
        vendors: s.vendors.to_string(),
        patience: s.patience_minutes.to_string(),
        weekly: s.may_offer_weekly,
        bank_routing: part(|o| &o.bank_routing),
        bank_name: part(|o| &o.bank_name),
        company: part(|o| &o.company),
        company_id: part(|o| &o.company_id),
    }
}

/// A vendor, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    id: String,
    name: String,
    phone: String,
    email: String,
    reach: String,
    products: String,
    certifications: String,
    distance: String,
    note: String,
    blocked: String,
    routing: String,
    account: String,
    holder: String,
    savings: String,
    stripe: String,
    remove: String,
}

impl Typed {
    fn put(&self, v: Vendor, country: &str) -> Result<Vendor> {
        let list = |text: &str| text.split(',').map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect();
        let distance_km = match self.distance.trim() {
            "" => None,
            n => Some(n.parse().map_err(|_| Error::field("distance_km", "A distance is a whole number of kilometres."))?),
        };
        // An account that is written down stays unless another is typed: it is shown to nobody, so the fields come empty.
        let bank = match (self.routing.trim(), self.account.trim()) {
            ("", "") => v.bank.clone(),
            (routing, account) => Some(Bank {
                routing: routing.into(),
                account: account.into(),
                savings: !self.savings.is_empty(),
                holder: if self.holder.trim().is_empty() { self.name.trim().into() } else { self.holder.trim().into() },
            }),
        };
        Ok(Vendor {
            name: self.name.trim().to_owned(),
            phone: phone(&self.phone, country)?,
            email: self.email.trim().to_owned(),
            reach: Reach::from_word(&self.reach).unwrap_or(v.reach),
            products: list(&self.products),
            certifications: list(&self.certifications),
            distance_km,
            do_not_contact: !self.blocked.is_empty(),
            note: self.note.trim().to_owned(),
            bank,
            stripe: self.stripe.trim().to_owned(),
            ..v
        })
    }
    fn form(&self) -> VendorForm {
        VendorForm {
            id: self.id.clone(),
            name: self.name.clone(),
            phone: self.phone.clone(),
            email: self.email.clone(),
            reach: reached(Reach::from_word(&self.reach).unwrap_or_default()),
            products: self.products.clone(),
            certifications: self.certifications.clone(),
            distance: self.distance.clone(),
            blocked: !self.blocked.is_empty(),
            note: self.note.clone(),
            routing: self.routing.clone(),
            account: self.account.clone(),
            holder: self.holder.clone(),
            savings: !self.savings.is_empty(),
            has_bank: false,
            stripe: self.stripe.clone(),
        }
    }
}

/// `POST /app/buying/vendors`: a new vendor, a changed one, or one taken off the book.
pub async fn save(here: Here, Form(typed): Form<Typed>) -> Answer {
    here.require(Role::Manager)?;
    let id: Option<Id> = if typed.id.is_empty() { None } else { Some(typed.id.parse()?) };
    let t = typed.clone();
    let done = here.write(move |tx| {
        if let (Some(id), false) = (id, t.remove.is_empty()) {
            vendors::remove(tx, id)?;
            return Ok("Taken off the book. Past purchases keep the name.".to_owned());
        }
        let v = match id {
            Some(id) => vendor::find_vendor(tx, id)?,
            None => Vendor::new(Id::new(tx.now), "", tx.now),
        };
        let v = t.put(v, &meta::find_profile(tx)?.country)?;
        vendors::save(tx, &v)?;
        Ok(format!("{} is in the book.", v.name))
    });
    match done.await {
        Ok(words) => Ok(here.back(HOME, &words)),
        Err(e) if status(&e).is_client_error() && e.kind != Kind::NotFound => again(here, &e, move |p| p.form = typed.form()).await,
        Err(e) => Err(e.into()),
    }
}

/// The page again with what was typed and what is wrong with it.
async fn again(here: Here, e: &Error, put: impl FnOnce(&mut VendorsPage) + Send + 'static) -> Answer {
    let (code, errors) = (status(e), Errors::from(e));
    let here = here.at(HOME);
    let page = here.view("buying", move |tx, v| {
        let mut page = book(tx, v, &Ask::default())?;
        page.errors = errors;
        put(&mut page);
        Ok(page)
    });
    html_as(code, &page.await?)
}

/// `POST /app/buying/vendors/import`: a list as CSV. Rows that are right are taken, the others are named.
pub async fn import(here: Here, body: Multipart) -> Answer {
    here.require(Role::Manager)?;
    let parts = Parts::read(body).await?;
    let Some((name, bytes)) = parts.file else { return Ok(here.back(HOME, "Choose a file first.")) };
    let done = here.write(move |tx| {
        let country = meta::find_profile(tx)?.country;
        let sheet = vendor_csv::read(&bytes, &country, &name, tx.now)?;
        vendors::import(tx, &sheet)
    });
    let done = done.await?;
    let words = format!("{} added, {} changed, {} known already, {} not taken.", done.added, done.changed, done.same, done.failed);
    if done.errors.is_empty() {
        return Ok(here.back(HOME, &words));
    }
    let wrong = done.errors.into_iter().take(WRONG).map(|e| format!("Row {}, {}: {}", e.row, e.text, e.message)).collect();
    let here = here.at(HOME);
    let page = here.view("buying", move |tx, v| {
        let page = book(tx, v, &Ask::default())?;
        Ok(VendorsPage { import_done: words, import_wrong: wrong, ..page })
    });
    here.page(&page.await?)
}

/// How the business buys, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct HowTyped {
    at_once: String,
    vendors: String,
    patience: String,
    pay_by: String,
    weekly: String,
    bank_routing: String,
    bank_name: String,
    company: String,
    company_id: String,
}

impl HowTyped {
    fn put(&self, s: Settings) -> Result<Settings> {
        let number = |text: &str, field: &str| text.trim().parse::<i64>().map_err(|_| Error::field(field, "This is a whole number."));
        let count = |text: &str, field: &str| number(text, field).map(|n| usize::try_from(n).unwrap_or(0));
        let origin = (!self.bank_routing.trim().is_empty()).then(|| Origin {
            bank_routing: self.bank_routing.trim().into(),
            bank_name: self.bank_name.trim().into(),
            company: self.company.trim().into(),
            company_id: self.company_id.trim().into(),
        });
        Ok(Settings {
            at_once: count(&self.at_once, "at_once")?,
            vendors: count(&self.vendors, "vendors")?,
            patience_minutes: number(&self.patience, "patience_minutes")?,
            pay_by: Method::from_word(&self.pay_by).ok_or_else(|| Error::field("pay_by", "Choose how vendors are paid."))?,
            may_offer_weekly: !self.weekly.is_empty(),
            origin,
            ..s
        })
    }
}

/// `POST /app/buying/settings`.
pub async fn settings(here: Here, Form(typed): Form<HowTyped>) -> Answer {
    here.require(Role::Owner)?;
    if typed.pay_by == Method::Stripe.as_str()
        && let Err(e) = gateways::payer(&here.app, here.business.id)
    {
        return Ok(here.back(HOME, &format!("Not saved. {}", e.message)));
    }
    let done = here.write(move |tx| {
        let s = typed.put(services::find(tx)?)?;
        services::save(tx, &s)
    });
    match done.await {
        Ok(()) => Ok(here.back(HOME, "Saved.")),
        Err(e) if e.kind == Kind::Invalid => Ok(here.back(HOME, &format!("Not saved. {}", e.message))),
        Err(e) => Err(e.into()),
    }
}

/// `POST /app/buying/taste/forget`.
pub async fn forget_taste(here: Here) -> Answer {
    here.require(Role::Owner)?;
    here.write(decision::forget_taste).await?;
    Ok(here.back(HOME, "Forgotten. The starting weights count again."))
}
