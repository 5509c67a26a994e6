//! The catalogue.

use crate::app::media;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::business::Profile;
use crate::domain::house::item::{Item, OptionChoice, OptionGroup};
use crate::domain::house::member::Role;
use crate::domain::id::{Id, token};
use crate::domain::money::{Currency, Money};
use crate::domain::text::clip;
use crate::search::Filter;
use crate::services::house::item::{self as items, ItemChange};
use crate::services::house::once;
use crate::store::house::item;
use crate::store::meta;
use crate::web::error::status;
use crate::web::format::count;
use crate::web::pages::answer::{Answer, html_as};
use crate::web::pages::session::{Here, View};
use crate::web::view::house::item::{ItemForm, ItemPage, ItemRow, ItemsPage, OptionForm};
use crate::web::view::{Chip, Errors, Pill};
use axum::Form;
use axum::extract::{Multipart, Path, Query};
use serde::Deserialize;
use std::collections::HashMap;

/// Few enough left to be worth a look.
const LOW: i64 = 5;
/// Items shown at once.
const SHOWN: u32 = 100;

/// What the list is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    q: String,
    show: String,
    after: String,
}

/// `GET /app/catalogue`.
pub async fn list(here: Here, Query(ask): Query<Ask>) -> Answer {
    let (search, business) = (here.app.search.clone(), here.business.id);
    let q = clip(ask.q.trim(), 500);
    search.prepare(&q).await;
    let page = here.view("catalogue", move |tx, v| {
        let (all, sellable) = (item::count_items(tx)?, item::count_sellable(tx)?);
        let ids = search.items(tx, business, &q, Filter::default(), ask.after.parse().ok(), SHOWN as usize)?;
        let found = item::find_items(tx, &ids)?;
        let last = found.last().filter(|_| found.len() >= SHOWN as usize).map(|i| i.id);
        let wanted = |i: &Item| match ask.show.as_str() {
            "out" => i.can_sell() == Some(0),
            "low" => i.can_sell().is_some_and(|n| n > 0 && n <= LOW),
            _ => true,
        };
        let rows = found.iter().filter(|i| wanted(i)).map(|i| row(&v, i)).collect();
        let packed: String = url::form_urlencoded::byte_serialize(ask.q.as_bytes()).collect();
        let next = last.map_or_else(String::new, |id| format!("/app/catalogue?q={packed}&show={}&after={id}", ask.show));
        let chip = |label: &str, show: &str| Chip {
            label: label.into(),
            count: String::new(),
            url: format!("/app/catalogue?show={show}"),
            on: ask.show == show,
        };
        Ok(ItemsPage {
            sub: format!("{}, {sellable} can be ordered now", count(all, "thing", "things")),
            chips: vec![chip("All", ""), chip("Sold out", "out"), chip("Nearly gone", "low")],
            q: ask.q,
            show: ask.show,
            rows,
            empty: all == 0,
            next,
            chrome: v.chrome,
        })
    });
    here.page(&page.await?)
}

fn row(v: &View, i: &Item) -> ItemRow {
    let pill = match i.can_sell() {
        Some(0) => Some(Pill::new("", "Sold out")),
        Some(n) if n <= LOW => Some(Pill::new("warn", format!("{n} left"))),
        _ => None,
    };
    ItemRow {
        id: i.id.to_string(),
        url: format!("/app/catalogue/{}", i.id),
        name: i.name.clone(),
        sku: i.sku.clone(),
        category: i.category.clone(),
        price: v.money(i.price_minor),
        stock: i.stock.map_or_else(String::new, |n| n.to_string()),
        available: i.available,
        pill,
        photo_url: i.photo.as_ref().map_or_else(String::new, |p| format!("/app/media/{p}")),
    }
}

