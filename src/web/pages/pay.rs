//! The built-in gateway's pay page: practice payments, for the simulated phone and for trying everything out.

use crate::domain::error::{Error, Kind};
use crate::domain::money::Money;
use crate::domain::shop::checkout::CheckoutState;
use crate::domain::shop::draft::Fulfilment;
use crate::domain::shop::order::Status;
use crate::services::shop::checkout;
use crate::store::shop::order;
use crate::web::Shared;
use crate::web::format;
use crate::web::pages::answer::{Answer, html};
use crate::web::view::pay::PayPage;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};

/// `GET /b/SLUG/pay/TOKEN`.
pub async fn page(State(app): State<Shared>, Path((slug, token)): Path<(String, String)>) -> Answer {
    let b = app.directory().by_slug(&slug).cloned().ok_or_else(|| Error::not_found("business"))?;
    let file = app.store.business(b.id)?;
    let page = file.read(move |tx| {
        let c = checkout::of_token(tx, &token)?;
        let o = order::find_order(tx, c.order_id)?;
        let money = |minor| Money::new(minor, c.amount.currency).to_string();
        let mut lines = Vec::new();
        for l in &o.lines {
            lines.push((l.words(), money(l.total_minor()?)));
        }
        if o.fulfilment == Fulfilment::Delivery {
            lines.push(("Delivery".into(), money(o.delivery_minor)));
        }
        let waits = matches!(o.status, Status::AwaitingPayment | Status::AwaitingConfirmation);
        Ok(PayPage {
            initials: format::initials(&b.name),
            number: o.number.to_string(),
            lines,
            total: c.amount.to_string(),
            paid: c.state == CheckoutState::Paid,
            open: if waits { String::new() } else { format!("This order is {}.", o.status.title().to_lowercase()) },
            token,
            slug: b.slug,
            name: b.name,
        })
    });
    html(&page.await?)
}

/// `POST /b/SLUG/pay/TOKEN`. Pressed twice, it pays once.
pub async fn pay(State(app): State<Shared>, Path((slug, token)): Path<(String, String)>) -> Answer {
    let b = app.directory().by_slug(&slug).cloned().ok_or_else(|| Error::not_found("business"))?;
    let named = token.clone();
    let file = app.store.business(b.id)?;
    match file.write(move |tx| checkout::sandbox_pays(tx, &named).map(drop)).await {
        Ok(()) => Ok(Redirect::to(&format!("/b/{slug}/pay/{token}")).into_response()),
        // The page says why nothing can be paid.
        Err(e) if e.kind == Kind::Conflict => Ok(Redirect::to(&format!("/b/{slug}/pay/{token}")).into_response()),
        Err(e) => Err(e.into()),
    }
}
