//! The command line, one file a command. Exit codes: 0 done, 1 failed, 2 wrong usage.

pub mod backup;
pub mod business;
pub mod completions;
pub mod demo;
mod demo_vendors;
pub mod doctor;
pub mod eval;
pub mod export;
pub mod flags;
pub mod import;
mod import_knowledge;
mod import_list;
mod import_statement;
pub mod key;
pub mod mcp;
pub mod member;
pub mod open;
pub mod openapi;
pub mod out;
pub mod read_document;
pub mod read_picture;
pub mod serve;

use crate::domain::error::{Kind, Result};
use crate::providers::llm::Model;
use crate::providers::llm::builtin::BuiltIn;
use clap::{CommandFactory, Parser, Subcommand};
use flags::Everywhere;
use std::process::ExitCode;
use std::sync::Arc;

/// One self-hosted binary that runs a small business's conversations.
///
/// Try it without keys or network: steward demo
#[derive(Debug, Parser)]
#[command(name = "steward", version)]
pub struct Cli {
    /// Flags of every command.
    #[command(flatten)]
    pub everywhere: Everywhere,
    /// What to do; without one, help is printed.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Sample businesses and a simulated phone, in a folder that is thrown away. Needs no key and no network
    Demo(demo::Args),
    /// The server on the data folder. The first start prints a one-time set-up link
    Serve(serve::Args),
    /// Businesses: add, list, remove
    Business {
        /// What to do with them.
        #[command(subcommand)]
        act: business::Act,
    },
    /// People who sign in: add, list, remove, reset-password
    Member {
        /// What to do with them.
        #[command(subcommand)]
        act: member::Act,
    },
    /// API keys: add, list, revoke
    Key {
        /// What to do with them.
        #[command(subcommand)]
        act: key::Act,
    },
    /// Bring in what you have in spreadsheets
    Import {
        /// What is in the files.
        #[command(subcommand)]
        what: import::What,
    },
    /// Everything about a business, or about one person who asks for their data, as a zip
    Export(export::Args),
    /// The whole data folder in one file; the server may go on working
    Backup(backup::BackupArgs),
    /// Look a backup over and put it in the place of the data folder; stop the server first
    Restore(backup::RestoreArgs),
    /// Measure how well customers are understood
    Eval(eval::Args),
    /// Check settings, folder, clock and databases, and say how to mend each
    Doctor(doctor::Args),
    /// Print the description of the API (OpenAPI 3.1)
    Openapi,
    /// One business for an assistant on this machine: the Model Context Protocol over standard input and output
    Mcp(mcp::Args),
    /// Take the text out of a document on standard input; the server starts this for each document
    #[command(hide = true)]
    ReadDocument {
        /// Its format.
        format: String,
    },
    /// Read the text on a picture on standard input; the server starts this for each picture
    #[command(hide = true)]
    ReadPicture,
    /// Print completions for a shell
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

/// The command line of this process; wrong usage ends it with code 2.
pub fn parse() -> Cli {
    Cli::parse()
}

/// The model that is always there.
fn built_in() -> Arc<dyn Model> {
    Arc::new(BuiltIn::new())
}

/// Prints help.
pub fn help() -> Result<()> {
    // Whoever reads may have gone away.
    let _ = Cli::command().print_help();
    Ok(())
}

/// The exit code; an error is printed first.
pub fn exit(done: Result<()>) -> ExitCode {
    let Err(e) = done else { return ExitCode::SUCCESS };
    out::error(&e.message);
    for (field, sentence) in e.fields.iter().filter(|(_, s)| *s != e.message) {
        out::error(&format!("  {field}: {sentence}"));
    }
    ExitCode::from(if e.kind == Kind::Invalid { 2 } else { 1 })
}

#[cfg(test)]
mod tests;
