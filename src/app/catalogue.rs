//! A price list as a file: CSV, or a zip that holds one and the pictures its rows name. Photos come from the zip, or by address through
//! the guarded client, each address once; a photo that cannot be had is told with its row and harms nothing else.

use super::App;
use super::{handed, media, reading};
use crate::domain::error::{Error, Result};
use crate::domain::house::catalogue_csv::{self, Row, RowError, Sheet};
use crate::domain::house::catalogue_table::csv_of;
use crate::domain::house::message::MediaKind;
use crate::domain::id::Id;
use crate::domain::money::Currency;
use crate::domain::text::clip;
use crate::providers::airtable;
use crate::providers::reader::bundle::{Bundle, is_zip};
use crate::store::house::item;
use std::collections::HashMap;

/// Photos fetched by address in one import; the rest comes when the list is brought in again, for what is here is not fetched twice.
const FETCHED: usize = 500;
/// Bytes of one photo.
const PHOTO_BYTES: usize = 5 * 1024 * 1024;
/// The free fact in which an item keeps where its photo came from.
const SOURCE: &str = "photo_url";

/// A price list that was read.
pub struct Catalogue {
    sheet: Sheet,
    bundle: Option<Bundle>,
}

/// Reads a file. Takes a while for a large one: not for the thread that serves.
///
/// # Errors
/// Says in a sentence what is wrong with it.
pub fn read(bytes: &[u8], currency: Currency) -> Result<Catalogue> {
    if !is_zip(bytes) {
        return Ok(Catalogue { sheet: catalogue_csv::read(bytes, currency)?, bundle: None });
    }
    let mut bundle = Bundle::open(bytes.to_vec())?;
    let sheet = catalogue_csv::read(&bundle.list()?, currency)?;
    Ok(Catalogue { sheet, bundle: Some(bundle) })
}

/// The same on a thread where it holds up nobody; the file is given back.
///
/// # Errors
/// Says in a sentence what is wrong with it.
pub async fn read_aside<B: AsRef<[u8]> + Send + 'static>(bytes: B, currency: Currency) -> Result<(Catalogue, B)> {
    let reading = tokio::task::spawn_blocking(move || Ok((read(bytes.as_ref(), currency)?, bytes)));
    reading.await.map_err(|e| Error::internal("The file could not be read.").with_source(e))?
}

/// A table at Airtable as the CSV of a price list: read anew, for importing it again.
///
/// # Errors
/// Says in a sentence what is wrong: no token, the names, or that Airtable does not answer.
pub async fn airtable(app: &App, base: &str, table: &str) -> Result<Vec<u8>> {
    if !app.config.airtable.is_ready() {
        return Err(Error::conflict("Set AIRTABLE_TOKEN to read price lists at Airtable."));
    }
    let records = airtable::records(&app.net, &app.config.airtable, base.trim(), table.trim()).await?;
    if records.is_empty() {
        return Err(Error::field("table", "This table has no records."));
    }
    Ok(csv_of(&records))
}

impl Catalogue {
    /// The rows.
    pub const fn sheet(&self) -> &Sheet {
        &self.sheet
    }
    /// The rows alone: for a try, which fetches nothing.
    pub fn without_photos(mut self) -> Sheet {
        self.sheet.rows.iter_mut().for_each(|r| r.photo = None);
        self.sheet
    }
    /// The rows with their photos kept: each then names a file of ours.
    ///
    /// # Errors
    /// Only when the business's file cannot be read.
    pub async fn with_photos(self, app: &App, business: Id) -> Result<Sheet> {
        let Self { mut sheet, bundle } = self;
        if sheet.rows.iter().all(|r| r.photo.is_none()) {
            return Ok(sheet);
        }
        let known = app.store.business(business)?.read(|tx| item::find_menu(tx, None)).await?;
        let from = known.items.iter().filter_map(|i| Some((i.attributes.get(SOURCE)?.as_str()?.to_owned(), i.photo.clone()?)));
        let mut photos = Photos { app, business, bundle, kept: from.collect(), fetched: 0 };
        let mut problems = Vec::new();
        for row in &mut sheet.rows {
            if let Err(e) = photos.resolve(row).await {
                let text = clip(&row.name, 80);
                problems.push(RowError { row: row.number, text, column: "photo".into(), message: e.message });
            }
        }
        sheet.errors.extend(problems);
        Ok(sheet)
    }
}

struct Photos<'a> {
    app: &'a App,
    business: Id,
    bundle: Option<Bundle>,
    kept: HashMap<String, String>,
    fetched: usize,
}

impl Photos<'_> {
    async fn resolve(&mut self, row: &mut Row) -> Result<()> {
        let Some(named) = row.photo.take() else { return Ok(()) };
        let by_address = named.starts_with("https://") || named.starts_with("http://");
        if let Some(media) = self.kept.get(&named) {
            row.photo = Some(media.clone());
        } else {
            let bytes = if by_address { self.fetch(&named).await? } else { self.unpack(&named)? };
            let media = self.keep(bytes).await?;
            self.kept.insert(named.clone(), media.clone());
            row.photo = Some(media);
        }
        // Addresses of files at Airtable are new with every reading.
        if by_address && !named.contains(".airtableusercontent.com/") {
            row.attributes.retain(|(k, _)| k != SOURCE);
            row.attributes.push((SOURCE.into(), named));
        }
        Ok(())
    }

    async fn fetch(&mut self, url: &str) -> Result<Vec<u8>> {
        if self.fetched >= FETCHED {
            return Err(Error::invalid(format!("At most {FETCHED} photos are fetched at once. Bring the list in again for the others.")));
        }
        self.fetched += 1;
        let page = reading::fetch_within(self.app, url, "image/jpeg, image/png, image/webp", PHOTO_BYTES).await;
        page.map(|p| p.bytes).map_err(|e| Error::invalid(format!("The photo was not fetched. {}", e.message)))
    }

    fn unpack(&mut self, name: &str) -> Result<Vec<u8>> {
        match &mut self.bundle {
            Some(bundle) => bundle.picture(name, PHOTO_BYTES as u64),
            None => Err(Error::invalid("Write the photo's address, https://…, or send the list and the photos together as a zip.")),
        }
    }

    async fn keep(&self, bytes: Vec<u8>) -> Result<String> {
        match handed::judge(&bytes)? {
            (MediaKind::Image, _) => media::keep(self.app, self.business, bytes).await,
            _ => Err(Error::invalid("This is no photo: JPEG, PNG or WebP.")),
        }
    }
}
