//! The token that reads price lists at Airtable. Without it, nobody asks there.

use super::server::web_address;
use super::values::Values;
use crate::domain::error::Result;
use crate::domain::secret::Secret;

/// Airtable's API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Airtable {
    /// A personal access token; empty for none.
    pub token: Secret,
    /// Its address without a slash at the end.
    pub base_url: String,
}

impl Airtable {
    pub(super) fn from_values(values: &Values) -> Result<Self> {
        Ok(Self { token: values.secret("airtable.token"), base_url: web_address(values, "airtable.base_url")? })
    }
    /// Whether tables can be read.
    pub fn is_ready(&self) -> bool {
        !self.token.is_empty()
    }
}
