//! A small library in a folder that is thrown away, so that answering is measured with the real store and search.

use super::fixture;
use crate::agents::library::{self, Looked};
use crate::domain::error::{Error, Result};
use crate::domain::house::document::{Format, Source};
use crate::domain::house::passage::cut;
use crate::domain::time::{Clock, Time};
use crate::providers::reader;
use crate::search::Search;
use crate::services::house::document::{self, New, Reading};
use crate::store::Store;
use crate::store::file::File;
use std::path::Path;
use std::sync::Arc;

/// Documents that can be asked.
pub struct Documents {
    file: Arc<File>,
    search: Arc<Search>,
    runtime: tokio::runtime::Runtime,
    _store: Arc<Store>,
    _folder: tempfile::TempDir,
}

impl std::fmt::Debug for Documents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Documents")
    }
}

impl Documents {
    /// Of Markdown texts: name and text.
    pub fn open(texts: &[(&str, &str)]) -> Result<Self> {
        let failed = |e: std::io::Error| Error::unavailable("No temporary folder can be made.").with_source(e);
        let folder = tempfile::tempdir().map_err(failed)?;
        let store = Store::open(folder.path(), Clock::starting_at(Time::from_millis(0)))?;
        let search = Arc::new(Search::new(None));
        store.on_text(search.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let file = store.create_business(fixture::id(1))?;
        for (name, text) in texts {
            let content = reader::read(Format::Markdown, text.as_bytes())?;
            let reading = Reading { title: content.title.clone(), pages: 0, passages: cut(&content) };
            let title = (*name).to_owned();
            runtime.block_on(file.write(move |tx| {
                let new = New {
                    title: if reading.title.is_empty() { title } else { reading.title.clone() },
                    source: Source::Written,
                    format: Format::Markdown,
                    file_name: String::new(),
                    url: String::new(),
                    original: None,
                    assistant: None,
                };
                let id = document::add(tx, new)?.id;
                if let Some(d) = document::begin(tx, id)? {
                    document::write(tx, &d, &reading, 0, reading.passages.len())?;
                }
                Ok(())
            }))?;
        }
        Ok(Self { file, search, runtime, _store: store, _folder: folder })
    }

    /// Of the Markdown files of a folder.
    pub fn of_folder(folder: &Path) -> Result<Self> {
        let failed = |e: std::io::Error| Error::invalid(format!("{} cannot be read.", folder.display())).with_source(e);
        let mut texts = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|e| e == "md") {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                texts.push((name, std::fs::read_to_string(&path).map_err(failed)?));
            }
        }
        texts.sort();
        let borrowed: Vec<(&str, &str)> = texts.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        Self::open(&borrowed)
    }

    /// What they say to a question.
    pub fn ask(&self, question: &str) -> Result<Looked> {
        let (search, question) = (self.search.clone(), question.to_owned());
        self.runtime
            .block_on(self.file.read(move |tx| library::look_up(search.as_ref(), tx, fixture::id(1), &question, library::Scope::default())))
    }
}
