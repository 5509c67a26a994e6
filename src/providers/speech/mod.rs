//! Ears: turn a voice note into words. The note is judged first (length, codec), by decoding it here; then the first service that is
//! set hears it. Without any, nobody does, and the caller says so.

mod assembly;
mod command;
mod deepgram;
mod encode;
pub mod mouths;
pub mod note;
mod openai;

use crate::config::speech::{Ear, Speech};
use crate::net::client::Net;
use crate::net::failure::Failure;
use note::Note;
use std::sync::Arc;

/// Longest transcript that is kept, in characters: what somebody says in five minutes, twice over.
const TRANSCRIPT_CHARS: usize = 8_000;

/// Why nobody heard a note.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Deaf {
    /// Trying again later may help.
    #[error("{0}")]
    Later(String),
    /// It will stay so.
    #[error("{0}")]
    Never(String),
}

/// What was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The words; empty when there were none.
    pub text: String,
    /// Which service heard them.
    pub by: &'static str,
}

/// The services that hear, in the order they are asked.
pub struct Ears {
    net: Arc<Net>,
    config: Speech,
}

impl Ears {
    /// Ears as they are configured; perhaps none.
    pub fn new(net: Arc<Net>, config: Speech) -> Self {
        config.ears.iter().filter_map(Ear::base_url).for_each(|url| net.trust(url));
        Self { net, config }
    }

    /// Whether anybody hears at all.
    pub fn are_open(&self) -> bool {
        !self.config.ears.is_empty()
    }

    /// What a note says. The first service that answers is believed; the next is asked when one fails.
    pub async fn hear(&self, note: &Note) -> Result<Heard, Deaf> {
        let mut worst = Deaf::Never("No service that turns speech into words is set up.".into());
        for ear in &self.config.ears {
            let heard = match ear {
                Ear::OpenAi { name, api_key, base_url, model } => {
                    openai::hear(&self.net, name, api_key, base_url, model, note).await.map(|text| (text, *name))
                }
                Ear::Assembly { api_key, base_url } => assembly::hear(&self.net, api_key, base_url, note).await.map(|t| (t, "assemblyai")),
                Ear::Deepgram { api_key, base_url, model } => {
                    deepgram::hear(&self.net, api_key, base_url, model, note).await.map(|t| (t, "deepgram"))
                }
                Ear::Command { words } => command::hear(words, note).await.map(|t| (t, "command")),
            };
            match heard {
                Ok((text, by)) => return Ok(Heard { text: crate::domain::text::clip(text.trim(), TRANSCRIPT_CHARS), by }),
                Err(e) => {
                    tracing::warn!(error = %e, "a service could not hear a voice note");
                    // What may pass weighs more: it is worth coming back for.
                    if !matches!(worst, Deaf::Later(_)) {
                        worst = e;
                    }
                }
            }
        }
        Err(worst)
    }
}

/// A failure of a service, without what it may say of keys.
fn deaf(name: &str, f: &Failure) -> Deaf {
    let status = f.answer().map(|a| a.status);
    match status {
        Some(401 | 403) => Deaf::Never(format!("{name} does not accept the key.")),
        Some(402) => Deaf::Never(format!("The account at {name} has no credit left.")),
        Some(status) if f.is_passing() => Deaf::Later(format!("{name} answers {status} at the moment.")),
        Some(status) => Deaf::Never(format!("{name} did not take the note (it answers {status}).")),
        None if f.is_passing() => Deaf::Later(format!("{name} cannot be reached.")),
        None => Deaf::Never(format!("{name} cannot be asked: {f}.")),
    }
}

fn unreadable(name: &str) -> Deaf {
    Deaf::Never(format!("{name} answered with something Steward cannot read."))
}
