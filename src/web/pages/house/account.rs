//! Signing in and out, and following one-time links.

use crate::app::{App, businesses};
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::business::{Profile, Template};
use crate::domain::house::member::{Role, check_email};
use crate::domain::id::Id;
use crate::services::house::invitation::{Joiner, accept};
use crate::services::house::member as members;
use crate::store::control::{business, invitation, member, session};
use crate::store::tx::{Read, Tx};
use crate::web::Shared;
use crate::web::error::status;
use crate::web::extract::limit;
use crate::web::extract::passwords;
use crate::web::extract::visitor::{cookie, cookie_name};
use crate::web::extract::write::Peer;
use crate::web::pages::answer::{Answer, html, html_as, set_cookie};
use crate::web::pages::session::local;
use crate::web::view::house::account::{FirstOwnerPage, SignInPage};
use crate::web::view::{Errors, Pick};
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

/// Where to go after the door.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Next {
    /// A page of the dashboard.
    pub to: String,
}

/// `GET /sign-in`.
pub async fn sign_in(Query(q): Query<Next>) -> Answer {
    html(&SignInPage { next: q.to, ..SignInPage::default() })
}

/// What the sign-in form sends.
#[derive(Debug, Deserialize)]
pub struct SignIn {
    email: String,
    password: String,
    #[serde(default)]
    to: String,
}

/// `POST /sign-in`.
pub async fn do_sign_in(State(app): State<Shared>, peer: Peer, Form(form): Form<SignIn>) -> Answer {
    let email = form.email.trim().to_lowercase();
    let again =
        |status, error: &str| html_as(status, &SignInPage { email: form.email.clone(), next: form.to.clone(), error: error.into() });
    if limit::check_sign_in(&email, &peer).is_err() {
        return again(StatusCode::TOO_MANY_REQUESTS, "Too many tries. Wait a minute and try again.");
    }
    let login = app.store.control_read(move |tx| member::find_login(tx, &email)).await?;
    let right = passwords::verify(form.password.clone(), login.as_ref().and_then(|(_, h)| h.clone())).await?;
    let Some((who, _)) = login.filter(|_| right) else {
        return again(StatusCode::UNAUTHORIZED, "That e-mail and password do not belong together.");
    };
    let open = move |tx: &mut Tx<'_>| {
        let last = session::find_last_business(tx, who)?;
        members::open_session(tx, who, last)
    };
    let token = app.store.control_write(open).await?;
    Ok(enter(&app, token, local(&form.to)))
}

fn enter(app: &Shared, token: String, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    set_cookie(&mut response, &cookie(app, token).to_string());
    response
}

/// `POST /sign-out`.
pub async fn sign_out(State(app): State<Shared>, jar: CookieJar) -> Answer {
    let name = cookie_name(&app);
    if let Some(hash) = jar.get(name).map(|c| members::digest(c.value())) {
        app.store.control_write(move |tx| session::delete_session(tx, &hash)).await?;
    }
    let mut response = Redirect::to("/sign-in").into_response();
    let secure = if app.config.server.is_https() { "; Secure" } else { "" };
    set_cookie(&mut response, &format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{secure}"));
    Ok(response)
}

/// What a link is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LinkKind {
    /// The first owner of a server.
    First,
    /// A new password.
    Password,
    /// Joining a business, with the account one has or a new one.
    Invitation,
}

/// What a link leads to.
struct Link {
    kind: LinkKind,
    email: String,
    name: String,
    business_name: String,
    /// Somebody signs in with this address already.
    has_account: bool,
}

fn find_link(tx: &Read<'_>, token: &str) -> Result<Link> {
    let gone = || Error::new(Kind::NotFound, "This link was used or has ended. Ask for a new one.");
    let named = |id: Id| business::find_business(tx, id).map(|b| b.name);
    if let Some(i) = invitation::find_invitation(tx, &members::digest(token))? {
        let has_account = member::find_login(tx, &i.email)?.is_some_and(|(_, hash)| hash.is_some());
        return Ok(Link { kind: LinkKind::Invitation, business_name: named(i.business)?, email: i.email, name: i.name, has_account });
    }
    let (kind, who, id) = session::find_link(tx, &members::digest(token))?.ok_or_else(gone)?;
    let kind = match kind.as_str() {
        "password" => LinkKind::Password,
        "setup" if member::count_members(tx)? == 0 => LinkKind::First,
        _ => return Err(gone()),
    };
    let email = who.map(|who| member::find_email(tx, who)).transpose()?.flatten().unwrap_or_default();
    let business_name = id.map(named).transpose()?.unwrap_or_default();
    Ok(Link { kind, email, name: String::new(), business_name, has_account: false })
}

/// `GET /sign-in/TOKEN`: a one-time link that signs in.
pub async fn follow(State(app): State<Shared>, Path(token): Path<String>) -> Answer {
    let session = app.store.control_write(move |tx| members::follow_sign_in(tx, &token)).await?;
    Ok(enter(&app, session, "/app"))
}

