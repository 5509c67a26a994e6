//! Contacts: list, look up by number, change.

use super::facts::FactOut;
use super::page::{Page, Part, id_cursor, most};
use super::shapes::{ContactOut, OrderOut};
use crate::domain::error::{Error, Result};
use crate::domain::house::contact::{Contact, Identity, IdentityKind};
use crate::domain::house::member::{Actor, Role, check_email};
use crate::domain::house::timeline::{Consent, Moment, Note};
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::phone::Phone;
use crate::domain::time::Time;
use crate::services::house::chat::find_or_add;
use crate::services::house::timeline as people;
use crate::services::shop::loyalty as points;
use crate::store::house::{contact, conversation, fact, timeline};
use crate::store::meta;
use crate::store::outreach::segment;
use crate::store::shop::{loyalty, order};
use crate::store::tx::{Read, Tx};
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params};
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{PathId, Write};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(identify))
        .routes(routes!(detail, change))
        .routes(routes!(orders))
        .routes(routes!(moments))
        .routes(routes!(add_note))
        .routes(routes!(give_points))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Part of the name or number.
    q: Option<String>,
    /// Only those in this group.
    segment: Option<Id>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Contacts, newest first.
#[utoipa::path(get, path = "/contacts", tag = "contacts", params(Filter), responses((status = 200, body = Page<ContactOut>)))]
async fn list(caller: Caller, Params(f): Params<Filter>) -> ApiResult<Json<Page<ContactOut>>> {
    let (before, most) = (id_cursor(f.cursor.as_deref())?, most(f.limit));
    if let Some(id) = f.segment {
        let found = caller.file.read(move |tx| {
            let s = segment::find_segment(tx, id)?.ok_or_else(|| Error::not_found("group"))?;
            segment::list_members(tx, &s.filter, before, most + 1)?.into_iter().map(|id| contact::find_contact(tx, id)).collect()
        });
        let rows: Vec<Contact> = found.await?;
        return Ok(Json(Page::cut(rows, most, |c| c.id.to_string(), ContactOut::from)));
    }
    let q = f.q.unwrap_or_default();
    let rows = caller.file.read(move |tx| contact::list_contacts(tx, q.trim(), before, most + 1)).await?;
    Ok(Json(Page::cut(rows, most, |r| r.contact.id.to_string(), |r| r.contact.into())))
}

/// A contact with what is remembered of them.
#[derive(Serialize, ToSchema)]
struct KnownContact {
    #[serde(flatten)]
    contact: ContactOut,
    /// What they told about themselves, oldest first.
    facts: Vec<FactOut>,
    /// Tags, in order.
    tags: Vec<String>,
    /// Loyalty points.
    points: i64,
    /// Yes and no to being written to first, with the proof, newest first.
    #[schema(value_type = Vec<Object>)]
    consents: Vec<Consent>,
    /// Notes of the team, newest first.
    #[schema(value_type = Vec<Object>)]
    notes: Vec<Note>,
}

