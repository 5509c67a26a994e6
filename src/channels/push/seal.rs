//! Sealing what a device is told so that only that device can read it: RFC 8291 over RFC 8188 (`aes128gcm`), in one record.

use crate::domain::id::{fill_random, randomness};
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::error::Unspecified;
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};

/// Bytes of a point on P-256 as it is sent.
pub const POINT: usize = 65;
/// Bytes of the secret a browser makes for each subscription.
pub const SECRET: usize = 16;
const SALT: usize = 16;
const KEY: usize = 16;
const NONCE: usize = 12;
/// The record size we announce: one record holds all we ever send.
const RECORD: u32 = 4_096;
/// What ends the last record.
const LAST: u8 = 2;

struct Bytes(usize);

impl KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

/// Seals for a device with this public key and secret. An error says that its key is none.
pub fn seal(plain: &[u8], public: &[u8], secret: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let own = EphemeralPrivateKey::generate(&ECDH_P256, &randomness())?;
    let mut salt = [0u8; SALT];
    fill_random(&mut salt);
    seal_with(plain, public, secret, own, salt)
}

fn seal_with(plain: &[u8], public: &[u8], secret: &[u8], own: EphemeralPrivateKey, salt: [u8; SALT]) -> Result<Vec<u8>, Unspecified> {
    let own_public = own.compute_public_key()?;
    let peer = UnparsedPublicKey::new(&ECDH_P256, public);
    let (key, nonce) = agree_ephemeral(own, &peer, |shared| derive(shared, public, own_public.as_ref(), secret, &salt))??;
    let mut record = Vec::with_capacity(plain.len() + 1 + AES_128_GCM.tag_len());
    record.extend_from_slice(plain);
    record.push(LAST);
    // The nonce is the first record's, and the key is made for this message alone.
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record)?;
    let point = u8::try_from(own_public.as_ref().len()).map_err(|_| Unspecified)?;
    let mut out = Vec::with_capacity(SALT + 5 + POINT + record.len());
    out.extend_from_slice(&salt);
    out.extend_from_slice(&RECORD.to_be_bytes());
    out.push(point);
    out.extend_from_slice(own_public.as_ref());
    out.extend_from_slice(&record);
    Ok(out)
}

/// The key and the nonce of a message (RFC 8291, 3.4).
fn derive(shared: &[u8], theirs: &[u8], ours: &[u8], secret: &[u8], salt: &[u8]) -> Result<([u8; KEY], [u8; NONCE]), Unspecified> {
    let mut mixed = [0u8; 32];
    let info = [b"WebPush: info\0".as_slice(), theirs, ours];
    Salt::new(HKDF_SHA256, secret).extract(shared).expand(&info, Bytes(32))?.fill(&mut mixed)?;
    let from = Salt::new(HKDF_SHA256, salt).extract(&mixed);
    let (mut key, mut nonce) = ([0u8; KEY], [0u8; NONCE]);
    from.expand(&[b"Content-Encoding: aes128gcm\0"], Bytes(KEY))?.fill(&mut key)?;
    from.expand(&[b"Content-Encoding: nonce\0"], Bytes(NONCE))?.fill(&mut nonce)?;
    Ok((key, nonce))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// A key pair from its private half, which ring takes only as "randomness".
    #[expect(deprecated, reason = "ring's own way of fixing a key for test vectors")]
    fn key(private: &str) -> EphemeralPrivateKey {
        let bytes = bytes(private);
        EphemeralPrivateKey::generate(&ECDH_P256, &ring::test::rand::FixedSliceRandom { bytes: &bytes }).unwrap()
    }

    /// What a browser does with what it is sent.
    fn open(sealed: &[u8], own: EphemeralPrivateKey, secret: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let own_public = own.compute_public_key()?;
        let (salt, rest) = sealed.split_at_checked(SALT).ok_or(Unspecified)?;
        let (head, rest) = rest.split_at_checked(5).ok_or(Unspecified)?;
        let (sender, record) = rest.split_at_checked(usize::from(head[4])).ok_or(Unspecified)?;
        let peer = UnparsedPublicKey::new(&ECDH_P256, sender);
        let (key, nonce) = agree_ephemeral(own, &peer, |shared| derive(shared, own_public.as_ref(), sender, secret, salt))??;
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
        let mut record = record.to_vec();
        let plain = key.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record)?;
        let end = plain.iter().rposition(|b| *b == LAST).ok_or(Unspecified)?;
        Ok(plain[..end].to_vec())
    }

    const PLAIN: &[u8] = b"When I grow up, I want to be a watermelon";
    const OUR_PRIVATE: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    const THEIR_PUBLIC: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const THEIR_PRIVATE: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
    const SEALED: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    /// The example of RFC 8291, appendix A.
    #[test]
    fn the_example_of_the_standard_comes_out_byte_for_byte() {
        let salt = <[u8; SALT]>::try_from(bytes("DGv6ra1nlYgDCS1FRnbzlw")).unwrap();
        let sealed = seal_with(PLAIN, &bytes(THEIR_PUBLIC), &bytes(AUTH), key(OUR_PRIVATE), salt).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(&sealed), SEALED);
        assert_eq!(open(&sealed, key(THEIR_PRIVATE), &bytes(AUTH)).unwrap(), PLAIN);
    }

    #[test]
    fn only_the_device_it_is_for_opens_it() {
        let (a, b) = (seal(PLAIN, &bytes(THEIR_PUBLIC), &bytes(AUTH)).unwrap(), seal(PLAIN, &bytes(THEIR_PUBLIC), &bytes(AUTH)).unwrap());
        assert_ne!(a, b, "never the same key twice");
        assert_eq!(open(&a, key(THEIR_PRIVATE), &bytes(AUTH)).unwrap(), PLAIN);
        assert!(open(&a, key(OUR_PRIVATE), &bytes(AUTH)).is_err());
        assert!(open(&a, key(THEIR_PRIVATE), &[0; SECRET]).is_err());
        let mut bent = a.clone();
        *bent.last_mut().unwrap() ^= 1;
        assert!(open(&bent, key(THEIR_PRIVATE), &bytes(AUTH)).is_err());
        assert!(seal(PLAIN, &[4; POINT], &bytes(AUTH)).is_err(), "no point of the curve");
    }
}
