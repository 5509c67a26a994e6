//! `steward key`: add, list, revoke.

use super::{member, open, out};
use crate::app::vault::{self, Vault};
use crate::app::{App, rotation};
use crate::config::values::Flags;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::member::Role;
use crate::domain::time::Clock;
use crate::services::house::member as service;
use crate::store::Store;
use crate::store::control::key::{self, KeyRow};
use clap::Subcommand;

/// What to do with API keys.
#[derive(Debug, Subcommand)]
pub enum Act {
    /// Make a key; it is shown once
    Add {
        /// What uses it, for the list.
        name: String,
        /// The business, by its name in addresses.
        #[arg(long)]
        business: String,
        /// What it may do: owner, manager, agent or viewer.
        #[arg(long, default_value = "agent", value_parser = member::role)]
        role: Role,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// List the keys of a business, without the secrets
    List {
        /// The business, by its name in addresses.
        #[arg(long)]
        business: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Make a new master.key and seal all stored credentials with it. Stop the server first; API tokens must be asked for again
    RotateMaster,
    /// Begin with a new master.key where the old one is lost: stored credentials must be entered again. Stop the server first
    NewMaster,
    /// Make a key useless at once
    Revoke {
        /// Its id or name.
        key: String,
        /// The business, by its name in addresses.
        #[arg(long)]
        business: String,
    },
}

/// Does it.
pub fn run(flags: &Flags, act: Act) -> Result<()> {
    match act {
        Act::Add { name, business, role, json } => open::with_app(flags, async |app| add(&app, name, &business, role, json).await),
        Act::List { business, json } => list(flags, business, json),
        Act::RotateMaster => open::with_app(flags, async |app| rotate(&app).await),
        Act::NewMaster => new_master(flags),
        Act::Revoke { key, business } => open::with_app(flags, async |app| revoke(&app, &key, &business).await),
    }
}

fn list(flags: &Flags, business: String, json: bool) -> Result<()> {
    let all = open::control(flags, move |tx| key::list_keys(tx, open::business_in(tx, &business)?.id))?;
    out::listing(json, &all, &["id", "name", "begins with", "role", "made", "revoked"], |k| {
        let revoked = k.revoked_at.map(|t| t.rfc3339()).unwrap_or_default();
        vec![k.id.to_string(), k.name.clone(), k.hint.clone(), k.role.as_str().to_owned(), k.created_at.rfc3339(), revoked]
    })
}

/// Begins with a new key where the old one is lost. What the old one sealed stays, and opens again when it is put back.
fn new_master(flags: &Flags) -> Result<()> {
    let config = open::settings(flags)?;
    let path = config.paths.master_key();
    let _in_use = Store::open(config.paths.root(), Clock::System)?;
    if vault::is_there(&path) {
        let mend = "To exchange it, run: steward key rotate-master.";
        return Err(Error::conflict(format!("{} is there. {mend}", path.display())));
    }
    Vault::open(&path)?;
    out::line(&format!("{} is new. Enter the tokens and keys of your providers again in the settings.", path.display()));
    Ok(())
}

async fn all(app: &App, business: &str) -> Result<Vec<KeyRow>> {
    let id = open::business(app, business)?.id;
    app.store.control_read(move |tx| key::list_keys(tx, id)).await
}

async fn add(app: &App, name: String, business: &str, role: Role, json: bool) -> Result<()> {
    let b = open::business(app, business)?;
    let shown = name.clone();
    let (id, secret) = app.store.control_write(move |tx| service::add_key(tx, b.id, &name, role)).await?;
    open::noted(app, b.id, "made a key", &id.to_string()).await?;
    if json {
        return out::json(&serde_json::json!({ "id": id, "name": shown, "role": role, "key": secret }));
    }
    out::note("This key is shown once; only its fingerprint is kept.");
    out::line(&secret);
    Ok(())
}

async fn revoke(app: &App, wanted: &str, business: &str) -> Result<()> {
    let b = open::business(app, business)?;
    let keys = all(app, business).await?;
    let named: Vec<&KeyRow> = keys.iter().filter(|k| k.revoked_at.is_none() && (k.id.to_string() == wanted || k.name == wanted)).collect();
    let id = match named[..] {
        [one] => one.id,
        [] => return Err(Error::new(Kind::NotFound, format!("{} has no key \"{wanted}\" in use.", b.name))),
        _ => return Err(Error::conflict(format!("Several keys are called \"{wanted}\". Name one by its id: steward key list."))),
    };
    app.store.control_write(move |tx| key::revoke_key(tx, b.id, id)).await?;
    open::noted(app, b.id, "revoked a key", &id.to_string()).await?;
    out::line(&format!("Revoked {wanted}."));
    Ok(())
}

async fn rotate(app: &App) -> Result<()> {
    let done = rotation::rotate(app).await?;
    out::line(&format!("master.key is new; {} stored credentials are sealed with it.", done.sealed));
    match done.lost {
        0 => Ok(()),
        n => Err(Error::conflict(format!(
            "{n} could be opened with neither key. Enter them again in the settings, then delete master.key.old beside the new key."
        ))),
    }
}
