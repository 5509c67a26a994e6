//! Signing in and out, and following one-time links.

use crate::app::{App, businesses};
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::business::{Profile, Template};
use crate::domain::house::member::{Role, check_email};
use crate::domain::id::Id;
use crate::services::house::member as members;
use crate::store::control::business;
use crate::store::control::{member, session};
use crate::store::tx::{Read, Tx};
use crate::web::Shared;
use crate::web::error::status;
use crate::web::extract::limit::{self, What};
use crate::web::extract::visitor::{cookie, cookie_name};
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
pub async fn do_sign_in(State(app): State<Shared>, Form(form): Form<SignIn>) -> Answer {
    let email = form.email.trim().to_lowercase();
    let again =
        |status, error: &str| html_as(status, &SignInPage { email: form.email.clone(), next: form.to.clone(), error: error.into() });
    if limit::check(What::SignIn, &email).is_err() {
        return again(StatusCode::TOO_MANY_REQUESTS, "Too many tries. Wait a minute and try again.");
    }
    let login = app.store.control_read(move |tx| member::find_login(tx, &email)).await?;
    let (hash, password) = (login.as_ref().and_then(|(_, h)| h.clone()), form.password.clone());
    let right = off_thread(move || Ok(members::verify_password(&password, hash.as_deref()))).await?;
    let Some((who, _)) = login.filter(|_| right) else {
        return again(StatusCode::UNAUTHORIZED, "That e-mail and password do not belong together.");
    };
    let token = app.store.control_write(move |tx| members::open_session(tx, who, None)).await?;
    Ok(enter(&app, token, local(&form.to)))
}

/// Work that takes long enough to hold others up.
async fn off_thread<T: Send + 'static>(f: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(f).await.map_err(|e| Error::internal("That did not work.").with_source(e))?
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

/// What a link leads to.
struct Link {
    email: String,
    business: Option<Id>,
    business_name: String,
}

fn find_link(tx: &Read<'_>, token: &str) -> Result<Link> {
    let gone = || Error::new(Kind::NotFound, "This link was used or has ended. Ask for a new one.");
    let (kind, who, id) = session::find_link(tx, &members::digest(token))?.ok_or_else(gone)?;
    if kind == "sign-in" {
        return Err(gone());
    }
    let business_name = id.map(|id| business::find_business(tx, id)).transpose()?.map_or_else(String::new, |b| b.name);
    let email = match (who, id) {
        (Some(who), Some(id)) => member::find_member(tx, who, id).map_or_else(|_| String::new(), |m| m.email),
        _ => String::new(),
    };
    Ok(Link { email, business: id, business_name })
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
        ask_business: link.business.is_none() && app.directory().businesses().next().is_none(),
        business_name: link.business_name.clone(),
        templates: kinds
            .iter()
            .map(|(t, label)| Pick { value: t.as_str().into(), label: (*label).into(), on: t.as_str() == template })
            .collect(),
        ..FirstOwnerPage::default()
    }
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
pub async fn do_welcome(State(app): State<Shared>, Path(token): Path<String>, Form(form): Form<Welcome>) -> Answer {
    let key = token.clone();
    let link = app.store.control_read(move |tx| find_link(tx, &key)).await?;
    match start(&app, &token, &link, &form).await {
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

async fn start(app: &App, token: &str, link: &Link, form: &Welcome) -> Result<String> {
    let email = check_email(&form.email)?;
    let password = form.password.clone();
    let hash = off_thread(move || members::hash_password(&password)).await?;
    if link.business.is_none() && app.directory().businesses().next().is_none() {
        let template = form.template.parse().unwrap_or(Template::Shop);
        let profile = Profile { owner_name: form.name.trim().to_owned(), ..Profile::default() };
        let made = businesses::create(app, &form.business_name, None, template, profile).await;
        made.map_err(|e| Error::field("business_name", e.message))?;
    }
    let (token, name, mine) = (token.to_owned(), form.name.clone(), link.business);
    let follow = move |tx: &mut Tx<'_>| {
        let session = members::follow_set_up(tx, &token, &email, &name, &hash)?;
        if mine.is_none() {
            own_all(tx, &session)?;
        }
        Ok(session)
    };
    app.store.control_write(follow).await
}

/// The first owner of a server owns the businesses it has.
fn own_all(tx: &mut Tx<'_>, token: &str) -> Result<()> {
    let Some((who, _)) = session::find_session(tx, &members::digest(token), "browser")? else { return Ok(()) };
    for b in business::list_businesses(tx)? {
        member::upsert_membership(tx, who, b.id, Role::Owner)?;
    }
    Ok(())
}
