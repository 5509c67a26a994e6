//! Replies while they are written, as events of a stream.

use crate::app::writing::Written;
use axum::response::sse::Event as Frame;
use futures_util::{Stream, stream};
use std::sync::Arc;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

/// A `token` event. It has no id: it can be missed, the stored message cannot.
pub fn frame(draft: u32, text: &str) -> Frame {
    Frame::default().event("token").data(serde_json::json!({ "draft": draft, "text": text }).to_string())
}

/// The next piece; none when nothing will come any more. One who is too slow goes on with the newest.
pub async fn next(watched: &mut Receiver<Arc<Written>>) -> Option<Arc<Written>> {
    loop {
        match watched.recv().await {
            Ok(piece) => return Some(piece),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
    }
}

/// All pieces as they come.
pub fn pieces(watched: Receiver<Arc<Written>>) -> impl Stream<Item = Arc<Written>> + Send {
    stream::unfold(watched, |mut w| async move { next(&mut w).await.map(|piece| (piece, w)) })
}
