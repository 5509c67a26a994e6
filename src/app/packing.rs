//! Archives to hand over: named texts and kept files in one zip, written to disk piece by piece.

use super::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// An archive in the making, in a nameless temporary file.
pub struct Pack {
    zip: ZipWriter<File>,
}

fn failed(e: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::unavailable("The archive could not be written. Look whether the disk is full.").with_source(e)
}

impl Pack {
    /// An empty archive.
    pub fn new() -> Result<Self> {
        Ok(Self { zip: ZipWriter::new(tempfile::tempfile().map_err(failed)?) })
    }
    /// Begins a file; what is written next is in it.
    pub fn file(&mut self, name: &str) -> Result<()> {
        self.zip.start_file(name, SimpleFileOptions::default().large_file(false)).map_err(failed)
    }
    /// Adds a whole file.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.file(name)?;
        self.write(bytes)
    }
    /// More of the file that was begun.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.zip.write_all(bytes).map_err(failed)
    }
    /// Adds a kept file under a name with a fitting ending; false when it is not there any more.
    pub fn media(&mut self, app: &App, business: Id, name: &str, called: &str) -> Result<bool> {
        let Ok(path) = super::media::path(app, business, name) else { return Ok(false) };
        let Ok(mut from) = File::open(path) else { return Ok(false) };
        self.zip.start_file(called, SimpleFileOptions::default().large_file(true)).map_err(failed)?;
        std::io::copy(&mut from, &mut self.zip).map_err(failed)?;
        Ok(true)
    }
    /// The finished archive, at its beginning.
    pub fn finish(self) -> Result<File> {
        let mut file = self.zip.finish().map_err(failed)?;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        Ok(file)
    }
}