/// `GET /app/catalogue/new`.
pub async fn blank(here: Here) -> Answer {
    here.require(Role::Manager)?;
    let page = here.view("catalogue", |tx, v| {
        let form = ItemForm {
            action: "/app/catalogue".into(),
            sign: v.profile.currency.sign(),
            available: true,
            options: vec![OptionForm::default()],
            key: token(9),
            ..ItemForm::default()
        };
        Ok(ItemPage { form, errors: Errors::default(), categories: item::list_categories(tx)?, chrome: v.chrome })
    });
    here.page(&page.await?)
}

/// `GET /app/catalogue/ID`.
pub async fn page(here: Here, Path(id): Path<Id>) -> Answer {
    let page = here.view("catalogue", move |tx, v| {
        let form = filled(&item::find_item(tx, id)?, v.profile.currency);
        Ok(ItemPage { form, errors: Errors::default(), categories: item::list_categories(tx)?, chrome: v.chrome })
    });
    here.page(&page.await?)
}

fn filled(i: &Item, currency: Currency) -> ItemForm {
    let plain = |minor: i64| Money::new(minor, currency).plain();
    let choice = |c: &OptionChoice| match c.price_minor {
        0 => c.name.clone(),
        p if p > 0 => format!("{} +{}", c.name, plain(p)),
        p => format!("{} {}", c.name, plain(p)),
    };
    let option = |(index, g): (usize, &OptionGroup)| OptionForm {
        index,
        name: g.name.clone(),
        choices: g.choices.iter().map(choice).collect::<Vec<_>>().join("\n"),
        required: g.required,
        many: g.many,
    };
    let mut options: Vec<OptionForm> = i.options.iter().enumerate().map(option).collect();
    options.push(OptionForm { index: options.len(), ..OptionForm::default() });
    ItemForm {
        id: i.id.to_string(),
        action: format!("/app/catalogue/{}", i.id),
        name: i.name.clone(),
        sku: i.sku.clone(),
        aliases: i.aliases.join(", "),
        description: i.description.clone(),
        category: i.category.clone(),
        price: plain(i.price_minor),
        sign: currency.sign(),
        unit: i.unit.clone(),
        stock: i.stock.map_or_else(String::new, |n| n.to_string()),
        available: i.available,
        stock_shown: i.stock.map_or_else(String::new, |n| n.to_string()),
        available_shown: i.available,
        options,
        photo_url: i.photo.as_ref().map_or_else(String::new, |p| format!("/app/media/{p}")),
        key: token(9),
    }
}

/// `POST /app/catalogue`.
pub async fn add(here: Here, body: Multipart) -> Answer {
    store(here, None, body).await
}

/// `POST /app/catalogue/ID`.
pub async fn save(here: Here, Path(id): Path<Id>, body: Multipart) -> Answer {
    store(here, Some(id), body).await
}

/// A multipart form: its texts, and one file.
#[derive(Default)]
pub struct Parts {
    /// Field and text.
    pub texts: HashMap<String, String>,
    /// The file's name and bytes, when one was chosen.
    pub file: Option<(String, Vec<u8>)>,
}

impl Parts {
    /// Reads the whole form.
    pub async fn read(mut body: Multipart) -> Result<Self> {
        let bad = |e: axum::extract::multipart::MultipartError| match e.status().as_u16() {
            413 => Error::new(Kind::TooLarge, "That file is too large. At most 16 MB."),
            _ => Error::invalid("The form did not arrive whole. Try again.").with_source(e),
        };
        let mut parts = Self::default();
        while let Some(field) = body.next_field().await.map_err(bad)? {
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                Some(file) => {
                    let bytes = field.bytes().await.map_err(bad)?.to_vec();
                    if !bytes.is_empty() {
                        parts.file = Some((file, bytes));
                    }
                }
                None => drop(parts.texts.insert(name, field.text().await.map_err(bad)?)),
            }
        }
        Ok(parts)
    }
    /// Everything in it, for telling whether it was sent before.
    pub fn content(&self) -> Vec<u8> {
        let mut fields: Vec<(&String, &String)> = self.texts.iter().collect();
        fields.sort();
        let mut out = format!("{fields:?}").into_bytes();
        out.extend(self.file.iter().flat_map(|(_, bytes)| bytes));
        out
    }
    /// The text of a field; empty when it was not sent.
    pub fn text(&self, field: &str) -> String {
        self.texts.get(field).map(|t| t.trim().to_owned()).unwrap_or_default()
    }
    /// Whether a field holds what the form showed. The shop sells while a form is open: what nobody touched is not set back.
    fn untouched(&self, field: &str) -> bool {
        self.texts.get(&format!("{field}_shown")).is_some_and(|shown| shown.trim() == self.text(field))
    }
    /// Whether a box was ticked.
    pub fn on(&self, field: &str) -> bool {
        self.texts.contains_key(field)
    }
}

