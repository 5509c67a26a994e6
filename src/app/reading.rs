//! Gets at a document's text: pages are fetched once, with the guard against our own network; files are read in a process
//! of their own that is stopped when it takes too long, so no file can crash or hang this one.

use super::App;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::document::{Content, Format};
use crate::domain::limits;
use crate::domain::shop::receipt::Seen;
use crate::net::address;
use crate::net::call::Call;
use crate::net::failure::Failure;
use crate::net::trust::Named;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

/// How often a page may send us on.
const REDIRECTS: usize = 5;

/// Reads documents, a few at a time, and pictures, one at a time.
pub struct Reader {
    program: Option<PathBuf>,
    places: Semaphore,
    eye: Semaphore,
}

/// What the reading process answers on its standard output.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The text.
    Read(Content),
    /// Why there is none, for the owner.
    Unreadable(String),
}

/// The same for a picture.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureAnswer {
    /// What is on it.
    Read(Seen),
    /// Why it cannot be read, for the sender.
    Unreadable(String),
}

impl Reader {
    /// With the program that reads; none: this one.
    pub fn new(program: Option<PathBuf>) -> Self {
        Self { program, places: Semaphore::new(limits::READERS), eye: Semaphore::new(1) }
    }

    /// The text of a document.
    ///
    /// # Errors
    /// `Invalid` says what is wrong with the file. Anything else may pass.
    pub async fn read(&self, format: Format, bytes: Vec<u8>) -> Result<Content> {
        let _place = self.places.acquire().await.map_err(|e| Error::unavailable("Nothing is read any more.").with_source(e))?;
        match self.ask(&["read-document", format.as_str()], bytes).await? {
            Some(Answer::Read(content)) => Ok(content),
            Some(Answer::Unreadable(why)) => Err(Error::invalid(why)),
            None => Err(broken()),
        }
    }

    /// What is on a picture.
    ///
    /// # Errors
    /// `Invalid` says what is wrong with the file. Anything else may pass.
    pub async fn see(&self, bytes: Vec<u8>) -> Result<Seen> {
        let _place = self.eye.acquire().await.map_err(|e| Error::unavailable("Nothing is read any more.").with_source(e))?;
        match self.ask(&["read-picture"], bytes).await? {
            Some(PictureAnswer::Read(seen)) => Ok(seen),
            Some(PictureAnswer::Unreadable(why)) => Err(Error::invalid(why)),
            None => Err(broken()),
        }
    }

    /// Hands bytes to a process of its own; none when it died or said nothing that can be understood.
    async fn ask<T: DeserializeOwned>(&self, args: &[&str], bytes: Vec<u8>) -> Result<Option<T>> {
        let away = |e: std::io::Error| Error::unavailable("The reading process could not be started.").with_source(e);
        let program = match &self.program {
            Some(p) => p.clone(),
            None => std::env::current_exe().map_err(away)?,
        };
        let mut command = Command::new(program);
        command.args(args).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(away)?;
        let outcome = tokio::time::timeout(Duration::from_millis(limits::READING_MS), talk(&mut child, bytes)).await;
        stop(&mut child).await;
        match outcome {
            Err(_) => Err(Error::invalid("This file takes too long to read. Split it, or save it again in a simpler way.")),
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(e)) => Err(Error::unavailable("The reading process broke off.").with_source(e)),
        }
    }
}

/// It died: a defect of a crate, or more memory than it may have.
fn broken() -> Error {
    Error::invalid("This file cannot be read: it is damaged, or needs more memory than reading may take.")
}

async fn talk<T: DeserializeOwned>(child: &mut Child, bytes: Vec<u8>) -> std::io::Result<Option<T>> {
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else { return Ok(None) };
    let give = async move {
        // A reader that has seen enough closes its end.
        let _ = input.write_all(&bytes).await;
        let _ = input.shutdown().await;
    };
    let mut said = Vec::new();
    let most = limits::DOCUMENT_CHARS as u64 * 8;
    let mut output = output.take(most);
    let ((), heard) = tokio::join!(give, output.read_to_end(&mut said));
    heard?;
    Ok(serde_json::from_slice(&said).ok())
}