/// One contact.
#[utoipa::path(get, path = "/contacts/{id}", tag = "contacts", params(("id" = Id, Path)), responses((status = 200, body = KnownContact)))]
async fn detail(caller: Caller, PathId(id): PathId) -> ApiResult<Json<KnownContact>> {
    let found = caller.file.read(move |tx| {
        Ok(KnownContact {
            contact: contact::find_present(tx, id)?.into(),
            facts: fact::list_facts(tx, id)?.into_iter().map(FactOut::from).collect(),
            tags: timeline::list_tags(tx, id)?,
            points: loyalty::find_balance(tx, id)?,
            consents: timeline::list_consents(tx, id)?,
            notes: timeline::list_notes(tx, id, 100)?,
        })
    });
    Ok(Json(found.await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Before {
    /// What happened before this moment, in RFC 3339; from now on back when absent.
    #[param(value_type = Option<String>)]
    before: Option<Time>,
    /// `next_cursor` of the answer before.
    #[param(value_type = Option<String>)]
    cursor: Option<Time>,
    limit: Option<u32>,
}

/// What happened with a contact over all channels and desks, newest first.
#[utoipa::path(get, path = "/contacts/{id}/timeline", operation_id = "contact_timeline", tag = "contacts", params(("id" = Id, Path), Before), responses((status = 200, body = Page<serde_json::Value>)))]
async fn moments(caller: Caller, PathId(id): PathId, Params(p): Params<Before>) -> ApiResult<Json<Page<Moment>>> {
    let most = most(p.limit);
    let found = caller.file.read(move |tx| {
        contact::find_present(tx, id)?;
        timeline::list_moments(tx, id, p.cursor.or(p.before).unwrap_or(Time::from_millis(i64::MAX)), most + 1)
    });
    Ok(Json(Page::cut(found.await?, most, |m| m.at.rfc3339(), |m| m)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewNote {
    /// What the team should know; the customer never sees it.
    text: String,
    /// In this conversation.
    conversation_id: Option<Id>,
}

#[derive(Serialize, ToSchema)]
struct Noted {
    id: Id,
}

/// Add a note of the team.
#[utoipa::path(post, path = "/contacts/{id}/notes", operation_id = "add_contact_note", tag = "contacts", params(("id" = Id, Path)), request_body = NewNote, responses((status = 201, body = Noted)))]
async fn add_note(caller: Caller, PathId(id): PathId, Write { body, once }: Write<NewNote>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    let added = move |tx: &mut Tx<'_>, actor: &Actor| {
        if let Some(thread) = body.conversation_id
            && conversation::find_conversation(tx, thread)?.contact_id != id
        {
            return Err(Error::not_found("conversation"));
        }
        Ok(Noted { id: people::add_note(tx, id, body.conversation_id, actor, &body.text)? })
    };
    caller.write(once, StatusCode::CREATED, added).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Given {
    /// More, or fewer: never more than there are.
    points: i64,
    /// Why.
    #[serde(default)]
    note: String,
}

#[derive(Serialize, ToSchema)]
struct Balance {
    points: i64,
}

/// Give a contact loyalty points, or take some.
#[utoipa::path(post, path = "/contacts/{id}/points", operation_id = "give_points", tag = "contacts", params(("id" = Id, Path)), request_body = Given, responses((status = 200, body = Balance)))]
async fn give_points(caller: Caller, PathId(id): PathId, Write { body, once }: Write<Given>) -> ApiResult<Response> {
    caller.role.require(Role::Manager)?;
    let given = move |tx: &mut Tx<'_>, actor: &Actor| {
        let key = Id::new(tx.now).to_string();
        Ok(Balance { points: points::give(tx, id, body.points, &body.note, actor, &key)? })
    };
    caller.write(once, StatusCode::OK, given).await
}

/// Orders of a contact, newest first.
#[utoipa::path(get, path = "/contacts/{id}/orders", tag = "contacts", params(("id" = Id, Path), Part), responses((status = 200, body = Page<OrderOut>)))]
async fn orders(caller: Caller, PathId(id): PathId, Params(p): Params<Part>) -> ApiResult<Json<Page<OrderOut>>> {
    let (before, most) = (id_cursor(p.cursor.as_deref())?, most(p.limit));
    let found = caller.file.read(move |tx| {
        contact::find_present(tx, id)?;
        Ok((order::page_orders_of(tx, id, before, most + 1)?, meta::find_profile(tx)?.currency))
    });
    let (rows, currency) = found.await?;
    Ok(Json(Page::cut(rows, most, |o| o.id.to_string(), |o| OrderOut::of(o, currency))))
}

/// Who somebody is: at least a phone or an e-mail address.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Who {
    /// A phone number, as people write it in the business's country or with a plus.
    pub phone: Option<String>,
    /// An e-mail address.
    pub email: Option<String>,
    /// Their name, used when they are new.
    pub name: Option<String>,
}

impl Who {
    /// The identities named; numbers are read in the business's country.
    pub fn identities(&self, tx: &Read<'_>) -> Result<Vec<Identity>> {
        let mut out = Vec::new();
        if let Some(text) = &self.phone {
            let country = meta::find_profile(tx)?.country;
            let phone = Phone::parse(text, &country).ok_or_else(|| Error::field("phone", "That is not a phone number."))?;
            out.push(Identity { kind: IdentityKind::Phone, value: phone.e164().to_owned() });
        }
        if let Some(email) = &self.email {
            out.push(Identity { kind: IdentityKind::Email, value: check_email(email)? });
        }
        Ok(out)
    }
}

#[derive(Serialize, ToSchema)]
struct Identified {
    /// Nobody was known by this; a new contact was made.
    created: bool,
    contact: ContactOut,
}

/// The contact with a phone number or e-mail address; made when there is none.
#[utoipa::path(post, path = "/contacts/identify", tag = "contacts", request_body = Who, responses((status = 200, body = Identified)))]
async fn identify(caller: Caller, Write { body, once }: Write<Who>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    caller
        .write(once, StatusCode::OK, move |tx, _| {
            let identities = body.identities(tx)?;
            if identities.is_empty() {
                return Err(Error::field("phone", "Send a phone number or an e-mail address."));
            }
            let mut known = false;
            for i in &identities {
                known |= contact::find_contact_id(tx, i)?.is_some();
            }
            let id = find_or_add(tx, &identities, body.name.as_deref().unwrap_or(""))?;
            Ok(Identified { created: !known, contact: contact::find_present(tx, id)?.into() })
        })
        .await
}

/// What may be changed of a contact; what is absent stays.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    name: Option<String>,
    note: Option<String>,
    language: Option<Lang>,
    /// May be written to first.
    consent: Option<bool>,
    /// How they said so: "on paper", "by phone".
    consent_way: Option<String>,
    /// In which words.
    consent_words: Option<String>,
    /// Wants replies spoken, where the channel carries sound.
    answers_by_voice: Option<bool>,
    /// All tags; those not named go.
    tags: Option<Vec<String>>,
}

/// Change a contact's name, note, language or consent.
#[utoipa::path(patch, path = "/contacts/{id}", tag = "contacts", params(("id" = Id, Path)), request_body = Change, responses((status = 200, body = ContactOut)))]
async fn change(caller: Caller, PathId(id): PathId, Write { body, once }: Write<Change>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    caller
        .write(once, StatusCode::OK, move |tx, actor| {
            let mut c = contact::find_present(tx, id)?;
            if let Some(given) = body.consent {
                let (way, words) = (body.consent_way.unwrap_or_default(), body.consent_words.unwrap_or_default());
                people::set_consent(tx, id, given, &way, &words, actor, None)?;
            }
            if let Some(tags) = &body.tags {
                people::set_tags(tx, id, tags)?;
            }
            c.name = body.name.map_or(c.name, |n| n.trim().to_owned());
            c.note = body.note.map_or(c.note, |n| n.trim().to_owned());
            c.language = body.language.unwrap_or(c.language);
            c.consent = body.consent.or(c.consent);
            c.spoken = body.answers_by_voice.unwrap_or(c.spoken);
            if c.name.chars().count() > 120 || c.note.chars().count() > 2_000 {
                return Err(Error::field("name", "A name has at most 120 characters, a note at most 2,000."));
            }
            contact::update_contact(tx, &c)?;
            Ok(ContactOut::from(c))
        })
        .await
}
