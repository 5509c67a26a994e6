//! A mail server with an inbox, on this machine: the commands an honest reader needs, and bad days on demand.

use super::smtp::{PASSWORD, USER};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A bad day, for one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The line is cut in the middle of a letter.
    CutInLetter,
    /// The server sends far more than it was asked for.
    Flood,
}

#[derive(Default)]
struct Store {
    uid_validity: u32,
    next: u32,
    letters: Vec<(u32, Vec<u8>)>,
    seen: Vec<u32>,
    faults: VecDeque<Fault>,
    fetched: Vec<String>,
}

/// The double; copies are the same one.
#[derive(Clone)]
pub struct Imap {
    pub port: u16,
    store: Arc<Mutex<Store>>,
}

impl Imap {
    #[expect(clippy::disallowed_methods, reason = "a double lives as long as its test's runtime")]
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let store = Store { uid_validity: 7, next: 1, ..Store::default() };
        let imap = Self { port: listener.local_addr().expect("an address").port(), store: Arc::new(Mutex::new(store)) };
        let serving = imap.clone();
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let one = serving.clone();
                tokio::spawn(async move { drop(one.talk(line).await) });
            }
        });
        imap
    }
    /// A letter arrives.
    pub fn deliver(&self, letter: impl Into<Vec<u8>>) {
        let mut store = self.lock();
        let uid = store.next;
        store.next += 1;
        store.letters.push((uid, letter.into()));
    }
    /// The server numbers its letters anew, from 1.
    pub fn number_anew(&self) {
        let mut store = self.lock();
        store.uid_validity += 1;
        for (n, letter) in store.letters.iter_mut().enumerate() {
            letter.0 = u32::try_from(n).expect("few letters") + 1;
        }
        store.next = u32::try_from(store.letters.len()).expect("few letters") + 1;
    }
    pub fn fail(&self, fault: Fault) {
        self.lock().faults.push_back(fault);
    }
    /// Numbers of the letters that were marked as read.
    pub fn seen(&self) -> Vec<u32> {
        self.lock().seen.clone()
    }
    /// What was asked of letters.
    pub fn fetched(&self) -> Vec<String> {
        self.lock().fetched.clone()
    }
    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().expect("no panic while held")
    }

    async fn talk(&self, line: TcpStream) -> std::io::Result<()> {
        let mut line = BufReader::new(line);
        line.write_all(b"* OK double ready\r\n").await?;
        let mut known = false;
        loop {
            let mut said = String::new();
            if line.read_line(&mut said).await? == 0 {
                return Ok(());
            }
            let (tag, command) = said.trim_end().split_once(' ').unwrap_or(("*", ""));
            if let Some(who) = command.strip_prefix("LOGIN ") {
                known = who == format!("\"{USER}\" \"{PASSWORD}\"");
                let answer = if known { "OK welcome" } else { "NO [AUTHENTICATIONFAILED] wrong password" };
                line.write_all(format!("{tag} {answer}\r\n").as_bytes()).await?;
                continue;
            }
            if command.starts_with("LOGOUT") {
                line.write_all(format!("* BYE\r\n{tag} OK bye\r\n").as_bytes()).await?;
                return Ok(());
            }
            if !known {
                line.write_all(format!("{tag} NO sign in first\r\n").as_bytes()).await?;
                continue;
            }
            let (answer, cut) = self.answer(command);
            line.write_all(&answer).await?;
            if cut {
                return Ok(());
            }
            line.write_all(format!("{tag} OK done\r\n").as_bytes()).await?;
        }
    }

    fn answer(&self, command: &str) -> (Vec<u8>, bool) {
        let mut store = self.lock();
        let words: Vec<&str> = command.split(' ').collect();
        match words.as_slice() {
            ["SELECT", ..] => {
                let (n, validity, next) = (store.letters.len(), store.uid_validity, store.next);
                let text = format!(
                    "* {n} EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY {validity}] ok\r\n* OK [UIDNEXT {next}] ok\r\n"
                );
                (text.into_bytes(), false)
            }
            ["UID", "SEARCH", "UID", range] => {
                let from: u32 = range.split(':').next().and_then(|n| n.parse().ok()).unwrap_or(1);
                // As servers do: "n:*" always finds the last letter.
                let last = store.letters.last().map(|l| l.0);
                let found = store.letters.iter().map(|l| l.0).filter(|n| *n >= from || Some(*n) == last);
                (format!("* SEARCH{}\r\n", numbers(found)).into_bytes(), false)
            }
            ["UID", "SEARCH", "SINCE", _] => (format!("* SEARCH{}\r\n", numbers(store.letters.iter().map(|l| l.0))).into_bytes(), false),
            ["UID", "FETCH", uid, rest @ ..] => {
                store.fetched.push(rest.join(" "));
                let most: usize = command.split("<0.").nth(1).and_then(|t| t.split('>').next()).and_then(|n| n.parse().ok()).unwrap_or(0);
                let uid: u32 = uid.parse().unwrap_or(0);
                let Some(at) = store.letters.iter().position(|l| l.0 == uid) else { return (vec![], false) };
                let letter = store.letters[at].1.clone();
                let fault = store.faults.pop_front();
                let part = &letter[..letter.len().min(most)];
                let sent = if fault == Some(Fault::Flood) { most + (8 << 20) } else { part.len() };
                let head = format!("* {} FETCH (UID {uid} RFC822.SIZE {} BODY[]<0> {{{sent}}}\r\n", at + 1, letter.len());
                let mut out = head.into_bytes();
                match fault {
                    Some(Fault::CutInLetter) => {
                        out.extend(&part[..part.len() / 2]);
                        (out, true)
                    }
                    Some(Fault::Flood) => {
                        out.extend(vec![b'x'; sent]);
                        out.extend(b")\r\n");
                        (out, false)
                    }
                    None => {
                        out.extend(part);
                        out.extend(b")\r\n");
                        (out, false)
                    }
                }
            }
            ["UID", "STORE", uid, ..] => {
                store.seen.extend(uid.parse::<u32>().ok());
                (vec![], false)
            }
            _ => (vec![], false),
        }
    }
}

fn numbers(all: impl Iterator<Item = u32>) -> String {
    all.map(|n| format!(" {n}")).collect()
}
