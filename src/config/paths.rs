//! Every path on disk, in one place.

use crate::domain::id::Id;
use std::path::{Path, PathBuf};

/// The data folder when nobody names one.
pub const DEFAULT: &str = "./steward-data";

/// The data folder and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    root: PathBuf,
}

impl Paths {
    /// Of the data folder at `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }
    /// The data folder.
    pub fn root(&self) -> &Path {
        &self.root
    }
    /// The control file: businesses, members, keys, routing.
    pub fn control(&self) -> PathBuf {
        self.root.join("steward.db")
    }
    /// The key that encrypts stored credentials; only its owner may read it.
    pub fn master_key(&self) -> PathBuf {
        self.root.join("master.key")
    }
    /// The folder of all businesses.
    pub fn businesses(&self) -> PathBuf {
        self.root.join("businesses")
    }
    /// The folder of one business.
    pub fn business_folder(&self, id: Id) -> PathBuf {
        self.businesses().join(id.to_string())
    }
    /// The file of one business.
    pub fn business(&self, id: Id) -> PathBuf {
        self.business_folder(id).join("business.db")
    }
    /// The folder of one business's files, named by what they hold.
    pub fn media(&self, id: Id) -> PathBuf {
        self.business_folder(id).join("media")
    }
    /// Backups, and the copies taken before a schema change.
    pub fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_business_is_a_folder() {
        let paths = Paths::new("data");
        let id = Id::NIL;
        assert_eq!(paths.business(id), Path::new("data/businesses").join(id.to_string()).join("business.db"));
        assert!(paths.media(id).starts_with(paths.business_folder(id)));
    }
}
