//! Files of a purchase: the order as a PDF, the payment file for the bank.

use crate::domain::error::{Error, Result};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::services::buying::{paper, payment};
use crate::web::pages::answer::Answer;
use crate::web::pages::session::Here;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;

/// `GET /app/buying/ID/payments.ach`.
pub async fn ach(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    let text = here.file.read(move |tx| payment::ach_file(tx, id)).await?;
    let headers =
        [(header::CONTENT_TYPE, "text/plain; charset=us-ascii"), (header::CONTENT_DISPOSITION, "attachment; filename=\"payments.ach\"")];
    Ok((headers, text).into_response())
}

/// `GET /app/buying/ID/orders/VENDOR.pdf`.
pub async fn order(here: Here, Path((id, file)): Path<(Id, String)>) -> Answer {
    let vendor: Id = vendor_of(&file)?;
    let business = here.business.name.clone();
    let made = here.file.read(move |tx| paper::order(tx, id, vendor, &business)).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", made.file_name)),
    ];
    Ok((headers, made.paper.pdf()?).into_response())
}

fn vendor_of(file: &str) -> Result<Id> {
    let id = file.strip_suffix(".pdf").and_then(|id| id.parse().ok());
    id.ok_or_else(|| Error::not_found("purchase order"))
}
