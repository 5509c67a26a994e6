//! Settings: who thinks for this business, and what it may cost.

use super::settings::{Fields, again, frame, text};
use crate::agents::models as agents;
use crate::app::models;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::business::Profile;
use crate::domain::house::member::Role;
use crate::domain::house::model::{OWN_SERVER, OwnModel, Use};
use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::domain::price::Price;
use crate::domain::secret::Secret;
use crate::store::house::model as rows;
use crate::store::{meta, usage};
use crate::web::error::status;
use crate::web::format;
use crate::web::pages::answer::{Answer, html, html_as};
use crate::web::pages::session::Here;
use crate::web::view::house::settings::{ModelPick, ModelsForm, OwnModelRow, Part};
use crate::web::view::{Errors, Pick, Pill};
use axum::Form;
use axum::extract::Path;
use axum::http::HeaderMap;

const BACK: &str = "/app/settings?part=models";

/// The models as they are, and the form for another.
pub async fn form(here: &Here) -> Result<ModelsForm> {
    let config = &here.app.config.models;
    let prices = config.prices.clone();
    let ready: Vec<(String, String)> = config.ready().map(|s| (s.name.to_owned(), s.model.clone())).collect();
    let problems = config.problems();
    here.view("settings", move |tx, v| {
        let own: Vec<OwnModel> = rows::list_models(tx)?.into_iter().map(|(m, _)| m).collect();
        let mut rest: Vec<ModelPick> = Vec::new();
        if own.is_empty() {
            rest.extend(ready.iter().map(|(service, model)| ModelPick {
                label: format!("{model} at {service}"),
                price: price_words(prices.of(model)),
                text: "Set where the server was started; asked in this order.".into(),
                off_why: String::new(),
            }));
            rest.extend(problems.into_iter().map(|why| ModelPick { label: "Not ready".into(), off_why: why, ..ModelPick::default() }));
        }
        rest.push(ModelPick {
            label: "Built in".into(),
            price: "free".into(),
            text: "Nothing leaves this server. Answers when no other can, or when the day’s limit is reached.".into(),
            off_why: String::new(),
        });
        let used = u64::try_from(usage::day_cost_micros(tx, &usage::today(tx)?)?).unwrap_or(0);
        let limit = v.profile.daily_limit_micros;
        Ok(ModelsForm {
            own: own.iter().map(|m| row(m, m.price.or_else(|| prices.of(&m.model)))).collect(),
            models: rest,
            services: services(OWN_SERVER),
            purposes: purposes(Use::All),
            daily_limit: cents(limit),
            used: if used == 0 { "Nothing used today".into() } else { format!("{} used today", format::cost(used)) },
            ..ModelsForm::default()
        })
    })
    .await
}

fn row(m: &OwnModel, price: Option<Price>) -> OwnModelRow {
    OwnModelRow {
        id: m.id.to_string(),
        model: m.model.clone(),
        at: if m.base_url.is_empty() { m.service.clone() } else { m.base_url.clone() },
        purpose: purpose_words(m.purpose).to_lowercase(),
        price: price_words(price),
        pill: m.look.as_ref().map(|l| if l.fine { Pill::new("ok", "It answers") } else { Pill::new("bad", "Does not answer") }),
        look: m.look.as_ref().map_or_else(String::new, |l| l.words.clone()),
    }
}

fn price_words(price: Option<Price>) -> String {
    let dollars = |micros: u64| format!("${}", cents(micros));
    match price {
        Some(p) => {
            let (read, written) = (p.prompt_micros_per_million, p.completion_micros_per_million);
            format!("{} and {} a million tokens", dollars(read), dollars(written))
        }
        None => "price not known, so the limit cannot count it".into(),
    }
}

const fn purpose_words(u: Use) -> &'static str {
    match u {
        Use::All => "Everything",
        Use::Smart => "Whole conversations",
        Use::Fast => "Short work",
        Use::Sight => "Reading receipts",
    }
}

fn purposes(chosen: Use) -> Vec<Pick> {
    Use::ALL.into_iter().map(|u| Pick { value: u.as_str().into(), label: purpose_words(u).into(), on: u == chosen }).collect()
}

fn services(chosen: &str) -> Vec<Pick> {
    let label = |s: &str| match s {
        "openai" => "OpenAI, or any server that speaks its protocol".to_owned(),
        "llama" => "A Llama API server".to_owned(),
        "openrouter" => "OpenRouter".to_owned(),
        "deepseek" => "DeepSeek".to_owned(),
        other => other.chars().take(1).flat_map(char::to_uppercase).chain(other.chars().skip(1)).collect(),
    };
    agents::services().into_iter().map(|s| Pick { value: s.into(), label: label(s), on: s == chosen }).collect()
}

/// `POST /app/settings/models`: the daily limit.
pub async fn limit(here: Here, headers: HeaderMap, Form(form): Form<Fields>) -> Answer {
    here.require(Role::Owner)?;
    let micros = match dollars(&form, "daily_limit") {
        Ok(Some(micros)) => micros,
        _ => return again(here, &headers, "models", &form, Error::field("daily_limit", "Write dollars and cents, such as 2.00.")).await,
    };
    here.write(move |tx| {
        let profile = Profile { daily_limit_micros: micros, ..meta::find_profile(tx)? };
        meta::update_profile(tx, &profile)
    })
    .await?;
    Ok(here.back(BACK, "Saved."))
}

