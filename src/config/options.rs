//! The table of options. A row here is a key of the file, a variable, a line of `doctor` and a line of the README, and
//! with a `flag`, a flag of the command line.

/// Which commands take the flag of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every command.
    Everywhere,
    /// Commands that start the server: `serve` and `demo`.
    Serving,
}

/// One thing that can be set.
#[derive(Debug, Clone, Copy)]
pub struct Opt {
    /// Its key in the file, `table.key`.
    pub key: &'static str,
    /// Its environment variable. Secrets also take `NAME_FILE`, a file that holds the value.
    pub env: &'static str,
    /// Its flag without the dashes, and which commands take it.
    pub flag: Option<(&'static str, Scope)>,
    /// What a value looks like, for help.
    pub shape: &'static str,
    /// The value when nobody sets one.
    pub default: Option<&'static str>,
    /// One sentence.
    pub help: &'static str,
    /// Never shown or logged.
    pub secret: bool,
}

const fn opt(key: &'static str, env: &'static str, shape: &'static str, help: &'static str) -> Opt {
    Opt { key, env, flag: None, shape, default: None, help, secret: false }
}

impl Opt {
    const fn flag(self, flag: &'static str, scope: Scope) -> Self {
        Self { flag: Some((flag, scope)), ..self }
    }
    const fn default(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }
    const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }
    /// The variable that names a file with the value; only secrets have one.
    pub fn env_file(&self) -> Option<String> {
        self.secret.then(|| format!("{}_FILE", self.env))
    }
}

/// The flag and variable of the configuration file itself; not a key of the file.
pub const FILE: Opt = opt("config", "STEWARD_CONFIG", "FILE", "Read settings from this TOML file").flag("config", Scope::Everywhere);

