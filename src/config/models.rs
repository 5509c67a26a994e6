//! Language models set from outside. Without any, the built-in model answers.

use super::server::{hosts, web_address};
use super::values::Values;
use crate::domain::error::Result;
use crate::domain::price::Prices;
use crate::domain::secret::Secret;

/// How a model's server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// `POST {base}/chat/completions`.
    OpenAi,
    /// `POST {base}/v1/messages`.
    Anthropic,
}

/// One server of models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelServer {
    /// The word before the underscore in its variables, lower case: "openai".
    pub name: &'static str,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// Its key; empty for local servers that want none.
    pub api_key: Secret,
    /// Its address without a slash at the end; empty when unknown.
    pub base_url: String,
    /// The model there; empty when nobody chose one.
    pub model: String,
    /// Whether somebody set the address, so that no key is needed.
    pub own_address: bool,
}

impl ModelServer {
    /// Whether somebody wants it used: its key is set, or an address of one's own.
    pub fn is_wanted(&self) -> bool {
        !self.api_key.is_empty() || self.own_address
    }
    /// Whether it can be used.
    pub fn is_ready(&self) -> bool {
        self.is_wanted() && !self.base_url.is_empty() && !self.model.is_empty()
    }
}

/// The server that makes embeddings instead of the built-in model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddingServer {
    /// "openai" or "voyage".
    pub name: &'static str,
    /// Its key; empty for local servers that want none.
    pub api_key: Secret,
    /// Its address without a slash at the end.
    pub base_url: String,
    /// The model there.
    pub model: String,
}

/// All servers of models, in the order they are preferred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Models {
    /// Ready or not.
    pub servers: Vec<ModelServer>,
    /// Prices: those Steward ships with, and those of a file that wins.
    pub prices: Prices,
    /// Servers on the operator's own network that owners may enter in Settings; other private addresses are refused there.
    pub own_hosts: Vec<String>,
    /// The model with eyes that reads receipts beside the built-in reader.
    pub receipts: Option<ModelServer>,
    /// Who makes embeddings; without one, the built-in model does.
    pub embedding: Option<EmbeddingServer>,
}

/// Names and protocols in the order they are preferred.
const KNOWN: [(&str, Protocol); 7] = [
    ("openai", Protocol::OpenAi),
    ("anthropic", Protocol::Anthropic),
    ("groq", Protocol::OpenAi),
    ("cerebras", Protocol::OpenAi),
    ("deepseek", Protocol::OpenAi),
    ("openrouter", Protocol::OpenAi),
    ("llama", Protocol::OpenAi),
];

impl Models {
    pub(super) fn from_values(values: &Values) -> Result<Self> {
        let servers: Vec<ModelServer> = KNOWN.into_iter().map(|(name, protocol)| server(values, name, protocol)).collect::<Result<_>>()?;
        let receipts = receipts(values, &servers)?;
        Ok(Self { servers, receipts, prices: prices(values)?, own_hosts: hosts(values, "model_hosts")?, embedding: embedding(values)? })
    }
    /// Those that can be used, best first.
    pub fn ready(&self) -> impl Iterator<Item = &ModelServer> {
        self.servers.iter().filter(|s| s.is_ready())
    }
    /// The server with this name.
    pub fn get(&self, name: &str) -> Option<&ModelServer> {
        self.servers.iter().find(|s| s.name == name)
    }
    /// What is wanted but cannot be used yet, each with how to mend it.
    pub fn problems(&self) -> Vec<String> {
        let waiting = self.servers.iter().filter(|s| s.is_wanted() && !s.is_ready());
        let blind = self.receipts.iter().filter(|s| !s.is_ready()).map(|s| {
            let name = s.name.to_uppercase();
            format!("STEWARD_RECEIPT_MODEL names {}, which cannot be asked, so it reads no receipts. Set {name}_API_KEY.", s.name)
        });
        waiting
            .map(|s| {
                let missing = if s.model.is_empty() { "MODEL" } else { "BASE_URL" };
                let name = s.name.to_uppercase();
                format!("{name}_API_KEY is set but {name}_{missing} is not, so {} is not used. Set {name}_{missing}.", s.name)
            })
            .chain(blind)
            .collect()
    }
}

fn prices(values: &Values) -> Result<Prices> {
    let Some(path) = values.text("prices") else { return Ok(Prices::shipped()) };
    let text = std::fs::read_to_string(path).map_err(|e| values.error("prices", &format!("cannot be read: {path}: {e}.")))?;
    let own = Prices::parse(&text).map_err(|e| values.error("prices", &format!("is not a table of prices: {}", e.message)))?;
    Ok(Prices::shipped().but(own))
}

/// "openai:gpt-4o-mini": a model at one of the servers.
fn receipts(values: &Values, servers: &[ModelServer]) -> Result<Option<ModelServer>> {
    let Some(named) = values.text("receipt_model").map(str::trim).filter(|m| !m.is_empty()) else { return Ok(None) };
    let found = named.split_once(':').and_then(|(service, model)| Some((servers.iter().find(|s| s.name == service)?, model.trim())));
    match found.filter(|(_, model)| !model.is_empty()) {
        Some((server, model)) => Ok(Some(ModelServer { model: model.to_owned(), ..server.clone() })),
        None => Err(values.error("receipt_model", "names a service and a model there, such as openai:gpt-4o-mini.")),
    }
}

