//! Groups of customers.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::outreach::segment::{Filter, Segment};
use crate::store::outreach::segment as rows;
use crate::store::tx::Tx;

/// Groups a business may have.
const MOST: usize = 100;

/// Keeps a group.
pub fn add(tx: &mut Tx<'_>, name: &str, filter: Filter) -> Result<Segment> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 80 {
        return Err(Error::field("name", "A group's name is 1 to 80 characters."));
    }
    let all = rows::list_segments(tx)?;
    if all.iter().any(|s| s.name.to_lowercase() == name.to_lowercase()) {
        return Err(Error::field("name", "There is a group of that name already."));
    }
    if all.len() >= MOST {
        return Err(Error::conflict("A business has at most 100 groups. Remove one first."));
    }
    let s = Segment { id: Id::new(tx.now), name: name.to_owned(), filter: filter.checked()? };
    rows::insert_segment(tx, &s)?;
    Ok(s)
}

/// Removes a group. Campaigns that were sent to it stay.
pub fn remove(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    if rows::delete_segment(tx, id)? { Ok(()) } else { Err(Error::not_found("group")) }
}