async fn store(here: Here, id: Option<Id>, body: Multipart) -> Answer {
    here.require(Role::Manager)?;
    let parts = Parts::read(body).await?;
    match keep(&here, id, &parts).await {
        Ok(name) => Ok(here.back("/app/catalogue", &format!("{name} is saved."))),
        Err(e) if matches!(e.kind, Kind::Invalid | Kind::Conflict) => again(here, id, &parts, &e).await,
        Err(e) => Err(e.into()),
    }
}

async fn keep(here: &Here, id: Option<Id>, parts: &Parts) -> Result<String> {
    let profile: Profile = here.file.read(meta::find_profile).await?;
    let mut change = read(parts, profile.currency)?;
    if let Some((_, bytes)) = &parts.file {
        if !media::shown_as(bytes).is_some_and(|kind| kind.starts_with("image/")) {
            return Err(Error::field("photo", "That is not a picture. JPEG, PNG or WebP work."));
        }
        change.photo = Some(media::keep(&here.app, here.business.id, bytes.clone()).await?);
    }
    let remove = parts.on("remove_photo") && change.photo.is_none();
    let once = here.once(&parts.text("key"), &format!("item {id:?}"), &parts.content());
    let saved = here.write(move |tx| {
        if let Some(before) = once::find(tx, &once)? {
            return Ok(before.body);
        }
        let mut saved = match id {
            Some(id) => items::change(tx, id, change)?,
            None => items::add(tx, change)?,
        };
        if remove && saved.photo.take().is_some() {
            item::upsert_item(tx, &saved)?;
        }
        once::keep(tx, &once, 200, &saved.name)?;
        Ok(saved.name)
    });
    saved.await
}

fn read(parts: &Parts, currency: Currency) -> Result<ItemChange> {
    let mut wrong = Vec::new();
    let price = Money::parse(&parts.text("price"), currency).map_err(|e| wrong.extend(e.fields)).ok();
    let stock = match parts.text("stock").replace(',', "").as_str() {
        _ if parts.untouched("stock") => None,
        "" => Some(None),
        n => n.parse::<i64>().map(Some).map_err(|_| wrong.push(("stock".into(), "Write a whole number, or leave it empty.".into()))).ok(),
    };
    let options = options(parts, currency).map_err(|e| wrong.extend(e.fields)).unwrap_or_default();
    if !wrong.is_empty() {
        return Err(Error { fields: wrong, ..Error::invalid("Look at the fields marked below.") });
    }
    Ok(ItemChange {
        sku: Some(parts.text("sku")),
        name: Some(parts.text("name")),
        aliases: Some(parts.text("aliases").split([',', ';']).map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect()),
        description: Some(parts.text("description")),
        category: Some(parts.text("category")),
        price_minor: price.map(|m| m.amount_minor),
        unit: Some(parts.text("unit")),
        stock,
        available: (!parts.untouched("available")).then(|| parts.on("available")),
        options: Some(options),
        photo: None,
        attributes: None,
    })
}

