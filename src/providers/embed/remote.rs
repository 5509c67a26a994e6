//! Embeddings over the network: any server that speaks OpenAI's `POST {base}/embeddings` (OpenAI, Ollama, llama.cpp, vLLM),
//! and Voyage, which differs in how it is told that a text is a document.

use super::{EmbedError, Embedder, normalise};
use crate::config::models::EmbeddingServer;
use crate::domain::text::clip;
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use async_trait::async_trait;
use serde::Deserialize;
use serde_json::json;
use std::sync::{Arc, OnceLock};

/// Texts of one request; Voyage takes 128 at most, OpenAI 2,048.
const BATCH: usize = 96;
/// Characters of one text that are sent: below the 8,192 tokens every known model takes.
const CHARS: usize = 16_000;
const TIMEOUT_MS: u64 = 30_000;

/// A model behind an embeddings server.
pub struct Remote {
    net: Arc<Net>,
    server: EmbeddingServer,
    name: String,
    dims: OnceLock<usize>,
}

#[derive(Deserialize)]
struct Row {
    index: usize,
    embedding: Vec<f32>,
}
#[derive(Deserialize)]
struct Rows {
    data: Vec<Row>,
}

impl Remote {
    /// A model reached through `net`.
    pub fn new(net: Arc<Net>, server: EmbeddingServer) -> Self {
        net.trust(&server.base_url);
        Self { name: format!("{}:{}", server.name, server.model), net, server, dims: OnceLock::new() }
    }

    async fn ask(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let input: Vec<String> = texts.iter().map(|t| clip(if t.trim().is_empty() { "." } else { t }, CHARS)).collect();
        let s = &self.server;
        let mut body = json!({ "model": s.model, "input": input });
        if s.name == "openai" {
            body["encoding_format"] = json!("float");
        }
        let call = Call::post(format!("{}/embeddings", s.base_url)).json(&body).timeout_ms(TIMEOUT_MS).repeat(Repeat::Harmless);
        let call = if s.api_key.is_empty() { call } else { call.bearer(&s.api_key) };
        let answer = self.net.send(&call.cap_bytes(64 * 1024 * 1024)).await.map_err(EmbedError::Network)?;
        let rows: Rows = answer.json().map_err(|_| EmbedError::Unreadable("not with embeddings".into()))?;
        self.in_order(rows.data, texts.len())
    }

    fn in_order(&self, mut rows: Vec<Row>, wanted: usize) -> Result<Vec<Vec<f32>>, EmbedError> {
        rows.sort_by_key(|r| r.index);
        if rows.len() != wanted || rows.iter().enumerate().any(|(n, r)| r.index != n) {
            return Err(EmbedError::Unreadable(format!("with {} vectors for {wanted} texts", rows.len())));
        }
        let dims = *self.dims.get_or_init(|| rows.first().map_or(0, |r| r.embedding.len()));
        let fine = |r: &Row| r.embedding.len() == dims && dims > 0 && r.embedding.iter().all(|x| x.is_finite());
        if !rows.iter().all(fine) {
            return Err(EmbedError::Unreadable(format!("with vectors that are not {dims} numbers each")));
        }
        Ok(rows
            .into_iter()
            .map(|mut r| {
                normalise(&mut r.embedding);
                r.embedding
            })
            .collect())
    }
}

#[async_trait]
impl Embedder for Remote {
    fn name(&self) -> &str {
        &self.name
    }
    fn dims(&self) -> Option<usize> {
        self.dims.get().copied()
    }
    async fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let mut out = Vec::with_capacity(texts.len());
        for batch in texts.chunks(BATCH) {
            out.extend(self.ask(batch).await?);
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::Secret;
    use crate::domain::time::Clock;

    fn remote() -> Remote {
        let server =
            EmbeddingServer { name: "openai", api_key: Secret::default(), base_url: "http://127.0.0.1:9".into(), model: "m".into() };
        Remote::new(Arc::new(Net::new(Clock::System)), server)
    }

    #[test]
    fn vectors_come_back_in_the_order_of_their_texts_and_of_length_one() {
        let row = |index, v: &[f32]| Row { index, embedding: v.to_vec() };
        let r = remote();
        assert_eq!(r.in_order(vec![row(1, &[0.0, 2.0]), row(0, &[3.0, 4.0])], 2).unwrap(), [[0.6, 0.8], [0.0, 1.0]]);
        assert_eq!((r.name(), r.dims()), ("openai:m", Some(2)));
        assert!(r.in_order(vec![row(0, &[1.0, 0.0])], 2).is_err(), "one is missing");
        assert!(r.in_order(vec![row(0, &[1.0])], 1).is_err(), "another length");
        assert!(r.in_order(vec![row(0, &[f32::NAN, 0.0])], 1).is_err(), "not a number");
        assert!(r.in_order(vec![row(0, &[1.0, 0.0]), row(0, &[1.0, 0.0])], 2).is_err(), "twice the same");
    }
}
