//! The one integration binary: everything against the real crate, with doubles where the network begins.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it is")]

mod agent_socket;
mod api;
mod approvals;
mod backup;
mod bookings;
mod bookings_chat;
mod buying;
mod buying_pages;
mod calling;
mod cases;
mod channels;
mod chat_files;
mod contacts;
mod crash;
mod daily;
mod doubles;
mod embedding;
mod errand;
mod gateways;
mod harness;
mod intake;
mod invoices;
mod knowledge;
mod mail;
mod mcp;
mod meta_client;
mod models;
mod net;
mod outreach;
mod own_models;
mod pages;
mod people;
mod phone;
mod photo_import;
mod purchase_crash;
#[cfg(unix)]
mod reading;
mod receipts;
mod reception;
mod run_crash;
mod run_limits;
mod run_replay;
mod runs;
mod search;
mod shop;
mod sourcing;
mod spoken;
mod statements;
mod streaming;
mod templates;
mod tongue;
mod vendors_by_text;
mod voice;
