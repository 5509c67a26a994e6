//! Sets up who answers customers.

use crate::domain::error::{Error, Result};
use crate::domain::house::assistant::Assistant;
use crate::domain::id::Id;
use crate::domain::text::{clip, slug};
use crate::store::house::assistant;
use crate::store::meta;
use crate::store::tx::Tx;

/// Assistants of one business at most.
const MOST: usize = 50;

/// Adds one. Its name in addresses comes from its title. The first one answers where nobody else is set.
pub fn add(tx: &mut Tx<'_>, a: Assistant) -> Result<Assistant> {
    let all = assistant::list_assistants(tx)?;
    if all.len() >= MOST {
        return Err(Error::conflict(format!("A business has at most {MOST} assistants.")));
    }
    let a = Assistant { id: Id::new(tx.now), name: clip(&slug(&a.title), 40), is_default: a.is_default || all.is_empty(), ..a };
    save(tx, a)
}

/// Changes one; its name in addresses stays.
pub fn change(tx: &mut Tx<'_>, a: Assistant) -> Result<Assistant> {
    let old = assistant::find_assistant(tx, a.id)?;
    // Somebody must answer where nobody is set: the default is given to another, not taken away.
    save(tx, Assistant { name: old.name, is_default: a.is_default || old.is_default, ..a })
}

fn save(tx: &mut Tx<'_>, a: Assistant) -> Result<Assistant> {
    a.check()?;
    for other in assistant::list_assistants(tx)?.into_iter().filter(|o| o.id != a.id) {
        let taken: Vec<_> = other.channels.iter().filter(|p| !a.channels.contains(p)).cloned().collect();
        let default = other.is_default && !a.is_default;
        if taken.len() != other.channels.len() || default != other.is_default {
            assistant::upsert_assistant(tx, &Assistant { channels: taken, is_default: default, ..other })?;
        }
    }
    assistant::upsert_assistant(tx, &a)?;
    touched(tx)?;
    Ok(a)
}

/// Takes one away; the oldest of the others answers in its place.
pub fn remove(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let old = assistant::find_assistant(tx, id)?;
    assistant::delete_assistant(tx, id)?;
    if old.is_default
        && let Some(next) = assistant::list_assistants(tx)?.into_iter().next()
    {
        assistant::upsert_assistant(tx, &Assistant { is_default: true, ..next })?;
    }
    touched(tx)
}

/// What is kept in memory of the business is read again.
fn touched(tx: &mut Tx<'_>) -> Result<()> {
    meta::bump(tx, "profile_version").map(drop)
}
