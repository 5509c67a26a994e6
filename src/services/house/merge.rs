//! One person on several channels: two contacts become one, and can become two again.

use crate::domain::error::{Error, Result};
use crate::domain::house::contact::{Contact, IdentityKind};
use crate::domain::house::member::Actor;
use crate::domain::house::merge::Merge;
use crate::domain::id::Id;
use crate::store::house::contact;
use crate::store::house::merge as rows;
use crate::store::tx::{Read, Tx};

/// Why two contacts cannot be one; none when they can. Two numbers are two phones: a reply could reach the wrong one.
pub fn hindrance(a: &Contact, b: &Contact) -> Option<&'static str> {
    if a.id == b.id {
        return Some("This is the same customer.");
    }
    let both = |kind| [a, b].iter().all(|c| c.identities.iter().any(|i| i.kind == kind));
    let told = [
        (IdentityKind::Phone, "Both have a phone number of their own, so replies could reach the wrong phone. They stay two customers."),
        (IdentityKind::WhatsappUser, "Both have a WhatsApp of their own. They stay two customers."),
        (IdentityKind::MessengerUser, "Both have a Messenger of their own. They stay two customers."),
        (IdentityKind::Email, "Both have an e-mail address of their own, so replies could reach the wrong one. They stay two customers."),
        (IdentityKind::InstagramUser, "Both have an Instagram of their own. They stay two customers."),
    ];
    told.into_iter().find(|(kind, _)| both(*kind)).map(|(_, why)| why)
}

/// Makes `gone` one with `keep`: identities, conversations, orders and all the rest are `keep`'s from now on.
pub fn merge(tx: &mut Tx<'_>, keep: Id, gone: Id, actor: &Actor) -> Result<Merge> {
    let (mut kept, other) = (contact::find_present(tx, keep)?, contact::find_present(tx, gone)?);
    if let Some(why) = hindrance(&kept, &other) {
        return Err(Error::conflict(why));
    }
    if rows::find_merged_into(tx, keep)?.is_some() || rows::find_merged_into(tx, gone)?.is_some() {
        return Err(Error::conflict("One of them is part of another customer already."));
    }
    let moved = rows::move_all(tx, gone, keep)?;
    let merge = Merge { id: Id::new(tx.now), kept: keep, gone, moved, by: actor.name().to_owned(), at: tx.now, undone_at: None };
    rows::insert_merge(tx, &merge)?;
    if kept.name.trim().is_empty() && !other.name.trim().is_empty() {
        kept.name = other.name;
    }
    // Whoever said no to either of them has said no.
    kept.consent = match (kept.consent, other.consent) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (mine, theirs) => mine.or(theirs),
    };
    contact::update_contact(tx, &kept)?;
    Ok(merge)
}

/// Makes two of them again. What came since the merge stays with the one that was kept.
pub fn undo(tx: &mut Tx<'_>, keep: Id, merge: Id) -> Result<Merge> {
    let m = rows::find_merge(tx, merge)?;
    if m.kept != keep {
        return Err(Error::not_found("merge"));
    }
    if m.undone_at.is_some() {
        return Err(Error::conflict("This was undone already."));
    }
    rows::move_back(tx, m.kept, m.gone, &m.moved)?;
    rows::update_undone(tx, &m)?;
    rows::find_merge(tx, merge)
}

/// Customers who may be the same person as `of`, likeliest first: those of the same name, then the newest, without those who cannot be.
pub fn candidates(tx: &Read<'_>, of: &Contact, most: usize) -> Result<Vec<Contact>> {
    let named = |c: &Contact| !of.name.trim().is_empty() && c.name.trim().eq_ignore_ascii_case(of.name.trim());
    let mut all: Vec<Contact> = contact::list_contacts(tx, "", None, 200)?.into_iter().map(|r| r.contact).collect();
    all.retain(|c| hindrance(of, c).is_none());
    all.sort_by_key(|c| !named(c));
    all.truncate(most);
    Ok(all)
}
