//! Invitations into a business. Accounts are of the whole server and their e-mail addresses are not proven, so a business trusts the link
//! it made and no account: who follows it signs in to theirs, or makes one. An account that somebody made for another's address gets
//! nothing by it.

use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::member::{Role, check_email};
use crate::domain::id::{Id, token};
use crate::domain::text::clip;
use crate::services::house::member::{self as members, LINK_MS, digest, make_link, open_session};
use crate::store::control::invitation::{self, Invitation};
use crate::store::control::{member, session};
use crate::store::tx::Tx;

/// Invites a person, or gives a member another role: then there is a link only for who has no password and waits in no other business.
pub fn invite(tx: &mut Tx<'_>, email: &str, name: &str, business: Id, role: Role) -> Result<Option<String>> {
    let email = check_email(email)?;
    if let Some((id, hash)) = member::find_login(tx, &email)?
        && member::find_member(tx, id, business).is_ok()
    {
        members::set_role(tx, id, business, role)?;
        members::name_once(tx, id, name)?;
        if hash.is_some() || member::is_elsewhere(tx, id, business)? {
            return Ok(None);
        }
        session::delete_links_of(tx, id)?;
        return make_link(tx, "password", Some(id), Some(business)).map(Some);
    }
    let (t, expires) = (token(24), tx.now.plus_ms(LINK_MS));
    let of = Invitation { id: Id::new(tx.now), business, email, name: clip(name.trim(), 60), role };
    invitation::insert_invitation(tx, &digest(&t), &of, expires)?;
    Ok(Some(t))
}

/// Invites somebody new. Who signs in here already is told apart: their role is changed on its own, never by the way.
pub fn invite_new(tx: &mut Tx<'_>, email: &str, name: &str, business: Id, role: Role) -> Result<Option<String>> {
    if let Some((id, hash)) = member::find_login(tx, &check_email(email)?)?
        && let Ok(there) = member::find_member(tx, id, business)
        && (hash.is_some() || member::is_elsewhere(tx, id, business)?)
    {
        let who = if there.name.is_empty() { there.email } else { there.name };
        return Err(Error::field("email", format!("{who} already signs in here.")));
    }
    invite(tx, email, name, business, role)
}

/// Who follows an invitation.
#[derive(Debug)]
pub enum Joiner {
    /// Has an account, whose password was right.
    Known(Id),
    /// Makes one: e-mail, name and hashed password.
    New(String, String, String),
}

/// Uses an invitation: a session in its business.
pub fn accept(tx: &mut Tx<'_>, link: &str, who: Joiner) -> Result<String> {
    let gone = || Error::new(Kind::NotFound, "This link was used or has ended. Ask for a new one.");
    let of = invitation::find_invitation(tx, &digest(link))?.ok_or_else(gone)?;
    let id = match who {
        Joiner::Known(id) => id,
        Joiner::New(email, name, hash) => new_account(tx, of.business, &check_email(&email)?, &name, &hash)?,
    };
    members::set_role(tx, id, of.business, of.role)?;
    invitation::delete_invitation(tx, of.business, of.id)?;
    open_session(tx, id, Some(of.business))
}

fn new_account(tx: &mut Tx<'_>, business: Id, email: &str, name: &str, hash: &str) -> Result<Id> {
    let taken = |why: &str| Error::field("email", why);
    match member::find_login(tx, email)? {
        None => member::insert_member(tx, email, name.trim(), Some(hash)),
        Some((_, Some(_))) => Err(taken("There is an account with this e-mail on this server. Sign in with its password.")),
        Some((id, None)) if member::is_elsewhere(tx, id, business)? => {
            Err(taken("Another business on this server invited this address first. Follow that invitation, then this one."))
        }
        Some((id, None)) => {
            member::update_password(tx, id, hash)?;
            members::name_once(tx, id, name)?;
            session::delete_links_of(tx, id)?;
            Ok(id)
        }
    }
}
