//! Numbers for `GET /metrics`. The names are constants here, so that a graph somebody built keeps working.

use crate::domain::error::{Error, Result};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;

/// Answered requests, by `route`, `method` and `status`.
pub const HTTP_REQUESTS: &str = "steward_http_requests_total";
/// Seconds an answer took, by `route`.
pub const HTTP_SECONDS: &str = "steward_http_request_seconds";
/// Webhooks, by `channel` and `outcome` (stored, repeated, refused).
pub const HOOKS: &str = "steward_webhooks_total";
/// Messages, by `channel` and `direction`.
pub const MESSAGES: &str = "steward_messages_total";
/// Finished jobs, by `kind` and `outcome`.
pub const JOBS: &str = "steward_jobs_total";
/// Seconds a job took, by `kind`.
pub const JOB_SECONDS: &str = "steward_job_seconds";
/// Jobs that wait, by `state`.
pub const JOBS_WAITING: &str = "steward_jobs_waiting";
/// Turns of conversations, by `model` and `outcome`.
pub const TURNS: &str = "steward_turns_total";
/// Seconds a turn took, by `model`.
pub const TURN_SECONDS: &str = "steward_turn_seconds";
/// Tokens, by `model` and `direction`.
pub const TOKENS: &str = "steward_model_tokens_total";
/// Outgoing calls, by `host` and `outcome`.
pub const CALLS: &str = "steward_outgoing_calls_total";

const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

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
    metrics::describe_gauge!(JOBS_WAITING, "Jobs that wait.");
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
        metrics::counter!(HOOKS, "channel" => "test", "outcome" => "stored").increment(2);
        metrics::histogram!(JOB_SECONDS, "kind" => "test").record(0.02);
        let text = render();
        assert!(text.contains("steward_webhooks_total{channel=\"test\",outcome=\"stored\"} 2"), "{text}");
        assert!(text.contains("steward_job_seconds_bucket{kind=\"test\",le=\"0.025\"} 1"), "{text}");
    }
}
