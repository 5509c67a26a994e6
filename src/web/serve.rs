//! Connections: accepted as far as files may be opened, served by hyper, and let go when they only hold a place.

use super::{Shared, router};
use crate::app::tasks::Tasks;
use crate::domain::error::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt;

/// How long open requests may take to finish after `stop`.
const FINISH: Duration = Duration::from_secs(3);
/// How long a request's headers may take, and how long a connection may lie idle: longer than proxies keep theirs (Caddy two minutes), for
/// one that closes first loses no request.
const HEADERS: Duration = Duration::from_secs(150);
/// Connections one address may have; programs of this machine, a proxy among them, have no such limit.
const OF_PEER: usize = 256;
/// Files left for databases and calls to others when connections have taken theirs.
const LEFT: usize = 256;
/// After a connection could not be accepted, as when too many files are open.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop` is done, then lets open requests finish. Streams are cut: their clients come back by themselves.
pub async fn serve(app: Shared, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    if let Ok(bound) = listener.local_addr() {
        app.serves_at(bound);
    }
    let router = router(app);
    let places = Arc::new(Places::new(most()));
    let (closing, closed) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = &mut stop => break,
        };
        if let Some(place) = Places::take(&places, peer.ip()) {
            Tasks::detach(connection(stream, peer, router.clone(), closed.clone(), place));
        }
    }
    drop((listener, closed));
    let _ = closing.send(());
    let _ = tokio::time::timeout(FINISH, closing.closed()).await;
    Ok(())
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(e) => {
                tracing::warn!(error = %e, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, mut closing: watch::Receiver<()>, _place: Place) {
    // Answers are small and whole: they need not wait for more to send.
    let _ = stream.set_nodelay(true);
    let service = router.map_request(move |mut req: Request<Incoming>| {
        req.extensions_mut().insert(ConnectInfo(peer));
        req.map(Body::new)
    });
    let mut served = http1::Builder::new();
    served.timer(TokioTimer::new()).header_read_timeout(HEADERS);
    let mut served = pin!(served.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)).with_upgrades());
    tokio::select! {
        done = served.as_mut() => {
            if let Err(e) = done {
                tracing::trace!(error = %e, "a connection ended");
            }
            return;
        }
        _ = closing.changed() => served.as_mut().graceful_shutdown(),
    }
    let _ = served.await;
}

/// How many connections there may be at once.
fn most() -> usize {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit};
        let files = getrlimit(Resource::Nofile).current.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
        files.saturating_sub(LEFT).max(files / 2)
    }
    #[cfg(not(unix))]
    usize::MAX
}

/// Who is connected.
struct Places {
    most: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_peer: HashMap<IpAddr, usize>,
}

/// A connection's place; free again when it is dropped.
struct Place(Arc<Places>, IpAddr);

impl Places {
    fn new(most: usize) -> Self {
        Self { most, taken: Mutex::default() }
    }

    /// A place for a connection; none when all, or those of its address, are taken.
    fn take(places: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let mut taken = places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_peer = taken.by_peer.get(&peer).copied().unwrap_or(0);
        if taken.all >= places.most || (of_peer >= OF_PEER && !peer.is_loopback()) {
            return None;
        }
        taken.all += 1;
        taken.by_peer.insert(peer, of_peer + 1);
        drop(taken);
        Some(Place(places.clone(), peer))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        match taken.by_peer.get_mut(&self.1) {
            Some(n) if *n > 1 => *n -= 1,
            _ => drop(taken.by_peer.remove(&self.1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_does_not_take_all_places() {
        let places = Arc::new(Places::new(OF_PEER * 3));
        let (a, b, here) = (IpAddr::from([203, 0, 113, 9]), IpAddr::from([203, 0, 113, 10]), IpAddr::from([127, 0, 0, 1]));
        let of_a: Vec<_> = (0..OF_PEER).map(|_| Places::take(&places, a).unwrap()).collect();
        assert!(Places::take(&places, a).is_none());
        let rest: Vec<_> = std::iter::repeat_with(|| Places::take(&places, here)).take_while(Option::is_some).collect();
        assert_eq!(rest.len(), OF_PEER * 2, "a proxy here takes what is left");
        assert!(Places::take(&places, b).is_none(), "all are taken");
        drop(of_a);
        assert!(Places::take(&places, b).is_some());
        drop(rest);
        assert!(places.taken.lock().unwrap().by_peer.is_empty());
    }
}
