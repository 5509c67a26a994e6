//! Devices of members: where each is told something, sealed, and the key this server tells it by.

use super::App;
use crate::channels::push::Subscription;
use crate::channels::push::signer::Signer;
use crate::domain::error::{Error, Result};
use crate::domain::house::device::{DEVICES, Device};
use crate::domain::id::Id;
use crate::store::control::device::{self, NewDevice};

/// The name of the key we sign nudges with.
const KEY: &str = "push";

/// What a key of ours is sealed for.
pub(super) fn sealed_for_key(name: &str) -> String {
    format!("own key {name}")
}

/// What a device's address is sealed for.
pub(super) fn sealed_for_device(id: Id) -> String {
    format!("device {id}")
}

/// What signs nudges. Its key is made when it is first needed.
pub async fn signer(app: &App) -> Result<Signer> {
    let sealed = match app.store.control_read(|tx| device::find_own_key(tx, KEY)).await? {
        Some(sealed) => sealed,
        None => {
            let new = sealed_new(app)?;
            app.store.control_write(move |tx| device::insert_own_key(tx, KEY, &new)).await?
        }
    };
    Signer::open(&app.vault.open_bytes(&sealed, &sealed_for_key(KEY))?)
}

fn sealed_new(app: &App) -> Result<Vec<u8>> {
    app.vault.seal(&Signer::make()?, &sealed_for_key(KEY))
}

/// The key browsers are given. One that no longer opens, because the master key is another since a backup was brought back, is replaced: no
/// device could be told by it anyway.
pub async fn public_key(app: &App) -> Result<String> {
    if let Ok(signer) = signer(app).await {
        return Ok(signer.public());
    }
    let new = sealed_new(app)?;
    app.store.control_write(move |tx| device::update_own_key(tx, KEY, &new)).await?;
    signer(app).await.map(|s| s.public())
}

/// Tells a member on this device from now on.
pub async fn connect(app: &App, business: Id, member: Id, to: Subscription, name: &str) -> Result<()> {
    let to = to.checked(&app.net)?;
    let id = Id::new(app.clock().now());
    let (sealed, mark, name) = (app.vault.seal_json(&to, &sealed_for_device(id))?, to.mark(), name.to_owned());
    app.store
        .control_write(move |tx| {
            let others = device::list_devices(tx, business, Some(member))?;
            if others.iter().filter(|d| d.mark != mark).count() >= DEVICES {
                return Err(Error::conflict("You are told on many devices already. Forget one first."));
            }
            let new = NewDevice { id, member_id: member, business_id: business, name: &name, mark: &mark, sealed: &sealed };
            device::insert_device(tx, &new)
        })
        .await
}

/// A device of a business and where it is told. None: it was forgotten.
pub async fn find(app: &App, business: Id, id: Id) -> Result<Option<(Device, Result<Subscription>)>> {
    let found = app.store.control_read(move |tx| device::find_device(tx, business, id)).await?;
    Ok(found.map(|(d, sealed)| (d, app.vault.open_json(&sealed, &sealed_for_device(id)))))
}
