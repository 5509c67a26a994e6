//! Settings: the mailbox whose letters are answered. What is entered is tried at both ends before it is kept.

use super::settings::{Fields, text};
use crate::app::lines::{self, Keys};
use crate::app::mailbox;
use crate::channels::email::client::End;
use crate::domain::error::{Error, Result};
use crate::domain::house::line::Carrier;
use crate::domain::house::mail::address;
use crate::domain::house::message::ProblemClass;
use crate::services::house::mail;
use crate::store::house::mail as rows;
use crate::web::pages::session::Here;
use crate::web::view::Pill;
use crate::web::view::house::channels::ChannelCard;

/// What the card says.
pub(super) const WHAT: &str =
    "Letters to a mailbox of yours. New ones are looked for every minute; those of machines and mailing lists are never answered.";

/// Its fields: name, label, kind, hint.
pub(super) const SPECS: &[(&str, &str, &str, &str)] = &[
    ("line", "E-mail address", "", "Customers write to it, and answers come from it."),
    ("smtp", "Server for outgoing mail", "", "Such as smtp.example.com. Add :587 when your provider names that port."),
    ("imap", "Server for incoming mail", "", "Such as imap.example.com. Leave it empty to send only."),
    ("user", "User name", "", "Leave it empty when it is the e-mail address."),
    ("password", "Password", "secret", "Gmail, Outlook and Yahoo want an app password. Kept encrypted on your own server."),
    ("name", "Name beside the address", "", "Leave it empty for the name of your business."),
];

/// Connects a mailbox: its server, user and password are tried, then kept. What to tell the owner.
pub(super) async fn connect(here: &Here, form: &Fields) -> Result<String> {
    let of = |name: &str| text(form, &format!("{}_{name}", Carrier::Email.as_str()));
    let line = address(&of("line")).ok_or_else(|| Error::field("line", "That is not an e-mail address."))?;
    for (name, label) in [("smtp", "Server for outgoing mail"), ("password", "Password")] {
        if of(name).is_empty() {
            return Err(Error::field(name, format!("{label} is missing.")));
        }
    }
    let user = Some(of("user")).filter(|u| !u.is_empty()).unwrap_or_else(|| line.clone());
    let keys = Keys::Mailbox { smtp: of("smtp"), imap: of("imap"), user, password: of("password"), name: of("name") };
    let client = mailbox::of_keys(&here.app, here.business.id, &line, &keys)?;
    client.check().await.map_err(|(problem, end)| {
        let field = match (problem.class, end) {
            (ProblemClass::Auth, _) => "password",
            (_, End::Outgoing) => "smtp",
            (_, End::Incoming) => "imap",
        };
        // A code above zero is the server's own; the other details are words for the log.
        let words = if problem.code > 0 { format!(" The server says: {}", problem.detail) } else { String::new() };
        Error::field(field, format!("{}{words}", problem.meaning))
    })?;
    // The same inbox as now is read on; any other one begins anew, also the one that was disconnected.
    let same = here
        .app
        .directory()
        .lines_of(here.business.id)
        .any(|l| l.carrier == Carrier::Email && l.line == line && matches!(&l.keys, Keys::Mailbox { imap, .. } if *imap == of("imap")));
    lines::connect(&here.app, here.business.id, Carrier::Email, &line, &keys).await?;
    let account = Carrier::Email.account(&line);
    let reads = client.has_inbox();
    here.write(move |tx| {
        if !same || rows::find_mailbox(tx, &account)?.is_some_and(|m| m.uid_validity == 0) {
            rows::delete_mailbox(tx, &account)?;
        }
        if reads { mail::watch(tx) } else { Ok(()) }
    })
    .await?;
    let answered = if reads { "Letters that come from now on are answered." } else { "Letters go out over it; none are read." };
    Ok(format!("Connected and tried. {answered}"))
}

/// Adds to the card why an inbox cannot be read.
pub(super) async fn tell(here: &Here, card: &mut ChannelCard) -> Result<()> {
    for row in &mut card.lines {
        let account = Carrier::Email.account(&row.line);
        let known = here.file.read(move |tx| rows::find_mailbox(tx, &account)).await?;
        if let Some(found) = known.filter(|m| !m.problem.is_empty()) {
            row.problem = found.problem;
            card.pill = Pill::new("bad", "Cannot be read");
        }
    }
    Ok(())
}
