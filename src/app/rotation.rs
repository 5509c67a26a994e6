//! Changing the master key: a new key, and everything that was sealed with the old one sealed anew. Stopped halfway, both keys
//! open what they sealed, and the next try goes on.

use super::models::about;
use super::vault::{Vault, is_there, old_key, swap};
use super::{App, gateways, push};
use crate::domain::error::{Error, Result};
use crate::store::Store;
use crate::store::control::connection::{self, ConnectionRow};
use crate::store::control::{business, device};
use crate::store::house::model;
use crate::store::tx::Read;
use std::path::Path;

/// Tables with sealed columns; a test finds any other.
pub const SEALED: &[&str] = &["connections", "models", "own_keys", "devices"];

/// What was sealed anew, and what could not be opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rotated {
    /// Sealed with the new key now.
    pub sealed: usize,
    /// Opened by neither key; left as they are.
    pub lost: usize,
}

/// Makes a new master key and seals everything anew. The process must end afterwards: what it holds in memory is the old key.
pub async fn rotate(app: &App) -> Result<Rotated> {
    let path = app.config.paths.master_key();
    swap(&path)?;
    let vault = Vault::open(&path)?;
    let mut out = Rotated::default();
    let rows = app.store.control_read(connection::list_connections).await?;
    for mut row in rows {
        let Some(sealed) = anew(&vault, &row.sealed, &sealed_for(&row), &mut out)? else { continue };
        row.sealed = sealed;
        app.store.control_write(move |tx| connection::upsert_connection(tx, &row)).await?;
    }
    for (name, sealed) in app.store.control_read(device::list_own_keys).await? {
        let Some(sealed) = anew(&vault, &sealed, &push::sealed_for_key(&name), &mut out)? else { continue };
        app.store.control_write(move |tx| device::update_own_key(tx, &name, &sealed)).await?;
    }
    for (id, sealed) in app.store.control_read(device::list_sealed).await? {
        let Some(sealed) = anew(&vault, &sealed, &push::sealed_for_device(id), &mut out)? else { continue };
        app.store.control_write(move |tx| device::update_sealed(tx, id, &sealed)).await?;
    }
    let businesses: Vec<_> = app.directory().businesses().cloned().collect();
    for b in businesses {
        let (id, file) = (b.id, app.file_of(&b).await?);
        for (m, sealed) in file.read(model::list_models).await? {
            let Some(sealed) = anew(&vault, &sealed, &about(id, m.id), &mut out)? else { continue };
            file.write(move |tx| model::update_sealed(tx, m.id, &sealed)).await?;
        }
    }
    if out.lost == 0 {
        std::fs::remove_file(old_key(&path)).map_err(|e| Error::unavailable(format!("The old key cannot be deleted: {e}.")))?;
    }
    Ok(out)
}

/// Refuses to go on without the key when something is sealed with it: a new key would hide that the old one is lost.
pub async fn require_key(store: &Store, path: &Path) -> Result<()> {
    if is_there(path) || !is_anything_sealed(store).await? {
        return Ok(());
    }
    let mend = "Put the old key back, or begin with a new one and enter them again: steward key new-master.";
    Err(Error::unavailable(format!("{} is missing, and stored tokens and keys of providers were sealed with it. {mend}", path.display())))
}

async fn is_anything_sealed(store: &Store) -> Result<bool> {
    let look = |tx: &Read<'_>| {
        let sealed = !connection::list_connections(tx)?.is_empty() || !device::list_sealed(tx)?.is_empty();
        Ok((sealed, business::list_businesses(tx)?))
    };
    let (sealed, businesses) = store.control_read(look).await?;
    if sealed {
        return Ok(true);
    }
    for b in businesses {
        // One that cannot be opened is told of elsewhere.
        let Ok(file) = store.business(b.id) else { continue };
        if file.read(model::list_models).await.is_ok_and(|all| !all.is_empty()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a row of the control file was sealed for.
fn sealed_for(row: &ConnectionRow) -> String {
    gateways::sealed_for(row).unwrap_or_else(|| row.account.clone())
}

fn anew(vault: &Vault, sealed: &[u8], about: &str, out: &mut Rotated) -> Result<Option<Vec<u8>>> {
    match vault.open_bytes(sealed, about) {
        Ok(plain) => {
            out.sealed += 1;
            vault.seal(&plain, about).map(Some)
        }
        Err(_) => {
            out.lost += 1;
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::schema::Kind;

    #[test]
    fn every_sealed_column_is_sealed_anew() {
        for kind in [Kind::Control, Kind::Business] {
            for table in kind.sql().split("create table ").skip(1) {
                let name = table.split_whitespace().next().unwrap();
                let sealed = table.split(") strict").next().unwrap().lines().any(|l| l.trim_start().starts_with("sealed"));
                assert!(!sealed || SEALED.contains(&name), "{name} holds something sealed: seal it anew in rotate()");
            }
        }
    }
}
