//! `steward openapi`: the description of the API, for generators of clients.

use super::out;
use crate::domain::error::{Error, Result};
use crate::web::api;

/// Prints it as JSON.
pub fn run() -> Result<()> {
    let text = serde_json::to_string_pretty(api::openapi());
    out::line(&text.map_err(|e| Error::internal("The description cannot be written as JSON.").with_source(e))?);
    Ok(())
}
