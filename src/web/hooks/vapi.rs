//! Vapi's webhook: proved over the raw bytes, kept with what follows from it, answered. Told again, it hears the same answer.

use crate::app::calling::{self, Placed, Proofs};
use crate::domain::error::{Error, Kind};
use crate::services::buying::{call::Desk, phone};
use crate::web::Shared;
use crate::web::error::ApiResult;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;

/// `POST /webhooks/vapi`.
pub async fn receive(State(app): State<Shared>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> ApiResult<impl IntoResponse> {
    let body = body.map_err(|_| Error::new(Kind::TooLarge, "The body is too large."))?;
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("");
    let proofs = Proofs { secret: text("x-vapi-secret"), authorization: text("authorization"), signature: text("x-vapi-signature") };
    let answers = match calling::read(&app, proofs, &body).await? {
        Placed::Stray { business, problem } => {
            let file = app.store.business(business)?;
            file.write(move |tx| phone::contain(tx, &body, &problem)).await?;
            Vec::new()
        }
        Placed::Call { business, call, told, news } => {
            let (business, file) = app.business(business)?;
            file.write(move |tx| {
                let desk = Desk { account: None, sms: None, mailbox: None, calls: true, business: &business.name };
                phone::hear(tx, call, &told, &news, &body, desk)
            })
            .await?
        }
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], calling::answer(&answers)))
}
