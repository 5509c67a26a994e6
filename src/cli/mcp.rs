//! `steward mcp`: the business for an assistant on this machine, over standard input and output, one message a line.

use super::{open, out};
use crate::app::remote::Remote;
use crate::config::values::Flags;
use crate::domain::error::{Error, Result};
use crate::domain::house::member::{Actor, Role};
use crate::web::mcp::{Inside, Mcp, refused};
use clap::Args as Arguments;
use std::io::BufRead;

/// What can be said.
#[derive(Debug, Arguments)]
pub struct Args {
    /// The business's short name
    #[arg(long)]
    pub business: String,
    /// What the assistant may do: viewer, agent, manager or owner
    #[arg(long, default_value = "viewer")]
    pub role: String,
    /// Let it change things, each time with "confirm"; otherwise it only reads
    #[arg(long)]
    pub allow_writes: bool,
    /// A Steward that runs, such as http://127.0.0.1:8080; it is asked with the key in `STEWARD_MCP_KEY`, whose role decides
    #[arg(long)]
    pub url: Option<String>,
}

/// Answers until the input ends.
pub fn run(flags: &Flags, args: &Args) -> Result<()> {
    match &args.url {
        Some(url) => asking(flags, url),
        None => serving(flags, args),
    }
}

/// From the folder itself; no server may run on it.
fn serving(flags: &Flags, args: &Args) -> Result<()> {
    let role: Role = args.role.parse()?;
    open::with_app(flags, async |app| {
        let business = open::business(&app, &args.business)?.id;
        let who = Inside { business, role, actor: Actor::Key { name: "mcp".into() } };
        let mcp = Mcp::new(app, who, args.allow_writes);
        while let Some(line) = line().await? {
            if let Some(answer) = mcp.line(&line).await {
                out::line(&answer.to_string());
            }
        }
        Ok(())
    })
}

/// By the server that runs.
fn asking(flags: &Flags, url: &str) -> Result<()> {
    let key = open::settings(flags)?.values.secret("mcp_key");
    if key.is_empty() {
        return Err(Error::field("mcp_key", "Set STEWARD_MCP_KEY to an API key of the business: steward key add NAME --business S."));
    }
    let remote = Remote::new(url, key)?;
    open::wait(async {
        while let Some(line) = line().await? {
            match remote.ask(&line).await {
                Ok(answer) => answer.iter().for_each(|a| out::line(a)),
                Err(e) => refused(&line, &e.message).iter().for_each(|a| out::line(&a.to_string())),
            }
        }
        Ok(())
    })
}

/// The next line that says something; none at the end.
async fn line() -> Result<Option<String>> {
    loop {
        let read = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).map(|n| (n, line))
        });
        let lost = "Standard input cannot be read.";
        let (n, line) = read.await.map_err(|e| Error::internal(lost).with_source(e))?.map_err(|e| Error::internal(lost).with_source(e))?;
        match (n, line.trim()) {
            (0, _) => return Ok(None),
            (_, "") => {}
            (_, said) => return Ok(Some(said.to_owned())),
        }
    }
}
