//! Access tokens: JWT (RFC 7519) with HS256, signed by a key made from master.key.

use crate::app::App;
use crate::domain::id::Id;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// How long an access token lives, in seconds.
pub const ACCESS_S: i64 = 3600;

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
pub struct Claims {
    /// The member.
    pub sub: Id,
    /// The business.
    pub biz: Id,
    /// Not valid from this second on.
    pub exp: i64,
    /// A mark of the password it was given for: a new password ends it.
    #[serde(default)]
    pub pwd: String,
}

/// `{"alg":"HS256","typ":"JWT"}`.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// A signed token.
pub fn sign(app: &App, claims: &Claims) -> String {
    let body = serde_json::to_vec(claims).unwrap_or_default();
    let signed = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(body));
    let signature = URL_SAFE_NO_PAD.encode(app.vault.sign_bytes(&signed));
    format!("{signed}.{signature}")
}

/// The claims of a token that is ours and has not ended. Only our own header is accepted, so no other algorithm is.
pub fn verify(app: &App, token: &str) -> Option<Claims> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, body) = signed.split_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    if header != HEADER || !app.vault.verify(signed, &signature) {
        return None;
    }
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()?;
    (claims.exp * 1000 > app.clock().now().millis()).then_some(claims)
}
