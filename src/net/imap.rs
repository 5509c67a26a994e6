//! Reads an inbox by IMAP: what is new, and its bytes, never more than asked for.

use crate::domain::text::clip;
use crate::net::client::Net;
use crate::net::mail::{Line, MailFailure, Server, Step};
use async_imap::error::Error as ImapError;
use async_imap::{Client, Session};
use futures_util::TryStreamExt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Time for an answer.
const ANSWER: Duration = Duration::from_secs(60);
/// Time for a letter: it may be large and the line slow.
const LETTER: Duration = Duration::from_secs(300);
/// Bytes a server may say beside what was asked for.
const TALK: usize = 1 << 20;

/// An inbox that is open.
pub struct Inbox {
    session: Session<Metered>,
    left: Arc<AtomicUsize>,
    /// Changes when the server numbers its letters anew.
    pub uid_validity: u32,
    /// The number the next letter will get; none where the server does not say.
    pub uid_next: Option<u32>,
}

/// A letter, or its beginning when it is larger than was asked for.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// All of them.
    pub whole: bool,
    /// How many there are, as the server says.
    pub size: Option<usize>,
}

impl Net {
    /// Signs in and opens the inbox.
    pub async fn open_inbox(&self, server: &Server) -> Result<Inbox, MailFailure> {
        let line = self.dial_mail(server).await?;
        let left = Arc::new(AtomicUsize::new(TALK));
        let mut client = Client::new(Metered { line, left: left.clone() });
        let greeting = within(async { client.read_response().await.map_err(ImapError::from) }).await;
        match greeting {
            Ok(Some(_)) => {}
            Ok(None) => return Err(MailFailure::NotConnected("the server hung up".into())),
            Err(e) => return Err(failure(Step::Connect, e)),
        }
        let login = within(async { client.login(&server.user, server.password.reveal()).await.map_err(|(e, _)| e) });
        let mut session = login.await.map_err(|e| failure(Step::SignIn, e))?;
        let folder = within(session.select("INBOX")).await.map_err(|e| failure(Step::Folder, e))?;
        let Some(uid_validity) = folder.uid_validity else {
            return Err(MailFailure::Answer { step: Step::Folder, code: 0, words: "the server does not number its letters".into() });
        };
        Ok(Inbox { session, left, uid_validity, uid_next: folder.uid_next })
    }
}

impl Inbox {
    /// Numbers of the letters after `uid`, in order.
    pub async fn after(&mut self, uid: u32) -> Result<Vec<u32>, MailFailure> {
        // "n:*" also finds the last letter when it is older than n.
        let mut found = self.search(&format!("UID {}:*", uid.saturating_add(1))).await?;
        found.retain(|n| *n > uid);
        Ok(found)
    }

    /// Numbers of the letters since a day such as `21-Nov-2026`, in order.
    pub async fn since(&mut self, day: &str) -> Result<Vec<u32>, MailFailure> {
        self.search(&format!("SINCE {day}")).await
    }

    async fn search(&mut self, query: &str) -> Result<Vec<u32>, MailFailure> {
        self.allow(0);
        let found = within(self.session.uid_search(query)).await.map_err(|e| failure(Step::Folder, e))?;
        let mut found: Vec<u32> = found.into_iter().collect();
        found.sort_unstable();
        Ok(found)
    }

    /// A letter's first `most` bytes, without marking it as read; none when it is gone.
    pub async fn fetch(&mut self, uid: u32, most: usize) -> Result<Option<Fetched>, MailFailure> {
        self.allow(most);
        let query = format!("(UID RFC822.SIZE BODY.PEEK[]<0.{most}>)");
        let session = &mut self.session;
        let all = async {
            let stream = session.uid_fetch(uid.to_string(), query).await?;
            stream.try_collect::<Vec<_>>().await
        };
        let all = in_time(LETTER, all).await.map_err(|e| failure(Step::Folder, e))?;
        let ours = all.into_iter().find(|f| f.uid == Some(uid));
        Ok(ours.and_then(|f| {
            let bytes = f.body()?.to_vec();
            let size = f.size.and_then(|s| usize::try_from(s).ok());
            let whole = bytes.len() < most || size.is_some_and(|s| s <= bytes.len());
            Some(Fetched { bytes, whole, size })
        }))
    }

    /// Marks a letter as read, for people who look into the same inbox.
    pub async fn mark_seen(&mut self, uid: u32) -> Result<(), MailFailure> {
        self.allow(0);
        let session = &mut self.session;
        let all = async {
            let stream = session.uid_store(uid.to_string(), "+FLAGS.SILENT (\\Seen)").await?;
            stream.try_collect::<Vec<_>>().await
        };
        within(all).await.map(drop).map_err(|e| failure(Step::Folder, e))
    }

    /// Says goodbye; nothing depends on the answer.
    pub async fn close(mut self) {
        drop(tokio::time::timeout(Duration::from_secs(2), self.session.logout()).await);
    }

    fn allow(&self, bytes: usize) {
        self.left.store(bytes.saturating_add(TALK), Ordering::Relaxed);
    }
}

/// What a step gives, in time.
async fn within<T>(doing: impl Future<Output = Result<T, ImapError>>) -> Result<T, ImapError> {
    in_time(ANSWER, doing).await
}

async fn in_time<T>(time: Duration, doing: impl Future<Output = Result<T, ImapError>>) -> Result<T, ImapError> {
    let late = || ImapError::Io(io::Error::new(io::ErrorKind::TimedOut, "the server did not answer in time"));
    tokio::time::timeout(time, doing).await.unwrap_or_else(|_| Err(late()))
}

fn failure(step: Step, e: ImapError) -> MailFailure {
    match e {
        ImapError::No(words) | ImapError::Bad(words) => MailFailure::Answer { step, code: 0, words: clip(&words, 300) },
        ImapError::Validate(_) => {
            MailFailure::Answer { step, code: 0, words: "the user name or password holds a character that cannot be sent".into() }
        }
        other => MailFailure::NotConnected(clip(&other.to_string(), 300)),
    }
}

/// A line that ends when the other side says more than it was asked for.
#[derive(Debug)]
struct Metered {
    line: Box<dyn Line>,
    left: Arc<AtomicUsize>,
}

impl AsyncRead for Metered {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.line).poll_read(cx, buf);
        let got = buf.filled().len() - before;
        let left = self.left.load(Ordering::Relaxed);
        if got > left {
            return Poll::Ready(Err(io::Error::other("the server sends more than it was asked for")));
        }
        self.left.store(left - got, Ordering::Relaxed);
        read
    }
}

impl AsyncWrite for Metered {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.line).poll_write(cx, buf)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_shutdown(cx)
    }
}
