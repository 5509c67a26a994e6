//! Where log lines go: standard error, as text or JSON.

use crate::domain::error::{Error, Result};
use std::io::{self, IsTerminal};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// Libraries that say more than anybody wants at "info".
const QUIET: [&str; 4] = ["hyper=warn", "h2=warn", "rustls=warn", "reqwest=warn"];

/// Libraries that would write passwords down, whatever is asked for.
const SILENT: &str = "async_imap=off";

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts logging for this process; `words` choose lines as in `EnvFilter`. A second call changes nothing, so tests may
/// call it too.
///
/// # Errors
/// When the filter cannot be read.
pub fn init(look: Look, words: &str) -> Result<()> {
    let filter = filter(words)?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_span_events(FmtSpan::NONE)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr);
    let done = match look {
        Look::Text => builder.with_target(false).compact().try_init(),
        Look::Json => builder.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
    };
    // A logger that is already there stays; the error says nothing more.
    drop(done);
    Ok(())
}

fn filter(words: &str) -> Result<EnvFilter> {
    let quiet = QUIET.into_iter().filter(|q| !words.contains(q.split('=').next().unwrap_or(q)));
    let all: Vec<&str> = quiet.chain([words, SILENT]).collect();
    EnvFilter::try_new(all.join(","))
        .map_err(|e| Error::invalid(format!("The log filter \"{words}\" cannot be read: {e}. Try info or steward=debug.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_filters() {
        assert_eq!(filter("info").unwrap().max_level_hint(), Some(tracing::level_filters::LevelFilter::INFO));
        assert!(filter("steward=debug,hyper=trace").unwrap().to_string().contains("hyper=trace"));
        assert!(filter("steward=loud").is_err());
        assert!(filter("async_imap=trace").unwrap().to_string().contains(SILENT), "it would write passwords down");
    }

    #[test]
    fn starting_twice_is_harmless() {
        init(Look::Text, "warn").unwrap();
        init(Look::Json, "warn").unwrap();
    }
}
