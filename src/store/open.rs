//! The files of businesses that are open. They are opened and closed by threads of their own, one after the other for each business, so
//! that nobody waits here for the file of another.

use super::file::{Closing, File};
use crate::domain::error::Result;
use crate::domain::id::Id;
use std::collections::HashMap;
use std::sync::Arc;

/// Open files, and those that close.
pub(super) struct Open {
    /// How many may be open, unless more are in use.
    pub(super) most: usize,
    files: HashMap<Id, (Arc<File>, u64)>,
    /// Before such a file is opened again, its writer must have ended.
    closing: HashMap<Id, Closing>,
    uses: u64,
}

impl Open {
    /// None yet.
    pub(super) fn new(most: usize) -> Self {
        Self { most, files: HashMap::new(), closing: HashMap::new(), uses: 0 }
    }

    /// A file that is open or being opened. One that could not be opened is tried again.
    pub(super) fn find(&mut self, id: Id) -> Option<Arc<File>> {
        self.uses += 1;
        let (file, used) = self.files.get_mut(&id).filter(|(f, _)| !f.is_unusable())?;
        *used = self.uses;
        Some(file.clone())
    }

    /// The file of a business, opened by `open` unless somebody was faster. `open` is told what must end first. The least recently used
    /// file beyond the cap is closed when nobody holds it.
    pub(super) fn find_or_open(&mut self, id: Id, open: impl FnOnce(Option<Closing>) -> Result<Arc<File>>) -> Result<Arc<File>> {
        if let Some(file) = self.find(id) {
            return Ok(file);
        }
        let file = open(self.closing.remove(&id))?;
        self.files.insert(id, (file.clone(), self.uses));
        self.close_oldest();
        Ok(file)
    }

    /// Forgets a file; what must be dropped and waited for, elsewhere.
    pub(super) fn forget(&mut self, id: Id) -> (Option<Arc<File>>, Option<Closing>) {
        (self.files.remove(&id).map(|(file, _)| file), self.closing.remove(&id))
    }

    /// The businesses whose files are open.
    pub(super) fn list(&self) -> Vec<Id> {
        self.files.iter().filter(|(_, (f, _))| f.is_open()).map(|(id, _)| *id).collect()
    }

    fn close_oldest(&mut self) {
        self.closing.retain(|_, c| !c.is_over());
        while self.files.len() > self.most {
            let idle = self.files.iter().filter(|(_, (f, _))| Arc::strong_count(f) == 1 && f.may_close());
            let Some(id) = idle.min_by_key(|(_, (_, used))| *used).map(|(id, _)| *id) else { return };
            let file = self.files.remove(&id).and_then(|(file, _)| Arc::into_inner(file));
            self.closing.extend(file.and_then(File::close).map(|c| (id, c)));
        }
    }
}

impl Drop for Open {
    /// Whoever opens the folder next finds it as those who close leave it.
    fn drop(&mut self) {
        self.closing.drain().for_each(|(_, c)| c.wait());
    }
}
