//! Values by key, each with where it came from. Precedence: flag, environment, file, default.

use super::env::Env;
use super::file;
use super::options::{self, FILE, OPTIONS, Opt};
use crate::domain::error::{Error, Result};
use crate::domain::secret::Secret;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// Flags of the command line by option key.
#[derive(Debug, Clone, Default)]
pub struct Flags(BTreeMap<String, String>);

impl Flags {
    /// Also with this flag set.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.0.insert(key.to_owned(), value.to_owned());
        self
    }
    /// The flags of both; `other` wins.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.0.extend(other.0.clone());
        self
    }
    /// The value of a flag by option key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }
}

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A flag.
    Flag,
    /// A variable, or the file named by a `_FILE` variable.
    Env,
    /// The configuration file.
    File,
    /// Nobody set it.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flag => "flag",
            Self::Env => "environment",
            Self::File => "file",
            Self::Default => "default",
        })
    }
}

/// Every value that is set. Secrets print as `***`.
#[derive(Debug, Clone, Default)]
pub struct Values {
    plain: BTreeMap<&'static str, (String, Source)>,
    secret: BTreeMap<&'static str, (Secret, Source)>,
    unknown: Vec<(String, &'static str)>,
}

impl Values {
    /// Gathers values by precedence.
    ///
    /// # Errors
    /// An unreadable or wrong file, or a secret given both directly and as a file.
    pub fn read(flags: &Flags, env: &dyn Env) -> Result<Self> {
        let path = flags.get(FILE.key).map(str::to_owned).or_else(|| env.get(FILE.env));
        let found = path.map(|p| file::read(Path::new(&p))).transpose()?.unwrap_or_default();
        let mut out = Self { unknown: misspelt(env), ..Self::default() };
        for option in OPTIONS {
            let Some((value, source)) = pick(option, flags, env, &found)? else { continue };
            if option.secret {
                out.secret.insert(option.key, (Secret::new(value), source));
            } else {
                out.plain.insert(option.key, (value, source));
            }
        }
        Ok(out)
    }

