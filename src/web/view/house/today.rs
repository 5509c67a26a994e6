//! The first page: what needs a person, what was done without one, and the figures of the day.

use crate::web::view::{Chrome, Note, RailPoint, filters};
use askama::Template;

/// `/app`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/today.html")]
pub struct TodayPage {
    /// The frame.
    pub chrome: Chrome,
    /// "6 things need you".
    pub title: String,
    /// "Saturday 21 November, 10:16. Steward is looking after 23 chats."
    pub sub: String,
    /// Something wrong with the whole: a channel is down, the limit is reached.
    pub notes: Vec<Note>,
    /// What needs a person, oldest risk first.
    pub needs: Vec<Need>,
    /// What was done without one.
    pub done: Vec<RailPoint>,
    /// "since 00:00".
    pub done_since: String,
    /// Sales today.
    pub sales: Sales,
    /// Who answered today.
    pub answered: Answered,
    /// Orders to hand over next.
    pub coming: Vec<Coming>,
    /// Bookings of today that are still to come or here.
    pub bookings: Vec<Coming>,
}

/// A thing that needs a person, as a sentence with its buttons.
#[derive(Debug, Clone, Default)]
pub struct Need {
    /// Unique on the page.
    pub id: String,
    /// "bad", "warn", "info", "ok" or "".
    pub tone: &'static str,
    /// An icon of the sprite.
    pub icon: &'static str,
    /// "Ngozi Eze is waiting for a person".
    pub title: String,
    /// Where the sentence leads.
    pub url: String,
    /// "14 min".
    pub age: String,
    /// Why, in one or two sentences.
    pub why: String,
    /// The main button, a link: "Answer Ngozi".
    pub link: String,
    /// A button that decides at once: its words; empty for none.
    pub act: String,
    /// Where that button posts to.
    pub act_url: String,
    /// So that pressing twice decides once.
    pub key: String,
}

/// Sales of the day against the same weekday a week ago.
#[derive(Debug, Clone, Default)]
pub struct Sales {
    /// "₦142,300".
    pub total: String,
    /// "₦18,900 more"; empty when there is nothing to compare with.
    pub change: String,
    /// "up", "down" or "".
    pub tone: &'static str,
    /// "than last Saturday at this time".
    pub than: String,
    /// The last seven days, oldest first.
    pub days: Vec<SalesDay>,
    /// The chart in one sentence.
    pub sentence: String,
}

/// A column of the chart. The plot is 280 wide and 96 high; x grows by 40.
#[derive(Debug, Clone, Default)]
pub struct SalesDay {
    /// "Sat".
    pub label: String,
    /// Left edge of its slot.
    pub x: i64,
    /// Height of the column, 0 to 90.
    pub height: i64,
    /// Today.
    pub now: bool,
    /// "142" over today's column.
    pub value: String,
}

impl SalesDay {
    /// Upper edge of the column.
    pub fn y(&self) -> i64 {
        96 - self.height
    }
    /// Where the value stands.
    pub fn value_y(&self) -> i64 {
        (96 - self.height - 4).max(9)
    }
    /// Middle of the slot.
    pub fn middle(&self) -> i64 {
        self.x + 20
    }
}

/// Conversations of today by who answered them.
#[derive(Debug, Clone, Default)]
pub struct Answered {
    /// By Steward alone.
    pub steward: i64,
    /// With a person.
    pub people: i64,
    /// Waiting.
    pub waiting: i64,
    /// "6 s"; empty when nothing was answered.
    pub first_reply: String,
    /// "$0.41 of $2.00".
    pub cost: String,
}

impl Answered {
    /// All of them.
    pub fn all(&self) -> i64 {
        self.steward + self.people + self.waiting
    }
    /// The strip, 280 wide: left edge and width of each part.
    pub fn parts(&self) -> Vec<(&'static str, i64, i64)> {
        let all = self.all().max(1);
        let mut x = 0;
        let mut out = Vec::new();
        for (class, n) in [("s1", self.steward), ("s2", self.people), ("s3", self.waiting)] {
            if n > 0 {
                let w = (n * 280 / all).max(3);
                out.push((class, x, w - 2));
                x += w;
            }
        }
        out
    }
}

/// An order to hand over.
#[derive(Debug, Clone, Default)]
pub struct Coming {
    /// "11:30" or how long it waits.
    pub time: String,
    /// "#1044, Dr Fashola, delivery".
    pub text: String,
    /// Where it leads.
    pub url: String,
    /// Where it stands.
    pub pill: crate::web::view::Pill,
}
