//! Asks Meta about every connected number, for `doctor --online`.

use super::App;
use crate::channels::meta::client::{Client, Settings};
use crate::domain::house::model::Look;

/// What Meta said of each number.
pub async fn numbers(app: &App) -> Vec<Look> {
    let directory = app.directory();
    let mut out = Vec::new();
    for n in directory.numbers().filter(|n| !n.simulated) {
        let settings = Settings {
            base_url: app.config.whatsapp.base_url.clone(),
            version: app.config.whatsapp.api_version.clone(),
            app_secret: Some(n.app_secret.clone()),
            ..Settings::new(&n.phone_number_id, n.token.clone())
        };
        let at = app.clock().now();
        out.push(match Client::new(app.net.clone(), settings).check().await {
            Ok(f) => Look { at, fine: true, words: format!("WhatsApp knows {} as {}. {}", n.phone_number_id, f.name, f.quality) },
            Err(p) => Look { at, fine: false, words: format!("WhatsApp number {}: {}", n.phone_number_id, p.meaning) },
        });
    }
    out
}
