//! Servers on this machine that behave as providers do, also when they misbehave.

pub mod anthropic;
pub mod ears;
pub mod gateway;
pub mod imap;
pub mod meta;
pub mod mouths;
pub mod openai;
pub mod page;
pub mod photos;
pub mod push;
pub mod script;
pub mod smtp;
pub mod transfers;
pub mod twilio;
pub mod vapi;
pub mod vonage;

#[expect(clippy::disallowed_methods, reason = "a double lives as long as its test's runtime")]
fn serve(listener: tokio::net::TcpListener, app: axum::Router) {
    tokio::spawn(async move { axum::serve(listener, app).await.expect("the double serves") });
}

fn of(status: u16) -> axum::http::StatusCode {
    axum::http::StatusCode::from_u16(status).expect("a status")
}