    /// A plain value.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.plain.get(key).map(|(v, _)| v.as_str())
    }
    /// A secret; empty when unset.
    pub fn secret(&self, key: &str) -> Secret {
        self.secret.get(key).map(|(v, _)| v.clone()).unwrap_or_default()
    }
    /// Where a value came from; `None` when it is unset.
    pub fn source(&self, key: &str) -> Option<Source> {
        self.plain.get(key).map(|(_, s)| *s).or_else(|| self.secret.get(key).map(|(_, s)| *s))
    }
    /// Whether somebody set it, rather than a default.
    pub fn is_set(&self, key: &str) -> bool {
        self.source(key).is_some_and(|s| s != Source::Default)
    }
    /// The value as it may be shown: secrets as `***`.
    pub fn shown(&self, key: &str) -> Option<String> {
        self.plain.get(key).map(|(v, _)| v.clone()).or_else(|| self.secret.get(key).map(|(v, _)| v.to_string()))
    }
    /// Variables beginning with `STEWARD_` that nobody reads, with the known one nearest to each.
    pub fn unknown_variables(&self) -> &[(String, &'static str)] {
        &self.unknown
    }
    /// An error about the value of `key`, naming where it was set.
    pub fn error(&self, key: &str, what: &str) -> Error {
        let option = options::find(key);
        let place = match (self.source(key), option) {
            (Some(Source::Flag), Some(Opt { flag: Some((flag, _)), .. })) => format!("--{flag}"),
            (Some(Source::Env), Some(o)) => o.env.to_owned(),
            _ => format!("The setting \"{key}\""),
        };
        let value = self.text(key).map(|v| format!(" \"{v}\"")).unwrap_or_default();
        Error::invalid(format!("{place}{value} {what}"))
    }
}

fn pick(option: &Opt, flags: &Flags, env: &dyn Env, found: &file::Found) -> Result<Option<(String, Source)>> {
    if let Some(value) = flags.get(option.key) {
        return Ok(Some((value.to_owned(), Source::Flag)));
    }
    let in_file = format!("{}_file", option.key);
    let env_file = option.env_file();
    let from_env = either(env.get(option.env), env_file.as_deref().and_then(|n| env.get(n)), option.env)?;
    if let Some(value) = from_env {
        return Ok(Some((value, Source::Env)));
    }
    let secret_path = option.secret.then(|| found.get(&in_file).cloned()).flatten();
    if let Some(value) = either(found.get(option.key).cloned(), secret_path, option.key)? {
        return Ok(Some((value, Source::File)));
    }
    Ok(option.default.map(|d| (d.to_owned(), Source::Default)))
}

/// The value itself, or what the file at `path` holds.
fn either(value: Option<String>, path: Option<String>, name: &str) -> Result<Option<String>> {
    match (value, path) {
        (Some(_), Some(_)) => Err(Error::invalid(format!("{name} is given twice: directly, and as a file. Keep one."))),
        (Some(value), None) => Ok(Some(value)),
        (None, None) => Ok(None),
        (None, Some(path)) => {
            let text = std::fs::read_to_string(&path)
                .map_err(|e| Error::invalid(format!("The file {path} that should hold {name} cannot be read: {e}.")).with_source(e))?;
            let text = text.trim();
            if text.is_empty() {
                return Err(Error::invalid(format!("The file {path} that should hold {name} is empty.")));
            }
            Ok(Some(text.to_owned()))
        }
    }
}

fn misspelt(env: &dyn Env) -> Vec<(String, &'static str)> {
    let known = || [&FILE].into_iter().chain(OPTIONS).map(|o| o.env);
    let ours = env.names().into_iter().filter(|n| n.starts_with("STEWARD_") && known().all(|k| k != n));
    ours.map(|n| {
        let near = options::nearest(&n, known()).unwrap_or("");
        (n, near)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::env::Fixed;
    use std::fs;

    #[test]
    fn a_flag_beats_the_environment_beats_the_file_beats_the_default() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("steward.toml");
        fs::write(&path, "listen = '1.1.1.1:1'\nlog = 'json'\ndata = 'from-file'\n").unwrap();
        let path = path.display().to_string();
        let env =
            Fixed::of(&[("STEWARD_CONFIG", &path), ("STEWARD_LISTEN", "2.2.2.2:2"), ("STEWARD_DATA", "from-env"), ("STEWARD_LOG", " ")]);
        let values = Values::read(&Flags::default().with("data", "from-flag"), &env).unwrap();
        let of = |key| (values.text(key).unwrap(), values.source(key).unwrap());
        assert_eq!(of("data"), ("from-flag", Source::Flag));
        assert_eq!(of("listen"), ("2.2.2.2:2", Source::Env));
        assert_eq!(of("log"), ("json", Source::File));
        assert_eq!(of("openai.base_url"), ("https://api.openai.com/v1", Source::Default));
        assert!(!values.is_set("openai.base_url") && values.is_set("log"));
    }

    #[test]
    fn secrets_come_from_files_and_never_print() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        fs::write(&path, "sk-hidden\n").unwrap();
        let path = path.display().to_string();
        let values = Values::read(&Flags::default(), &Fixed::of(&[("OPENAI_API_KEY_FILE", &path)])).unwrap();
        assert_eq!(values.secret("openai.api_key").reveal(), "sk-hidden");
        assert_eq!(values.shown("openai.api_key").unwrap(), "***");
        assert!(!format!("{values:?}").contains("sk-hidden"));

        let twice = Values::read(&Flags::default(), &Fixed::of(&[("OPENAI_API_KEY_FILE", &path), ("OPENAI_API_KEY", "sk-other")]));
        assert_eq!(twice.unwrap_err().message, "OPENAI_API_KEY is given twice: directly, and as a file. Keep one.");
        let missing = Values::read(&Flags::default(), &Fixed::of(&[("WHATSAPP_TOKEN_FILE", "no/such/file")])).unwrap_err();
        assert!(missing.message.starts_with("The file no/such/file that should hold WHATSAPP_TOKEN cannot be read"), "{missing}");
    }

    #[test]
    fn misspelt_variables_are_noticed() {
        let values = Values::read(&Flags::default(), &Fixed::of(&[("STEWARD_LISTN", "1"), ("STEWARD_DATA", "d"), ("HOME", "h")])).unwrap();
        assert_eq!(values.unknown_variables(), [("STEWARD_LISTN".to_owned(), "STEWARD_LISTEN")]);
    }
}
