//! Deepgram Aura: `POST {base}/v1/speak`. A voice is of one language, which its name ends with.

use super::{MOST_BYTES, Mute, Script, TIMEOUT_MS, fitting, mute};
use crate::domain::house::spoken::Sound;
use crate::domain::secret::Secret;
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use serde_json::json;

const NAME: &str = "Deepgram";

pub(super) async fn speak(net: &Net, key: &Secret, base: &str, models: &[String], s: Script<'_>) -> Result<Vec<u8>, Mute> {
    let ending = format!("-{}", s.lang);
    let model =
        models.iter().find(|m| m.ends_with(&ending)).ok_or_else(|| Mute(format!("No voice of {NAME} is set for this language.")))?;
    let (encoding, container) = match fitting(s, &[Sound::Ogg, Sound::Mp3, Sound::Wav], NAME)? {
        Sound::Ogg => ("opus", Some("ogg")),
        Sound::Mp3 => ("mp3", None),
        Sound::Wav => ("linear16", Some("wav")),
    };
    let call = Call::post(format!("{base}/v1/speak"))
        .secret_header("authorization", &Secret::new(format!("Token {}", key.reveal())))
        .query("model", model)
        .query("encoding", encoding);
    let call = container.into_iter().fold(call, |c, kind| c.query("container", kind));
    let call = call.json(&json!({ "text": s.text })).timeout_ms(TIMEOUT_MS).cap_bytes(MOST_BYTES).repeat(Repeat::Never);
    net.send(&call).await.map(|a| a.body).map_err(|f| mute(NAME, &f))
}
