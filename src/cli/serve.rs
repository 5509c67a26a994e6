//! `steward serve`: the server on the data folder, until it is told to stop.

use super::flags::Serving;
use super::{open, out};
use crate::app::App;
use crate::config::env::{Env, Process};
use crate::config::values::Flags;
use crate::domain::error::{Error, Result};
use crate::domain::time::Clock;
use crate::jobs;
use crate::services::house::member::make_link;
use crate::store::control::member;
use crate::telemetry::{breakpoint, metrics};
use crate::web;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// Flags of `serve`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to listen.
    #[command(flatten)]
    pub serving: Serving,
}

/// Serves until told to stop.
pub fn run(flags: &Flags, args: &Args) -> Result<()> {
    let mut config = open::settings(&flags.clone().and(&args.serving.0))?;
    metrics::init()?;
    open::raise_open_files();
    if let Some(place) = Process.get("STEWARD_BREAK_AT") {
        breakpoint::arm(&place);
    }
    config.problems().iter().for_each(|p| tracing::warn!("{p}"));
    open::wait(async {
        let (listener, bound) = bind(config.server.listen).await?;
        config.server.listen = bound;
        let url = config.server.base_url(bound);
        let app = App::open(config, Clock::System).await?;
        jobs::start(&app, super::built_in()).await?;
        let link = set_up_link(&app, &url).await?;
        out::line(&format!("Steward is at {url}"));
        if let Some(link) = link {
            out::line(&format!("Set it up with this link, once, within a day: {link}"));
        }
        until_stopped(app, listener).await
    })
}

/// Takes the address, or says who may have it.
pub async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr)> {
    let failed = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::AddrInUse => {
            Error::unavailable(format!("{address} is in use by another program. Stop it, or choose another with --listen."))
        }
        _ => Error::unavailable(format!("{address} cannot be listened on: {e}.")),
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// The link with which the first owner sets everything up; none once there is a member.
pub async fn set_up_link(app: &App, url: &str) -> Result<Option<String>> {
    let token = app.store.control_write(|tx| match member::count_members(tx)? {
        0 => make_link(tx, "setup", None, None).map(Some),
        _ => Ok(None),
    });
    Ok(token.await?.map(|t| set_up_url(url, &t)))
}

/// Where a set-up or password link leads.
pub fn set_up_url(url: &str, token: &str) -> String {
    format!("{url}/set-up/{token}")
}

/// Serves until a signal, then lets what runs finish: at most ten seconds, and whatever is left goes on at the next start.
pub async fn until_stopped(app: Arc<App>, listener: TcpListener) -> Result<()> {
    let served = web::serve(app.clone(), listener, told_to_stop());
    tokio::select! {
        done = served => done?,
        name = app.tasks.died() => return Err(Error::internal(format!("The background task \"{name}\" stopped unexpectedly. See the log above."))),
    }
    app.bell.stop();
    app.tasks.finish(Duration::from_secs(10)).await;
    Ok(())
}

async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let mut terminated = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(s) => s,
            Err(_) => return drop(interrupted.await),
        };
        tokio::select! {
            _ = interrupted => {}
            _ = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}
