//! Webhooks of payment gateways: proved over the raw bytes, stored, answered. Seen before: 200 without effect.

use crate::app::gateways::{self, Proofs, Told};
use crate::domain::error::{Error, Kind};
use crate::domain::shop::gateway::Gateway;
use crate::services::shop::gateway;
use crate::web::Shared;
use crate::web::error::{ApiError, ApiResult};
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};

type Sent = Result<Bytes, BytesRejection>;

/// `POST /webhooks/paystack`.
pub async fn paystack(State(app): State<Shared>, headers: HeaderMap, body: Sent) -> ApiResult<StatusCode> {
    receive(&app, Gateway::Paystack, &headers, body).await
}

/// `POST /webhooks/flutterwave`.
pub async fn flutterwave(State(app): State<Shared>, headers: HeaderMap, body: Sent) -> ApiResult<StatusCode> {
    receive(&app, Gateway::Flutterwave, &headers, body).await
}

/// `POST /webhooks/stripe`.
pub async fn stripe(State(app): State<Shared>, headers: HeaderMap, body: Sent) -> ApiResult<StatusCode> {
    receive(&app, Gateway::Stripe, &headers, body).await
}

async fn receive(app: &Shared, by: Gateway, headers: &HeaderMap, body: Sent) -> ApiResult<StatusCode> {
    let body = body.map_err(|_| ApiError(Error::new(Kind::TooLarge, "The body is too large.")))?;
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("");
    let proofs = Proofs {
        paystack: header("x-paystack-signature"),
        stripe: header("stripe-signature"),
        flutterwave_hash: header("verif-hash"),
        flutterwave: header("flutterwave-signature"),
    };
    let Told { business, news, signed, problem } = gateways::read(app, by, proofs, &body).await?;
    let file = app.store.business(business)?;
    file.write(move |tx| match &news {
        Some(news) if problem.is_empty() => gateway::hear(tx, by, &body, news, signed),
        news => gateway::contain(tx, by, &body, news.as_ref(), &problem),
    })
    .await?;
    Ok(StatusCode::OK)
}
