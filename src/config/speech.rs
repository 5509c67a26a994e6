//! Who turns voice notes into words, in the order they are asked: OpenAI's protocol, Groq, AssemblyAI, Deepgram, a program here.

use super::server::web_address;
use super::values::Values;
use crate::domain::error::Result;
use crate::domain::secret::Secret;

/// One service that hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ear {
    /// A server with `POST {base}/audio/transcriptions`.
    OpenAi {
        /// "openai" or "groq".
        name: &'static str,
        /// Its key; empty for local servers that want none.
        api_key: Secret,
        /// Its address without a slash at the end.
        base_url: String,
        /// The model there.
        model: String,
    },
    /// AssemblyAI.
    Assembly {
        /// Its key.
        api_key: Secret,
        /// Its address without a slash at the end.
        base_url: String,
    },
    /// Deepgram.
    Deepgram {
        /// Its key.
        api_key: Secret,
        /// Its address without a slash at the end.
        base_url: String,
        /// The model there.
        model: String,
    },
    /// A program on this machine.
    Command {
        /// The program and its arguments.
        words: Vec<String>,
    },
}

impl Ear {
    /// Where it is, when it is somewhere.
    pub fn base_url(&self) -> Option<&str> {
        match self {
            Self::OpenAi { base_url, .. } | Self::Assembly { base_url, .. } | Self::Deepgram { base_url, .. } => Some(base_url),
            Self::Command { .. } => None,
        }
    }
}

/// All that is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Speech {
    /// Who hears, first asked first.
    pub ears: Vec<Ear>,
}

impl Speech {
    pub(super) fn from_values(values: &Values) -> Result<Self> {
        let text = |key: &str| values.text(key).unwrap_or_default().trim().to_owned();
        let mut ears = Vec::new();
        // OpenAI itself hears with its usual model; a server of one's own may not hear at all, so its model must be named.
        let (key, named) = (values.secret("openai.api_key"), text("openai.transcribe_model"));
        let own = values.is_set("openai.base_url");
        if !named.is_empty() || (!key.is_empty() && !own) {
            let model = if named.is_empty() { "gpt-4o-mini-transcribe".into() } else { named };
            ears.push(Ear::OpenAi { name: "openai", api_key: key, base_url: web_address(values, "openai.base_url")?, model });
        }
        let key = values.secret("groq.api_key");
        if !key.is_empty() {
            let (base_url, model) = (web_address(values, "groq.base_url")?, text("groq.transcribe_model"));
            ears.push(Ear::OpenAi { name: "groq", api_key: key, base_url, model });
        }
        let key = values.secret("assemblyai.api_key");
        if !key.is_empty() {
            ears.push(Ear::Assembly { api_key: key, base_url: web_address(values, "assemblyai.base_url")? });
        }
        let key = values.secret("deepgram.api_key");
        if !key.is_empty() {
            let (base_url, model) = (web_address(values, "deepgram.base_url")?, text("deepgram.listen_model"));
            ears.push(Ear::Deepgram { api_key: key, base_url, model });
        }
        let words: Vec<String> = text("transcribe_command").split_whitespace().map(str::to_owned).collect();
        if !words.is_empty() {
            ears.push(Ear::Command { words });
        }
        Ok(Self { ears })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::config::env::Fixed;
    use crate::config::speech::Ear;
    use crate::config::values::{Flags, Values};

    fn ears(env: &[(&str, &str)]) -> Vec<String> {
        let config = Config::from_values(Values::read(&Flags::default(), &Fixed::of(env)).unwrap()).unwrap();
        let name = |e: &Ear| match e {
            Ear::OpenAi { name, model, .. } => format!("{name} {model}"),
            Ear::Assembly { .. } => "assembly".into(),
            Ear::Deepgram { model, .. } => format!("deepgram {model}"),
            Ear::Command { words } => words.join(" "),
        };
        config.speech.ears.iter().map(name).collect()
    }

    #[test]
    fn a_key_is_enough_and_the_order_is_fixed() {
        assert!(ears(&[]).is_empty());
        let all = [
            ("DEEPGRAM_API_KEY", "d"),
            ("STEWARD_TRANSCRIBE_COMMAND", "whisper-cli -nt -f {file}"),
            ("GROQ_API_KEY", "g"),
            ("ASSEMBLYAI_API_KEY", "a"),
            ("OPENAI_API_KEY", "o"),
        ];
        let found = ears(&all);
        assert_eq!(found.len(), 5);
        assert!(found[0].starts_with("openai ") && found[1].starts_with("groq whisper") && found[4] == "whisper-cli -nt -f {file}");
        let own = [("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1"), ("OPENAI_API_KEY", "o")];
        assert!(ears(&own).is_empty(), "a server of one's own may have no ears");
        assert_eq!(ears(&[("OPENAI_BASE_URL", "http://127.0.0.1:9/v1"), ("OPENAI_TRANSCRIBE_MODEL", "w")]), ["openai w"]);
    }
}
