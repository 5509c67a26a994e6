//! Files of measurements: one JSON object a line.

use crate::domain::error::{Error, Result};
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// The whole text of a file.
pub fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|e| Error::invalid(format!("{} cannot be read: {e}.", path.display())))
}

/// Every line as a row; empty ones are passed over.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let mut out = Vec::new();
    for (n, line) in text(path)?.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let row = serde_json::from_str(line).map_err(|e| Error::invalid(format!("{}, line {}: {e}.", path.display(), n + 1)))?;
        out.push(row);
    }
    if out.is_empty() {
        return Err(Error::invalid(format!("{} holds no rows.", path.display())));
    }
    Ok(out)
}

/// The file that was named, or the first of these names in the folder.
pub fn choose(named: Option<&Path>, folder: Option<&Path>, names: &[&str], flag: &str) -> Result<PathBuf> {
    if let Some(file) = named {
        // A name may stand alone: then it is in the folder.
        let inside = folder.map(|f| f.join(file)).filter(|p| !file.exists() && p.exists());
        return Ok(inside.unwrap_or_else(|| file.to_owned()));
    }
    let folder = folder.ok_or_else(|| Error::invalid(format!("Name a folder, or a file with --{flag}.")))?;
    let found = names.iter().map(|n| folder.join(n)).find(|p| p.is_file());
    found.ok_or_else(|| Error::invalid(format!("{} has no {}. Name the file with --{flag}.", folder.display(), names.join(" or "))))
}
