//! Mouths: speak a reply in a sound its channel carries. The first service that can is asked; when it fails, the next is. What comes
//! back is judged by its bytes. Where nobody speaks, the caller sends the words.

mod cartesia;
mod command;
mod deepgram;
mod openai;

use super::encode;
use crate::config::voices::{Mouth, Voices};
use crate::domain::house::spoken::{Sound, voice_of};
use crate::domain::lang::Lang;
use crate::net::client::Net;
use crate::net::failure::Failure;
use std::sync::Arc;

/// Time for one reply, in milliseconds: somebody waits for it.
const TIMEOUT_MS: u64 = 20_000;
/// Largest sound that is taken, in bytes; WhatsApp carries 16 MB.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// Why nobody spoke, without what a service may say of keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Mute(pub String);

/// A reply as sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// The file.
    pub bytes: Vec<u8>,
    /// What it is by its bytes.
    pub sound: Sound,
    /// Which service spoke it.
    pub by: &'static str,
}

/// What is to be spoken.
#[derive(Debug, Clone, Copy)]
pub struct Script<'a> {
    /// The words.
    pub text: &'a str,
    /// Their language: "en", "sw".
    pub lang: &'a str,
    /// The sounds that are of use, the best first.
    pub sounds: &'a [Sound],
}

/// The services that speak, in the order they are asked.
pub struct Mouths {
    net: Arc<Net>,
    config: Voices,
}

impl Mouths {
    /// Mouths as they are configured; perhaps none.
    pub fn new(net: Arc<Net>, config: Voices) -> Self {
        config.mouths.iter().filter_map(Mouth::base_url).for_each(|url| net.trust(url));
        Self { net, config }
    }

    /// The languages of customers that somebody speaks.
    pub fn langs(&self) -> Vec<&'static str> {
        let mut langs: Vec<&str> =
            Lang::ALL.iter().map(|l| voice_of(*l)).filter(|l| self.config.mouths.iter().any(|m| m.speaks(l))).collect();
        langs.dedup();
        langs
    }

    /// Whether anybody speaks at all.
    pub fn are_open(&self) -> bool {
        !self.config.mouths.is_empty()
    }

    /// Speaks a reply.
    ///
    /// # Errors
    /// Why the last service that was asked did not.
    pub async fn speak(&self, script: Script<'_>) -> Result<Spoken, Mute> {
        let mut last = Mute("No service that speaks has this language and a sound this channel carries.".into());
        for mouth in self.config.mouths.iter().filter(|m| m.speaks(script.lang)) {
            let (by, spoken) = match mouth {
                Mouth::OpenAi { api_key, base_url, model, voice } => {
                    ("openai", openai::speak(&self.net, api_key, base_url, (model.as_str(), voice.as_str()), script).await)
                }
                Mouth::Deepgram { api_key, base_url, models } => {
                    ("deepgram", deepgram::speak(&self.net, api_key, base_url, models, script).await)
                }
                Mouth::Cartesia { api_key, base_url, model, voice, version } => (
                    "cartesia",
                    cartesia::speak(&self.net, api_key, base_url, (model.as_str(), voice.as_str(), version.as_str()), script).await,
                ),
                Mouth::Command { words, .. } => ("command", command::speak(words, script).await),
            };
            let judged = match spoken {
                Ok(bytes) => judged(carried(bytes, script.sounds).await, script.sounds, by),
                Err(e) => Err(e),
            };
            match judged {
                Ok(spoken) => return Ok(spoken),
                Err(e) => {
                    tracing::warn!(by, error = %e, "a service did not speak a reply");
                    last = e;
                }
            }
        }
        Err(last)
    }
}

/// A WAV as a voice note, where the channel carries those and no WAV: programs such as espeak-ng make nothing else.
async fn carried(bytes: Vec<u8>, sounds: &[Sound]) -> Vec<u8> {
    if sounds.contains(&Sound::Wav) || !sounds.contains(&Sound::Ogg) || Sound::of(&bytes) != Some(Sound::Wav) {
        return bytes;
    }
    // A panic of the encoder ends its own task: the words go then.
    let made = tokio::task::spawn_blocking(move || encode::from_wav(&bytes)).await;
    made.ok().flatten().unwrap_or_default()
}

fn judged(bytes: Vec<u8>, sounds: &[Sound], by: &'static str) -> Result<Spoken, Mute> {
    if bytes.len() > MOST_BYTES {
        return Err(Mute(format!("{by} made a sound that is too large.")));
    }
    match Sound::of(&bytes).filter(|s| sounds.contains(s)) {
        Some(sound) => Ok(Spoken { bytes, sound, by }),
        None => Err(Mute(format!("{by} did not make a sound this channel carries."))),
    }
}

/// The first wanted sound a service can make.
fn fitting(script: Script<'_>, can: &[Sound], name: &str) -> Result<Sound, Mute> {
    let found = script.sounds.iter().find(|s| can.contains(s));
    found.copied().ok_or_else(|| Mute(format!("{name} makes no sound this channel carries.")))
}

/// A failure of a service, without what it may say of keys.
fn mute(name: &str, f: &Failure) -> Mute {
    Mute(match f.answer().map(|a| a.status) {
        Some(401 | 403) => format!("{name} does not accept the key."),
        Some(402) => format!("The account at {name} has no credit left."),
        Some(429) => format!("{name} is asked too often at the moment."),
        Some(status) => format!("{name} answers {status}."),
        None => format!("{name} cannot be reached."),
    })
}