/// Every option, in the order people read them.
pub const OPTIONS: &[Opt] = &[
    opt("data", "STEWARD_DATA", "DIR", "Folder that holds everything Steward keeps")
        .flag("data", Scope::Everywhere)
        .default(super::paths::DEFAULT),
    opt("listen", "STEWARD_LISTEN", "ADDR:PORT", "Address the server listens on; port 0 takes any free one")
        .flag("listen", Scope::Serving)
        .default("127.0.0.1:8080"),
    opt("public_url", "STEWARD_PUBLIC_URL", "URL", "Address people and providers reach the server at, https://…")
        .flag("public-url", Scope::Serving),
    opt("log", "STEWARD_LOG", "text|json", "How log lines are written: text, or json for one object a line")
        .flag("log", Scope::Everywhere)
        .default("text"),
    opt("log_filter", "RUST_LOG", "FILTER", "Which log lines are written, as in tracing's EnvFilter").default("info"),
    opt("business", "STEWARD_BUSINESS", "SLUG", "Business that owns the channel numbers set here, when there are several"),
    opt("openai.api_key", "OPENAI_API_KEY", "KEY", "Key of OpenAI or any server that speaks its protocol").secret(),
    opt("openai.base_url", "OPENAI_BASE_URL", "URL", "Where that server is: Ollama, llama.cpp, vLLM, …")
        .default("https://api.openai.com/v1"),
    opt("openai.model", "OPENAI_MODEL", "NAME", "Name of the model there"),
    opt("openai.embedding_model", "OPENAI_EMBEDDING_MODEL", "NAME", "Embedding model there; unset, the built-in one is used"),
    opt("openai.embedding_base_url", "OPENAI_EMBEDDING_BASE_URL", "URL", "Where that model is, when it is at another server"),
    opt("openai.transcribe_model", "OPENAI_TRANSCRIBE_MODEL", "NAME", "Model there that turns voice notes into words"),
    opt("openai.speech_model", "OPENAI_SPEECH_MODEL", "NAME", "Model there that speaks replies"),
    opt("openai.voice", "OPENAI_VOICE", "NAME", "Voice there that speaks them").default("alloy"),
    opt("voyage.api_key", "VOYAGE_API_KEY", "KEY", "Key of Voyage, for embeddings").secret(),
    opt("voyage.base_url", "VOYAGE_BASE_URL", "URL", "Where Voyage is").default("https://api.voyageai.com/v1"),
    opt("voyage.model", "VOYAGE_MODEL", "NAME", "Name of the embedding model there").default("voyage-3.5-lite"),
    opt("anthropic.api_key", "ANTHROPIC_API_KEY", "KEY", "Key of Anthropic").secret(),
    opt("anthropic.base_url", "ANTHROPIC_BASE_URL", "URL", "Where Anthropic is").default("https://api.anthropic.com"),
    opt("anthropic.model", "ANTHROPIC_MODEL", "NAME", "Name of the model there"),
    opt("groq.api_key", "GROQ_API_KEY", "KEY", "Key of Groq").secret(),
    opt("groq.base_url", "GROQ_BASE_URL", "URL", "Where Groq is").default("https://api.groq.com/openai/v1"),
    opt("groq.model", "GROQ_MODEL", "NAME", "Name of the model there"),
    opt("groq.transcribe_model", "GROQ_TRANSCRIBE_MODEL", "NAME", "Model there that turns voice notes into words")
        .default("whisper-large-v3-turbo"),
    opt("cerebras.api_key", "CEREBRAS_API_KEY", "KEY", "Key of Cerebras").secret(),
    opt("cerebras.base_url", "CEREBRAS_BASE_URL", "URL", "Where Cerebras is").default("https://api.cerebras.ai/v1"),
    opt("cerebras.model", "CEREBRAS_MODEL", "NAME", "Name of the model there"),
    opt("deepseek.api_key", "DEEPSEEK_API_KEY", "KEY", "Key of DeepSeek").secret(),
    opt("deepseek.base_url", "DEEPSEEK_BASE_URL", "URL", "Where DeepSeek is").default("https://api.deepseek.com"),
    opt("deepseek.model", "DEEPSEEK_MODEL", "NAME", "Name of the model there"),
    opt("openrouter.api_key", "OPENROUTER_API_KEY", "KEY", "Key of OpenRouter").secret(),
    opt("openrouter.base_url", "OPENROUTER_BASE_URL", "URL", "Where OpenRouter is").default("https://openrouter.ai/api/v1"),
    opt("openrouter.model", "OPENROUTER_MODEL", "NAME", "Name of the model there"),
    opt("llama.api_key", "LLAMA_API_KEY", "KEY", "Key of a Llama API server").secret(),
    opt("llama.base_url", "LLAMA_BASE_URL", "URL", "Where that server is; it speaks OpenAI's protocol"),
    opt("llama.model", "LLAMA_MODEL", "NAME", "Name of the model there"),
    opt("assemblyai.api_key", "ASSEMBLYAI_API_KEY", "KEY", "Key of AssemblyAI, for voice notes").secret(),
    opt("assemblyai.base_url", "ASSEMBLYAI_BASE_URL", "URL", "Where AssemblyAI is").default("https://api.assemblyai.com"),
    opt("deepgram.api_key", "DEEPGRAM_API_KEY", "KEY", "Key of Deepgram, for voice notes").secret(),
    opt("deepgram.base_url", "DEEPGRAM_BASE_URL", "URL", "Where Deepgram is").default("https://api.deepgram.com"),
    opt("deepgram.listen_model", "DEEPGRAM_LISTEN_MODEL", "NAME", "Model there that hears").default("nova-3"),
    opt(
        "deepgram.speak_model",
        "DEEPGRAM_SPEAK_MODEL",
        "NAME,NAME",
        "Voices there that speak replies, one a language: their names end with it",
    )
    .default("aura-2-thalia-en"),
    opt("cartesia.api_key", "CARTESIA_API_KEY", "KEY", "Key of Cartesia, for spoken replies").secret(),
    opt("cartesia.base_url", "CARTESIA_BASE_URL", "URL", "Where Cartesia is").default("https://api.cartesia.ai"),
    opt("cartesia.model", "CARTESIA_MODEL", "NAME", "Model there that speaks").default("sonic-3"),
    opt("cartesia.voice", "CARTESIA_VOICE", "ID", "Id of the voice there; without one, Cartesia is not asked"),
    opt("cartesia.version", "CARTESIA_VERSION", "DATE", "Day of its API that is spoken").default("2025-04-16"),
    opt(
        "transcribe_command",
        "STEWARD_TRANSCRIBE_COMMAND",
        "COMMAND",
        "Program here that turns a WAV file into words on its output, such as whisper-cli -nt -f {file}",
    ),
    opt(
        "speak_command",
        "STEWARD_SPEAK_COMMAND",
        "COMMAND",
        "Program here that reads words and writes sound, such as espeak-ng --stdin --stdout -v {lang}; a WAV becomes a voice note",
    ),
    opt("speak_languages", "STEWARD_SPEAK_LANGUAGES", "LIST", "Languages that program has voices for; yo, ha and ig too, where it has")
        .default("en,es,fr,pt,sw,ar"),
    opt(
        "receipt_model",
        "STEWARD_RECEIPT_MODEL",
        "SERVICE:NAME",
        "Model with eyes that reads pictures of receipts beside the built-in reader, such as openai:gpt-4o-mini",
    ),
    opt("prices", "STEWARD_PRICES", "FILE", "Prices of models as TOML, which win over those Steward ships with"),
    opt(
        "model_hosts",
        "STEWARD_MODEL_HOSTS",
        "URL,URL",
        "Servers on your own network that owners may enter as models in Settings, such as http://127.0.0.1:11434",
    ),
    opt("paystack.secret_key", "PAYSTACK_SECRET_KEY", "KEY", "Secret key of Paystack, for payment links; it also proves its webhooks")
        .secret(),
    opt("paystack.base_url", "PAYSTACK_BASE_URL", "URL", "Where Paystack is").default("https://api.paystack.co"),
    opt("flutterwave.secret_key", "FLUTTERWAVE_SECRET_KEY", "KEY", "Secret key of Flutterwave, for payment links").secret(),
    opt("flutterwave.secret_hash", "FLUTTERWAVE_SECRET_HASH", "TEXT", "Secret hash entered at Flutterwave; proves its webhooks").secret(),
    opt("flutterwave.base_url", "FLUTTERWAVE_BASE_URL", "URL", "Where Flutterwave is").default("https://api.flutterwave.com/v3"),
    opt("stripe.secret_key", "STRIPE_SECRET_KEY", "KEY", "Secret key of Stripe, for payment links").secret(),
    opt("stripe.webhook_secret", "STRIPE_WEBHOOK_SECRET", "KEY", "Signing secret of the webhook at Stripe, whsec_…").secret(),
    opt("stripe.base_url", "STRIPE_BASE_URL", "URL", "Where Stripe is").default("https://api.stripe.com"),
    opt("mcp_key", "STEWARD_MCP_KEY", "KEY", "API key that `steward mcp --url` speaks to a running Steward with").secret(),
    opt("exa.api_key", "EXA_API_KEY", "KEY", "Key of Exa, which looks for vendors when the vendor book has none").secret(),
    opt("exa.base_url", "EXA_BASE_URL", "URL", "Where Exa is").default("https://api.exa.ai"),
    opt("vapi.api_key", "VAPI_API_KEY", "KEY", "Private key of Vapi, which phones vendors").secret(),
    opt("vapi.server_secret", "VAPI_SERVER_SECRET", "SECRET", "Any text of yours; proves that news of a call is Vapi's").secret(),
    opt("vapi.base_url", "VAPI_BASE_URL", "URL", "Where Vapi is").default("https://api.vapi.ai"),
    opt("vapi.phone_number_id", "VAPI_PHONE_NUMBER_ID", "ID", "Id there of the number to call from; unset, the account's first"),
    opt("vapi.model", "VAPI_MODEL", "PROVIDER/NAME", "Model there that listens and speaks during a call").default("openai/gpt-4.1-mini"),
    opt("airtable.token", "AIRTABLE_TOKEN", "TOKEN", "Personal access token of Airtable, which price lists are read from").secret(),
    opt("airtable.base_url", "AIRTABLE_BASE_URL", "URL", "Where Airtable is").default("https://api.airtable.com"),
    opt("whatsapp.token", "WHATSAPP_TOKEN", "TOKEN", "Access token of the WhatsApp Cloud API").secret(),
    opt("whatsapp.phone_number_id", "WHATSAPP_PHONE_NUMBER_ID", "ID", "Id of the WhatsApp number, not the number itself"),
    opt("whatsapp.app_secret", "WHATSAPP_APP_SECRET", "SECRET", "App secret of the Meta app; proves that webhooks are Meta's").secret(),
    opt("whatsapp.verify_token", "WHATSAPP_VERIFY_TOKEN", "TOKEN", "Any text of yours, also entered where Meta asks for it").secret(),
    opt("whatsapp.base_url", "WHATSAPP_BASE_URL", "URL", "Where the Graph API is").default("https://graph.facebook.com"),
    opt("whatsapp.api_version", "WHATSAPP_API_VERSION", "vN.0", "Version of the Graph API").default("v23.0"),
    opt(
        "whatsapp.messages_per_second",
        "WHATSAPP_MESSAGES_PER_SECOND",
        "N",
        "Messages a second Meta takes from one number: 80, or 1000 once Meta has raised it",
    )
    .default("80"),
    opt("twilio.account_sid", "TWILIO_ACCOUNT_SID", "AC…", "Account SID of Twilio, for WhatsApp and text messages"),
    opt("twilio.auth_token", "TWILIO_AUTH_TOKEN", "TOKEN", "Auth token of that account; also proves that webhooks are Twilio's").secret(),
    opt("twilio.from", "TWILIO_FROM", "+NUMBER,…", "Numbers there that messages leave from; a messaging service (MG…) will do"),
    opt("twilio.base_url", "TWILIO_BASE_URL", "URL", "Where Twilio is").default("https://api.twilio.com"),
    opt("vonage.api_key", "VONAGE_API_KEY", "KEY", "Key of a Vonage account, for WhatsApp and text messages"),
    opt("vonage.api_secret", "VONAGE_API_SECRET", "SECRET", "Secret of that account; only needed without an application").secret(),
    opt(
        "vonage.signature_secret",
        "VONAGE_SIGNATURE_SECRET",
        "SECRET",
        "Signature secret of that account; proves that webhooks are Vonage's",
    )
    .secret(),
    opt("vonage.application_id", "VONAGE_APPLICATION_ID", "ID", "Id of the Vonage application that sends"),
    opt("vonage.private_key", "VONAGE_PRIVATE_KEY", "PEM", "Its private key, as Vonage's dashboard downloads it").secret(),
    opt("vonage.from", "VONAGE_FROM", "NUMBER", "Number there that messages leave from; unset, the one that was written to"),
    opt("vonage.base_url", "VONAGE_BASE_URL", "URL", "Where Vonage is").default("https://api.nexmo.com"),
    opt("messenger.page_id", "MESSENGER_PAGE_ID", "ID", "Id of a Facebook page; its app is the one of WHATSAPP_APP_SECRET"),
    opt("messenger.token", "MESSENGER_TOKEN", "TOKEN", "Access token of that page").secret(),
    opt("instagram.account_id", "INSTAGRAM_ACCOUNT_ID", "ID", "Id of an Instagram account; its app is the one of WHATSAPP_APP_SECRET"),
    opt("instagram.token", "INSTAGRAM_TOKEN", "TOKEN", "Access token of that account").secret(),
    opt(
        "smtp.url",
        "SMTP_URL",
        "URL",
        "Mail server for letters to people of the business, such as smtps://user:password@smtp.example.com:465",
    )
    .secret(),
    opt("smtp.from", "SMTP_FROM", "ADDRESS", "Address those letters are from; unset, the user of SMTP_URL"),
    opt(
        "mail_hosts",
        "STEWARD_MAIL_HOSTS",
        "HOST:PORT,…",
        "Mail servers on your own network that owners may enter in Settings, such as 10.0.0.5:587",
    ),
    opt(
        "push_hosts",
        "STEWARD_PUSH_HOSTS",
        "URL,URL",
        "Push services on your own network that members' browsers may name, such as https://ntfy.lan",
    ),
];

