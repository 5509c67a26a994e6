//! Who may come in: passwords, sessions, links and API keys. All on the control file.

use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::member::{Role, check_email};
use crate::domain::id::{Id, token};
use crate::domain::text::clip;
use crate::domain::time::{DAY_MS, HOUR_MS};
use crate::store::control::{key, member, session};
use crate::store::tx::{Read, Tx};
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};

/// How long a browser stays signed in, in milliseconds.
pub const SESSION_MS: i64 = 30 * DAY_MS;
/// How long a one-time link works, in milliseconds.
pub const LINK_MS: i64 = 24 * HOUR_MS;
/// Shortest password.
pub const PASSWORD_CHARS: usize = 10;

/// SHA-256 in hex: what is kept of tokens and keys.
pub fn digest(token: &str) -> String {
    hex::encode(ring::digest::digest(&ring::digest::SHA256, token.as_bytes()))
}

/// Hashes a password with argon2id. Takes about 50 ms: call it off the async threads and outside transactions.
pub fn hash_password(password: &str) -> Result<String> {
    if password.chars().count() < PASSWORD_CHARS {
        return Err(Error::field("password", format!("A password has at least {PASSWORD_CHARS} characters.")));
    }
    if password.len() > 500 {
        return Err(Error::field("password", "That password is too long."));
    }
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|_| Error::internal("The password could not be kept."))?;
    Ok(hash.to_string())
}

/// Whether a password is the one behind a hash. With no hash it works as long and says no, so a stranger cannot learn
/// who is a member.
pub fn verify_password(password: &str, hash: Option<&str>) -> bool {
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$N5RFkVkLRPqqr4ZU4EmrCZ2h6ZUlK7VVcpm0pvuEmZ0";
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODY)) else { return false };
    let matches = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    matches && hash.is_some()
}

/// A mark of a member's password as it is now. It tells nothing of it, and is another one after the next password.
pub fn password_mark(tx: &Read<'_>, member: Id) -> Result<String> {
    let mut mark = digest(&member::find_password(tx, member)?.unwrap_or_default());
    mark.truncate(16);
    Ok(mark)
}

/// A new browser session; its token goes into the cookie.
pub fn open_session(tx: &mut Tx<'_>, member: Id, business: Option<Id>) -> Result<String> {
    let t = token(32);
    let expires = tx.now.plus_ms(SESSION_MS);
    session::insert_session(tx, &digest(&t), member, business, "browser", expires)?;
    Ok(t)
}

/// A new one-time link of a kind ("setup", "sign-in", "password"); its token goes into the address.
pub fn make_link(tx: &mut Tx<'_>, kind: &str, member: Option<Id>, business: Option<Id>) -> Result<String> {
    let t = token(24);
    let expires = tx.now.plus_ms(LINK_MS);
    session::insert_link(tx, &digest(&t), kind, member, business, expires)?;
    Ok(t)
}

/// Uses a sign-in link: a session for its member.
pub fn follow_sign_in(tx: &mut Tx<'_>, link: &str) -> Result<String> {
    let hash = digest(link);
    let gone = || Error::new(Kind::NotFound, "This link was used or has ended. Ask for a new one.");
    let (kind, member, business) = session::find_link(tx, &hash)?.ok_or_else(gone)?;
    let member = member.filter(|_| kind == "sign-in").ok_or_else(gone)?;
    if !session::use_link(tx, &hash)? {
        return Err(gone());
    }
    open_session(tx, member, business)
}

/// Uses a set-up or new-password link with an already hashed password: the member, and a session.
pub fn follow_set_up(tx: &mut Tx<'_>, link: &str, email: &str, name: &str, password_hash: &str) -> Result<String> {
    let hash = digest(link);
    let gone = || Error::new(Kind::NotFound, "This link was used or has ended. Ask for a new one.");
    let (kind, known, business) = session::find_link(tx, &hash)?.ok_or_else(gone)?;
    if kind == "sign-in" || !session::use_link(tx, &hash)? {
        return Err(gone());
    }
    let id = match known {
        Some(id) => {
            member::update_password(tx, id, password_hash)?;
            name_once(tx, id, name)?;
            session::delete_sessions_of(tx, id)?;
            // Another invitation that was on its way must not set another password.
            session::delete_links_of(tx, id)?;
            id
        }
        // The first person of a server, and nobody after them: an old log line must open nothing.
        None if kind != "setup" || member::count_members(tx)? > 0 => return Err(gone()),
        None => {
            let id = member::insert_member(tx, &check_email(email)?, name.trim(), Some(password_hash))?;
            if let Some(b) = business {
                member::upsert_membership(tx, id, b, Role::Owner)?;
            }
            id
        }
    };
    open_session(tx, id, business)
}

/// Notes what a person is called, unless they have said so already.
pub fn name_once(tx: &mut Tx<'_>, id: Id, name: &str) -> Result<()> {
    let name = clip(name.trim(), 60);
    if name.is_empty() { Ok(()) } else { member::update_name_once(tx, id, &name) }
}

/// Gives a person a role at once, as whoever runs the server says; someone without a password gets one by the link that is returned,
/// and by no other one any more: an owner who holds an older link must not come in where this one leads.
pub fn add(tx: &mut Tx<'_>, email: &str, business: Id, role: Role) -> Result<(Id, Option<String>)> {
    let email = check_email(email)?;
    let (id, new) = match member::find_login(tx, &email)? {
        Some((id, hash)) => (id, hash.is_none()),
        None => (member::insert_member(tx, &email, "", None)?, true),
    };
    set_role(tx, id, business, role)?;
    if !new {
        return Ok((id, None));
    }
    session::delete_links_of(tx, id)?;
    Ok((id, Some(make_link(tx, "password", Some(id), Some(business))?)))
}

/// Gives a person a role in a business, which keeps an owner.
pub fn set_role(tx: &mut Tx<'_>, id: Id, business: Id, role: Role) -> Result<()> {
    if role != Role::Owner && member::find_member(tx, id, business).is_ok_and(|m| m.role == Role::Owner) {
        member::keep_an_owner(tx, id, business)?;
    }
    member::upsert_membership(tx, id, business, role)
}

/// Takes a person out of a business, and the links it made for them.
pub fn remove(tx: &mut Tx<'_>, id: Id, business: Id) -> Result<()> {
    member::delete_membership(tx, id, business)?;
    session::delete_links_in(tx, id, business)
}

/// A new API key: shown once, kept as its hash. Keys in use have names of their own: they are revoked by them, and a form that is sent
/// again makes no second one.
pub fn add_key(tx: &mut Tx<'_>, business: Id, name: &str, role: Role) -> Result<(Id, String)> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 60 {
        return Err(Error::field("name", "A key's name is 1 to 60 characters."));
    }
    if key::list_keys(tx, business)?.iter().any(|k| k.revoked_at.is_none() && k.name == name) {
        return Err(Error::field("name", "A key in use has this name already. Choose another."));
    }
    let secret = format!("sk_{}", token(30));
    let id = key::insert_key(tx, business, name, &digest(&secret), &secret[..7], role)?;
    Ok((id, secret))
}

/// The business, name and role behind an API key.
pub fn find_by_key(tx: &Read<'_>, secret: &str) -> Result<Option<(Id, String, Role)>> {
    key::find_key(tx, &digest(secret))
}
