//! `steward backup` and `steward restore`: the whole data folder in one file, and back.

use super::{open, out};
use crate::app::backup::{self, Restored};
use crate::config::values::Flags;
use crate::domain::error::{Error, Result};
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
    match list.damaged.len() {
        0 => Ok(()),
        n => {
            list.damaged.values().for_each(|why| out::error(why));
            let what =
                if n == 1 { "1 business is damaged and not in it".to_owned() } else { format!("{n} businesses are damaged and not in it") };
            Err(Error::conflict(format!("{what}. Restore them from an older backup. All others are in {}.", args.out.display())))
        }
    }
}

/// Looks a backup over and puts it in the place of the data folder.
pub fn restore(flags: &Flags, args: &RestoreArgs) -> Result<()> {
    let config = open::settings(flags)?;
    let Restored { list, kept, doubts } = backup::restore(&args.from, &config.paths, Clock::System.now())?;
    out::line(&format!("Restored {} businesses as they were on {}.", list.businesses(), list.made_at.rfc3339()));
    for (id, why) in &list.damaged {
        out::error(&format!("The business {id} was damaged when the backup was taken, and is not in it: {why}"));
    }
    if doubts.messages + doubts.deeds > 0 {
        out::note(&format!(
            "{} messages and {} refunds, letters and other deeds waited to leave then. Nobody knows which left since, so none is sent again by itself: each waits under Today for a decision.",
            doubts.messages, doubts.deeds
        ));
    }
    if doubts.campaigns > 0 {
        out::note(&format!("{} campaigns were being sent then. They are stopped: who got them since cannot be known.", doubts.campaigns));
    }
    if let Some(kept) = kept {
        out::note(&format!("What was there before is kept in {}. Delete it when you no longer need it.", kept.display()));
    }
    if !config.paths.master_key().exists() {
        out::note(
            "There is no master.key, so the server does not start: put the old one there, or begin with a new one (steward key new-master) and type stored passwords and keys of providers in again.",
        );
    }
    Ok(())
}
