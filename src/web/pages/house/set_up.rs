//! The checklist: what a business needs before its customers can order.

use crate::domain::error::Result;
use crate::domain::house::business::Profile;
use crate::domain::house::member::Role;
use crate::domain::time::Time;
use crate::store::house::{item, message};
use crate::store::tx::Read;
use crate::web::format::count;
use crate::web::pages::answer::Answer;
use crate::web::pages::house::settings::share;
use crate::web::pages::session::Here;
use crate::web::view::house::set_up::{SetUpPage, SetUpStep};
use crate::web::view::{Note, Pill};
use axum::http::HeaderMap;

/// Which channels carry messages.
#[derive(Debug, Clone, Copy, Default)]
pub struct Connected {
    /// A real WhatsApp number.
    pub whatsapp: bool,
    /// The simulated phone.
    pub simulated: bool,
}

/// The steps, in order, with what is done.
pub fn steps(tx: &Read<'_>, profile: &Profile, connected: &Connected) -> Result<Vec<SetUpStep>> {
    let items = item::count_items(tx)?;
    let (received, _) = message::count_messages_since(tx, Time::from_millis(0))?;
    let described = !profile.address.is_empty() || !profile.about.is_empty();
    let mut steps = vec![
        step(
            "Tell Steward about your business",
            described,
            &profile.address,
            "2 minutes",
            "Your address, opening hours and how customers get what they order. Steward answers questions from this.",
            "/app/settings?part=business",
            "Write it down",
        ),
        step(
            "Add what you sell",
            items > 0,
            &count(items, "thing", "things"),
            "5 minutes",
            "Steward offers only what is here, at the price you write here. A spreadsheet works.",
            "/app/catalogue/import",
            "Bring in a price list",
        ),
        step(
            "Say how customers pay",
            !profile.payment_instructions.is_empty(),
            "bank details written down",
            "1 minute",
            "Bank, account name and number. They are sent with each order, with the amount and a reference.",
            "/app/settings?part=business",
            "Write it down",
        ),
        step(
            "Connect WhatsApp",
            connected.whatsapp,
            "connected",
            "10 minutes",
            if connected.simulated {
                "You need a WhatsApp Business number from Meta. Until then the phone on this server and the chat on your page work."
            } else {
                "You need a WhatsApp Business number from Meta. Until then the chat on your page works."
            },
            "/app/settings?part=whatsapp",
            "Connect WhatsApp",
        ),
    ];
    if connected.simulated {
        steps.push(step(
            "Try it as a customer",
            received > 0,
            "tried",
            "2 minutes",
            "Write to your own business on a simulated phone. Nothing leaves this server.",
            "/app/phone",
            "Open the phone",
        ));
    }
    let next = steps.iter().position(|s| !s.done);
    for (i, s) in steps.iter_mut().enumerate() {
        s.number = i64::try_from(i + 1).unwrap_or(0);
        s.open = Some(i) == next;
    }
    Ok(steps)
}

fn step(title: &str, done: bool, done_words: &str, todo_words: &str, text: &str, url: &str, button: &str) -> SetUpStep {
    SetUpStep {
        title: title.into(),
        sub: if done { done_words } else { todo_words }.into(),
        done,
        text: text.into(),
        url: url.into(),
        button: if done { "Look at it" } else { button }.into(),
        pill: None::<Pill>,
        ..SetUpStep::default()
    }
}

/// `GET /app/set-up`.
pub async fn page(here: Here, headers: HeaderMap) -> Answer {
    here.require(Role::Owner)?;
    let connected = here.connected();
    let (page_url, widget) = share(&here, &headers);
    let page = here.view("set-up", move |tx, v| {
        let steps = steps(tx, &v.profile, &connected)?;
        let done = steps.iter().filter(|s| s.done).count();
        let left = steps.len() - done;
        let next = steps.iter().find(|s| !s.done).map_or_else(String::new, |s| format!("next: {}", s.title));
        Ok(SetUpPage {
            sub: if left == 0 { "Everything is set up.".into() } else { "You can stop and come back at any time.".into() },
            done: i64::try_from(done).unwrap_or(0),
            all: i64::try_from(steps.len()).unwrap_or(0),
            next,
            steps,
            note: (!v.profile.answers).then(|| Note {
                tone: "",
                icon: "lock",
                title: "Steward answers nobody yet.".into(),
                text: "Switch it on in the menu when you are ready.".into(),
            }),
            page_url,
            widget,
            chrome: v.chrome,
        })
    });
    here.page(&page.await?)
}
