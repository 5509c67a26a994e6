//! Language models of businesses: kept with their keys sealed, opened to be asked.

use super::App;
use crate::domain::error::{Error, Result};
use crate::domain::house::model::{MOST, OwnModel};
use crate::domain::id::Id;
use crate::domain::secret::Secret;
use crate::store::house::model as rows;
use std::sync::atomic::{AtomicU64, Ordering};

/// Grows whenever a business changed its models, so that whoever keeps connections to them makes new ones.
#[derive(Debug, Default)]
pub struct Changes(AtomicU64);

impl Changes {
    /// The number now.
    pub fn now(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
    fn happened(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

/// What a model's key is sealed for.
pub(super) fn about(business: Id, model: Id) -> String {
    format!("model {business} {model}")
}

/// A business's own models in their order, with their keys. One that cannot be opened is left out and said in the log.
pub async fn opened(app: &App, business: Id) -> Result<Vec<(OwnModel, Secret)>> {
    let found = app.store.business(business)?.read(rows::list_models).await?;
    let open = |(m, sealed): rows::Sealed| match app.vault.open_bytes(&sealed, &about(business, m.id)) {
        Ok(key) => Some((m, Secret::new(String::from_utf8_lossy(&key)))),
        Err(e) => {
            tracing::error!(error = %e, model = m.name(), "a model's key cannot be opened with master.key");
            None
        }
    };
    Ok(found.into_iter().filter_map(open).collect())
}

/// Keeps a model. Without a new key a changed one keeps its own, unless it moved to another address: a key is never sent to a host it
/// was not entered for.
pub async fn save(app: &App, business: Id, m: OwnModel, key: Option<&Secret>) -> Result<()> {
    let sealed = key.map(|k| app.vault.seal(k.reveal().as_bytes(), &about(business, m.id))).transpose()?;
    let empty = app.vault.seal(b"", &about(business, m.id))?;
    app.store
        .business(business)?
        .write(move |tx| {
            let all = rows::list_models(tx)?;
            let old = all.iter().find(|(o, _)| o.id == m.id);
            if old.is_none() && all.len() >= MOST {
                return Err(Error::conflict(format!("A business has at most {MOST} models. Remove one first.")));
            }
            if all.iter().any(|(o, _)| o.id != m.id && (&o.service, &o.base_url, &o.model) == (&m.service, &m.base_url, &m.model)) {
                return Err(Error::field("model", "This model is there already."));
            }
            let kept = old.filter(|(o, _)| (&o.service, &o.base_url) == (&m.service, &m.base_url)).map(|(_, s)| s.clone());
            let place = old.map_or_else(|| all.iter().map(|(o, _)| o.place + 1).max().unwrap_or(0), |(o, _)| o.place);
            rows::upsert_model(tx, &OwnModel { place, ..m }, &sealed.or(kept).unwrap_or(empty))
        })
        .await?;
    app.model_changes.happened();
    Ok(())
}

/// Asks a model before the one it came after.
pub async fn prefer(app: &App, business: Id, id: Id) -> Result<()> {
    app.store
        .business(business)?
        .write(move |tx| {
            rows::find_model(tx, id)?;
            let mut all: Vec<Id> = rows::list_models(tx)?.into_iter().map(|(m, _)| m.id).collect();
            if let Some(at) = all.iter().position(|m| *m == id).filter(|at| *at > 0) {
                all.swap(at, at - 1);
            }
            all.iter().zip(0i64..).try_for_each(|(m, place)| rows::update_place(tx, *m, place))
        })
        .await?;
    app.model_changes.happened();
    Ok(())
}

/// Forgets a model and its key.
pub async fn remove(app: &App, business: Id, id: Id) -> Result<()> {
    app.store
        .business(business)?
        .write(move |tx| {
            rows::find_model(tx, id)?;
            rows::delete_model(tx, id)
        })
        .await?;
    app.model_changes.happened();
    Ok(())
}
