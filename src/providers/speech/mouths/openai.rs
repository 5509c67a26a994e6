//! `POST {base}/audio/speech`: OpenAI, and any server that speaks like it.

use super::{MOST_BYTES, Mute, Script, TIMEOUT_MS, fitting, mute};
use crate::domain::house::spoken::Sound;
use crate::domain::secret::Secret;
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use serde_json::json;

const NAME: &str = "The speech server";

pub(super) async fn speak(net: &Net, key: &Secret, base: &str, (model, voice): (&str, &str), s: Script<'_>) -> Result<Vec<u8>, Mute> {
    let format = match fitting(s, &[Sound::Ogg, Sound::Mp3, Sound::Wav], NAME)? {
        // Opus comes in an Ogg file.
        Sound::Ogg => "opus",
        Sound::Mp3 => "mp3",
        Sound::Wav => "wav",
    };
    let body = json!({ "model": model, "input": s.text, "voice": voice, "response_format": format });
    let call = Call::post(format!("{base}/audio/speech")).json(&body).timeout_ms(TIMEOUT_MS).cap_bytes(MOST_BYTES).repeat(Repeat::Never);
    let call = if key.is_empty() { call } else { call.bearer(key) };
    net.send(&call).await.map(|a| a.body).map_err(|f| mute(NAME, &f))
}
