//! The vendor book.

use crate::domain::buying::vendor::{Reach, Vendor};
use crate::domain::buying::vendor_csv::Sheet;
use crate::domain::error::{Error, Result};
use crate::domain::house::sheet::Imported;
use crate::domain::id::Id;
use crate::store::buying::vendor;
use crate::store::tx::{Read, Tx};
use std::collections::{BTreeSet, HashMap};

/// Writes a vendor down. Another one with its number is an error that names it.
pub fn save(tx: &mut Tx<'_>, v: &Vendor) -> Result<()> {
    v.check()?;
    if let Some(phone) = &v.phone
        && let Some(other) = vendor::find_vendor_by_phone(tx, phone)?.filter(|o| o.id != v.id)
    {
        return Err(Error::field("phone", format!("{} has this number already.", other.name)));
    }
    vendor::upsert_vendor(tx, v)
}

/// Takes a vendor off the book.
pub fn remove(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    vendor::delete_vendor(tx, id)
}

/// Brings a file in. A row is the vendor with its number, else with its name; what the owner scored stays where the file says nothing.
pub fn import(tx: &mut Tx<'_>, sheet: &Sheet) -> Result<Imported> {
    let mut done = Imported::with(sheet.errors.clone());
    let mut names = Names::all(tx)?;
    for (row, new) in &sheet.vendors {
        let by_phone = match &new.phone {
            Some(p) => vendor::find_vendor_by_phone(tx, p)?,
            None => None,
        };
        let known = match by_phone {
            Some(v) => Some(v),
            None => names.find(&new.name).map(|id| vendor::find_vendor(tx, id)).transpose()?,
        };
        let merged = known.as_ref().map_or_else(|| new.clone(), |old| merge(old, new));
        if known.as_ref() == Some(&merged) {
            done.same += 1;
            continue;
        }
        let saved = save(tx, &merged);
        if saved.is_ok() {
            names.put(known.as_ref().map(|v| v.name.as_str()), &merged);
        }
        match saved {
            Ok(()) if known.is_some() => done.changed += 1,
            Ok(()) => done.added += 1,
            Err(e) if e.is_transient() => return Err(e),
            Err(e) => done.refuse(*row, &new.name, &e),
        }
    }
    Ok(done)
}

/// Vendors by name, in any case of ASCII letters as the table compares them; of several with one name the oldest counts. Looked up once
/// for a file, because the table has no index for it.
struct Names(HashMap<String, BTreeSet<Id>>);

impl Names {
    fn all(tx: &Read<'_>) -> Result<Self> {
        let mut names: HashMap<String, BTreeSet<Id>> = HashMap::new();
        for (id, name) in vendor::list_names(tx)? {
            names.entry(name.to_ascii_lowercase()).or_default().insert(id);
        }
        Ok(Self(names))
    }
    fn find(&self, name: &str) -> Option<Id> {
        self.0.get(&name.to_ascii_lowercase()).and_then(|ids| ids.first().copied())
    }
    fn put(&mut self, before: Option<&str>, v: &Vendor) {
        if let Some(ids) = before.and_then(|name| self.0.get_mut(&name.to_ascii_lowercase())) {
            ids.remove(&v.id);
        }
        self.0.entry(v.name.to_ascii_lowercase()).or_default().insert(v.id);
    }
}

/// A known vendor with what a file says of it. A vendor that must not be contacted stays so.
fn merge(old: &Vendor, new: &Vendor) -> Vendor {
    let text = |new: &str, old: &str| if new.is_empty() { old.to_owned() } else { new.to_owned() };
    let list = |new: &[String], old: &[String]| if new.is_empty() { old.to_vec() } else { new.to_vec() };
    Vendor {
        name: new.name.clone(),
        phone: new.phone.clone().or_else(|| old.phone.clone()),
        reach: if new.reach == Reach::Any { old.reach } else { new.reach },
        email: text(&new.email, &old.email),
        products: list(&new.products, &old.products),
        certifications: list(&new.certifications, &old.certifications),
        quality: new.quality.or(old.quality),
        reliability: new.reliability.or(old.reliability),
        distance_km: new.distance_km.or(old.distance_km),
        bank: new.bank.clone().or_else(|| old.bank.clone()),
        stripe: text(&new.stripe, &old.stripe),
        do_not_contact: old.do_not_contact || new.do_not_contact,
        note: text(&new.note, &old.note),
        ..old.clone()
    }
}
