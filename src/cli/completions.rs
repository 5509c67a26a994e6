//! `steward completions`: for bash, zsh, fish, elvish and PowerShell.

use super::{Cli, out};
use crate::domain::error::{Error, Result};
use clap::CommandFactory;
use clap_complete::Shell;

/// Prints them.
pub fn run(shell: Shell) -> Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "steward", &mut text);
    let text = String::from_utf8(text).map_err(|e| Error::internal("Completions are not text.").with_source(e))?;
    out::line(text.trim_end());
    Ok(())
}
