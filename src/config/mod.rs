//! Settings: one table of options, read from flags, environment, file and defaults, in that order.
//!
//! The environment is read here and nowhere else. Everything later gets a [`Config`] or a part of it.

pub mod airtable;
pub mod calling;
pub mod carriers;
pub mod env;
pub mod file;
pub mod gateways;
pub mod mail;
pub mod models;
pub mod options;
pub mod paths;
pub mod server;
pub mod sourcing;
pub mod speech;
pub mod values;
pub mod voices;
pub mod whatsapp;

use crate::domain::error::Result;
use airtable::Airtable;
use calling::Calling;
use carriers::Carriers;
use gateways::Gateways;
use mail::Mail;
use models::Models;
use paths::Paths;
use server::{Log, Server};
use sourcing::Sourcing;
use speech::Speech;
use std::path::{Path, PathBuf};
use values::{Flags, Values};
use voices::Voices;
use whatsapp::WhatsApp;

/// Everything that can be set from outside, one struct for each concern.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where things are kept.
    pub paths: Paths,
    /// How the world reaches us.
    pub server: Server,
    /// How logs are written.
    pub log: Log,
    /// Language models set in the environment; they serve every business that has none of its own.
    pub models: Models,
    /// Payment gateways set in the environment; they serve every business that has none of its own.
    pub gateways: Gateways,
    /// The WhatsApp number set in the environment.
    pub whatsapp: WhatsApp,
    /// Other channels set in the environment.
    pub carriers: Carriers,
    /// The mail server for letters to people of the business.
    pub mail: Mail,
    /// Where vendors are looked for beyond the vendor book.
    pub sourcing: Sourcing,
    /// Where price lists are read from a table.
    pub airtable: Airtable,
    /// Who turns voice notes into words.
    pub speech: Speech,
    /// Who phones vendors.
    pub calling: Calling,
    /// Who speaks replies.
    pub voices: Voices,
    /// Slug of the business that owns the numbers set in the environment; when unset, the only business does.
    pub business: Option<String>,
    /// The program that takes the text out of documents, in a process of its own; none: this one. Tests name it.
    pub reader_program: Option<PathBuf>,
    /// The raw values with where each came from, for `doctor`.
    pub values: Values,
}

impl Config {
    /// Reads flags, environment, file and defaults.
    ///
    /// # Errors
    /// An unreadable file, an unknown key in it, or a value that makes no sense; the message names the place.
    pub fn load(flags: &Flags) -> Result<Self> {
        Self::from_values(Values::read(flags, &env::Process)?)
    }

    /// The typed settings behind `values`.
    pub fn from_values(values: Values) -> Result<Self> {
        Ok(Self {
            paths: Paths::new(values.text("data").unwrap_or(paths::DEFAULT)),
            server: Server::from_values(&values)?,
            log: Log::from_values(&values)?,
            models: Models::from_values(&values)?,
            gateways: Gateways::from_values(&values)?,
            whatsapp: WhatsApp::from_values(&values)?,
            carriers: Carriers::from_values(&values)?,
            mail: Mail::from_values(&values)?,
            sourcing: Sourcing::from_values(&values)?,
            airtable: Airtable::from_values(&values)?,
            speech: Speech::from_values(&values)?,
            calling: Calling::from_values(&values)?,
            voices: Voices::from_values(&values)?,
            business: values.text("business").map(str::to_owned),
            reader_program: None,
            values,
        })
    }

    /// The same settings on another data folder.
    #[must_use]
    pub fn with_data(mut self, dir: &Path) -> Self {
        self.paths = Paths::new(dir);
        self
    }

    /// Settings for tests: `dir` as the data folder, any free port, no provider. The environment is not read.
    ///
    /// # Panics
    /// Never: the defaults are checked by a test.
    pub fn for_testing(dir: &Path) -> Self {
        let flags = Flags::default().with("data", &dir.display().to_string()).with("listen", "127.0.0.1:0");
        let values = Values::read(&flags, &env::Fixed::default()).expect("flags without a file can be read");
        Self::from_values(values).expect("the defaults are valid")
    }

    /// What is set but cannot work yet, each with how to mend it. Not errors: everything runs without providers.
    pub fn problems(&self) -> Vec<String> {
        let mut out = self.models.problems();
        out.extend(self.whatsapp.problems());
        out.extend(self.carriers.problems());
        out.extend(self.gateways.problems());
        out.extend(self.calling.problems(self.server.public_url.as_deref()));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_get_a_folder_a_free_port_and_no_provider() {
        let config = Config::for_testing(Path::new("some/where"));
        assert_eq!(config.paths.control(), Path::new("some/where/steward.db"));
        assert_eq!(config.server.listen.port(), 0);
        assert_eq!(config.models.ready().count(), 0);
        assert!(!config.whatsapp.is_set());
        assert!(config.problems().is_empty());
    }
}
