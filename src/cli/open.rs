//! What most commands begin with: settings, logging, a runtime, the data folder.

use crate::app::App;
use crate::config::Config;
use crate::config::server::LogFormat;
use crate::config::values::Flags;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::business::Business;
use crate::domain::house::member::Actor;
use crate::domain::id::Id;
use crate::domain::time::Clock;
use crate::services::house::audit;
use crate::store::backup;
use crate::store::control::business as rows;
use crate::store::tx::Read;
use crate::telemetry::log::{self, Look};
use std::future::Future;
use std::sync::Arc;

/// Reads the settings and starts logging as they say.
pub fn settings(flags: &Flags) -> Result<Config> {
    let config = Config::load(flags)?;
    let look = match config.log.format {
        LogFormat::Text => Look::Text,
        LogFormat::Json => Look::Json,
    };
    log::init(look, &config.log.filter)?;
    for (name, near) in config.values.unknown_variables() {
        let hint = if near.is_empty() { String::new() } else { format!(" Did you mean {near}?") };
        tracing::warn!("Nothing reads the variable {name}.{hint}");
    }
    Ok(config)
}

/// Lets this process open as many files and connections as it may: the soft limit goes up to the hard one. The limit there is now; none
/// where there is no such thing.
pub fn raise_open_files() -> Option<u64> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let now = getrlimit(Resource::Nofile);
        let wanted = Rlimit { current: now.maximum, maximum: now.maximum };
        let limit = if setrlimit(Resource::Nofile, wanted).is_ok() { wanted.current } else { now.current };
        Some(limit.unwrap_or(u64::MAX))
    }
    #[cfg(not(unix))]
    None
}

/// Runs `work` to its end.
pub fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|e| Error::internal("The runtime could not be started.").with_source(e))?.block_on(work)
}

/// Opens the data folder and hands it to `work`.
pub fn with_app<T, F: Future<Output = Result<T>>>(flags: &Flags, work: impl FnOnce(Arc<App>) -> F) -> Result<T> {
    let config = settings(flags)?;
    wait(async { work(App::open(config, Clock::System).await?).await })
}

/// Reads the control file, also beside a running server: nothing in the folder is changed, so it need not be locked.
pub fn control<T: Send + 'static>(flags: &Flags, f: impl Fn(&Read<'_>) -> Result<T> + Send + 'static) -> Result<T> {
    let config = settings(flags)?;
    if let Some(seen) = backup::look(&config.paths.control(), Clock::System.now(), &f)? {
        return Ok(seen);
    }
    wait(async { App::open(config, Clock::System).await?.store.control_read(f).await })
}

/// The business with this short name.
pub fn business(app: &App, slug: &str) -> Result<Business> {
    named(app.directory().businesses().cloned().collect(), slug)
}

/// The business with this short name, in the control file.
pub fn business_in(tx: &Read<'_>, slug: &str) -> Result<Business> {
    named(rows::list_businesses(tx)?, slug)
}

fn named(all: Vec<Business>, slug: &str) -> Result<Business> {
    let mut known: Vec<String> = all.iter().map(|b| b.slug.clone()).collect();
    all.into_iter().find(|b| b.slug == slug).ok_or_else(|| {
        known.sort_unstable();
        let known = if known.is_empty() { "There is none yet.".to_owned() } else { format!("There is: {}.", known.join(", ")) };
        Error::new(Kind::NotFound, format!("There is no business \"{slug}\". {known}"))
    })
}

/// The address links are printed with when nothing listens yet.
pub fn base_url(app: &App) -> String {
    app.config.server.base_url(app.config.server.listen)
}

/// Writes down in a business's audit trail what was done on the command line.
pub async fn noted(app: &App, business: Id, deed: &'static str, about: &str) -> Result<()> {
    let (actor, about) = (Actor::Key { name: "command line".into() }, about.to_owned());
    app.store.business(business)?.write(move |tx| audit::record(tx, &actor, deed, &about)).await
}
