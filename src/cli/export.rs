//! `steward export`: everything about a business, or about one person who asks for their data, as a zip.

use super::{open, out};
use crate::app::{App, backup};
use crate::config::Config;
use crate::config::paths::Paths;
use crate::config::values::Flags;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::id::Id;
use crate::domain::time::Clock;
use crate::web::handover;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Flags of `export`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The business, by its name in addresses.
    #[arg(long)]
    pub business: String,
    /// One person instead: their id.
    #[arg(long, value_name = "ID")]
    pub contact: Option<String>,
    /// The zip to write; it must not exist yet.
    pub out: PathBuf,
}

/// Writes the zip.
pub fn run(flags: &Flags, args: &Args) -> Result<()> {
    let contact: Option<Id> = args.contact.as_deref().map(str::parse).transpose()?;
    let config = open::settings(flags)?;
    let scratch = tempfile::tempdir().map_err(|e| Error::unavailable(format!("No temporary folder can be made: {e}.")))?;
    open::wait(async {
        let app = opened(config, scratch.path()).await?;
        let business = open::business(&app, &args.business)?;
        let (mut archive, deed) = match contact {
            Some(id) => (handover::person(&app, &business, id).await?, "exported a customer's data"),
            None => (handover::business(&app, &business).await?, "exported the business"),
        };
        let about = contact.map_or_else(|| business.slug.clone(), |id| id.to_string());
        open::noted(&app, business.id, deed, &about).await?;
        let bytes = write_new(&args.out, &mut archive)?;
        out::line(&format!("{}: {} kB", args.out.display(), bytes / 1_000));
        Ok(())
    })
}

/// The data folder; while a server uses it, a copy of this moment.
async fn opened(config: Config, scratch: &Path) -> Result<Arc<App>> {
    match App::open(config.clone(), Clock::System).await {
        Err(e) if e.kind == Kind::Conflict => {}
        done => return done,
    }
    let (zip, home, now) = (scratch.join("copy.zip"), scratch.join("copy"), Clock::System.now());
    backup::write(&config.paths, &zip, true, now)?;
    backup::restore(&zip, &Paths::new(&home), now)?;
    out::note("The server is running, so this comes from a copy of this moment; the trail of who did what does not mention it.");
    App::open(config.with_data(&home), Clock::System).await
}

/// Writes a new file only its owner may read.
fn write_new(path: &Path, from: &mut impl std::io::Read) -> Result<u64> {
    let failed = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::AlreadyExists => Error::conflict(format!("{} exists already. Name another file.", path.display())),
        _ => Error::unavailable(format!("{} cannot be written: {e}.", path.display())),
    };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut to = options.open(path).map_err(failed)?;
    let bytes = std::io::copy(from, &mut to).and_then(|n| to.sync_all().map(|()| n));
    bytes.map_err(failed)
}
