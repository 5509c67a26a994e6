//! AssemblyAI: the file is handed over, a transcript is asked for, and looked for until it is there.

use super::note::Note;
use super::{Deaf, deaf, unreadable};
use crate::domain::secret::Secret;
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// How often the transcript is looked for, and the wait between, in milliseconds.
const LOOKS: u32 = 40;
const WAIT_MS: u64 = 1_500;
const NAME: &str = "AssemblyAI";

pub(super) async fn hear(net: &Net, key: &Secret, base: &str, note: &Note) -> Result<String, Deaf> {
    #[derive(Deserialize)]
    struct Uploaded {
        upload_url: String,
    }
    #[derive(Deserialize)]
    struct Transcript {
        id: String,
        status: String,
        text: Option<String>,
        error: Option<String>,
    }
    let signed = |call: Call| call.secret_header("authorization", key).repeat(Repeat::Harmless);
    let upload = signed(Call::post(format!("{base}/v2/upload"))).bytes("application/octet-stream", note.bytes.clone()).timeout_ms(60_000);
    let uploaded: Uploaded = net.send(&upload).await.map_err(|f| deaf(NAME, &f))?.json().map_err(|_| unreadable(NAME))?;
    let wish = json!({ "audio_url": uploaded.upload_url, "speech_models": ["universal-3-pro", "universal-2"], "language_detection": true });
    let ask = signed(Call::post(format!("{base}/v2/transcript"))).json(&wish);
    let mut t: Transcript = net.send(&ask).await.map_err(|f| deaf(NAME, &f))?.json().map_err(|_| unreadable(NAME))?;
    if t.id.is_empty() || !t.id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return Err(unreadable(NAME));
    }
    let id = t.id.clone();
    for _ in 0..LOOKS {
        match t.status.as_str() {
            "completed" => return Ok(t.text.unwrap_or_default()),
            "error" => return Err(Deaf::Never(format!("{NAME} could not hear the note: {}", t.error.unwrap_or_default()))),
            _ => tokio::time::sleep(Duration::from_millis(WAIT_MS)).await,
        }
        let look = signed(Call::get(format!("{base}/v2/transcript/{id}")));
        t = net.send(&look).await.map_err(|f| deaf(NAME, &f))?.json().map_err(|_| unreadable(NAME))?;
    }
    Err(Deaf::Later(format!("{NAME} takes too long.")))
}
