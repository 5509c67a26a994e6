//! Being told on a phone that something waits: the button, the list, and the script that shows it there.

use super::settings::{Fields, text};
use crate::app::push;
use crate::channels::push::Subscription;
use crate::domain::error::Result;
use crate::domain::house::device::name_of;
use crate::domain::id::Id;
use crate::services::house::push as services;
use crate::store::control::device;
use crate::web::assets::Static;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::{Here, View};
use crate::web::view::house::device::{DeviceRow, DevicesCard};
use axum::Form;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Devices of whoever looks, as they are listed.
pub async fn list(here: &Here) -> Result<Vec<crate::domain::house::device::Device>> {
    let (business, member) = (here.business.id, here.member.id);
    here.app.store.control_read(move |tx| device::list_devices(tx, business, Some(member))).await
}

/// The card of a page.
pub fn card(v: &View, devices: Vec<crate::domain::house::device::Device>, back: &str) -> DevicesCard {
    let row = |d: crate::domain::house::device::Device| DeviceRow {
        id: d.id.to_string(),
        name: d.name,
        mark: d.mark,
        when: match d.told_at {
            Some(at) => format!("Told last at {}", v.moment(at)),
            None => format!("Since {}", v.moment(d.created_at)),
        },
        problem: d.problem,
    };
    DevicesCard { devices: devices.into_iter().map(row).collect(), back: back.to_owned() }
}

/// `POST /app/devices/key`: what a browser needs to give us its address.
pub async fn key(here: Here) -> Answer {
    let key = push::public_key(&here.app).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], key).into_response())
}

/// `POST /app/devices`: whoever is signed in is told on this device from now on.
pub async fn add(here: Here, headers: HeaderMap, Form(form): Form<Fields>) -> Answer {
    let agent = headers.get(header::USER_AGENT).and_then(|a| a.to_str().ok()).unwrap_or_default();
    let to = Subscription { endpoint: text(&form, "endpoint"), p256dh: text(&form, "p256dh"), auth: text(&form, "auth") };
    // Written down first: a device nobody plans for would never be told.
    here.write(services::begin).await?;
    push::connect(&here.app, here.business.id, here.member.id, to, &name_of(agent)).await?;
    Ok(here.back(&text(&form, "back"), "This phone is told from now on."))
}

/// `POST /app/devices/ID/forget`.
pub async fn forget(here: Here, Path(id): Path<Id>, Form(form): Form<Fields>) -> Answer {
    let (business, member) = (here.business.id, here.member.id);
    here.app.store.control_write(move |tx| device::delete_device(tx, business, member, id)).await?;
    here.noted().await?;
    Ok(here.back(&text(&form, "back"), "That phone is told nothing any more."))
}

/// `GET /sw.js`: at the root, because a script that shows nudges serves only addresses below its own.
pub async fn worker() -> Response {
    let Some(file) = Static::get("sw.js") else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, file.data).into_response()
}
