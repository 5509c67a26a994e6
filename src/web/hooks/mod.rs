//! Webhooks: verified over the raw bytes, stored, answered. Everything else happens later.

pub mod files;
pub mod gateways;
pub mod meta;
pub mod simulator;
mod store;
pub mod twilio;
pub mod vapi;
pub mod vonage;

use crate::domain::limits;
use crate::web::Shared;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

/// Webhook addresses.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/webhooks/meta", get(meta::challenge).post(meta::receive))
        .route("/webhooks/leadads", get(meta::challenge).post(meta::receive))
        .route("/webhooks/twilio", post(twilio::receive))
        .route("/webhooks/whatsapp", post(twilio::receive))
        .route("/webhooks/vonage/inbound", get(vonage::inbound).post(vonage::inbound))
        .route("/webhooks/vonage/status", get(vonage::status).post(vonage::status))
        .route("/files/{business}/{name}", get(files::file))
        .route("/webhooks/paystack", post(gateways::paystack))
        .route("/webhooks/flutterwave", post(gateways::flutterwave))
        .route("/webhooks/stripe", post(gateways::stripe))
        .route("/webhooks/vapi", post(vapi::receive))
        .route("/simulator/graph/{version}/{id}", get(simulator::look_up))
        .route("/simulator/graph/files/{account}/{id}", get(simulator::file))
        .layer(DefaultBodyLimit::max(limits::WEBHOOK_BYTES))
}
