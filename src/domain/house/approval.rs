//! Questions a person of the business decides: who may, how many must, until when.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::money::{Currency, Money};
use crate::domain::time::{HOUR_MS, Time};
use serde::{Deserialize, Serialize};

/// What a person is asked. Written by code, from rows; never by a customer or a vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What it is about, once: the same key is never asked twice.
    pub key: String,
    /// One line: "Pay Adaeze Farms $84.20 for 12 dozen eggs".
    pub title: String,
    /// What there is to know, as lines of name and value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<(String, String)>,
    /// What approving would spend; decides who must be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The page with more, such as `/app/buying/ID`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// When the question loses its meaning; the policy may end it earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

/// Where a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It waits for somebody.
    Open,
    /// Somebody, or the policy, said yes.
    Approved,
    /// Somebody said no.
    Rejected,
    /// Nobody answered in time.
    Expired,
    /// What it was about is off.
    Withdrawn,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Open, Self::Approved, Self::Rejected, Self::Expired, Self::Withdrawn];
    /// The word in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }
    /// The standing of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
}

/// What a run hears of its question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// How it was decided; never `open`.
    pub standing: Standing,
    /// Who decided, in words: names, or "the policy".
    #[serde(default)]
    pub by: String,
    /// What they added.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Verdict {
    /// Whether it may be done.
    pub fn is_yes(&self) -> bool {
        self.standing == Standing::Approved
    }
}

/// Which way an answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The dashboard.
    Page,
    /// The API.
    Api,
    /// A button or reply on WhatsApp from a verified number.
    Whatsapp,
    /// A signed link.
    Link,
}

impl Way {
    /// The word in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Api => "api",
            Self::Whatsapp => "whatsapp",
            Self::Link => "link",
        }
    }
    /// As the owner reads it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Page => "on the dashboard",
            Self::Api => "through the API",
            Self::Whatsapp => "on WhatsApp",
            Self::Link => "by a link",
        }
    }
    /// The way of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Page, Self::Api, Self::Whatsapp, Self::Link].into_iter().find(|w| w.as_str() == word)
    }
}

/// A question as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Its id.
    pub id: Id,
    /// What is asked.
    #[serde(flatten)]
    pub question: Question,
    /// The run that waits for it.
    pub run_id: Option<Id>,
    /// How many different people must agree; 0 when the policy decided.
    pub needed: u32,
    /// Where it stands.
    pub standing: Standing,
    /// When it is given up.
    pub expires_at: Time,
    /// When it was decided.
    pub decided_at: Option<Time>,
    /// Who decided, in words.
    pub decided_by: String,
    /// Which way the deciding answer came.
    pub decided_way: Option<Way>,
    /// What the one who decided added.
    pub note: String,
    /// When it was asked.
    pub created_at: Time,
    /// Who has answered, in order.
    pub votes: Vec<Vote>,
}

impl Approval {
    /// What a run hears once it is decided.
    pub fn verdict(&self) -> Verdict {
        Verdict { standing: self.standing, by: self.decided_by.clone(), note: self.note.clone() }
    }
    /// People who said yes so far.
    pub fn agreed(&self) -> u32 {
        u32::try_from(self.votes.iter().filter(|v| v.yes).count()).unwrap_or(u32::MAX)
    }
}

/// One person's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// The member or key.
    pub voter: String,
    /// The name shown.
    pub name: String,
    /// Which way it came.
    pub way: Way,
    /// Yes or no.
    pub yes: bool,
    /// What they added.
    pub note: String,
    /// When.
    pub at: Time,
}

/// Who must be asked, by the owner's settings. Amounts are in the business's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Up to this, inclusive, nobody is asked. 0 asks always.
    pub automatic_up_to_minor: i64,
    /// Above this two different people must agree. None never asks two.
    pub two_above_minor: Option<i64>,
    /// Hours until a question is given up.
    pub expires_hours: u32,
    /// A member who may decide in an owner's place.
    pub delegate: Option<Id>,
    /// The most the delegate may approve; none for any amount.
    pub delegate_up_to_minor: Option<i64>,
    /// When nobody is nudged, in minutes of the day, from and to; may pass midnight.
    pub quiet: Option<(u16, u16)>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            automatic_up_to_minor: 0,
            two_above_minor: None,
            expires_hours: 24,
            delegate: None,
            delegate_up_to_minor: None,
            quiet: Some((22 * 60, 7 * 60)),
        }
    }
}

/// The longest a question may stay open, in hours.
const HOURS_MAX: u32 = 24 * 30;
/// Minutes of a day.
const DAY_MIN: u16 = 24 * 60;

impl Policy {
    /// An error that names what to mend.
    pub fn check(&self) -> Result<()> {
        if self.automatic_up_to_minor < 0 {
            return Err(Error::field("automatic_up_to_minor", "The amount that needs nobody cannot be below zero."));
        }
        if self.two_above_minor.is_some_and(|two| two < self.automatic_up_to_minor) {
            return Err(Error::field(
                "two_above_minor",
                "Two people cannot be needed for amounts that need nobody. Raise the second amount.",
            ));
        }
        if !(1..=HOURS_MAX).contains(&self.expires_hours) {
            return Err(Error::field("expires_hours", format!("A question is given up after 1 to {HOURS_MAX} hours.")));
        }
        if self.delegate_up_to_minor.is_some_and(|d| d < 0) {
            return Err(Error::field("delegate_up_to_minor", "The delegate's amount cannot be below zero."));
        }
        if self.quiet.is_some_and(|(from, to)| from >= DAY_MIN || to >= DAY_MIN || from == to) {
            return Err(Error::field("quiet", "Quiet hours are two different times of the day, such as 22:00 and 07:00."));
        }
        Ok(())
    }

