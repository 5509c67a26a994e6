//! Numbers for `GET /metrics`. The names are constants here, so that a graph somebody built keeps working.

use crate::domain::error::{Error, Result};
use crate::domain::usage::Usage;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;

/// Answered requests, by `route`, `method` and `status`.
pub const HTTP_REQUESTS: &str = "steward_http_requests_total";
/// Seconds an answer took, by `route`.
pub const HTTP_SECONDS: &str = "steward_http_request_seconds";
/// Webhooks, by `carrier` and `outcome` (stored, unread).
pub const HOOKS: &str = "steward_webhooks_total";
/// Messages, by `channel` and `direction` (in, out).
pub const MESSAGES: &str = "steward_messages_total";
/// Finished jobs, by `kind` and `outcome` (done, failed).
pub const JOBS: &str = "steward_jobs_total";
/// Seconds a job took, by `kind`.
pub const JOB_SECONDS: &str = "steward_job_seconds";
/// Turns of conversations, by `model` and `outcome` (said, person, stopped).
pub const TURNS: &str = "steward_turns_total";
/// Seconds a turn took, by `model`.
pub const TURN_SECONDS: &str = "steward_turn_seconds";
/// Tokens, by `model` and `direction` (in, out).
pub const TOKENS: &str = "steward_model_tokens_total";
/// Outgoing calls, by `host` and `outcome` (ok, refused, failed).
pub const CALLS: &str = "steward_outgoing_calls_total";

const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// An answered request.
pub fn request(route: &str, method: &str, status: u16, seconds: f64) {
    let (route, method) = (route.to_owned(), method.to_owned());
    metrics::counter!(HTTP_REQUESTS, "route" => route.clone(), "method" => method, "status" => status.to_string()).increment(1);
    metrics::histogram!(HTTP_SECONDS, "route" => route).record(seconds);
}

/// A webhook that is on the disk.
pub fn hook(carrier: &'static str, outcome: &'static str) {
    metrics::counter!(HOOKS, "carrier" => carrier, "outcome" => outcome).increment(1);
}

/// A message that was stored.
pub fn message(channel: &'static str, direction: &'static str) {
    metrics::counter!(MESSAGES, "channel" => channel, "direction" => direction).increment(1);
}

/// A job that has ended.
pub fn job(kind: &'static str, outcome: &'static str, seconds: f64) {
    metrics::counter!(JOBS, "kind" => kind, "outcome" => outcome).increment(1);
    metrics::histogram!(JOB_SECONDS, "kind" => kind).record(seconds);
}

/// A turn that has ended, with what its models read and wrote.
pub fn turn(model: &str, outcome: &'static str, seconds: f64, usage: Usage) {
    let model = model.to_owned();
    metrics::counter!(TURNS, "model" => model.clone(), "outcome" => outcome).increment(1);
    metrics::histogram!(TURN_SECONDS, "model" => model.clone()).record(seconds);
    for (direction, tokens) in [("in", usage.prompt_tokens), ("out", usage.completion_tokens)].into_iter().filter(|(_, n)| *n > 0) {
        metrics::counter!(TOKENS, "model" => model.clone(), "direction" => direction).increment(tokens);
    }
}

/// A call to another machine.
pub fn call(host: &str, outcome: &'static str) {
    metrics::counter!(CALLS, "host" => host.to_owned(), "outcome" => outcome).increment(1);
}

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts recording for this process. A second call changes nothing.
///
/// # Errors
/// When another recorder was installed by somebody else.
pub fn init() -> Result<()> {
    if HANDLE.get().is_some() {
        return Ok(());
    }
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)
        .map_err(|e| Error::internal("The metrics cannot be set up.").with_source(e))?;
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if HANDLE.set(handle).is_err() {
        return Ok(());
    }
    metrics::set_global_recorder(recorder).map_err(|_| Error::internal("Another part already records metrics."))?;
    describe();
    Ok(())
}

fn describe() {
    metrics::describe_counter!(HTTP_REQUESTS, "Answered requests.");
    metrics::describe_histogram!(HTTP_SECONDS, "Seconds an answer took.");
    metrics::describe_counter!(HOOKS, "Webhooks received.");
    metrics::describe_counter!(MESSAGES, "Messages in and out.");
    metrics::describe_counter!(JOBS, "Finished background jobs.");
    metrics::describe_histogram!(JOB_SECONDS, "Seconds a job took.");
    metrics::describe_counter!(TURNS, "Turns of conversations.");
    metrics::describe_histogram!(TURN_SECONDS, "Seconds a turn took.");
    metrics::describe_counter!(TOKENS, "Tokens models read and wrote.");
    metrics::describe_counter!(CALLS, "Outgoing calls.");
}

/// The numbers in Prometheus' text format; empty before [`init`].
pub fn render() -> String {
    HANDLE.get().map(PrometheusHandle::render).unwrap_or_default()
}

/// Keeps memory flat: histograms are folded together. Call it every few seconds.
pub fn upkeep() {
    if let Some(handle) = HANDLE.get() {
        handle.run_upkeep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_times_are_rendered() {
        init().unwrap();
        init().unwrap();
        hook("test", "stored");
        hook("test", "stored");
        job("test", "done", 0.02);
        let text = render();
        assert!(text.contains("steward_webhooks_total{carrier=\"test\",outcome=\"stored\"} 2"), "{text}");
        assert!(text.contains("steward_job_seconds_bucket{kind=\"test\",le=\"0.025\"} 1"), "{text}");
    }
}
