//! `steward eval`: measures the built-in parts, or a configured model, on conversations and files of anybody's.

use super::{open, out};
use crate::agents::eval::{answers, bargains, conversations, intents, language, orders, receipts, retrieval, slots};
use crate::agents::models;
use crate::app::App;
use crate::config::values::Flags;
use crate::domain::error::{Error, Result};
use crate::domain::time::Clock;
use crate::providers::llm::Model;
use clap::ValueEnum;
use serde::Serialize;
use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Arc;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Suite {
    /// Whole conversations: those inside the program, or a folder with menu.toml and files beside it.
    Conversations,
    /// Answers from documents: the sets inside the program, or a folder with questions.toml and Markdown files beside it.
    Answers,
    /// Orders of real people: a file with rows as in Taskmaster-4.
    Orders,
    /// Intents: a folder with train.jsonl and test.jsonl, rows {text, intent, oos?}.
    Intents,
    /// Search: a folder with corpus.jsonl, queries.jsonl and, unless questions name their "doc", qrels.tsv.
    Retrieval,
    /// Days, times, people and names in texts: a file with rows as in RESTAURANTS-8K.
    Bookings,
    /// Languages of texts: a file or folder of rows {text, lang}.
    Language,
    /// Haggling: a file with rows as in CraigslistBargain; without one, 10,000 games against pretended sellers.
    Bargains,
    /// Receipts: a file with rows {image? | ocr_text?, date, total}, pictures beside it.
    Receipts,
}

/// Flags of `eval`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to measure
    #[arg(default_value = "conversations")]
    pub suite: Suite,
    /// The folder or file; conversations need none.
    pub path: Option<PathBuf>,
    /// Measure a configured model instead of the built-in one: the name of its service ("groq"), or "groq:some-model".
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
    /// Look for that model among this business's own.
    #[arg(long, value_name = "SLUG", requires = "model")]
    pub business: Option<String>,
    /// Examples to learn from, when they have another name.
    #[arg(long, value_name = "FILE")]
    pub train: Option<PathBuf>,
    /// Texts to try, when they have another name.
    #[arg(long, value_name = "FILE")]
    pub test: Option<PathBuf>,
    /// Passages, when they have another name.
    #[arg(long, value_name = "FILE")]
    pub corpus: Option<PathBuf>,
    /// Questions, when they have another name.
    #[arg(long, value_name = "FILE")]
    pub queries: Option<PathBuf>,
    /// Which passages answer which question, when the table has another name.
    #[arg(long, value_name = "FILE")]
    pub qrels: Option<PathBuf>,
    /// The whole report as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Measures.
///
/// # Errors
/// When a conversation fails that is not known to, so that scripts notice.
pub fn run(flags: &Flags, args: &Args) -> Result<()> {
    let model = chosen(flags, args)?;
    match args.suite {
        Suite::Conversations => {
            let report = conversations::run(args.path.as_deref(), model.as_ref())?;
            print(args, &report)?;
            match report.failed - report.known {
                0 => Ok(()),
                n => Err(Error::conflict(format!("{n} conversations did not go as expected."))),
            }
        }
        Suite::Answers => print(args, &answers::run(args.path.as_deref())?),
        Suite::Orders => {
            let path = args.path.as_deref().ok_or_else(|| Error::invalid("Name a file of orders: steward eval orders FILE."))?;
            print(args, &orders::run(path, model.as_ref())?)
        }
        Suite::Intents => print(args, &intents::run(args.path.as_deref(), args.train.as_deref(), args.test.as_deref())?),
        Suite::Retrieval => {
            let files = retrieval::Files {
                folder: args.path.as_deref(),
                corpus: args.corpus.as_deref(),
                queries: args.queries.as_deref(),
                qrels: args.qrels.as_deref(),
            };
            print(args, &open::wait(retrieval::run(files))?)
        }
        Suite::Language => {
            let path = args.path.as_deref().ok_or_else(|| Error::invalid("Name a file of texts: steward eval language FILE."))?;
            print(args, &language::run(path)?)
        }
        Suite::Bargains => match args.path.as_deref() {
            Some(path) => print(args, &bargains::run(path)?),
            None => print(args, &bargains::games(bargains::GAMES)),
        },
        Suite::Receipts => {
            let path = args.path.as_deref().ok_or_else(|| Error::invalid("Name a file of receipts: steward eval receipts FILE."))?;
            print(args, &receipts::run(path)?)
        }
        Suite::Bookings => {
            let path = args.path.as_deref().ok_or_else(|| Error::invalid("Name a file of texts: steward eval bookings FILE."))?;
            print(args, &slots::run(path)?)
        }
    }
}

/// The model to measure.
fn chosen(flags: &Flags, args: &Args) -> Result<Arc<dyn Model>> {
    let Some(name) = &args.model else { return Ok(super::built_in()) };
    if name == "built-in" {
        return Ok(super::built_in());
    }
    let config = open::settings(flags)?;
    // Models of the environment need no data folder.
    let folder = tempfile::tempdir().map_err(|e| Error::unavailable(format!("No temporary folder can be made: {e}.")))?;
    open::wait(async {
        match &args.business {
            Some(slug) => {
                let app = App::open(config, Clock::System).await?;
                let business = open::business(&app, slug)?.id;
                models::named(&app, Some(business), name).await
            }
            None => models::named(&App::open(config.with_data(folder.path()), Clock::System).await?, None, name).await,
        }
    })
}

fn print<T: Serialize + Display>(args: &Args, report: &T) -> Result<()> {
    if args.json {
        return out::json(report);
    }
    out::line(report.to_string().trim_end());
    Ok(())
}