    /// How many people must agree to spending this: 0, 1 or 2. What is in another currency, or has no amount, needs one.
    pub fn needed(&self, amount: Option<Money>, currency: Currency) -> u32 {
        match amount {
            Some(m) if m.currency == currency && self.automatic_up_to_minor > 0 && m.amount_minor <= self.automatic_up_to_minor => 0,
            Some(m) if m.currency == currency && self.two_above_minor.is_some_and(|two| m.amount_minor > two) => 2,
            // What we cannot compare with the limit might be above it.
            Some(m) if m.currency != currency && self.two_above_minor.is_some() => 2,
            _ => 1,
        }
    }

    /// When a question asked now is given up.
    pub fn expires(&self, now: Time, until: Option<Time>) -> Time {
        let own = now.plus_ms(i64::from(self.expires_hours) * HOUR_MS);
        until.map_or(own, |u| own.min(u).max(now))
    }

    /// Whether the delegate may approve this amount.
    pub fn delegate_may(&self, member: Id, amount: Option<Money>, currency: Currency) -> bool {
        if self.delegate != Some(member) {
            return false;
        }
        match (self.delegate_up_to_minor, amount) {
            (Some(most), Some(m)) => m.currency == currency && m.amount_minor <= most,
            _ => true,
        }
    }

    /// When somebody may be nudged: now, or when the quiet hours end on the business's clock.
    pub fn nudge_at(&self, now: Time, zone: &str) -> Time {
        let Some((from, to)) = self.quiet else { return now };
        let local = now.in_zone(zone);
        let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
        let quiet = if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to };
        if quiet { end_of_quiet(&local, to).unwrap_or(now) } else { now }
    }
}

/// The next time the clock of `local` shows `minute`; a change of the clocks in between is counted.
fn end_of_quiet(local: &jiff::Zoned, minute: u16) -> Option<Time> {
    let (hour, rest) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
    let on = |date: jiff::civil::Date| date.at(hour, rest, 0, 0).to_zoned(local.time_zone().clone()).ok();
    let today = on(local.date())?;
    let next = if today > *local { today } else { on(local.date().tomorrow().ok()?)? };
    Some(Time::from_millis(next.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NGN: Currency = Currency::NGN;

    fn naira(minor: i64) -> Option<Money> {
        Some(Money::new(minor, NGN))
    }

    #[test]
    fn amounts_decide_how_many_people_are_needed() {
        let p = Policy { automatic_up_to_minor: 500, two_above_minor: Some(10_000), ..Policy::default() };
        let needed: Vec<u32> = [0, 500, 501, 10_000, 10_001].iter().map(|m| p.needed(naira(*m), NGN)).collect();
        assert_eq!(needed, [0, 0, 1, 1, 2]);
        assert_eq!(p.needed(None, NGN), 1, "what has no amount is never automatic");
        let dollars = Some(Money::new(1, "USD".parse().unwrap()));
        assert_eq!(p.needed(dollars, NGN), 2, "what cannot be compared might be above the limit");
        assert_eq!(Policy::default().needed(dollars, NGN), 1);
        assert_eq!(Policy::default().needed(naira(0), NGN), 1, "0 asks always, also for nothing");
    }

    #[test]
    fn a_policy_that_contradicts_itself_is_refused() {
        let two = Policy { automatic_up_to_minor: 500, two_above_minor: Some(400), ..Policy::default() };
        let never = Policy { expires_hours: 0, ..Policy::default() };
        let quiet = Policy { quiet: Some((600, 600)), ..Policy::default() };
        let wrong: Vec<String> = [two, never, quiet].iter().map(|p| p.check().unwrap_err().fields[0].0.clone()).collect();
        assert_eq!(wrong, ["two_above_minor", "expires_hours", "quiet"]);
        Policy::default().check().unwrap();
    }

    #[test]
    fn a_delegate_decides_up_to_an_amount() {
        let (ada, bem) = (Id::new(Time::from_millis(1)), Id::new(Time::from_millis(2)));
        let p = Policy { delegate: Some(ada), delegate_up_to_minor: Some(1_000), ..Policy::default() };
        assert!(p.delegate_may(ada, naira(1_000), NGN));
        assert!(!p.delegate_may(ada, naira(1_001), NGN));
        assert!(!p.delegate_may(bem, naira(1), NGN));
    }

    #[test]
    fn nobody_is_nudged_in_quiet_hours() {
        let p = Policy { quiet: Some((22 * 60, 7 * 60)), ..Policy::default() };
        let at = |s: &str| Time::parse(s).unwrap();
        for (now, nudge) in [
            ("2026-11-21T20:59:00Z", "2026-11-21T20:59:00Z"), // 21:59 in Lagos
            ("2026-11-21T21:00:30Z", "2026-11-22T06:00:00Z"),
            ("2026-11-22T05:59:59Z", "2026-11-22T06:00:00Z"),
            ("2026-11-22T06:00:00Z", "2026-11-22T06:00:00Z"),
        ] {
            assert_eq!(p.nudge_at(at(now), "Africa/Lagos"), at(nudge), "{now}");
        }
        // The clocks go forward in the night of 28 to 29 March 2026.
        assert_eq!(p.nudge_at(at("2026-03-28T22:00:00Z"), "Europe/Berlin"), at("2026-03-29T05:00:00Z"));
        assert_eq!(Policy { quiet: None, ..p }.nudge_at(at("2026-11-21T23:00:00Z"), "Africa/Lagos"), at("2026-11-21T23:00:00Z"));
    }
}
