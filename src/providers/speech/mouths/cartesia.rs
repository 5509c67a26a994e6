//! Cartesia: `POST {base}/tts/bytes`. It makes no Opus.

use super::{MOST_BYTES, Mute, Script, TIMEOUT_MS, fitting, mute};
use crate::domain::house::spoken::Sound;
use crate::domain::secret::Secret;
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use serde_json::json;

const NAME: &str = "Cartesia";

pub(super) async fn speak(
    net: &Net,
    key: &Secret,
    base: &str,
    (model, voice, version): (&str, &str, &str),
    s: Script<'_>,
) -> Result<Vec<u8>, Mute> {
    let format = match fitting(s, &[Sound::Mp3, Sound::Wav], NAME)? {
        Sound::Wav => json!({ "container": "wav", "encoding": "pcm_s16le", "sample_rate": 24_000 }),
        _ => json!({ "container": "mp3", "sample_rate": 44_100, "bit_rate": 128_000 }),
    };
    let voice = json!({ "mode": "id", "id": voice });
    let body = json!({ "model_id": model, "transcript": s.text, "voice": voice, "language": s.lang, "output_format": format });
    let call = Call::post(format!("{base}/tts/bytes"))
        .bearer(key)
        .header("cartesia-version", version)
        .json(&body)
        .timeout_ms(TIMEOUT_MS)
        .cap_bytes(MOST_BYTES)
        .repeat(Repeat::Never);
    net.send(&call).await.map(|a| a.body).map_err(|f| mute(NAME, &f))
}
