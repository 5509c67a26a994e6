//! A mail server that takes letters, on this machine: real commands over a real line, and its bad days on demand.

use base64::Engine;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

pub const USER: &str = "shop@example.com";
pub const PASSWORD: &str = "pass phrase 4711";

/// A bad day, for one connection.
#[derive(Debug, Clone)]
pub enum Fault {
    /// 421 instead of a greeting.
    Busy,
    /// The recipient is refused with this answer.
    Recipient(&'static str),
    /// The line is cut when the letter was announced, before it left.
    CutBeforeLetter,
    /// The letter is taken, but the line is cut before the answer.
    CutAfterLetter,
    /// The letter is refused with this answer.
    Letter(&'static str),
}

/// A letter that was taken, also when the answer was lost.
#[derive(Debug, Clone)]
pub struct Taken {
    pub from: String,
    pub to: String,
    pub wire: Vec<u8>,
}

impl Taken {
    /// A header, unfolded; empty when there is none.
    pub fn header(&self, name: &str) -> String {
        let text = String::from_utf8_lossy(&self.wire);
        let head = text.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ").replace("\r\n\t", " ");
        let found = head.lines().find_map(|l| l.split_once(": ").filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.to_owned()));
        found.unwrap_or_default()
    }
    /// What a person reads.
    pub fn text(&self) -> String {
        steward::channels::email::parse::read(&self.wire, true).expect("a letter").text
    }
}

#[derive(Default)]
struct Store {
    taken: Vec<Taken>,
    faults: VecDeque<Fault>,
    seen: usize,
}

/// The double; copies are the same one.
#[derive(Clone)]
pub struct Smtp {
    pub port: u16,
    store: Arc<Mutex<Store>>,
}

impl Smtp {
    #[expect(clippy::disallowed_methods, reason = "a double lives as long as its test's runtime")]
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let smtp = Self { port: listener.local_addr().expect("an address").port(), store: Arc::default() };
        let serving = smtp.clone();
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let one = serving.clone();
                tokio::spawn(async move { drop(one.talk(line).await) });
            }
        });
        smtp
    }
    /// The next connection has this bad day; several wait in line.
    pub fn fail(&self, fault: Fault) {
        self.lock().faults.push_back(fault);
    }
    pub fn taken(&self) -> Vec<Taken> {
        self.lock().taken.clone()
    }
    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.lock().seen
    }
    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().expect("no panic while held")
    }

    async fn talk(&self, line: TcpStream) -> std::io::Result<()> {
        let mut line = BufReader::new(line);
        let fault = {
            let mut store = self.lock();
            store.seen += 1;
            store.faults.pop_front()
        };
        if matches!(fault, Some(Fault::Busy)) {
            return line.write_all(b"421 4.3.2 too busy\r\n").await;
        }
        line.write_all(b"220 double ESMTP\r\n").await?;
        let (mut from, mut to, mut known) = (String::new(), String::new(), false);
        loop {
            let mut said = String::new();
            if line.read_line(&mut said).await? == 0 {
                return Ok(());
            }
            let said = said.trim_end();
            let word = said.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            let answer = match word.as_str() {
                "EHLO" => "250-double\r\n250-AUTH PLAIN LOGIN\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME".to_owned(),
                "AUTH" => {
                    let proof = said.rsplit(' ').next().unwrap_or_default();
                    let ours = base64::engine::general_purpose::STANDARD.encode(format!("\0{USER}\0{PASSWORD}"));
                    known = proof == ours;
                    if known { "235 2.7.0 welcome".into() } else { "535 5.7.8 wrong password".into() }
                }
                "MAIL" if !known => "530 5.7.0 sign in first".into(),
                "MAIL" => {
                    from = between(said);
                    "250 2.1.0 ok".into()
                }
                "RCPT" => {
                    to = between(said);
                    if let Some(Fault::Recipient(no)) = &fault { (*no).to_owned() } else { "250 2.1.5 ok".into() }
                }
                "DATA" if matches!(fault, Some(Fault::CutBeforeLetter)) => return Ok(()),
                "DATA" => {
                    line.write_all(b"354 go on\r\n").await?;
                    let wire = letter(&mut line).await?;
                    if let Some(Fault::Letter(no)) = &fault {
                        (*no).to_owned()
                    } else {
                        self.lock().taken.push(Taken { from: from.clone(), to: to.clone(), wire });
                        if matches!(fault, Some(Fault::CutAfterLetter)) {
                            return Ok(());
                        }
                        "250 2.0.0 taken".into()
                    }
                }
                "QUIT" => {
                    line.write_all(b"221 bye\r\n").await?;
                    return Ok(());
                }
                _ => "250 ok".into(),
            };
            line.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
    }
}

fn between(said: &str) -> String {
    said.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}

/// Reads up to the lonely dot and takes the doubled ones away.
async fn letter(line: &mut BufReader<TcpStream>) -> std::io::Result<Vec<u8>> {
    let mut all = Vec::new();
    while !all.ends_with(b"\r\n.\r\n") {
        let mut byte = [0u8; 1];
        line.read_exact(&mut byte).await?;
        all.extend(byte);
    }
    all.truncate(all.len() - 3);
    let text = all.split(|b| *b == b'\n').map(|l| if l.starts_with(b"..") { &l[1..] } else { l });
    Ok(text.collect::<Vec<_>>().join(&b'\n'))
}