/// Dollars as millionths; none when nothing was written.
fn dollars(form: &Fields, name: &str) -> Result<Option<u64>> {
    let written = text(form, name);
    if written.is_empty() {
        return Ok(None);
    }
    let usd = "USD".parse().and_then(|usd| Money::parse(&written, usd));
    let cents = usd.ok().and_then(|m| u64::try_from(m.amount_minor).ok());
    cents.map(|c| Some(c.saturating_mul(10_000))).ok_or_else(|| Error::field(name, "Write dollars and cents, such as 0.15."))
}

/// `POST /app/settings/models/add`: kept, then tried.
pub async fn add(here: Here, Form(form): Form<Fields>) -> Answer {
    here.require(Role::Owner)?;
    match save(&here, &form).await {
        Ok(id) => Ok(if look(&here, id).await? {
            here.back(BACK, "Saved. What it said is beside it.")
        } else {
            here.back_warned(BACK, "Saved, but it does not answer yet. Why stands beside it.")
        }),
        Err(e) if matches!(e.kind, Kind::Invalid | Kind::Conflict) => typed(here, &form, &e).await,
        Err(e) => Err(e.into()),
    }
}

async fn save(here: &Here, form: &Fields) -> Result<Id> {
    let price = match (dollars(form, "price_in")?, dollars(form, "price_out")?) {
        (None, None) => None,
        (Some(prompt_micros_per_million), Some(completion_micros_per_million)) => {
            Some(Price { prompt_micros_per_million, completion_micros_per_million })
        }
        (None, Some(_)) => return Err(Error::field("price_in", "Write both prices, or none.")),
        (Some(_), None) => return Err(Error::field("price_out", "Write both prices, or none.")),
    };
    let (changed, key) = (changed(form)?, text(form, "key"));
    let own = OwnModel {
        id: changed.unwrap_or_else(|| Id::new(here.app.clock().now())),
        service: text(form, "service"),
        base_url: text(form, "base_url").trim_end_matches('/').to_owned(),
        model: text(form, "model"),
        purpose: Use::from_word(&text(form, "purpose")).unwrap_or(Use::All),
        place: 0,
        price,
        look: None,
    };
    own.check(&agents::services())?;
    let id = own.id;
    // A model that is changed keeps its key when none is typed.
    let key = (changed.is_none() || !key.is_empty()).then(|| Secret::new(key));
    models::save(&here.app, here.business.id, own, key.as_ref()).await?;
    Ok(id)
}

/// The model that is changed; none when one is added.
fn changed(form: &Fields) -> Result<Option<Id>> {
    let id = text(form, "id");
    if id.is_empty() { Ok(None) } else { id.parse().map(Some).map_err(|_| Error::not_found("model")) }
}

/// `GET /app/settings/models/ID`: the settings with the form holding this model.
pub async fn edit(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Owner)?;
    let m = here.view("settings", move |tx, _| Ok(rows::find_model(tx, id)?.0)).await?;
    let here = here.at(BACK);
    let old = form(&here).await?;
    let price = |of: fn(Price) -> u64| m.price.map_or_else(String::new, |p| cents(of(p)));
    let part = ModelsForm {
        id: id.to_string(),
        services: services(&m.service),
        purposes: purposes(m.purpose),
        price_in: price(|p| p.prompt_micros_per_million),
        price_out: price(|p| p.completion_micros_per_million),
        base_url: m.base_url,
        model: m.model,
        ..old
    };
    html(&frame(&here, Part::Models(part), Errors::default()).await?)
}

/// Millionths of a dollar as they are typed: "0.15".
fn cents(micros: u64) -> String {
    format!("{}.{:02}", micros / 1_000_000, micros % 1_000_000 / 10_000)
}

/// The form again, as it was typed; the key is not given back.
async fn typed(here: Here, sent: &Fields, e: &Error) -> Answer {
    let here = here.at(BACK);
    let old = form(&here).await?;
    let part = ModelsForm {
        services: services(&text(sent, "service")),
        purposes: purposes(Use::from_word(&text(sent, "purpose")).unwrap_or(Use::All)),
        id: text(sent, "id"),
        base_url: text(sent, "base_url"),
        model: text(sent, "model"),
        price_in: text(sent, "price_in"),
        price_out: text(sent, "price_out"),
        ..old
    };
    html_as(status(e), &frame(&here, Part::Models(part), Errors::from(e)).await?)
}

async fn look(here: &Here, id: Id) -> Result<bool> {
    let look = agents::try_out(&here.app, &here.business, id).await?;
    let fine = look.fine;
    here.write(move |tx| rows::update_look(tx, id, &look)).await?;
    Ok(fine)
}

/// `POST /app/settings/models/ID/check`.
pub async fn check(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Owner)?;
    look(&here, id).await?;
    Ok(here.back(BACK, ""))
}

/// `POST /app/settings/models/ID/up`.
pub async fn up(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Owner)?;
    models::prefer(&here.app, here.business.id, id).await?;
    Ok(here.back(BACK, ""))
}

/// `POST /app/settings/models/ID/remove`.
pub async fn remove(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Owner)?;
    models::remove(&here.app, here.business.id, id).await?;
    here.noted().await?;
    Ok(here.back(BACK, "Removed, and its key forgotten."))
}
