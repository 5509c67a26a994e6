//! Steward: one binary that runs a small business's conversations.

pub mod agents;
pub mod app;
pub mod channels;
pub mod cli;
pub mod config;
pub mod domain;
pub mod graph;
pub mod jobs;
pub mod net;
pub mod providers;
pub mod queue;
pub mod search;
pub mod services;
pub mod store;
pub mod telemetry;
pub mod web;
