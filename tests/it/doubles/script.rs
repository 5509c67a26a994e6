//! A server that plays a script: one act a request, the last act for ever. Keeps what it was asked.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use futures_util::stream;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the server does with one request.
#[derive(Clone)]
pub enum Act {
    /// A whole answer.
    Whole { status: u16, headers: Vec<(&'static str, String)>, body: String },
    /// Server-sent pieces with pauses between; cut means the line breaks at the end.
    Pieces { pieces: Vec<String>, pause_ms: u64, cut: bool },
    /// Waits for a word before it does something.
    Held { until: Arc<tokio::sync::Semaphore>, then: Box<Act> },
    /// Never answers.
    Hang,
}

impl Act {
    pub fn json(status: u16, body: serde_json::Value) -> Self {
        Self::Whole { status, headers: vec![("content-type", "application/json".into())], body: body.to_string() }
    }
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Whole { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }
    pub fn cut(mut self) -> Self {
        if let Self::Pieces { cut, .. } = &mut self {
            *cut = true;
        }
        self
    }
    pub fn slow(mut self, ms: u64) -> Self {
        if let Self::Pieces { pause_ms, .. } = &mut self {
            *pause_ms = ms;
        }
        self
    }
}

/// What the server was asked.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("the request is JSON")
    }
}

/// Looks at a request before the script is played; an act instead of the script's is a refusal.
pub type Check = fn(&Seen) -> Option<Act>;

#[derive(Clone)]
struct Play {
    acts: Arc<Mutex<VecDeque<Act>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    check: Check,
}

/// The running server.
pub struct Stage {
    pub url: String,
    play: Play,
}

impl Stage {
    /// Plays `acts` to whoever comes.
    pub async fn open(acts: Vec<Act>, check: Check) -> Self {
        let play = Play { acts: Arc::new(Mutex::new(acts.into())), seen: Arc::default(), check };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let app = Router::new().fallback(answer).with_state(play.clone());
        spawn(async move { axum::serve(listener, app).await.expect("the double serves") });
        Self { url, play }
    }
    pub fn seen(&self) -> Vec<Seen> {
        self.play.seen.lock().expect("no panic while held").clone()
    }
    pub fn times(&self) -> usize {
        self.seen().len()
    }
}

/// A server that reads a request and hangs up without a word; and how often it was called.
pub async fn hangs_up() -> (String, Arc<std::sync::atomic::AtomicU32>) {
    use tokio::io::AsyncReadExt;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let times = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let count = Arc::clone(&times);
    spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let mut some = [0u8; 4096];
            let _ = socket.read(&mut some).await;
        }
    });
    (url, times)
}

/// An address where nobody listens.
pub async fn nobody() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

#[expect(clippy::disallowed_methods, reason = "a double lives as long as its test's runtime")]
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}

async fn answer(State(play): State<Play>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let path = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let seen = Seen { method: method.to_string(), path, headers, body: body.to_vec() };
    let refused = (play.check)(&seen);
    play.seen.lock().expect("no panic while held").push(seen);
    let act = refused.unwrap_or_else(|| next(&mut play.acts.lock().expect("no panic while held")));
    perform(act).await
}

async fn perform(act: Act) -> Response {
    match act {
        Act::Held { until, then } => {
            until.acquire().await.expect("nobody closes it").forget();
            Box::pin(perform(*then)).await
        }
        Act::Whole { status, headers, body } => whole(status, &headers, body),
        Act::Pieces { pieces, pause_ms, cut } => in_pieces(pieces, pause_ms, cut),
        Act::Hang => std::future::pending().await,
    }
}

fn next(acts: &mut VecDeque<Act>) -> Act {
    if acts.len() > 1 { acts.pop_front() } else { acts.front().cloned() }.unwrap_or(Act::Hang)
}

fn whole(status: u16, headers: &[(&'static str, String)], body: String) -> Response {
    let mut b = Response::builder().status(StatusCode::from_u16(status).expect("a status"));
    for (name, value) in headers {
        b = b.header(*name, value);
    }
    b.body(Body::from(body)).expect("a response")
}

fn in_pieces(pieces: Vec<String>, pause_ms: u64, cut: bool) -> Response {
    let end = cut.then(|| Err(std::io::Error::other("cut")));
    let items: VecDeque<Result<String, std::io::Error>> = pieces.into_iter().map(Ok).chain(end).collect();
    let flow = stream::unfold(items, move |mut left| async move {
        let item = left.pop_front()?;
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        Some((item, left))
    });
    Response::builder().header("content-type", "text/event-stream; charset=utf-8").body(Body::from_stream(flow)).expect("a response")
}
