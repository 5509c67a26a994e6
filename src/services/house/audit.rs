//! The audit trail: written in the transaction of the deed, and looked over by `steward doctor`.

use crate::domain::error::Result;
use crate::domain::house::audit::Entry;
use crate::domain::house::member::Actor;
use crate::services::house::member::digest;
use crate::store::house::audit as rows;
use crate::store::tx::{Read, Tx};

/// Writes down who did what. `about` is an id or a name, never a customer's words or number.
pub fn record(tx: &mut Tx<'_>, actor: &Actor, deed: &str, about: &str) -> Result<()> {
    let (last, before) = rows::find_head(tx)?.unwrap_or_default();
    let mut entry = Entry {
        n: last + 1,
        at: tx.now,
        actor: actor.name().to_owned(),
        deed: deed.to_owned(),
        about: about.to_owned(),
        hash: String::new(),
    };
    entry.hash = digest(&entry.sealed(&before));
    rows::insert_entry(tx, &entry)
}

/// What is wrong with the trail, if anything; else how many entries it has and the hash it ends with.
pub fn verify(tx: &Read<'_>) -> Result<std::result::Result<(i64, String), String>> {
    let mut chain = Chain::default();
    rows::each_entry(tx, |e| Ok(chain.add(e)))?;
    Ok(chain.wrong.map_or(Ok((chain.n, chain.before)), Err))
}

/// Entries looked over one after another.
#[derive(Default)]
struct Chain {
    n: i64,
    before: String,
    wrong: Option<String>,
}

impl Chain {
    /// Whether all is well so far.
    fn add(&mut self, e: Entry) -> bool {
        self.n += 1;
        if self.wrong.is_none() && e.n != self.n {
            self.wrong = Some(format!("entry {} of the audit trail is missing", self.n));
        } else if self.wrong.is_none() && digest(&e.sealed(&self.before)) != e.hash {
            self.wrong = Some(format!("entry {} of the audit trail was changed, or the one before it", self.n));
        }
        self.before = e.hash;
        self.wrong.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Time;

    fn entry(n: i64, before: &str, actor: &str) -> Entry {
        let mut e = Entry { n, at: Time::from_millis(n), actor: actor.into(), deed: "d".into(), about: "a".into(), hash: String::new() };
        e.hash = digest(&e.sealed(before));
        e
    }

    #[test]
    fn a_changed_entry_breaks_the_chain_there() {
        let first = entry(1, "", "Nkechi");
        let second = entry(2, &first.hash, "Bem");
        let checked = |entries: &[Entry]| {
            let mut chain = Chain::default();
            for e in entries {
                chain.add(e.clone());
            }
            chain.wrong
        };
        assert_eq!(checked(&[first.clone(), second.clone()]), None);
        let forged = Entry { actor: "Ada".into(), ..first.clone() };
        assert!(checked(&[forged, second.clone()]).unwrap().contains("entry 1"));
        assert!(checked(std::slice::from_ref(&second)).unwrap().contains("entry 1"));
        // Sealed anew by a forger, the next one no longer fits.
        let resealed = entry(1, "", "Ada");
        assert!(checked(&[resealed, second]).unwrap().contains("entry 2"));
        assert_ne!(entry(1, "", "ab").sealed(""), Entry { deed: "bd".into(), ..entry(1, "", "a") }.sealed(""));
    }
}
