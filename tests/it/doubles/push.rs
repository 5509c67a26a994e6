//! The service of a browser's maker on this machine, and the phones behind it: it proves who sends as the real ones do, and the phones
//! open what they get with their own keys, by a reading of the standards of their own.

use super::{of, serve};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::{digest, hmac, signature};
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

/// A bad day, for one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Refused with this status.
    Refuse(u16),
    /// Refused for now, to be tried after seconds.
    Wait(u16, u32),
    /// Taken, but the answer is cut off.
    CutAfterTaking,
}

/// What a phone showed.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Which phone.
    pub phone: String,
    /// What was said, opened with its keys.
    pub said: Value,
    /// What the sender proved.
    pub claims: Value,
    /// How long it was to be kept, in seconds.
    pub ttl: i64,
    /// Under which topic.
    pub topic: String,
}

struct Phone {
    private: [u8; 32],
    secret: [u8; 16],
    /// The only sender it hears.
    sender: String,
}

#[derive(Default)]
struct Store {
    phones: HashMap<String, Phone>,
    shown: Vec<Shown>,
    faults: VecDeque<Fault>,
    asked: u32,
}

/// The double; copies are the same one.
#[derive(Clone)]
pub struct Push {
    pub url: String,
    store: Arc<Mutex<Store>>,
}

impl Push {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let push = Self { url, store: Arc::default() };
        serve(listener, Router::new().route("/send/{phone}", post(take)).with_state(push.clone()));
        push
    }
    /// A phone subscribes for a sender's key; what its browser hands to the page.
    pub fn subscribe(&self, name: &str, sender: &str) -> [(&'static str, String); 3] {
        let sum = digest::digest(&digest::SHA256, name.as_bytes());
        let private = <[u8; 32]>::try_from(sum.as_ref()).expect("32 bytes");
        let secret = <[u8; 16]>::try_from(&sum.as_ref()[8..24]).expect("16 bytes");
        let public = pair(&private).compute_public_key().expect("a point");
        self.lock().phones.insert(name.into(), Phone { private, secret, sender: sender.into() });
        [
            ("endpoint", format!("{}/send/{name}", self.url)),
            ("p256dh", URL_SAFE_NO_PAD.encode(public.as_ref())),
            ("auth", URL_SAFE_NO_PAD.encode(secret)),
        ]
    }
    /// The next request has this bad day; several wait in line.
    pub fn fail(&self, fault: Fault) {
        self.lock().faults.push_back(fault);
    }
    /// Everything phones have shown.
    pub fn shown(&self) -> Vec<Shown> {
        self.lock().shown.clone()
    }
    /// How often anything was asked.
    pub fn asked(&self) -> u32 {
        self.lock().asked
    }
    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().expect("no panic while held")
    }
}

/// A key pair from its private half.
#[expect(deprecated, reason = "ring's own way of fixing a key in tests")]
fn pair(private: &[u8; 32]) -> EphemeralPrivateKey {
    EphemeralPrivateKey::generate(&ECDH_P256, &ring::test::rand::FixedSliceRandom { bytes: private }).expect("a scalar")
}

async fn take(State(push): State<Push>, Path(name): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let mut store = push.lock();
    store.asked += 1;
    let fault = store.faults.pop_front();
    match fault {
        Some(Fault::Refuse(status)) => return of(status).into_response(),
        Some(Fault::Wait(status, seconds)) => return (of(status), [("retry-after", seconds.to_string())]).into_response(),
        _ => {}
    }
    let Some(phone) = store.phones.get(&name) else { return of(404).into_response() };
    let header = |n: &str| headers.get(n).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let (Ok(ttl), true) = (header("ttl").parse(), header("content-encoding") == "aes128gcm") else { return of(400).into_response() };
    if body.len() > 4_096 {
        return of(413).into_response();
    }
    let Some(claims) = proved(&header("authorization"), &phone.sender, &push.url) else { return of(403).into_response() };
    let Some(plain) = opened(&body, phone) else { return of(400).into_response() };
    let topic = header("topic");
    if topic.len() > 32 || plain.len() > 3_072 {
        return of(400).into_response();
    }
    let said = serde_json::from_slice(&plain).expect("a phone is told JSON");
    store.shown.push(Shown { phone: name, said, claims, ttl, topic });
    if fault == Some(Fault::CutAfterTaking) {
        let broken = futures_util::stream::iter([Err::<Bytes, _>(std::io::Error::other("cut"))]);
        return Response::builder().status(201).header("content-length", "100").body(Body::from_stream(broken)).expect("a response");
    }
    (of(201), [("location", format!("{}/message/1", push.url))]).into_response()
}

/// RFC 8292: the claims, when the word is signed by the key the phone subscribed for and meant for us.
fn proved(header: &str, sender: &str, origin: &str) -> Option<Value> {
    let (token, key) = header.strip_prefix("vapid t=")?.split_once(", k=")?;
    let (signed, tag) = token.rsplit_once('.')?;
    let raw = |t: &str| URL_SAFE_NO_PAD.decode(t).ok();
    signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, raw(key)?).verify(signed.as_bytes(), &raw(tag)?).ok()?;
    let claims: Value = serde_json::from_slice(&raw(signed.split_once('.')?.1)?).ok()?;
    (key == sender && claims["aud"] == origin).then_some(claims)
}

fn hmac_of(key: &[u8], data: &[&[u8]]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &data.concat()).as_ref().to_vec()
}

/// RFC 8188 and 8291, with HKDF written out (one block is always enough).
fn opened(body: &[u8], phone: &Phone) -> Option<Vec<u8>> {
    let (salt, size, sender) =
        (body.get(..16)?, u32::from_be_bytes(body.get(16..20)?.try_into().ok()?), body.get(21..21 + usize::from(*body.get(20)?))?);
    let record = body.get(21 + sender.len()..)?;
    if record.len() > usize::try_from(size).ok()? || sender.len() != 65 {
        return None;
    }
    let own = pair(&phone.private);
    let public = own.compute_public_key().ok()?;
    let shared = agree_ephemeral(own, &UnparsedPublicKey::new(&ECDH_P256, sender), <[u8]>::to_vec).ok()?;
    let first = hmac_of(&phone.secret, &[&shared]);
    let mixed = hmac_of(&first, &[b"WebPush: info\0", public.as_ref(), sender, &[1]]);
    let from = hmac_of(salt, &[&mixed]);
    let key = hmac_of(&from, &[b"Content-Encoding: aes128gcm\0", &[1]]);
    let nonce: [u8; 12] = hmac_of(&from, &[b"Content-Encoding: nonce\0", &[1]]).get(..12)?.try_into().ok()?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key.get(..16)?).ok()?);
    let mut record = record.to_vec();
    let plain = key.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record).ok()?;
    // The last record ends with a two, and zeros after it.
    let end = plain.iter().rposition(|b| *b != 0)?;
    (plain[end] == 2).then(|| plain[..end].to_vec())
}
