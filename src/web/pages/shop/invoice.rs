//! Invoices and receipts: as a file, into the chat, and the tax they state.

use crate::app::media;
use crate::domain::error::{Error, Result};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::shop::invoice::{Invoice, Kind, Tax};
use crate::services::shop::invoice;
use crate::web::pages::answer::Answer;
use crate::web::pages::house::settings::{Fields, again, text};
use crate::web::pages::session::Here;
use axum::Form;
use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;

async fn issued(here: &Here, id: Id, kind: Kind) -> Result<(Invoice, Vec<u8>)> {
    let business = here.business.name.clone();
    let i = here.write(move |tx| invoice::issue(tx, id, kind, &business)).await?;
    let pdf = invoice::paper(&i).pdf()?;
    Ok((i, pdf))
}

fn kind_of(word: &str) -> Result<Kind> {
    Kind::from_word(word).ok_or_else(|| Error::not_found("paper"))
}

/// `POST /app/orders/ID/papers/KIND`: issues it if it never was, and answers with the file.
pub async fn file(here: Here, Path((id, kind)): Path<(Id, String)>) -> Answer {
    here.require(Role::Agent)?;
    let (i, pdf) = issued(&here, id, kind_of(&kind)?).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", i.file_name())),
    ];
    Ok((headers, pdf).into_response())
}

/// `POST /app/orders/ID/papers/KIND/send`: into the order's chat, once for each paper.
pub async fn send(here: Here, Path((id, kind)): Path<(Id, String)>) -> Answer {
    here.require(Role::Agent)?;
    let (i, pdf) = issued(&here, id, kind_of(&kind)?).await?;
    let name = media::keep(&here.app, here.business.id, pdf).await?;
    let (actor, title) = (here.actor(), i.title());
    here.write(move |tx| invoice::send(tx, &i, &name, &actor)).await?;
    Ok(here.back(&format!("/app/orders/{id}"), &format!("{title} has been sent.")))
}

/// `POST /app/settings/tax`.
pub async fn tax(here: Here, headers: HeaderMap, Form(form): Form<Fields>) -> Answer {
    here.require(Role::Owner)?;
    match keep(&here, &form).await {
        Ok(()) => Ok(here.back("/app/settings?part=payments", "Saved. New invoices and receipts say so.")),
        Err(e) => again(here, &headers, "payments", &form, e).await,
    }
}

async fn keep(here: &Here, form: &Fields) -> Result<()> {
    let tax = Tax { name: text(form, "tax_name"), rate_bp: Tax::rate_of(&text(form, "tax_rate"))?, number: text(form, "tax_number") };
    here.write(move |tx| invoice::set_tax(tx, &tax)).await
}