fn server(values: &Values, name: &'static str, protocol: Protocol) -> Result<ModelServer> {
    let key = |part: &str| format!("{name}.{part}");
    let base = key("base_url");
    let base_url = if values.text(&base).is_some() { web_address(values, &base)? } else { String::new() };
    let model = values.text(&key("model")).unwrap_or_default().trim().to_owned();
    let own_address = values.is_set(&base);
    Ok(ModelServer { name, protocol, api_key: values.secret(&key("api_key")), base_url, model, own_address })
}

/// Embeddings are asked of a server only when its embedding model is named: chat keys alone change nothing, because another
/// model means embedding everything anew. Voyage has one model for everybody, so its key is enough.
fn embedding(values: &Values) -> Result<Option<EmbeddingServer>> {
    let named = values.text("openai.embedding_model").map(str::trim).filter(|m| !m.is_empty());
    let (name, model) = match (named, values.secret("voyage.api_key").is_empty()) {
        (Some(model), _) => ("openai", model.to_owned()),
        (None, false) => ("voyage", values.text("voyage.model").unwrap_or_default().trim().to_owned()),
        (None, true) => return Ok(None),
    };
    let own = format!("{name}.embedding_base_url");
    let base = if values.text(&own).is_some() { own } else { format!("{name}.base_url") };
    let base_url = web_address(values, &base)?;
    Ok(Some(EmbeddingServer { name, api_key: values.secret(&format!("{name}.api_key")), base_url, model }))
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::config::env::Fixed;
    use crate::config::values::{Flags, Values};

    fn load(env: &[(&str, &str)]) -> Config {
        Config::from_values(Values::read(&Flags::default(), &Fixed::of(env)).unwrap()).unwrap()
    }

    #[test]
    fn a_local_server_needs_no_key() {
        let config = load(&[("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1/"), ("OPENAI_MODEL", "qwen3:4b")]);
        let ready: Vec<_> = config.models.ready().collect();
        assert_eq!(ready.len(), 1);
        assert_eq!((ready[0].name, ready[0].base_url.as_str()), ("openai", "http://127.0.0.1:11434/v1"));
    }

    #[test]
    fn a_key_without_a_model_is_said() {
        let config = load(&[("GROQ_API_KEY", "gsk"), ("ANTHROPIC_API_KEY", "sk"), ("ANTHROPIC_MODEL", "m")]);
        assert_eq!(config.models.ready().map(|s| s.name).collect::<Vec<_>>(), ["anthropic"]);
        assert_eq!(config.problems(), ["GROQ_API_KEY is set but GROQ_MODEL is not, so groq is not used. Set GROQ_MODEL."]);
        assert!(!format!("{config:?}").contains("gsk"));
    }

    #[test]
    fn embeddings_are_asked_of_a_server_only_when_its_model_is_named() {
        let of = |env: &[(&str, &str)]| load(env).models.embedding.map(|e| (e.name, e.base_url, e.model));
        assert_eq!(of(&[("OPENAI_API_KEY", "k"), ("OPENAI_MODEL", "m")]), None);
        let own = of(&[("OPENAI_EMBEDDING_MODEL", "e"), ("OPENAI_EMBEDDING_BASE_URL", "http://127.0.0.1:9/v1/")]);
        assert_eq!(own, Some(("openai", "http://127.0.0.1:9/v1".into(), "e".into())));
        let voyage = of(&[("VOYAGE_API_KEY", "k")]);
        assert_eq!(voyage, Some(("voyage", "https://api.voyageai.com/v1".into(), "voyage-3.5-lite".into())));
    }

    #[test]
    fn a_model_that_reads_receipts_is_at_one_of_the_servers() {
        let of = |env: &[(&str, &str)]| load(env).models.receipts.map(|s| (s.name, s.model.clone(), s.is_ready()));
        assert_eq!(of(&[("OPENAI_API_KEY", "k")]), None);
        let eyes = [("OPENAI_API_KEY", "k"), ("STEWARD_RECEIPT_MODEL", "openai:gpt-4o-mini")];
        assert_eq!(of(&eyes), Some(("openai", "gpt-4o-mini".into(), true)));
        let config = load(&[("STEWARD_RECEIPT_MODEL", "anthropic:m")]);
        assert!(config.problems().iter().any(|p| p.contains("Set ANTHROPIC_API_KEY")), "{:?}", config.problems());
        let wrong = Values::read(&Flags::default(), &Fixed::of(&[("STEWARD_RECEIPT_MODEL", "gpt-4o-mini")])).unwrap();
        assert!(Config::from_values(wrong).is_err());
    }

    #[test]
    fn nothing_set_means_nothing_used() {
        assert_eq!(load(&[]).models.ready().count(), 0);
    }
}
