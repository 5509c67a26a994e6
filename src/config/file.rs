//! The configuration file: TOML whose keys are those of the table of options. A key nobody knows is an error that
//! names its line, so a typing error cannot switch something off in silence.

use super::options::{self, OPTIONS, Opt};
use crate::domain::error::{Error, Result};
use std::collections::BTreeMap;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// The file's values by key. For secrets, `key_file` is allowed too and is kept under that name.
pub type Found = BTreeMap<String, String>;

/// Reads the file at `path`.
///
/// # Errors
/// When it cannot be read, is not TOML, or holds a key or a kind of value we do not know.
pub fn read(path: &Path) -> Result<Found> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| Error::invalid(format!("The configuration file {} cannot be read: {e}.", path.display())).with_source(e))?;
    parse(&text, &path.display().to_string())
}

/// Reads `text`; `name` is what error messages call the file.
pub fn parse(text: &str, name: &str) -> Result<Found> {
    let table = DeTable::parse(text).map_err(|e| {
        let at = e.span().map_or(0, |s| s.start);
        Error::invalid(format!("{name}, line {}: {}.", line(text, at), e.message()))
    })?;
    let mut reader = Reader { text, name, found: Found::new() };
    reader.table("", table.get_ref())?;
    Ok(reader.found)
}

struct Reader<'a> {
    text: &'a str,
    name: &'a str,
    found: Found,
}

impl Reader<'_> {
    fn table(&mut self, prefix: &str, table: &DeTable<'_>) -> Result<()> {
        for (key, value) in table {
            let path = format!("{prefix}{}", key.get_ref());
            let at = key.span().start;
            match value.get_ref() {
                DeValue::Table(inner) if is_group(&path) => self.table(&format!("{path}."), inner)?,
                value if is_known(&path) => self.value(path, at, value)?,
                _ => return Err(self.unknown(&path, at)),
            }
        }
        Ok(())
    }

    fn value(&mut self, path: String, at: usize, value: &DeValue<'_>) -> Result<()> {
        let text = match value {
            DeValue::String(s) => s.to_string(),
            DeValue::Integer(i) => i.to_string(),
            DeValue::Boolean(b) => b.to_string(),
            other => return Err(self.error(at, &format!("\"{path}\" is a text, not a value of the kind {}", other.type_str()))),
        };
        if !text.trim().is_empty() {
            self.found.insert(path, text);
        }
        Ok(())
    }

    fn unknown(&self, path: &str, at: usize) -> Error {
        let groups = OPTIONS.iter().filter_map(|o| o.key.split_once('.').map(|(g, _)| g));
        let hint = match options::nearest(path, OPTIONS.iter().map(|o| o.key).chain(groups)) {
            Some(near) if near == path => format!("; it is a group of settings, written [{path}] with the settings below it."),
            Some(near) => format!("; did you mean \"{near}\"?"),
            None => ".".to_owned(),
        };
        let line = line(self.text, at);
        Error::invalid(format!("{}, line {line}: there is no setting \"{path}\"{hint}", self.name))
    }

    fn error(&self, at: usize, what: &str) -> Error {
        Error::invalid(format!("{}, line {}: {what}.", self.name, line(self.text, at)))
    }
}

fn is_group(path: &str) -> bool {
    OPTIONS.iter().any(|o| o.key.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
}

fn is_known(path: &str) -> bool {
    let secret_file = path.strip_suffix("_file").and_then(options::find).is_some_and(|o: &Opt| o.secret);
    secret_file || options::find(path).is_some()
}

fn line(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        parse(text, "steward.toml").unwrap_err().message
    }

    #[test]
    fn reads_keys_tables_and_dotted_keys() {
        let found =
            parse("listen = \"0.0.0.0:80\"\nopenai.model = \"m\"\n[whatsapp]\nphone_number_id = 1234\ntoken_file = \"t\"\n", "f").unwrap();
        assert_eq!(found["listen"], "0.0.0.0:80");
        assert_eq!(found["openai.model"], "m");
        assert_eq!(found["whatsapp.phone_number_id"], "1234");
        assert_eq!(found["whatsapp.token_file"], "t");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_its_neighbour() {
        assert_eq!(
            message("# hello\n\n[openai]\napi_kye = \"x\"\n"),
            "steward.toml, line 4: there is no setting \"openai.api_kye\"; did you mean \"openai.api_key\"?"
        );
        assert_eq!(message("zzzz = 1\n[zzzzzzzzz]\nq = 1"), "steward.toml, line 1: there is no setting \"zzzz\".");
        assert!(message("[whatsap]\ntoken = 'x'\n").ends_with("line 1: there is no setting \"whatsap\"; did you mean \"whatsapp\"?"));
        assert!(message("data_file = 'x'\n").contains("there is no setting \"data_file\""), "only secrets have files");
    }

    #[test]
    fn broken_toml_and_wrong_kinds_name_the_line() {
        assert!(message("listen = \"x\"\nlog = \n").starts_with("steward.toml, line 2: "));
        assert_eq!(message("\nlisten = [1]\n"), "steward.toml, line 2: \"listen\" is a text, not a value of the kind array.");
    }
}