/// The option with this key.
pub fn find(key: &str) -> Option<&'static Opt> {
    OPTIONS.iter().find(|o| o.key == key)
}

/// The known name nearest to `name`, when it is near enough to be a slip of the finger.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let (distance, best) = known.map(|k| (strsim::damerau_levenshtein(name, k), k)).min_by_key(|(d, _)| *d)?;
    (distance <= name.chars().count().max(6) / 3).then_some(best)
}

/// The options as rows of a Markdown table, as in README.md.
pub fn markdown() -> String {
    let mut out = String::from("| variable | file key | flag | default | what it does |\n| --- | --- | --- | --- | --- |\n");
    for o in [&FILE].into_iter().chain(OPTIONS) {
        let key = if o.key == FILE.key { String::new() } else { format!("`{}`", o.key) };
        let flag = o.flag.map(|(f, _)| format!("`--{f}`")).unwrap_or_default();
        let default = o.default.map(|d| format!("`{d}`")).unwrap_or_default();
        let help = o.help.replace('|', "\\|");
        out.push_str(&format!("| `{}` | {key} | {flag} | {default} | {help} |\n", o.env));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn keys_variables_and_flags_are_different() {
        let all: Vec<&Opt> = [&FILE].into_iter().chain(OPTIONS).collect();
        assert_eq!(all.iter().map(|o| o.key).collect::<HashSet<_>>().len(), all.len());
        assert_eq!(all.iter().map(|o| o.env).collect::<HashSet<_>>().len(), all.len());
        let flags: Vec<&str> = all.iter().filter_map(|o| o.flag.map(|f| f.0)).collect();
        assert_eq!(flags.iter().collect::<HashSet<_>>().len(), flags.len());
    }

    #[test]
    fn secrets_have_no_flag_because_everybody_on_the_machine_can_read_flags() {
        assert!(OPTIONS.iter().all(|o| !o.secret || o.flag.is_none()));
    }

    #[test]
    fn the_readme_lists_every_option() {
        let readme = include_str!("../../README.md");
        let table = markdown();
        assert!(readme.contains(&table), "paste this table into README.md:\n{table}");
    }

    #[test]
    fn a_slip_of_the_finger_finds_its_key() {
        let known = || OPTIONS.iter().map(|o| o.key);
        assert_eq!(nearest("openai.apikey", known()), Some("openai.api_key"));
        assert_eq!(nearest("lsiten", known()), Some("listen"));
        assert_eq!(nearest("something_else_entirely", known()), None);
    }
}
