//! Whether this process can serve, part by part.

use super::App;
use crate::domain::error::Error;
use serde::Serialize;

/// One part's state.
#[derive(Debug, Clone, Serialize)]
pub struct Part {
    /// Which part.
    pub name: &'static str,
    /// Whether it works.
    pub ok: bool,
    /// What is wrong, or a fact.
    pub detail: String,
}

/// Looks at every part that serving needs.
pub async fn parts(app: &App) -> Vec<Part> {
    let control = app.store.control_write(|_| Ok(())).await;
    let mut parts = vec![part("control file", control, "writable")];
    let first = app.directory().businesses().next().map(|b| b.id);
    if let Some(id) = first {
        let written = match app.store.business(id) {
            Ok(file) => file.write(|_| Ok(())).await,
            Err(e) => Err(e),
        };
        parts.push(part("business file", written, "writable"));
    }
    parts
}

fn part(name: &'static str, outcome: Result<(), Error>, fine: &str) -> Part {
    match outcome {
        Ok(()) => Part { name, ok: true, detail: fine.into() },
        Err(e) => Part { name, ok: false, detail: e.message },
    }
}
