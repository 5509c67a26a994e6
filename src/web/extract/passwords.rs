//! Checking and hashing passwords, a few at once: each takes 19 MB and 50 ms, and strangers may ask for it.

use crate::domain::error::{Error, Kind, Result};
use crate::services::house::member as members;
use std::time::Duration;
use tokio::sync::Semaphore;

/// So many are worked on at once.
static PLACES: Semaphore = Semaphore::const_new(4);
/// How long one may wait for its turn.
const WAIT: Duration = Duration::from_secs(5);

/// Whether a password is the one behind a hash; with none it takes as long and is wrong.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    in_turn(move || Ok(members::verify_password(&password, hash.as_deref()))).await
}

/// Hashes a new password, which must be long enough.
pub async fn hash(password: String) -> Result<String> {
    in_turn(move || members::hash_password(&password)).await
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let busy = || Error::new(Kind::RateLimited, "Too many people sign in at once. Try again in a moment.");
    let _place = tokio::time::timeout(WAIT, PLACES.acquire()).await.map_err(|_| busy())?.map_err(|_| busy())?;
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::internal("The password could not be checked.").with_source(e))?
}
