//! Who did what on the dashboard, through the API and on the command line.

use crate::domain::house::member::Role;
use crate::domain::house::retention::Retention;
use crate::domain::limits;
use crate::services::house::retention;
use crate::store::house::audit as rows;
use crate::web::pages::answer::Answer;
use crate::web::pages::house::deeds;
use crate::web::pages::session::Here;
use crate::web::view::house::audit::AuditPage;
use axum::Form;
use axum::extract::Query;
use serde::Deserialize;

/// From which entry back.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    before: Option<i64>,
}

/// `GET /app/audit`.
pub async fn page(here: Here, Query(ask): Query<Ask>) -> Answer {
    here.require(Role::Owner)?;
    let page = here.view("settings", move |tx, v| {
        let found = rows::list_entries(tx, ask.before, limits::LIST_DEFAULT)?;
        let last = found.last().filter(|_| found.len() >= limits::LIST_DEFAULT as usize);
        let next = last.map_or_else(String::new, |e| format!("/app/audit?before={}", e.n));
        let mut rows = Vec::new();
        for e in found {
            if let Some((what, about)) = deeds::told(tx, &e)? {
                rows.push((v.moment(e.at), e.actor, what, about));
            }
        }
        let r = retention::find(tx)?;
        let kept = vec![
            ("messages_months", "Messages and their files", r.messages_months.to_string()),
            ("runs_months", "How Steward came to its answers", r.runs_months.to_string()),
            ("customers_months", "Customers nobody has heard of: erased", r.customers_months.to_string()),
        ];
        Ok(AuditPage { rows, next, kept, chrome: v.chrome })
    });
    here.page(&page.await?)
}

/// `POST /app/audit/retention`.
pub async fn keep(here: Here, Form(r): Form<Retention>) -> Answer {
    here.require(Role::Owner)?;
    here.write(move |tx| retention::save(tx, r)).await?;
    Ok(here.back("/app/audit", "Saved. What is older goes within some hours."))
}
