//! Settings, Payments: by which gateway customers pay, and its keys.

use super::settings::{Fields, again, base_url, text};
use crate::app::gateways;
use crate::domain::error::{Error, Result};
use crate::domain::house::member::Role;
use crate::domain::shop::gateway::Gateway;
use crate::services::shop::{gateway, invoice};
use crate::web::pages::answer::Answer;
use crate::web::pages::session::Here;
use crate::web::view::Pick;
use crate::web::view::house::settings::PaymentsForm;
use axum::Form;
use axum::http::HeaderMap;

/// The choice as it stands.
pub async fn form(here: &Here, headers: &HeaderMap) -> Result<PaymentsForm> {
    let (chosen, email, tax) = here.file.read(|tx| Ok((gateway::chosen(tx)?, gateway::fallback_email(tx)?, invoice::tax(tx)?))).await?;
    let directory = here.app.directory();
    let keyed = |g: Gateway| directory.own_keys(here.business.id, g).is_some();
    let pick = |g: Gateway| {
        let label = match (g, keyed(g)) {
            (Gateway::Sandbox, _) => "Practice payments: a pay page without real money".to_owned(),
            (_, true) => format!("{}, keys kept", g.title()),
            (_, false) => g.title().to_owned(),
        };
        Pick { value: g.as_str().into(), label, on: chosen == Some(g) }
    };
    let none = Pick { value: "none".into(), label: "None: customers pay as the order's message says".into(), on: chosen.is_none() };
    let base = base_url(here, headers);
    let hooks = Gateway::BOUGHT.map(|g| (g.title().to_owned(), format!("{base}/webhooks/{}", g.as_str())));
    Ok(PaymentsForm {
        gateways: [none].into_iter().chain(Gateway::ALL.map(pick)).collect(),
        email: email.unwrap_or_default(),
        given: gateways::given(&here.app.config).map_or_else(String::new, |g| g.title().to_owned()),
        hooks: hooks.to_vec(),
        tax_rate: if tax.rate_bp == 0 { String::new() } else { tax.percent().trim_end_matches(" %").to_owned() },
        tax_name: tax.name,
        tax_number: tax.number,
    })
}

/// `POST /app/settings/payments`.
pub async fn save(here: Here, headers: HeaderMap, Form(form): Form<Fields>) -> Answer {
    here.require(Role::Owner)?;
    match keep(&here, &form).await {
        Ok(said) => Ok(here.back("/app/settings?part=payments", &said)),
        Err(e) => again(here, &headers, "payments", &form, e).await,
    }
}

async fn keep(here: &Here, form: &Fields) -> Result<String> {
    let word = text(form, "gateway");
    let chosen = Gateway::from_word(&word);
    if chosen.is_none() && word != "none" {
        return Err(Error::field("gateway", "Choose a gateway, or none."));
    }
    let email = text(form, "email");
    if !email.is_empty() && (!email.contains('@') || email.chars().any(char::is_whitespace) || email.chars().count() > 254) {
        return Err(Error::field("email", "That is not an e-mail address."));
    }
    let business = here.business.id;
    if let Some(by) = chosen.filter(|g| *g != Gateway::Sandbox) {
        let (secret, webhook) = (text(form, "secret"), text(form, "webhook_secret"));
        let has = gateways::keys(&here.app, business, by).is_some_and(|k| !k.secret.is_empty());
        if !has || !secret.is_empty() || !webhook.is_empty() {
            gateways::connect(&here.app, business, by, &secret, &webhook).await?;
        }
    }
    here.write(move |tx| gateway::choose(tx, chosen, &email)).await?;
    Ok(match chosen {
        None => "Saved. Customers pay as the order's message says.".into(),
        Some(Gateway::Sandbox) => "Saved. Orders get a practice payment link.".into(),
        Some(g) => format!("Saved. Orders get a payment link of {}. Now enter the webhook address there.", g.title()),
    })
}
