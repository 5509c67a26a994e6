//! A small load generator: prepared requests over kept connections, so that it costs little beside what it measures.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use steward::channels::signature;
use steward::domain::secret::Secret;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Words customers use; the same as the peer's own generator.
const WORDS: &str = "hello please is the blue gown still available in size twelve how much for delivery to surulere on saturday can i pay by transfer my receipt is attached order two plates of jollof rice and one bottle of water what time do you open tomorrow thank you";

/// A webhook with one text message.
pub fn body(wamid: &str, customer: u32, text: &str) -> String {
    format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"102290129340398","changes":[{{"value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"15550783881","phone_number_id":"106540352242922"}},"contacts":[{{"profile":{{"name":"Customer {customer}"}},"wa_id":"23480{customer:08}"}}],"messages":[{{"from":"23480{customer:08}","id":"wamid.{wamid}","timestamp":"1750000000","text":{{"body":"{text}"}},"type":"text"}}]}},"field":"messages"}}]}}]}}"#
    )
}

/// Different, signed webhooks without end.
pub struct Bodies {
    secret: Secret,
    seed: u64,
    ready: Vec<Vec<u8>>,
}

impl Bodies {
    pub fn new(secret: &str, seed: u32) -> Self {
        let now = std::time::Instant::now();
        let salt = u64::try_from((now.elapsed().as_nanos() + u128::from(std::process::id())) % u128::from(u32::MAX)).unwrap_or(0);
        Self { secret: Secret::new(secret), seed: u64::from(seed) * 7_919 + salt, ready: Vec::new() }
    }
    /// Made before the clock starts, so that making and signing costs nothing beside what is measured.
    pub fn prepare(mut self, path: &str, count: usize) -> Self {
        self.ready = (0..count).map(|n| self.request(path, n)).collect();
        self
    }
    /// The request of this number, once.
    fn take(&self, n: usize) -> Option<&[u8]> {
        self.ready.get(n).map(Vec::as_slice)
    }
    fn request(&self, path: &str, n: usize) -> Vec<u8> {
        let mut r = Random(self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (n as u64).wrapping_mul(0xd129_0d3b_3f0d_1f5b) | 1);
        let words: Vec<&str> = WORDS.split(' ').collect();
        let text: Vec<&str> = (0..6 + r.below(18)).map(|_| words[r.below(words.len())]).collect();
        // In turn, so that no customer writes twice at once; with an end, so that nobody waits for the rest of a sentence.
        let customer = u32::try_from(n % 5_000).unwrap_or(0);
        post(path, &self.secret, &body(&format!("{}.{n:08}", self.seed), customer, &format!("{}.", text.join(" "))))
    }
}

/// A signed request.
pub fn post(path: &str, secret: &Secret, body: &str) -> Vec<u8> {
    let signed = signature::sign(secret, body.as_bytes());
    format!(
        "POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nX-Hub-Signature-256: {signed}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// SplitMix64, for choosing words.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap_or(0)
    }
}

/// One run of the load.
pub struct Run {
    pub address: SocketAddr,
    pub conns: usize,
    pub seconds: u64,
}

/// What came of it.
pub struct Outcome {
    pub rate: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub ok: usize,
    pub other: usize,
}

/// The value at a part of a sorted list.
pub fn at(sorted: &[f64], part: f64) -> f64 {
    sorted.get(((sorted.len().max(1) - 1) as f64 * part) as usize).copied().unwrap_or(0.0)
}

/// Each connection sends its next request when the last is answered.
pub async fn closed_loop(run: &Run, bodies: &Bodies) -> Outcome {
    let next = AtomicUsize::new(0);
    let began = Instant::now();
    let until = began + Duration::from_secs(run.seconds);
    let one = || async {
        let mut socket = TcpStream::connect(run.address).await.expect("connected");
        let _ = socket.set_nodelay(true);
        let (mut ms, mut other, mut buffer) = (Vec::new(), 0, vec![0u8; 16 * 1024]);
        while Instant::now() < until {
            let request = bodies.take(next.fetch_add(1, Ordering::Relaxed)).expect("enough bodies were prepared");
            let sent = Instant::now();
            match exchange(&mut socket, request, &mut buffer).await {
                Some(200) => ms.push(sent.elapsed().as_secs_f64() * 1e3),
                _ => other += 1,
            }
        }
        (ms, other)
    };
    let all = futures_util::future::join_all((0..run.conns).map(|_| one())).await;
    let elapsed = began.elapsed().as_secs_f64();
    let other = all.iter().map(|(_, o)| o).sum();
    let mut ms: Vec<f64> = all.into_iter().flat_map(|(ms, _)| ms).collect();
    ms.sort_by(f64::total_cmp);
    Outcome { rate: ms.len() as f64 / elapsed, p50_ms: at(&ms, 0.5), p99_ms: at(&ms, 0.99), ok: ms.len(), other }
}

/// Sends a request and reads the whole answer; its status.
pub async fn exchange(socket: &mut TcpStream, request: &[u8], buffer: &mut [u8]) -> Option<u16> {
    socket.write_all(request).await.ok()?;
    let mut filled = 0;
    loop {
        let n = socket.read(&mut buffer[filled..]).await.ok().filter(|n| *n > 0)?;
        filled += n;
        let text = std::str::from_utf8(&buffer[..filled]).ok()?;
        if let Some((head, rest)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length:").and_then(|v| v.trim().parse::<usize>().ok()));
            if rest.len() >= length.unwrap_or(0) {
                return head.get(9..12)?.parse().ok();
            }
        }
    }
}

/// Posts at a steady rate, each from another customer; who was sent what when.
pub async fn steady(address: SocketAddr, secret: &str, per_second: u32, seconds: u64) -> Vec<(String, Instant)> {
    let secret = Secret::new(secret);
    let idle = Arc::new(tokio::sync::Mutex::new(Vec::<TcpStream>::new()));
    let (began, mut all) = (Instant::now(), tokio::task::JoinSet::new());
    for n in 0..per_second * u32::try_from(seconds).unwrap_or(1) {
        let due = began + Duration::from_secs_f64(f64::from(n) / f64::from(per_second));
        tokio::time::sleep_until(due.into()).await;
        let customer = 10_000_000 + n;
        let request = post(
            "/webhooks/meta",
            &secret,
            &body(&format!("steady.{n}"), customer, "how much is jollof rice and a bottle of water please"),
        );
        let idle = idle.clone();
        all.spawn(async move {
            let kept = idle.lock().await.pop();
            let mut socket = match kept {
                Some(s) => s,
                None => TcpStream::connect(address).await.expect("connected"),
            };
            let at = Instant::now();
            assert_eq!(exchange(&mut socket, &request, &mut [0; 4096]).await, Some(200));
            idle.lock().await.push(socket);
            (format!("23480{customer:08}"), at)
        });
    }
    all.join_all().await
}

/// Opens event streams and keeps them.
pub async fn follow(address: SocketAddr, key: &str, count: usize) -> Vec<TcpStream> {
    let request = format!("GET /api/v1/events/stream HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\n\r\n");
    let mut open = Vec::new();
    for _ in 0..count {
        let Ok(mut socket) = TcpStream::connect(address).await else { break };
        if socket.write_all(request.as_bytes()).await.is_err() {
            break;
        }
        let mut head = [0u8; 512];
        match socket.read(&mut head).await {
            Ok(n) if head[..n].starts_with(b"HTTP/1.1 200") => open.push(socket),
            _ => break,
        }
    }
    open
}

/// A customer writes, and every open stream hears it: how many did, and when the last one had it, in milliseconds.
pub async fn all_hear(open: &[TcpStream], address: SocketAddr, secret: &str) -> (usize, f64) {
    let request = post("/webhooks/meta", &Secret::new(secret), &body("followers.1", 1, "are you open now please?"));
    let mut socket = TcpStream::connect(address).await.expect("connected");
    let began = Instant::now();
    assert_eq!(exchange(&mut socket, &request, &mut [0; 4096]).await, Some(200));
    let until = tokio::time::Instant::now() + Duration::from_secs(20);
    let hear = |s| async move {
        let s: &TcpStream = s;
        let mut text = Vec::new();
        let mut some = [0u8; 2048];
        loop {
            if tokio::time::timeout_at(until, s.readable()).await.is_err() {
                return None;
            }
            match s.try_read(&mut some) {
                Ok(0) => return None,
                Ok(n) => text.extend_from_slice(&some[..n]),
                Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => continue,
                Err(_) => return None,
            }
            if String::from_utf8_lossy(&text).contains("chat.message") {
                return Some(began.elapsed().as_secs_f64() * 1e3);
            }
        }
    };
    let heard: Vec<f64> = futures_util::future::join_all(open.iter().map(hear)).await.into_iter().flatten().collect();
    (heard.len(), heard.into_iter().fold(0.0, f64::max))
}

/// Posts a body with more headers; the status and the answer's body.
pub async fn upload(address: SocketAddr, path: &str, headers: &str, body: &str) -> (u16, String) {
    let mut socket = TcpStream::connect(address).await.expect("connected");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nContent-Type: text/csv\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    socket.write_all(head.as_bytes()).await.expect("sent");
    socket.write_all(body.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer).await;
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text.get(9..12).and_then(|s| s.parse().ok()).unwrap_or(0);
    (status, text.split_once("\r\n\r\n").map_or(String::new(), |(_, b)| b.to_owned()))
}

/// The status of a GET.
pub async fn get(address: SocketAddr, path: &str) -> u16 {
    let Ok(mut socket) = TcpStream::connect(address).await else { return 0 };
    exchange(&mut socket, format!("GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n").as_bytes(), &mut vec![0; 64 * 1024]).await.unwrap_or(0)
}
