//! A page with pictures on this machine, which counts who asks.

use super::{of, serve};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::{Arc, Mutex};

/// The double; copies are the same one.
#[derive(Clone)]
pub struct Photos {
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Photos {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let photos = Self { url, asked: Arc::default() };
        serve(listener, Router::new().route("/{name}", get(photo)).with_state(photos.clone()));
        photos
    }
    /// The names that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic while held").clone()
    }
}

/// A small picture.
pub fn png(shade: u8) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::GrayImage::from_pixel(40, 30, image::Luma([shade])).write_to(&mut out, image::ImageFormat::Png).expect("a picture");
    out.into_inner()
}

async fn photo(State(p): State<Photos>, Path(name): Path<String>) -> Response {
    p.asked.lock().expect("no panic while held").push(name.clone());
    match name.as_str() {
        "rice.png" => ([(header::CONTENT_TYPE, "image/png")], png(200)).into_response(),
        "page.png" => ([(header::CONTENT_TYPE, "image/png")], "<html>not a picture</html>").into_response(),
        "large.png" => ([(header::CONTENT_TYPE, "image/png")], vec![0u8; 6 << 20]).into_response(),
        _ => of(404).into_response(),
    }
}
