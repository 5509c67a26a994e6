//! The buying desk's pages: purchases with their talks and offers, and the vendor book.

mod delivery;
mod paper;
pub mod purchase;
mod shown;
pub mod vendor;

use crate::app::App;
use crate::domain::limits;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use std::sync::Arc;

/// Their addresses.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/app/buying", get(purchase::list).post(purchase::request))
        .route("/app/buying/vendors", get(vendor::page).post(vendor::save))
        .route("/app/buying/vendors/import", post(vendor::import).layer(DefaultBodyLimit::max(limits::UPLOAD_BYTES)))
        .route("/app/buying/settings", post(vendor::settings))
        .route("/app/buying/taste/forget", post(vendor::forget_taste))
        .route("/app/buying/{id}", get(purchase::page))
        .route("/app/buying/{id}/approve", post(purchase::decide))
        .route("/app/buying/{id}/cancel", post(purchase::cancel))
        .route("/app/buying/{id}/talks/{call}", post(purchase::said))
        .route("/app/buying/{id}/paid", post(purchase::paid))
        .route("/app/buying/{id}/settle", post(purchase::settle))
        .route("/app/buying/{id}/delivery", post(delivery::check))
        .route("/app/buying/{id}/payments.ach", get(paper::ach))
        .route("/app/buying/{id}/orders/{vendor}", get(paper::order))
}