/// Ends the process and whatever it started.
async fn stop(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill().await;
}

/// A page as it was fetched.
#[derive(Debug)]
pub struct Page {
    /// Where it was found in the end.
    pub url: String,
    /// Its type as the server says.
    pub mime: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The address of a page as it is kept; an error when we would not fetch it.
pub fn check_address(app: &App, typed: &str) -> Result<String> {
    let typed = typed.trim();
    let whole = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let url = url::Url::parse(&whole).map_err(|e| Error::field("url", "This is not the address of a page.").with_source(e))?;
    if typed.len() > 2_000 || url.host_str().is_none() {
        return Err(Error::field("url", "This is not the address of a page."));
    }
    if app.net.is_unguarded(Named::AsPage, &url) {
        return Ok(url.into());
    }
    // A private place is called so, whatever its scheme.
    let mut place = url.clone();
    let _ = place.set_scheme("https");
    address::check(&place).and_then(|()| address::check(&url)).map_err(|e| Error::field("url", refused(&e)))?;
    Ok(url.into())
}

fn refused(e: &Failure) -> String {
    match e {
        Failure::Refused(why) if why.contains("private") => {
            "This page was not fetched: it leads into a private network. Only pages on the public internet are read.".into()
        }
        Failure::Refused(why) if why.contains("https") => "Only pages whose address begins with https:// are read.".into(),
        Failure::Refused(_) => "This page was not fetched: its address is not allowed.".into(),
        Failure::TooLarge { .. } => "This page is too large to read.".into(),
        Failure::Status(a) => match a.status {
            401 | 403 => "The page does not let us read it: it wants a sign-in.".into(),
            404 | 410 => "There is no page at this address.".into(),
            status => format!("The page could not be fetched: its server answers {status}."),
        },
        Failure::Resting { .. } | Failure::NotConnected(_) => "No connection to this page could be made.".into(),
        Failure::Unknown(_) => "The page could not be fetched: its server does not answer.".into(),
    }
}

/// Fetches a page. Every address it sends us on to is checked anew.
///
/// # Errors
/// `Invalid` for what will stay so; `Unavailable` for what may pass.
pub async fn fetch(app: &App, url: &str) -> Result<Page> {
    fetch_within(app, url, "text/html, text/markdown, text/plain, application/pdf;q=0.9, */*;q=0.5", limits::DOCUMENT_BYTES).await
}

/// The same for other kinds of files, of at most so many bytes.
///
/// # Errors
/// As [`fetch`].
pub async fn fetch_within(app: &App, url: &str, accept: &str, most: usize) -> Result<Page> {
    let mut at = check_address(app, url)?;
    for _ in 0..=REDIRECTS {
        let call = Call::get(at.clone()).named(Named::AsPage).header("accept", accept).cap_bytes(most).timeout_ms(30_000);
        match app.net.send(&call).await {
            Ok(answer) => {
                let mime = answer.header("content-type").unwrap_or_default().to_owned();
                return Ok(Page { url: at, mime, bytes: answer.body });
            }
            Err(Failure::Status(a)) if (300..400).contains(&a.status) => at = onward(app, &at, a.header("location"))?,
            Err(e) => {
                let kind = if e.is_passing() { Kind::Unavailable } else { Kind::Invalid };
                return Err(Error::new(kind, refused(&e)).with_source(e));
            }
        }
    }
    Err(Error::invalid("This page sends us on and on."))
}

fn onward(app: &App, from: &str, location: Option<&str>) -> Result<String> {
    let gone = || Error::invalid("This page sends us on to nowhere.");
    let base = url::Url::parse(from).map_err(|_| gone())?;
    let next = base.join(location.ok_or_else(gone)?).map_err(|_| gone())?;
    check_address(app, next.as_str()).map_err(|e| Error::invalid(e.message))
}
