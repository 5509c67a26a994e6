//! Where vendors are looked for beyond the vendor book. Without a key, nowhere.

use super::server::web_address;
use super::values::Values;
use crate::domain::error::Result;
use crate::domain::secret::Secret;

/// Exa's search of the web.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourcing {
    /// Its key; empty for none.
    pub exa_key: Secret,
    /// Its address without a slash at the end.
    pub exa_url: String,
}

impl Sourcing {
    /// The settings behind `values`.
    pub fn from_values(values: &Values) -> Result<Self> {
        Ok(Self { exa_key: values.secret("exa.api_key"), exa_url: web_address(values, "exa.base_url")? })
    }
    /// Whether vendors are looked for.
    pub fn is_ready(&self) -> bool {
        !self.exa_key.is_empty() && !self.exa_url.is_empty()
    }
}
