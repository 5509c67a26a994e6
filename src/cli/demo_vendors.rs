//! The demo's vendors: a book of sellers that are pretended, each behind a simulated phone.

use crate::domain::buying::payment::Method;
use crate::domain::buying::seller::{Seller, Temper, Ware};
use crate::domain::buying::unit::{Measure, Unit};
use crate::domain::buying::vendor::{Vendor, phone};
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::services::buying::settings::{self, Settings};
use crate::services::buying::vendor;
use crate::store::buying::vendor::upsert_seller;
use crate::store::tx::Tx;
use serde::Deserialize;

const BOOKS: [(&str, &str); 1] = [("mama-nkechi", include_str!("../../data/demo/mama-nkechi-vendors.toml"))];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    vendors: Vec<Sample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    name: String,
    phone: String,
    temper: Temper,
    #[serde(default)]
    certifications: Vec<String>,
    distance_km: Option<i64>,
    reliability: Option<i64>,
    quality: Option<i64>,
    delivery_minor: i64,
    wares: Vec<SampleWare>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleWare {
    name: String,
    unit: String,
    holds: Option<i64>,
    start_minor: i64,
    floor_minor: i64,
}

impl SampleWare {
    fn read(self) -> Result<Ware> {
        let unit = Unit::read(&self.unit).ok_or_else(|| Error::internal(format!("The sample unit {} is not known.", self.unit)))?;
        let per = self.holds.map_or(Measure::plain(unit), |n| Measure::pack(unit, n * 1_000, Unit::Piece));
        Ok(Ware { name: self.name, per, start_minor: self.start_minor, floor_minor: self.floor_minor })
    }
}

/// Fills the vendor book of the sample business with this short name, if it has one.
pub(super) fn add(tx: &mut Tx<'_>, slug: &str, country: &str) -> Result<()> {
    let Some((_, text)) = BOOKS.iter().find(|(s, _)| *s == slug) else { return Ok(()) };
    let book: Book = toml::from_str(text).map_err(|e| Error::internal(format!("The sample vendors cannot be read: {e}")))?;
    settings::save(tx, &Settings { pay_by: Method::Sandbox, ..settings::find(tx)? })?;
    book.vendors.into_iter().try_for_each(|s| one(tx, s, country))
}

fn one(tx: &mut Tx<'_>, s: Sample, country: &str) -> Result<()> {
    let number = s.phone.trim_start_matches('+').to_owned();
    let v = Vendor {
        phone: phone(&s.phone, country)?,
        products: s.wares.iter().map(|w| w.name.clone()).collect(),
        certifications: s.certifications,
        distance_km: s.distance_km,
        reliability: s.reliability,
        quality: s.quality,
        ..Vendor::new(Id::new(tx.now), &s.name, tx.now)
    };
    vendor::save(tx, &v)?;
    let wares = s.wares.into_iter().map(SampleWare::read).collect::<Result<Vec<_>>>()?;
    let seller = Seller {
        temper: s.temper,
        wares,
        delivery_minor: s.delivery_minor,
        lead_days: 1,
        heard: 0,
        down: 0,
        wanted: vec![],
        quoted: false,
        agreed: false,
    };
    upsert_seller(tx, &number, &seller)
}
