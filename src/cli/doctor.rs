//! `steward doctor`: looks at everything a server needs and says how to mend what is wrong.

use super::{open, out};
use crate::agents::probe;
use crate::app::{App, vault};
use crate::config::Config;
use crate::config::options::OPTIONS;
use crate::config::values::Flags;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::time::{Clock, Time};
use crate::services::house::audit;
use crate::store::integrity;
use serde::Serialize;
use std::process::Command;

/// Flags of `doctor`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Also ask the configured providers over the network whether their keys work. Costs a few tokens.
    #[arg(long)]
    pub online: bool,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    Note,
    Wrong,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    state: State,
    detail: String,
}

fn finding(what: &'static str, state: State, detail: impl Into<String>) -> Finding {
    Finding { what, state, detail: detail.into() }
}

/// Looks and tells.
///
/// # Errors
/// When something is wrong, so that scripts notice.
pub fn run(flags: &Flags, args: &Args) -> Result<()> {
    let config = open::settings(flags)?;
    let mut all = settings(&config);
    all.push(clock(Clock::System.now()));
    if args.online {
        all.extend(open::wait(providers(config.clone()))?);
    }
    all.extend(open::wait(databases(config))?);
    if args.json {
        out::json(&all)?;
    } else {
        all.iter().for_each(|f| out::line(&told(f)));
    }
    match all.iter().filter(|f| f.state == State::Wrong).count() {
        0 => Ok(()),
        1 => Err(Error::conflict("One thing needs mending.")),
        n => Err(Error::conflict(format!("{n} things need mending."))),
    }
}

fn told(f: &Finding) -> String {
    let sign = match f.state {
        State::Ok => "ok   ",
        State::Note => "note ",
        State::Wrong => "WRONG",
    };
    format!("{sign}  {:<12}  {}", f.what, f.detail)
}

fn settings(config: &Config) -> Vec<Finding> {
    let values = &config.values;
    let set = OPTIONS.iter().filter(|o| values.is_set(o.key));
    let mut out: Vec<Finding> = set
        .filter_map(|o| {
            let (shown, source) = (values.shown(o.key)?, values.source(o.key)?);
            Some(finding("setting", State::Ok, format!("{} = {shown} (from {source})", o.key)))
        })
        .collect();
    for (name, near) in values.unknown_variables() {
        let hint = if near.is_empty() { String::new() } else { format!(" Did you mean {near}?") };
        out.push(finding("setting", State::Wrong, format!("Nothing reads the variable {name}.{hint}")));
    }
    out.extend(config.problems().into_iter().map(|p| finding("provider", State::Wrong, p)));
    let models: Vec<String> = config.models.ready().map(|s| format!("{} ({})", s.model, s.name)).collect();
    out.push(match models.is_empty() {
        true => finding("model", State::Note, "Only the built-in model answers. Set OPENAI_API_KEY and OPENAI_MODEL for more words."),
        false => finding("model", State::Ok, models.join(", then ")),
    });
    if config.whatsapp.is_set() && !config.server.is_https() {
        let mend = "Meta delivers webhooks only to https. Put a proxy in front and set STEWARD_PUBLIC_URL=https://…";
        out.push(finding("webhooks", State::Wrong, mend));
    }
    out
}

/// A clock that is far off breaks signatures, sessions and the 24-hour window.
fn clock(now: Time) -> Finding {
    match Time::parse("2026-01-01T00:00:00Z").is_some_and(|built| now > built) {
        true => finding("clock", State::Ok, now.rfc3339()),
        false => finding("clock", State::Wrong, format!("It says {}. Set the clock of this machine.", now.rfc3339())),
    }
}

/// Asks every configured provider for something small. Without a data folder only those of the environment are known.
async fn providers(config: Config) -> Result<Vec<Finding>> {
    let scratch = tempfile::tempdir().map_err(|e| Error::unavailable(format!("No temporary folder can be made: {e}.")))?;
    let config = if config.paths.control().exists() { config } else { config.with_data(scratch.path()) };
    let app = match App::open(config, Clock::System).await {
        Ok(app) => app,
        Err(e) => return Ok(vec![finding("provider", State::Note, format!("{} Providers were not asked.", e.message))]),
    };
    let looks = probe::all(&app).await;
    if looks.is_empty() {
        return Ok(vec![finding("provider", State::Note, "None is configured, so nobody was asked.")]);
    }
    Ok(looks.into_iter().map(|l| finding("provider", if l.fine { State::Ok } else { State::Wrong }, l.words)).collect())
}

async fn databases(config: Config) -> Result<Vec<Finding>> {
    let root = config.paths.root().to_owned();
    if !root.exists() {
        let detail = format!("{} does not exist yet; the first start makes it.", root.display());
        return Ok(vec![finding("data folder", State::Note, detail)]);
    }
    let mut out = vec![disk(&root)];
    match App::open(config, Clock::System).await {
        Ok(app) => out.extend(files(&app).await),
        Err(e) if e.kind == Kind::Conflict => {
            out.push(finding("data folder", State::Note, format!("{} Its databases were not looked at.", e.message)));
        }
        Err(e) => out.push(finding("data folder", State::Wrong, e.message)),
    }
    Ok(out)
}

