//! Who speaks replies, in the order they are asked: OpenAI's protocol, Deepgram, Cartesia, a program here.

use super::server::web_address;
use super::values::Values;
use crate::domain::error::Result;
use crate::domain::secret::Secret;

/// One service that speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mouth {
    /// A server with `POST {base}/audio/speech`.
    OpenAi {
        /// Its key; empty for local servers that want none.
        api_key: Secret,
        /// Its address without a slash at the end.
        base_url: String,
        /// The model there.
        model: String,
        /// The voice there.
        voice: String,
    },
    /// Deepgram's Aura.
    Deepgram {
        /// Its key.
        api_key: Secret,
        /// Its address without a slash at the end.
        base_url: String,
        /// Voices; each is of one language, which its name ends with: "aura-2-thalia-en".
        models: Vec<String>,
    },
    /// Cartesia.
    Cartesia {
        /// Its key.
        api_key: Secret,
        /// Its address without a slash at the end.
        base_url: String,
        /// The model there.
        model: String,
        /// The voice's id there.
        voice: String,
        /// The day of its API that is spoken.
        version: String,
    },
    /// A program on this machine: words on its input, sound on its output.
    Command {
        /// The program and its arguments; `{lang}` stands for the language.
        words: Vec<String>,
        /// The languages it has voices for.
        langs: Vec<String>,
    },
}

/// Languages OpenAI's voices follow: those of its listener, of which Yoruba, Hausa and Igbo are none.
const OPENAI: &[&str] = &["en", "es", "fr", "pt", "sw", "ar"];
/// Languages of Cartesia's sonic-3.
const CARTESIA: &[&str] = &["en", "es", "fr", "pt", "ar"];

impl Mouth {
    /// Where it is, when it is somewhere.
    pub fn base_url(&self) -> Option<&str> {
        match self {
            Self::OpenAi { base_url, .. } | Self::Deepgram { base_url, .. } | Self::Cartesia { base_url, .. } => Some(base_url),
            Self::Command { .. } => None,
        }
    }
    /// Whether it has a voice for a language: "en", "sw".
    pub fn speaks(&self, lang: &str) -> bool {
        match self {
            Self::OpenAi { .. } => OPENAI.contains(&lang),
            Self::Deepgram { models, .. } => models.iter().any(|m| m.ends_with(&format!("-{lang}"))),
            Self::Cartesia { .. } => CARTESIA.contains(&lang),
            Self::Command { langs, .. } => langs.iter().any(|l| l == lang),
        }
    }
}

/// All that is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Voices {
    /// Who speaks, first asked first.
    pub mouths: Vec<Mouth>,
}

impl Voices {
    pub(super) fn from_values(values: &Values) -> Result<Self> {
        let text = |key: &str| values.text(key).unwrap_or_default().trim().to_owned();
        let mut mouths = Vec::new();
        // OpenAI itself speaks with its usual model; a server of one's own may not speak at all, so its model must be named.
        let (key, named) = (values.secret("openai.api_key"), text("openai.speech_model"));
        let own = values.is_set("openai.base_url");
        if !named.is_empty() || (!key.is_empty() && !own) {
            let model = if named.is_empty() { "gpt-4o-mini-tts".into() } else { named };
            mouths.push(Mouth::OpenAi {
                api_key: key,
                base_url: web_address(values, "openai.base_url")?,
                model,
                voice: text("openai.voice"),
            });
        }
        let key = values.secret("deepgram.api_key");
        if !key.is_empty() {
            let models = text("deepgram.speak_model").split(',').map(|m| m.trim().to_owned()).filter(|m| !m.is_empty()).collect();
            mouths.push(Mouth::Deepgram { api_key: key, base_url: web_address(values, "deepgram.base_url")?, models });
        }
        let (key, voice) = (values.secret("cartesia.api_key"), text("cartesia.voice"));
        if !key.is_empty() && !voice.is_empty() {
            let (base_url, model, version) = (web_address(values, "cartesia.base_url")?, text("cartesia.model"), text("cartesia.version"));
            mouths.push(Mouth::Cartesia { api_key: key, base_url, model, voice, version });
        }
        let words: Vec<String> = text("speak_command").split_whitespace().map(str::to_owned).collect();
        if !words.is_empty() {
            let langs = text("speak_languages").split([',', ' ']).filter(|l| !l.is_empty()).map(str::to_owned).collect();
            mouths.push(Mouth::Command { words, langs });
        }
        Ok(Self { mouths })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::config::env::Fixed;
    use crate::config::values::Flags;

    fn mouths(env: &[(&str, &str)]) -> Vec<String> {
        let config = Config::from_values(Values::read(&Flags::default(), &Fixed::of(env)).unwrap()).unwrap();
        let name = |m: &Mouth| match m {
            Mouth::OpenAi { model, voice, .. } => format!("openai {model} {voice}"),
            Mouth::Deepgram { models, .. } => format!("deepgram {}", models.join(" ")),
            Mouth::Cartesia { model, voice, .. } => format!("cartesia {model} {voice}"),
            Mouth::Command { words, langs } => format!("{} [{}]", words.join(" "), langs.join(" ")),
        };
        config.voices.mouths.iter().map(name).collect()
    }

    #[test]
    fn a_key_is_enough_and_the_order_is_fixed() {
        assert!(mouths(&[]).is_empty());
        let all = [
            ("DEEPGRAM_API_KEY", "d"),
            ("DEEPGRAM_SPEAK_MODEL", "aura-2-thalia-en, aura-2-celeste-es"),
            ("STEWARD_SPEAK_COMMAND", "espeak-ng --stdin --stdout -v {lang}"),
            ("CARTESIA_API_KEY", "c"),
            ("CARTESIA_VOICE", "v-1"),
            ("OPENAI_API_KEY", "o"),
        ];
        let want = [
            "openai gpt-4o-mini-tts alloy",
            "deepgram aura-2-thalia-en aura-2-celeste-es",
            "cartesia sonic-3 v-1",
            "espeak-ng --stdin --stdout -v {lang} [en es fr pt sw ar]",
        ];
        assert_eq!(mouths(&all), want);
        assert!(mouths(&[("CARTESIA_API_KEY", "c")]).is_empty(), "a voice must be named");
        assert!(mouths(&[("OPENAI_BASE_URL", "http://127.0.0.1:9/v1"), ("OPENAI_API_KEY", "o")]).is_empty(), "it may have no voice");
    }
}
