//! The environment, behind a small trait so that tests bring their own.

use std::collections::BTreeMap;
use std::ffi::OsString;

/// Something variables can be read from.
pub trait Env {
    /// The value of a variable; `None` when unset or empty. Not UTF-8 counts as unset.
    fn get(&self, name: &str) -> Option<String>;
    /// The names of all variables.
    fn names(&self) -> Vec<String>;
}

/// The environment of this process.
#[derive(Debug, Clone, Copy)]
pub struct Process;

impl Env for Process {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    fn get(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|v| !v.trim().is_empty())
    }
    fn names(&self) -> Vec<String> {
        std::env::vars_os().filter_map(|(k, _)| OsString::into_string(k).ok()).collect()
    }
}

/// A fixed set of variables, for tests.
#[derive(Debug, Clone, Default)]
pub struct Fixed(BTreeMap<String, String>);

impl Fixed {
    /// These variables and no others.
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }
}

impl Env for Fixed {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).filter(|v| !v.trim().is_empty()).cloned()
    }
    fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}