fn options(parts: &Parts, currency: Currency) -> Result<Vec<OptionGroup>> {
    let mut groups = Vec::new();
    for i in 0..21 {
        let (name, lines) = (parts.text(&format!("option_{i}_name")), parts.text(&format!("option_{i}_choices")));
        if name.is_empty() && lines.is_empty() {
            continue;
        }
        let choices = lines.lines().map(str::trim).filter(|l| !l.is_empty()).map(|l| choice(l, currency)).collect::<Result<_>>()?;
        groups.push(OptionGroup {
            name,
            choices,
            required: parts.on(&format!("option_{i}_required")),
            many: parts.on(&format!("option_{i}_many")),
        });
    }
    Ok(groups)
}

/// "Large +500": a name, and what it adds.
fn choice(line: &str, currency: Currency) -> Result<OptionChoice> {
    let Some((name, price)) = line.rsplit_once('+') else { return Ok(OptionChoice { name: line.to_owned(), price_minor: 0 }) };
    let price = Money::parse(price, currency).map_err(|e| Error::field("options", e.message))?;
    Ok(OptionChoice { name: name.trim().to_owned(), price_minor: price.amount_minor })
}

async fn again(here: Here, id: Option<Id>, parts: &Parts, e: &Error) -> Answer {
    let errors = Errors::from(e);
    let typed = typed(id, parts);
    let here = here.at(typed.action.clone());
    let page = here.view("catalogue", move |tx, v| {
        let old = id.map(|id| item::find_item(tx, id)).transpose()?;
        let photo_url = old.and_then(|i| i.photo).map_or_else(String::new, |p| format!("/app/media/{p}"));
        let form = ItemForm { sign: v.profile.currency.sign(), photo_url, ..typed };
        Ok(ItemPage { form, errors, categories: item::list_categories(tx)?, chrome: v.chrome })
    });
    html_as(status(e), &page.await?)
}

fn typed(id: Option<Id>, parts: &Parts) -> ItemForm {
    let option = |i: usize| OptionForm {
        index: i,
        name: parts.text(&format!("option_{i}_name")),
        choices: parts.text(&format!("option_{i}_choices")),
        required: parts.on(&format!("option_{i}_required")),
        many: parts.on(&format!("option_{i}_many")),
    };
    let sent = (0..21).filter(|i| parts.on(&format!("option_{i}_name")));
    ItemForm {
        id: id.map_or_else(String::new, |i| i.to_string()),
        action: id.map_or_else(|| "/app/catalogue".into(), |i| format!("/app/catalogue/{i}")),
        name: parts.text("name"),
        sku: parts.text("sku"),
        aliases: parts.text("aliases"),
        description: parts.text("description"),
        category: parts.text("category"),
        price: parts.text("price"),
        unit: parts.text("unit"),
        stock: parts.text("stock"),
        available: parts.on("available"),
        stock_shown: parts.text("stock_shown"),
        available_shown: parts.on("available_shown") && !parts.text("available_shown").is_empty(),
        options: sent.map(option).collect(),
        key: token(9),
        ..ItemForm::default()
    }
}

/// What the switch in the list sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Switch {
    available: Option<String>,
    back: String,
}

/// `POST /app/catalogue/ID/available`.
pub async fn available(here: Here, Path(id): Path<Id>, Form(form): Form<Switch>) -> Answer {
    here.require(Role::Manager)?;
    let on = form.available.is_some();
    let change = ItemChange { available: Some(on), ..ItemChange::default() };
    let saved = here.write(move |tx| items::change(tx, id, change)).await?;
    let words = if on { "can be ordered" } else { "is sold out" };
    Ok(here.back(&form.back, &format!("{} {words}.", saved.name)))
}

/// `POST /app/catalogue/ID/remove`.
pub async fn remove(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    here.write(move |tx| items::remove(tx, id)).await?;
    Ok(here.back("/app/catalogue", "Taken out of the catalogue."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_read_as_people_write_them() {
        let c = |l| choice(l, Currency::NGN);
        assert_eq!(c("Large +500").unwrap(), OptionChoice { name: "Large".into(), price_minor: 50_000 });
        assert_eq!(c("Regular").unwrap(), OptionChoice { name: "Regular".into(), price_minor: 0 });
        assert!(c("Large +lots").is_err());
    }
}
