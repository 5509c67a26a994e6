//! Tells the owners' verified phones: the day in a few lines at the hour they chose, and what is low in stock.

use super::Work;
use crate::domain::error::Result;
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::conversation::Channel;
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::services::house::command;
use crate::store::control::member;
use crate::store::house::conversation::find_known;
use crate::store::house::item;
use crate::store::house::member_phone::list_verified;
use crate::store::jobs;
use crate::store::tx::Tx;

/// The day, when it is its hour; once a day.
pub(super) async fn run(w: &Work<'_>) -> Result<()> {
    tell_owners(w, |tx| match command::digest_due(tx)? {
        Some(day) => Ok(Some((command::digest(tx)?, format!("digest:{day}")))),
        None => Ok(None),
    })
    .await
}

/// Little is left of something; once until the catalogue changes in another way.
pub(super) async fn low_stock(w: &Work<'_>, id: Id) -> Result<()> {
    tell_owners(w, move |tx| {
        let version = item::menu_version(tx)?;
        Ok(command::low_stock(tx, id)?.map(|text| (text, format!("low:{id}:{version}"))))
    })
    .await
}

/// Tells every owner with a verified phone what `what` says, under an intent of each.
pub(super) async fn tell_owners(
    w: &Work<'_>,
    what: impl FnOnce(&mut Tx<'_>) -> Result<Option<(String, String)>> + Send + 'static,
) -> Result<()> {
    let business = w.business.id;
    let members = w.app.store.control_read(move |tx| member::list_members(tx, business)).await?;
    let directory = w.app.directory();
    let accounts: Vec<String> = directory.numbers_of(business).map(|n| n.phone_number_id.clone()).collect();
    let job = w.id;
    w.file
        .write(move |tx| {
            jobs::finish_job(tx, job)?;
            let Some((text, intent)) = what(tx)? else { return Ok(()) };
            for phone in list_verified(tx)? {
                let owner = members.iter().any(|m| m.id == phone.member_id && m.role == Role::Owner);
                let Some(value) = phone.phone.clone().filter(|_| owner) else { continue };
                let identity = Identity { kind: IdentityKind::Phone, value };
                let intent = format!("{intent}:{}", phone.member_id);
                for account in &accounts {
                    let thread = find_known(tx, &identity, Channel::Whatsapp, account)?.and_then(|k| k.thread);
                    if let Some(heard) = thread
                        && command::tell(tx, &heard.thread, &text, &intent)?
                    {
                        break;
                    }
                }
            }
            Ok(())
        })
        .await
}