/// `GET /set-up/TOKEN`: the first owner, or a colleague who was invited.
pub async fn welcome(State(app): State<Shared>, Path(token): Path<String>) -> Answer {
    let key = token.clone();
    let link = app.store.control_read(move |tx| find_link(tx, &key)).await?;
    html(&form_page(&app, &token, &link, ""))
}

fn form_page(app: &App, token: &str, link: &Link, template: &str) -> FirstOwnerPage {
    let kinds = [
        (Template::Restaurant, "A restaurant or kitchen"),
        (Template::Shop, "A shop"),
        (Template::Hotel, "A hotel"),
        (Template::RealEstate, "A property agency"),
        (Template::B2b, "We sell to businesses"),
    ];
    FirstOwnerPage {
        action: format!("/set-up/{token}"),
        email: link.email.clone(),
        name: link.name.clone(),
        has_account: link.has_account,
        new_password: link.kind == LinkKind::Password,
        ask_business: asks_business(app, link),
        business_name: link.business_name.clone(),
        templates: kinds
            .iter()
            .map(|(t, label)| Pick { value: t.as_str().into(), label: (*label).into(), on: t.as_str() == template })
            .collect(),
        ..FirstOwnerPage::default()
    }
}

/// Only the first owner of a server without businesses is asked for one.
fn asks_business(app: &App, link: &Link) -> bool {
    link.kind == LinkKind::First && app.directory().businesses().next().is_none()
}

/// What the form behind a link sends.
#[derive(Debug, Deserialize)]
pub struct Welcome {
    #[serde(default)]
    name: String,
    email: String,
    password: String,
    #[serde(default)]
    business_name: String,
    #[serde(default)]
    template: String,
}

/// `POST /set-up/TOKEN`.
pub async fn do_welcome(State(app): State<Shared>, peer: Peer, Path(token): Path<String>, Form(form): Form<Welcome>) -> Answer {
    let key = token.clone();
    let link = app.store.control_read(move |tx| find_link(tx, &key)).await?;
    match start(&app, &peer, &token, &link, &form).await {
        Ok(session) => Ok(enter(&app, session, "/app")),
        Err(e) if e.kind == Kind::Invalid => {
            let fresh = form_page(&app, &token, &link, &form.template);
            let business_name = if fresh.ask_business { form.business_name } else { fresh.business_name };
            let page = FirstOwnerPage { name: form.name, email: form.email, business_name, errors: Errors::from(&e), ..fresh };
            html_as(status(&e), &page)
        }
        Err(e) => Err(e.into()),
    }
}

async fn start(app: &App, peer: &Peer, token: &str, link: &Link, form: &Welcome) -> Result<String> {
    let email = check_email(&form.email)?;
    if link.kind == LinkKind::Invitation {
        limit::check_sign_in(&email, peer)?;
        return join(app, token, email, form).await;
    }
    let password = form.password.clone();
    let hash = passwords::hash(password).await?;
    if asks_business(app, link) {
        let template = form.template.parse().unwrap_or(Template::Shop);
        let profile = Profile { owner_name: form.name.trim().to_owned(), ..Profile::default() };
        let made = businesses::create(app, &form.business_name, None, template, profile).await;
        made.map_err(|e| Error::field("business_name", e.message))?;
    }
    let (token, name, first) = (token.to_owned(), form.name.clone(), link.kind == LinkKind::First);
    let follow = move |tx: &mut Tx<'_>| {
        let session = members::follow_set_up(tx, &token, &email, &name, &hash)?;
        if first {
            own_all(tx, &session)?;
        }
        Ok(session)
    };
    app.store.control_write(follow).await
}

/// Who is invited joins with the account they have, by its password, or makes one.
async fn join(app: &App, token: &str, email: String, form: &Welcome) -> Result<String> {
    let wanted = email.clone();
    let known = app.store.control_read(move |tx| member::find_login(tx, &wanted)).await?;
    let who = match known {
        Some((id, Some(hash))) => {
            if !passwords::verify(form.password.clone(), Some(hash)).await? {
                let why = "There is an account with this e-mail on this server: write its password, or use another e-mail.";
                return Err(Error::field("password", why));
            }
            Joiner::Known(id)
        }
        _ => Joiner::New(email, form.name.clone(), passwords::hash(form.password.clone()).await?),
    };
    let token = token.to_owned();
    app.store.control_write(move |tx| accept(tx, &token, who)).await
}

/// The first owner of a server owns the businesses it has.
fn own_all(tx: &mut Tx<'_>, token: &str) -> Result<()> {
    let Some((who, _)) = session::find_session(tx, &members::digest(token), "browser")? else { return Ok(()) };
    for b in business::list_businesses(tx)? {
        member::upsert_membership(tx, who, b.id, Role::Owner)?;
    }
    Ok(())
}
