//! `steward member`: add, list, remove, reset-password.

use super::{open, out};
use crate::app::App;
use crate::config::values::Flags;
use crate::domain::error::{Error, Result};
use crate::domain::house::member::{Role, check_email};
use crate::domain::id::Id;
use crate::services::house::member as service;
use crate::store::control::member;
use clap::Subcommand;

/// What to do with people who sign in.
#[derive(Debug, Subcommand)]
pub enum Act {
    /// Add a person, or change their role; a new one gets a link to choose a password
    Add {
        /// Their e-mail address.
        email: String,
        /// The business, by its name in addresses.
        #[arg(long)]
        business: String,
        /// What they may do: owner, manager, agent or viewer.
        #[arg(long, value_parser = role)]
        role: Role,
    },
    /// List the people of a business
    List {
        /// The business, by its name in addresses.
        #[arg(long)]
        business: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Take a person out of a business
    Remove {
        /// Their e-mail address.
        email: String,
        /// The business, by its name in addresses.
        #[arg(long)]
        business: String,
    },
    /// Print a link to choose a new password
    ResetPassword {
        /// Their e-mail address.
        email: String,
    },
}

/// A role, for clap.
pub(super) fn role(text: &str) -> std::result::Result<Role, String> {
    text.parse::<Role>().map_err(|e| e.message)
}

/// Does it.
pub fn run(flags: &Flags, act: Act) -> Result<()> {
    match act {
        Act::Add { email, business, role } => open::with_app(flags, async |app| add(&app, email, &business, role).await),
        Act::List { business, json } => list(flags, business, json),
        Act::Remove { email, business } => open::with_app(flags, async |app| remove(&app, &email, &business).await),
        Act::ResetPassword { email } => open::with_app(flags, async |app| reset(&app, &email).await),
    }
}

fn list(flags: &Flags, business: String, json: bool) -> Result<()> {
    let all = open::control(flags, move |tx| member::list_members(tx, open::business_in(tx, &business)?.id))?;
    out::listing(json, &all, &["email", "name", "role"], |m| vec![m.email.clone(), m.name.clone(), m.role.as_str().to_owned()])
}

async fn add(app: &App, email: String, business: &str, role: Role) -> Result<()> {
    let b = open::business(app, business)?;
    let shown = email.clone();
    let (id, token) = app.store.control_write(move |tx| service::add(tx, &email, b.id, role)).await?;
    open::noted(app, b.id, "added a member", &id.to_string()).await?;
    out::line(&format!("{shown} is now {} of {}.", role.as_str(), b.name));
    match token {
        Some(token) => print_link(app, &token),
        None => out::note("There was an account with this e-mail before. Its password opens this business, too."),
    }
    Ok(())
}

async fn remove(app: &App, email: &str, business: &str) -> Result<()> {
    let b = open::business(app, business)?;
    let id = find(app, email).await?;
    app.store.control_write(move |tx| service::remove(tx, id, b.id)).await?;
    open::noted(app, b.id, "removed a member", &id.to_string()).await?;
    out::line(&format!("{email} is no member of {} any more.", b.name));
    Ok(())
}

async fn reset(app: &App, email: &str) -> Result<()> {
    let id = find(app, email).await?;
    let token = app.store.control_write(move |tx| service::make_link(tx, "password", Some(id), None)).await?;
    print_link(app, &token);
    Ok(())
}

async fn find(app: &App, email: &str) -> Result<Id> {
    let email = check_email(email)?;
    let shown = email.clone();
    let found = app.store.control_read(move |tx| member::find_login(tx, &email)).await?;
    found.map(|(id, _)| id).ok_or_else(|| Error::new(crate::domain::error::Kind::NotFound, format!("Nobody signs in as {shown}.")))
}

fn print_link(app: &App, token: &str) {
    out::line(&format!("Choose a password within a day, once: {}", super::serve::set_up_url(&open::base_url(app), token)));
}
