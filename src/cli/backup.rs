//! `steward backup` and `steward restore`: the whole data folder in one file, and back.

use super::{open, out};
use crate::app::backup;
use crate::config::values::Flags;
use crate::domain::error::Result;
use crate::domain::time::Clock;
use std::path::PathBuf;

/// Flags of `backup`.
#[derive(Debug, clap::Args)]
pub struct BackupArgs {
    /// The file to write; it must not exist yet.
    pub out: PathBuf,
    /// Also put master.key in, with which stored credentials are opened. Keep such a backup like a password.
    #[arg(long)]
    pub with_key: bool,
}

/// Flags of `restore`.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// A file `steward backup` wrote.
    pub from: PathBuf,
}

/// Writes a backup; the server may go on working.
pub fn write(flags: &Flags, args: &BackupArgs) -> Result<()> {
    let config = open::settings(flags)?;
    let list = backup::write(&config.paths, &args.out, args.with_key, Clock::System.now())?;
    out::line(&format!("{}: {} businesses, {} files.", args.out.display(), list.businesses(), list.files.len()));
    if !list.has_key() {
        out::note(&format!(
            "master.key is not in it. Keep a copy of {} somewhere else, or take the backup with --with-key: without it, stored passwords and keys of providers must be typed in again.",
            config.paths.master_key().display()
        ));
    }
    Ok(())
}

/// Looks a backup over and puts it in the place of the data folder.
pub fn restore(flags: &Flags, args: &RestoreArgs) -> Result<()> {
    let config = open::settings(flags)?;
    let (list, kept) = backup::restore(&args.from, &config.paths, Clock::System.now())?;
    out::line(&format!("Restored {} businesses as they were on {}.", list.businesses(), list.made_at.rfc3339()));
    if let Some(kept) = kept {
        out::note(&format!("What was there before is kept in {}. Delete it when you no longer need it.", kept.display()));
    }
    if !config.paths.master_key().exists() {
        out::note(
            "There is no master.key: stored passwords and keys of providers must be typed in again, or put the old master.key there.",
        );
    }
    Ok(())
}
