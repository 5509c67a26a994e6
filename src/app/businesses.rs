//! Businesses come and go: their row in the control file and their own file together.

use super::App;
use super::directory::Credentials;
use crate::domain::error::{Error, Result};
use crate::domain::house::business::{Business, Profile, Template};
use crate::domain::id::Id;
use crate::domain::text::slug as slug_of;
use crate::store::control::business;
use crate::store::control::connection::{self, ConnectionRow};
use crate::store::meta;

/// Makes a business. Without a short name it gets one from its name.
pub async fn create(app: &App, name: &str, slug: Option<&str>, template: Template, profile: Profile) -> Result<Business> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 80 {
        return Err(Error::field("name", "A business's name is 1 to 80 characters."));
    }
    let wanted = slug.map_or_else(|| slug_of(name), slug_of);
    if wanted.is_empty() {
        return Err(Error::field("slug", "A short name has letters or digits, such as mama-put."));
    }
    let b = Business { id: Id::new(app.clock().now()), slug: wanted, name: name.to_owned(), template };
    let row = b.clone();
    let (public, about) = (profile.public, profile.about.clone());
    // The file first: a row without a file would be a broken business, a file without a row is only a stray folder.
    let file = app.store.create_business(b.id)?;
    file.write(move |tx| meta::update_profile(tx, &profile)).await?;
    let added = app.store.control_write(move |tx| {
        business::insert_business(tx, &row)?;
        business::update_public(tx, row.id, &row.name, public, &about)
    });
    if let Err(e) = added.await {
        drop(file);
        app.store.delete_business(b.id).await?;
        return Err(e);
    }
    app.reload().await?;
    Ok(b)
}

/// Keeps a changed profile, and what the showcase shows of it.
pub async fn save_profile(app: &App, id: Id, name: &str, profile: Profile) -> Result<()> {
    let (name, public, about) = (name.trim().to_owned(), profile.public, profile.about.clone());
    if name.is_empty() {
        return Err(Error::field("name", "A business has a name."));
    }
    app.store.business(id)?.write(move |tx| meta::update_profile(tx, &profile)).await?;
    app.store.control_write(move |tx| business::update_public(tx, id, &name, public, &about)).await?;
    app.reload().await
}

/// Forgets a business and deletes its files.
pub async fn remove(app: &App, id: Id) -> Result<()> {
    app.store.control_write(move |tx| business::delete_business(tx, id)).await?;
    app.reload().await?;
    app.store.delete_business(id).await
}

/// Connects a WhatsApp number: its credentials are sealed. A number of another business is refused. What Meta was asked of it
/// before is asked again.
pub async fn connect_whatsapp(app: &App, id: Id, phone_number_id: &str, credentials: &Credentials, simulated: bool) -> Result<()> {
    if phone_number_id.is_empty() || !phone_number_id.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::field(
            "phone_number_id",
            "The phone number id is the long number Meta shows, digits only. It is not the phone number.",
        ));
    }
    let sealed = app.vault.seal_json(credentials, phone_number_id)?;
    let account = phone_number_id.to_owned();
    let row = ConnectionRow {
        channel: "whatsapp".into(),
        account: account.clone(),
        business_id: id,
        sealed,
        simulated,
        business_account: String::new(),
    };
    let saved = app.store.control_write(move |tx| {
        if connection::find_connection_owner(tx, "whatsapp", &account)?.is_some_and(|owner| owner != id) {
            return Err(Error::field("phone_number_id", "This number is already connected to another business."));
        }
        connection::upsert_connection(tx, &row)
    });
    saved.await?;
    app.reload().await
}

/// Disconnects a WhatsApp number.
pub async fn disconnect_whatsapp(app: &App, id: Id, phone_number_id: &str) -> Result<()> {
    let account = phone_number_id.to_owned();
    app.store.control_write(move |tx| connection::delete_connection(tx, id, "whatsapp", &account)).await?;
    app.reload().await
}

/// Writes down the business account Meta named for a number.
pub async fn learn_business_account(app: &App, phone_number_id: &str, business_account: &str) -> Result<()> {
    let (account, above) = (phone_number_id.to_owned(), business_account.to_owned());
    app.store.control_write(move |tx| connection::update_business_account(tx, "whatsapp", &account, &above)).await?;
    app.reload().await
}