async fn files(app: &App) -> Vec<Finding> {
    let mut out: Vec<Finding> = old_key(app).into_iter().chain(other_key(app)).collect();
    out.push(whole("steward.db", app.store.control_read(integrity::problems).await));
    let businesses: Vec<_> = app.directory().businesses().cloned().collect();
    for b in businesses {
        let name = format!("{} ({})", b.slug, app.config.paths.business(b.id).display());
        let file = match app.file_of(&b).await {
            Ok(file) => file,
            Err(e) => {
                out.push(finding("database", State::Wrong, e.message));
                continue;
            }
        };
        out.push(whole(&name, file.read(integrity::problems).await));
        out.push(unbroken(&b.slug, file.read(audit::verify).await));
    }
    out
}

/// The audit trail of a business. Whoever keeps the hash it ends with notices later when its end was cut off.
fn unbroken(slug: &str, found: Result<std::result::Result<(i64, String), String>>) -> Finding {
    match found {
        Ok(Ok((0, _))) => finding("audit", State::Ok, format!("{slug}: nothing was done yet")),
        Ok(Ok((n, hash))) => finding("audit", State::Ok, format!("{slug}: {n} entries, unbroken, ending with {hash}")),
        Ok(Err(problem)) => {
            let mend = "Somebody changed the database by hand. Compare it with a backup: steward restore into another --data folder.";
            finding("audit", State::Wrong, format!("{slug}: {problem}. {mend}"))
        }
        Err(e) => finding("audit", State::Wrong, format!("{slug}: {}", e.message)),
    }
}

/// A change of the master key that was not finished.
fn old_key(app: &App) -> Option<Finding> {
    let old = vault::old_key(&app.config.paths.master_key());
    let mend = "The change of the master key was not finished. Stop steward and run: steward key rotate-master.";
    old.exists().then(|| finding("master.key", State::Wrong, format!("{} is still there. {mend}", old.display())))
}

/// A master key that is not the one of before.
fn other_key(app: &App) -> Option<Finding> {
    let directory = app.directory();
    let unopened: Vec<&str> = directory.unopened().iter().map(|(_, channel)| channel.as_str()).collect();
    let (path, mend) = (app.config.paths.master_key(), "Put the old key back, or enter them again in the settings.");
    let told = format!("{} does not open the stored credentials of: {}. {mend}", path.display(), unopened.join(", "));
    (!unopened.is_empty()).then(|| finding("master.key", State::Wrong, told))
}

fn whole(name: &str, found: Result<Vec<String>>) -> Finding {
    match found {
        Ok(problems) if problems.is_empty() => finding("database", State::Ok, format!("{name} is whole")),
        Ok(problems) => finding("database", State::Wrong, format!("{name}: {}. Restore it from a backup.", problems.join("; "))),
        Err(e) => finding("database", State::Wrong, format!("{name}: {}", e.message)),
    }
}

/// Free space, as `df` tells it.
fn disk(root: &std::path::Path) -> Finding {
    let out = Command::new("df").arg("-Pk").arg(root).output();
    let free = out.ok().and_then(|o| {
        let text = String::from_utf8(o.stdout).ok()?;
        text.lines().nth(1)?.split_whitespace().nth(3)?.parse::<u64>().ok()
    });
    match free {
        None => finding("disk", State::Note, "Free space could not be read."),
        Some(kb) if kb < 500_000 => finding("disk", State::Wrong, format!("Only {} MB are free. Make room.", kb / 1_000)),
        Some(kb) => finding("disk", State::Ok, format!("{} MB free", kb / 1_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_missing_folder_is_a_note_and_a_new_one_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let missing = databases(Config::for_testing(&dir.path().join("none"))).await.unwrap();
        assert_eq!(missing[0].state, State::Note);
        let found = databases(Config::for_testing(dir.path())).await.unwrap();
        assert!(found.iter().any(|f| f.what == "database" && f.state == State::Ok), "{found:?}");
    }

    #[tokio::test]
    async fn a_damaged_database_is_said() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("steward.db"), b"this is not a database, it is a letter to nobody in particular").unwrap();
        let found = databases(Config::for_testing(dir.path())).await.unwrap();
        let wrong = found.iter().find(|f| f.state == State::Wrong && f.what == "data folder").unwrap();
        assert!(wrong.detail.contains("steward.db is damaged"), "{}", wrong.detail);
    }

    #[test]
    fn a_clock_of_1970_is_wrong() {
        assert_eq!(clock(Time::from_millis(0)).state, State::Wrong);
    }
}
