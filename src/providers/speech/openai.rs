//! `POST {base}/audio/transcriptions`: OpenAI, Groq, and any server that speaks like them (whisper.cpp, faster-whisper, vLLM).

use super::note::Note;
use super::{Deaf, deaf, unreadable};
use crate::domain::secret::Secret;
use crate::net::call::{Call, Part, Repeat};
use crate::net::client::Net;
use serde::Deserialize;

const TIMEOUT_MS: u64 = 60_000;

pub(super) async fn hear(net: &Net, name: &str, key: &Secret, base: &str, model: &str, note: &Note) -> Result<String, Deaf> {
    #[derive(Deserialize)]
    struct Said {
        text: String,
    }
    let field = |name: &str, value: &str| Part { name: name.into(), file: None, bytes: value.as_bytes().to_vec() };
    // The name's ending tells the service what it is.
    let file = (format!("note.{}", note.kind), format!("audio/{}", note.kind));
    let parts = vec![
        Part { name: "file".into(), file: Some(file), bytes: note.bytes.clone() },
        field("model", model),
        field("response_format", "json"),
    ];
    let call = Call::post(format!("{base}/audio/transcriptions")).multipart(parts).timeout_ms(TIMEOUT_MS).repeat(Repeat::Harmless);
    let call = if key.is_empty() { call } else { call.bearer(key) };
    let answer = net.send(&call).await.map_err(|f| deaf(name, &f))?;
    answer.json::<Said>().map(|s| s.text).map_err(|_| unreadable(name))
}
