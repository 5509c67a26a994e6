//! Our ends of the channels beside Meta's WhatsApp: numbers at Twilio and Vonage, pages, Instagram accounts, mailboxes. Their credentials are
//! sealed in the control file, or set in the environment.

use super::App;
use super::vault::Vault;
use crate::config::Config;
use crate::domain::error::{Error, Result};
use crate::domain::house::line::Carrier;
use crate::domain::id::Id;
use crate::domain::secret::Secret;
use crate::store::control::connection::{self, ConnectionRow};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One of our ends.
#[derive(Debug, Clone)]
pub struct Line {
    /// Who carries it.
    pub carrier: Carrier,
    /// The number or id there; for a Vonage account without a number of its own, the account's key.
    pub line: String,
    /// Whose it is.
    pub business_id: Id,
    /// What speaks for it.
    pub keys: Keys,
    /// Set in the environment, so not changeable on the page.
    pub from_environment: bool,
}

/// Credentials of a line, as they are sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "carrier", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the providers' own words")]
pub enum Keys {
    Twilio { account_sid: String, token: String },
    Vonage { api_key: String, api_secret: String, signature_secret: String, application_id: String, private_key: String },
    Page { token: String, app_secret: String, verify_token: String },
    Mailbox { smtp: String, imap: String, user: String, password: String, name: String },
}

/// Secrets are never printed.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(***)")
    }
}

impl Keys {
    /// The provider's id of the account above the line.
    pub fn account(&self) -> &str {
        match self {
            Self::Twilio { account_sid, .. } => account_sid,
            Self::Vonage { api_key, .. } => api_key,
            Self::Page { .. } | Self::Mailbox { .. } => "",
        }
    }
    /// What proves that a webhook is the provider's.
    pub fn proof(&self) -> Secret {
        Secret::new(match self {
            Self::Twilio { token, .. } => token,
            Self::Vonage { signature_secret, .. } => signature_secret,
            Self::Page { app_secret, .. } => app_secret,
            // Mail brings no webhooks; still, nothing may be proved with an empty secret.
            Self::Mailbox { password, .. } => password,
        })
    }
}

/// The lines in the control file; those whose credentials cannot be opened are added to `unopened`.
pub(super) fn stored(vault: &Vault, rows: &[ConnectionRow], unopened: &mut Vec<(Id, String)>) -> Vec<Line> {
    let mut out = Vec::new();
    for row in rows {
        let Some(carrier) = Carrier::from_word(&row.channel).filter(|c| *c != Carrier::Meta) else { continue };
        match vault.open_json::<Keys>(&row.sealed, &row.account) {
            Ok(keys) => {
                out.push(Line { carrier, line: row.account.clone(), business_id: row.business_id, keys, from_environment: false });
            }
            Err(e) => {
                tracing::error!(carrier = carrier.as_str(), error = %e, "stored credentials cannot be opened with master.key");
                unopened.push((row.business_id, row.channel.clone()));
            }
        }
    }
    out
}

/// Adds what is set in the environment; it wins over what is stored under the same number.
pub(super) fn add_of_environment(lines: &mut Vec<Line>, owner: Option<Id>, config: &Config) {
    let set = of_environment(config);
    let Some(business_id) = owner else {
        if !set.is_empty() {
            tracing::warn!("channels set in the environment belong to no business: set STEWARD_BUSINESS to the short name of one");
        }
        return;
    };
    for (carrier, line, keys) in set {
        lines.retain(|l| l.carrier != carrier || l.line != line);
        lines.push(Line { carrier, line, business_id, keys, from_environment: true });
    }
}

fn of_environment(config: &Config) -> Vec<(Carrier, String, Keys)> {
    let mut out = Vec::new();
    let (t, v, w) = (&config.carriers.twilio, &config.carriers.vonage, &config.whatsapp);
    if !t.account_sid.is_empty() && !t.token.is_empty() {
        let keys = Keys::Twilio { account_sid: t.account_sid.clone(), token: t.token.reveal().to_owned() };
        out.extend(t.from.iter().map(|from| (Carrier::Twilio, from.clone(), keys.clone())));
    }
    if !v.api_key.is_empty() && !v.signature_secret.is_empty() {
        let keys = Keys::Vonage {
            api_key: v.api_key.clone(),
            api_secret: v.api_secret.reveal().to_owned(),
            signature_secret: v.signature_secret.reveal().to_owned(),
            application_id: v.application_id.clone(),
            private_key: v.private_key.reveal().to_owned(),
        };
        out.push((Carrier::Vonage, if v.from.is_empty() { v.api_key.clone() } else { v.from.clone() }, keys));
    }
    let pages = [(Carrier::Messenger, &config.carriers.messenger), (Carrier::Instagram, &config.carriers.instagram)];
    for (carrier, page) in pages {
        if !page.id.is_empty() && !page.token.is_empty() {
            let keys = Keys::Page {
                token: page.token.reveal().to_owned(),
                app_secret: w.app_secret.reveal().to_owned(),
                verify_token: w.verify_token.reveal().to_owned(),
            };
            out.push((carrier, page.id.clone(), keys));
        }
    }
    out
}

/// Connects a line: its credentials are sealed. A line of another business is refused.
pub async fn connect(app: &App, business: Id, carrier: Carrier, line: &str, keys: &Keys) -> Result<()> {
    let row = ConnectionRow {
        channel: carrier.as_str().into(),
        account: line.to_owned(),
        business_id: business,
        sealed: app.vault.seal_json(keys, line)?,
        simulated: false,
        business_account: keys.account().to_owned(),
    };
    let saved = app.store.control_write(move |tx| {
        if connection::find_connection_owner(tx, &row.channel, &row.account)?.is_some_and(|owner| owner != business) {
            return Err(Error::field("line", "This one is already connected to another business."));
        }
        connection::upsert_connection(tx, &row)
    });
    saved.await?;
    app.reload().await
}

/// Disconnects a line.
pub async fn disconnect(app: &App, business: Id, carrier: Carrier, line: &str) -> Result<()> {
    let account = line.to_owned();
    app.store.control_write(move |tx| connection::delete_connection(tx, business, carrier.as_str(), &account)).await?;
    app.reload().await
}
