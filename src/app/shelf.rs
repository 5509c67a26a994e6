//! Profiles and menus kept in memory, read again only when their version has moved on.

use crate::app::desk::Desks;
use crate::domain::error::Result;
use crate::domain::house::briefing::Menu;
use crate::domain::house::business::Profile;
use crate::domain::id::Id;
use crate::domain::reception::slots::Bookable;
use crate::store::house::item;
use crate::store::meta;
use crate::store::reception::resource;
use crate::store::tx::Read;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What can be booked, with the version and the profile it was made of.
type Lent = (i64, Arc<Profile>, Option<Arc<Bookable>>);

/// Profiles and menus by business, read again only when their version has moved on.
#[derive(Default)]
pub struct Shelf {
    menus: Mutex<HashMap<Id, Arc<Menu>>>,
    profiles: Mutex<HashMap<Id, (i64, Arc<Profile>)>>,
    /// Who answers, beside each profile.
    pub desks: Desks,
    bookable: Mutex<HashMap<Id, Lent>>,
}

/// Profile, catalogue and, where something can be booked, what.
type Shelved = (Arc<Profile>, Arc<Menu>, Option<Arc<Bookable>>);

/// Businesses kept on the shelf; the rest is read anew.
const KEPT: usize = 256;

impl Shelf {
    /// The catalogue as it is in this transaction.
    pub fn menu(&self, tx: &Read<'_>, business: Id) -> Result<Arc<Menu>> {
        self.menu_of(tx, business, item::menu_version(tx)?)
    }
    /// The profile as it is in this transaction.
    pub fn profile(&self, tx: &Read<'_>, business: Id) -> Result<Arc<Profile>> {
        self.profile_of(tx, business, meta::counter(tx, "profile_version")?)
    }
    /// Profile, catalogue and what can be booked, with one look at their versions.
    pub fn all(&self, tx: &Read<'_>, business: Id) -> Result<Shelved> {
        let [profile, menu, desk] = meta::versions(tx)?;
        let profile = self.profile_of(tx, business, profile)?;
        let desk = self.desk_of(tx, business, desk, &profile)?;
        Ok((profile, self.menu_of(tx, business, menu)?, desk))
    }
    fn menu_of(&self, tx: &Read<'_>, business: Id, version: i64) -> Result<Arc<Menu>> {
        if let Some(kept) = lock(&self.menus).get(&business).filter(|m| m.version == version) {
            return Ok(kept.clone());
        }
        let fresh = Arc::new(item::find_menu(tx, Some(business))?);
        let mut menus = lock(&self.menus);
        if menus.len() >= KEPT {
            menus.clear();
        }
        menus.insert(business, fresh.clone());
        Ok(fresh)
    }
    fn profile_of(&self, tx: &Read<'_>, business: Id, version: i64) -> Result<Arc<Profile>> {
        if let Some((_, kept)) = lock(&self.profiles).get(&business).filter(|(v, _)| *v == version) {
            return Ok(kept.clone());
        }
        let fresh = Arc::new(meta::find_profile(tx)?);
        let mut profiles = lock(&self.profiles);
        if profiles.len() >= KEPT {
            profiles.clear();
        }
        profiles.insert(business, (version, fresh.clone()));
        Ok(fresh)
    }
    /// What can be booked as it is in this transaction; none where nothing can.
    pub fn desk(&self, tx: &Read<'_>, business: Id) -> Result<Option<Arc<Bookable>>> {
        self.all(tx, business).map(|(_, _, desk)| desk)
    }
    fn desk_of(&self, tx: &Read<'_>, business: Id, version: i64, profile: &Arc<Profile>) -> Result<Option<Arc<Bookable>>> {
        if version == 0 {
            return Ok(None);
        }
        if let Some((_, _, kept)) = lock(&self.bookable).get(&business).filter(|(v, p, _)| *v == version && Arc::ptr_eq(p, profile)) {
            return Ok(kept.clone());
        }
        let fresh = Some(resource::find_bookable(tx)?).filter(|d| !d.kinds().is_empty()).map(Arc::new);
        let mut desks = lock(&self.bookable);
        if desks.len() >= KEPT {
            desks.clear();
        }
        desks.insert(business, (version, profile.clone(), fresh.clone()));
        Ok(fresh)
    }
    /// Forgets a business; a rolled-back transaction may have put an unborn version here.
    pub fn forget(&self, business: Id) {
        lock(&self.menus).remove(&business);
        lock(&self.profiles).remove(&business);
        self.desks.forget(business);
        lock(&self.bookable).remove(&business);
    }
}

fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}
