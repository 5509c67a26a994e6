//! Vendors beyond the vendor book: the web is searched, and whom it names is written down with the page it was found on. A page's words
//! are data: a number is taken only when it could be a vendor's own, and nobody who must not be contacted comes in again.

use super::deeds::id_of;
use crate::app::App;
use crate::domain::buying::vendor::{Source, Vendor, phone};
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::phone::Phone;
use crate::domain::text::clip;
use crate::domain::usage::Usage;
use crate::graph::deed::Outside;
use crate::graph::{At, Performed};
use crate::providers::sourcing::exa::Exa;
use crate::providers::sourcing::{Found, Sourcer};
use crate::services::buying::vendor as services;
use crate::store::buying::{purchase, vendor};
use crate::store::meta;
use crate::store::tx::Tx;
use async_trait::async_trait;
use serde_json::{Value, json};
use std::sync::Arc;

/// Pages asked for.
const PAGES: usize = 6;

/// Searches the web for vendors of a purchase.
pub(super) struct Scout {
    app: Arc<App>,
    web: Option<Box<dyn Sourcer>>,
}

impl Scout {
    pub(super) fn new(app: &Arc<App>) -> Self {
        let s = &app.config.sourcing;
        let web = s.is_ready().then(|| Box::new(Exa::new(app.net.clone(), &s.exa_url, s.exa_key.clone())) as Box<dyn Sourcer>);
        Self { app: app.clone(), web }
    }

    async fn wanted(&self, at: &At, input: &Value) -> Result<(String, String)> {
        let (_, file) = self.app.business(at.business)?;
        let id = id_of(input, "purchase_id")?;
        file.read(move |tx| {
            let (p, profile) = (purchase::find_purchase(tx, id)?, meta::find_profile(tx)?);
            let names: Vec<&str> = p.need.items.iter().map(|i| i.name.as_str()).collect();
            // The town, never the street: who searches need not know where we are to the house.
            let town = profile.address.rsplit(',').next().unwrap_or_default().trim().to_owned();
            let near = if town.is_empty() { profile.country } else { format!("{town}, {}", profile.country) };
            Ok((names.join(" and "), near))
        })
        .await
    }
}

#[async_trait]
impl Outside for Scout {
    fn name(&self) -> &'static str {
        "purchase.scout"
    }
    async fn perform(&self, at: &At, input: &Value) -> Performed {
        let Some(web) = &self.web else { return Performed::Failed("No key for a search of the web is set.".into()) };
        let (wanted, near) = match self.wanted(at, input).await {
            Ok(w) => w,
            Err(e) if e.is_transient() => return Performed::NotDone { problem: e.message, after_ms: 5_000 },
            Err(e) => return Performed::Failed(e.message),
        };
        match web.find(&wanted, &near, PAGES).await {
            Ok(s) => Performed::Confirmed { result: json!(s.found), usage: Usage { cost_micros: s.cost_micros, ..Usage::default() } },
            Err(e) if e.is_transient() => Performed::NotDone { problem: e.message, after_ms: 10_000 },
            Err(e) => Performed::Failed(e.message),
        }
    }
    /// A search changes nothing anywhere: when nobody knows what came of it, it is made again.
    fn keeps_key(&self) -> bool {
        true
    }
    fn pretend(&self, _: &Value) -> Value {
        json!([])
    }
}

/// Writes the vendors down that nobody knew, as selling what was looked for.
pub(super) fn adopt(tx: &mut Tx<'_>, id: Id, found: &Value) -> Result<()> {
    let found: Vec<Found> =
        serde_json::from_value(found.clone()).map_err(|e| Error::conflict(format!("What was found cannot be read: {e}.")))?;
    let p = purchase::find_purchase(tx, id)?;
    let country = meta::find_profile(tx)?.country;
    let products: Vec<String> = p.need.items.iter().map(|i| i.name.clone()).collect();
    for f in found {
        // A page may name several numbers: any of them tells that we know, or must not contact, whoever it is.
        let numbers: Vec<Phone> = f.phones.iter().filter_map(|n| phone(n, &country).ok().flatten()).collect();
        if vendor::is_known(tx, &numbers, &f.email)? || vendor::find_vendor_by_name(tx, &f.name)?.is_some() {
            continue;
        }
        let v = Vendor {
            phone: numbers.into_iter().next(),
            email: f.email,
            products: products.clone(),
            source: Source::Web,
            provenance: clip(&f.url, 500),
            ..Vendor::new(Id::new(tx.now), &f.name, tx.now)
        };
        match tx.attempt(|tx| services::save(tx, &v)) {
            Ok(()) => {}
            Err(e) if e.is_transient() => return Err(e),
            // A page that says nonsense is left out.
            Err(e) => tracing::info!(why = %e.message, "a vendor found on the web was not taken"),
        }
    }
    Ok(())
}
