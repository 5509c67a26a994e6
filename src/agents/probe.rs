//! Asks every configured provider for something small, for `doctor --online`.

use super::models;
use crate::app::{App, probe};
use crate::domain::house::model::Look;
use crate::store::house::model::list_models;
use std::sync::Arc;

/// What each provider said: models of the environment, models of every business, WhatsApp numbers.
pub async fn all(app: &Arc<App>) -> Vec<Look> {
    let mut out = models::try_environment(app).await;
    let businesses: Vec<_> = app.directory().businesses().cloned().collect();
    for b in businesses {
        let Ok((_, file)) = app.business(b.id) else { continue };
        for (m, _) in file.read(list_models).await.unwrap_or_default() {
            let look = models::try_out(app, &b, m.id).await;
            let at = app.clock().now();
            let (fine, words) = look.map_or_else(|e| (false, e.message), |l| (l.fine, l.words));
            out.push(Look { at, fine, words: format!("{} of {}: {words}", m.name(), b.slug) });
        }
    }
    out.extend(probe::numbers(app).await);
    out
}
