//! Seals what must not lie open on the disk with `master.key`, and signs tokens with a key made from it.

use crate::domain::error::{Error, Result};
use crate::domain::id::fill_random;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ring::hmac;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Holds the master key.
pub struct Vault {
    cipher: XChaCha20Poly1305,
    /// The key before this one, while a change of keys is not finished.
    before: Option<XChaCha20Poly1305>,
    signing: hmac::Key,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(***)")
    }
}

const NONCE: usize = 24;

impl Vault {
    /// Reads the key, making it (readable by the owner alone) when there is none.
    pub fn open(path: &Path) -> Result<Self> {
        finish_swap(path)?;
        let key = match read(path)? {
            Some(key) => key,
            None => make(path)?,
        };
        let before = read(&old_key(path))?.map(|k| cipher_of(&k)).transpose()?;
        let signing = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), b"steward token signing");
        let cipher = cipher_of(&key)?;
        Ok(Self { cipher, before, signing: hmac::Key::new(hmac::HMAC_SHA256, signing.as_ref()) })
    }

    /// Seals bytes; they open only together with the same `about` (the row they belong to).
    pub fn seal(&self, plain: &[u8], about: &str) -> Result<Vec<u8>> {
        let mut nonce = [0u8; NONCE];
        fill_random(&mut nonce);
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: about.as_bytes() });
        let sealed = sealed.map_err(|_| Error::internal("Something could not be encrypted."))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed.
    pub fn open_bytes(&self, sealed: &[u8], about: &str) -> Result<Vec<u8>> {
        let bad = || Error::internal("Stored credentials cannot be opened: master.key is not the one they were sealed with.");
        let (nonce, body) = sealed.split_at_checked(NONCE).ok_or_else(bad)?;
        let nonce = <[u8; NONCE]>::try_from(nonce).map_err(|_| bad())?;
        let open = |c: &XChaCha20Poly1305| c.decrypt(&XNonce::from(nonce), Payload { msg: body, aad: about.as_bytes() }).ok();
        open(&self.cipher).or_else(|| open(self.before.as_ref()?)).ok_or_else(bad)
    }

    /// Seals a value as JSON.
    pub fn seal_json<T: serde::Serialize>(&self, value: &T, about: &str) -> Result<Vec<u8>> {
        let plain = serde_json::to_vec(value).map_err(|e| Error::internal("Something could not be written as JSON.").with_source(e))?;
        self.seal(&plain, about)
    }

    /// Opens a value sealed as JSON.
    pub fn open_json<T: serde::de::DeserializeOwned>(&self, sealed: &[u8], about: &str) -> Result<T> {
        let plain = self.open_bytes(sealed, about)?;
        serde_json::from_slice(&plain).map_err(|e| Error::internal("Stored credentials cannot be read.").with_source(e))
    }

    /// A signature in hex.
    pub fn sign(&self, text: &str) -> String {
        hex::encode(hmac::sign(&self.signing, text.as_bytes()))
    }

    /// Whether a signature is ours, in constant time.
    pub fn verify(&self, text: &str, signature: &[u8]) -> bool {
        hmac::verify(&self.signing, text.as_bytes(), signature).is_ok()
    }

    /// A raw signature, for tokens.
    pub fn sign_bytes(&self, text: &str) -> Vec<u8> {
        hmac::sign(&self.signing, text.as_bytes()).as_ref().to_vec()
    }
}

fn cipher_of(key: &[u8; 32]) -> Result<XChaCha20Poly1305> {
    XChaCha20Poly1305::new_from_slice(key).map_err(|_| Error::internal("The master key cannot be used."))
}

/// Whether there is a key, or both halves of a change of keys.
pub fn is_there(path: &Path) -> bool {
    path.exists() || old_key(path).exists() && next_key(path).exists()
}

/// Where the key before this one is while a change is not finished.
pub fn old_key(path: &Path) -> PathBuf {
    path.with_extension("key.old")
}

fn next_key(path: &Path) -> PathBuf {
    path.with_extension("key.next")
}

/// A key file; none when it is not there.
fn read(path: &Path) -> Result<Option<[u8; 32]>> {
    match std::fs::read(path) {
        Ok(bytes) => {
            let key = <[u8; 32]>::try_from(bytes.as_slice());
            key.map(Some).map_err(|_| Error::internal(format!("{} is damaged: it must be 32 bytes.", path.display())))
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Error::unavailable(format!("{} cannot be read: {e}.", path.display()))),
    }
}

/// Puts a new key in the place of the master key; the old one stays beside it until everything is sealed anew. Left alone while an
/// earlier change is not finished.
pub fn swap(path: &Path) -> Result<()> {
    if old_key(path).exists() {
        return Ok(());
    }
    let failed = |e: std::io::Error| Error::unavailable(format!("{} cannot be written: {e}.", path.display()));
    if next_key(path).exists() {
        std::fs::remove_file(next_key(path)).map_err(failed)?;
    }
    make(&next_key(path))?;
    std::fs::rename(path, old_key(path)).map_err(failed)?;
    finish_swap(path)
}

/// The second half of a swap, also after the power went in between.
fn finish_swap(path: &Path) -> Result<()> {
    if !path.exists() && old_key(path).exists() && next_key(path).exists() {
        std::fs::rename(next_key(path), path).map_err(|e| Error::unavailable(format!("{} cannot be written: {e}.", path.display())))?;
    }
    Ok(())
}

fn make(path: &Path) -> Result<[u8; 32]> {
    let mut key = [0u8; 32];
    fill_random(&mut key);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let failed = |e: std::io::Error| Error::unavailable(format!("{} cannot be written: {e}.", path.display()));
    let mut file = options.open(path).map_err(failed)?;
    file.write_all(&key).and_then(|()| file.sync_all()).map_err(failed)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_where_it_belongs() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master.key");
        let vault = Vault::open(&path).unwrap();
        let sealed = vault.seal(b"token", "number 1").unwrap();
        let again = Vault::open(&path).unwrap();
        assert_eq!(again.open_bytes(&sealed, "number 1").unwrap(), b"token");
        assert!(again.open_bytes(&sealed, "number 2").is_err());
        assert!(again.open_bytes(&sealed[..10], "number 1").is_err());
    }

    #[test]
    fn a_new_key_opens_what_the_old_one_sealed_until_it_is_sealed_anew() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master.key");
        let sealed = Vault::open(&path).unwrap().seal(b"token", "number 1").unwrap();
        let first = std::fs::read(&path).unwrap();
        swap(&path).unwrap();
        // As after a power cut between the two renames.
        std::fs::rename(&path, dir.path().join("master.key.next")).unwrap();
        let vault = Vault::open(&path).unwrap();
        assert_ne!(std::fs::read(&path).unwrap(), first);
        assert_eq!(vault.open_bytes(&sealed, "number 1").unwrap(), b"token");
        let anew = vault.seal(b"token", "number 1").unwrap();
        std::fs::remove_file(old_key(&path)).unwrap();
        let vault = Vault::open(&path).unwrap();
        assert!(vault.open_bytes(&sealed, "number 1").is_err());
        assert_eq!(vault.open_bytes(&anew, "number 1").unwrap(), b"token");
    }
}
