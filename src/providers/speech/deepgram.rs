//! Deepgram: `POST {base}/v1/listen` with the file as it is.

use super::note::Note;
use super::{Deaf, deaf, unreadable};
use crate::domain::secret::Secret;
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use serde_json::Value;

const TIMEOUT_MS: u64 = 60_000;

pub(super) async fn hear(net: &Net, key: &Secret, base: &str, model: &str, note: &Note) -> Result<String, Deaf> {
    let call = Call::post(format!("{base}/v1/listen"))
        .secret_header("authorization", &Secret::new(format!("Token {}", key.reveal())))
        .query("model", model)
        .query("smart_format", "true")
        .query("detect_language", "true")
        .bytes(&format!("audio/{}", note.kind), note.bytes.clone())
        .timeout_ms(TIMEOUT_MS)
        .repeat(Repeat::Harmless);
    let answer = net.send(&call).await.map_err(|f| deaf("Deepgram", &f))?;
    let said: Value = answer.json().map_err(|_| unreadable("Deepgram"))?;
    let text = said["results"]["channels"][0]["alternatives"][0]["transcript"].as_str();
    text.map(str::to_owned).ok_or_else(|| unreadable("Deepgram"))
}
