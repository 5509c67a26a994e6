//! Who may come in: members and keys.

use super::settings::{Fields, again, base_url, frame, text};
use crate::domain::error::Result;
use crate::domain::house::member::Role;
use crate::domain::id::{Id, token};
use crate::services::house::invitation::invite_new;
use crate::services::house::member as members;
use crate::store::control::invitation::Invitation;
use crate::store::control::{invitation, key, member};
use crate::store::house::case;
use crate::web::format;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::Here;
use crate::web::view::house::settings::{KeyRow, KeysForm, MemberRow, Part, PeopleForm};
use crate::web::view::{Errors, Pick};
use axum::Form;
use axum::extract::Path;
use axum::http::HeaderMap;

const fn role_words(r: Role) -> &'static str {
    match r {
        Role::Owner => "Everything, also settings and people",
        Role::Manager => "Also approve payments and change the catalogue",
        Role::Agent => "Answer customers and move orders",
        Role::Viewer => "Look only",
    }
}

fn roles() -> Vec<Pick> {
    pick_of(Role::Agent)
}

fn pick_of(chosen: Role) -> Vec<Pick> {
    Role::ALL.into_iter().map(|r| Pick { value: r.as_str().into(), label: role_words(r).into(), on: r == chosen }).collect()
}

/// Who signs in, with a link to hand over when one was just made.
pub async fn people_form(here: &Here, link: String, link_for: String) -> Result<PeopleForm> {
    let (id, me) = (here.business.id, here.member.id);
    let both = here.app.store.control_read(move |tx| Ok((member::list_members(tx, id)?, invitation::list_invitations(tx, id)?)));
    let (found, invited) = both.await?;
    let row = |m: crate::domain::house::member::Member| {
        let name = if m.name.is_empty() { m.email.clone() } else { m.name.clone() };
        MemberRow {
            id: m.id.to_string(),
            initials: format::initials(&name),
            name,
            email: m.email,
            role: m.role.as_str().into(),
            roles: pick_of(m.role),
            me: m.id == me,
            invited: false,
        }
    };
    let waiting = |i: Invitation| {
        let name = if i.name.is_empty() { i.email.clone() } else { i.name };
        let initials = format::initials(&name);
        MemberRow {
            id: i.id.to_string(),
            initials,
            name,
            email: i.email,
            role: i.role.as_str().into(),
            roles: Vec::new(),
            me: false,
            invited: true,
        }
    };
    Ok(PeopleForm {
        members: found.into_iter().map(row).chain(invited.into_iter().map(waiting)).collect(),
        roles: roles(),
        email: String::new(),
        name: String::new(),
        link,
        link_for,
    })
}

/// `POST /app/settings/members`. A new person's link is shown once, on the answer itself.
pub async fn add_member(here: Here, headers: HeaderMap, Form(form): Form<Fields>) -> Answer {
    here.require(Role::Owner)?;
    let (id, email, role) = (here.business.id, text(&form, "email"), text(&form, "role").parse());
    let added = match role {
        Ok(role) => {
            let name = text(&form, "name");
            here.app.store.control_write(move |tx| invite_new(tx, &email, &name, id, role)).await
        }
        Err(e) => Err(e),
    };
    if added.is_ok() {
        here.noted().await?;
    }
    match added {
        Ok(None) => Ok(here.back("/app/settings?part=people", "Saved. They sign in as before.")),
        Ok(Some(link)) => {
            let here = here.at("/app/settings?part=people");
            let link = format!("{}/set-up/{link}", base_url(&here, &headers));
            let form = people_form(&here, link, text(&form, "name")).await?;
            here.page(&frame(&here, Part::People(form), Errors::default()).await?)
        }
        Err(e) => again(here, &headers, "people", &form, e).await,
    }
}

/// `POST /app/settings/members/ID/role`.
pub async fn set_role(here: Here, Path(id): Path<Id>, Form(form): Form<Fields>) -> Answer {
    here.require(Role::Owner)?;
    let (business, role) = (here.business.id, text(&form, "role").parse()?);
    let saved = here.app.store.control_write(move |tx| {
        // An account of somebody who is no member here gets nothing by this.
        member::find_member(tx, id, business)?;
        members::set_role(tx, id, business, role)
    });
    saved.await?;
    here.noted().await?;
    Ok(here.back("/app/settings?part=people", "Saved. They sign in as before."))
}

/// `POST /app/settings/members/ID/remove`.
pub async fn remove_member(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Owner)?;
    let business = here.business.id;
    here.app.store.control_write(move |tx| members::remove(tx, id, business)).await?;
    here.write(move |tx| case::update_member_gone(tx, id)).await?;
    Ok(here.back("/app/settings?part=people", "They cannot sign in to this business any more."))
}

/// `POST /app/settings/invitations/ID/remove`.
pub async fn remove_invitation(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Owner)?;
    let business = here.business.id;
    here.app.store.control_write(move |tx| invitation::delete_invitation(tx, business, id)).await?;
    here.noted().await?;
    Ok(here.back("/app/settings?part=people", "The invitation is taken back. Its link opens nothing any more."))
}

/// Keys, with a new one when it was just made.
pub async fn keys_form(here: &Here, fresh: String, fresh_name: String) -> Result<KeysForm> {
    let id = here.business.id;
    let found = here.app.store.control_read(move |tx| key::list_keys(tx, id)).await?;
    let now = here.app.clock().now();
    let row = |k: key::KeyRow| KeyRow {
        id: k.id.to_string(),
        name: k.name,
        prefix: k.hint,
        role: k.role.as_str().into(),
        used: format!("made {}", format::ago(k.created_at, now)),
        revoked: k.revoked_at.is_some(),
    };
    Ok(KeysForm { keys: found.into_iter().map(row).collect(), roles: roles(), fresh, fresh_name, name: String::new(), key: token(9) })
}

/// `POST /app/settings/keys`. The key is shown once, on the answer itself.
pub async fn add_key(here: Here, headers: HeaderMap, Form(form): Form<Fields>) -> Answer {
    here.require(Role::Owner)?;
    let (id, name, role) = (here.business.id, text(&form, "name"), text(&form, "role").parse());
    let made = match role {
        Ok(role) => here.app.store.control_write(move |tx| members::add_key(tx, id, &name, role)).await,
        Err(e) => Err(e),
    };
    if made.is_ok() {
        here.noted().await?;
    }
    match made {
        Ok((_, secret)) => {
            let here = here.at("/app/settings?part=keys");
            let form = keys_form(&here, secret, text(&form, "name")).await?;
            here.page(&frame(&here, Part::Keys(form), Errors::default()).await?)
        }
        Err(e) => again(here, &headers, "keys", &form, e).await,
    }
}

/// `POST /app/settings/keys/ID/revoke`.
pub async fn revoke_key(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Owner)?;
    let business = here.business.id;
    here.app.store.control_write(move |tx| key::revoke_key(tx, business, id)).await?;
    here.noted().await?;
    Ok(here.back("/app/settings?part=keys", "Revoked. Programs that used it get no answer any more."))
}
