//! Which events are about the conversation of a visitor, who is known by a browser's token only. It is looked up when a stream begins and
//! when it may have changed, never for each message of the business: a thousand open chats would read a thousand times.

use crate::domain::error::Result;
use crate::domain::event::{self, Event};
use crate::domain::house::contact::Identity;
use crate::domain::house::conversation::Conversation;
use crate::domain::id::Id;
use crate::services::house::chat::thread_of_visitor;
use crate::store::file::File;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Other people's conversations that are remembered; beyond that, they are asked about anew.
const OTHERS: usize = 1_000;

/// A visitor's own conversation, as one stream knows it.
pub struct Own {
    file: Arc<File>,
    who: Identity,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// The conversation and its contact; none before the first message.
    own: Option<(Id, Id)>,
    /// Conversations that were looked at while there was none.
    others: HashSet<Id>,
}

impl Own {
    /// Looks the conversation up.
    pub async fn find(file: Arc<File>, who: Identity) -> Result<Self> {
        let own = Self { file, who, seen: Mutex::default() };
        let found = own.look().await?;
        own.lock().own = found.map(|t| (t.id, t.contact_id));
        Ok(own)
    }

    /// Whether an event is about it. Only what nobody can know without looking is looked up.
    pub async fn is_about(&self, e: &Event) -> bool {
        let known = self.lock().judge(e);
        match (known, e.conversation_id) {
            (Some(known), _) => known,
            (None, None) => false,
            // What could not be read is asked again with the next event.
            (None, Some(asked)) => self.look().await.is_ok_and(|found| self.lock().learn(asked, found.as_ref())),
        }
    }

    /// Whether this is the conversation, as far as is known.
    pub fn is(&self, conversation: Id) -> bool {
        self.lock().own.is_some_and(|(own, _)| own == conversation)
    }

    async fn look(&self) -> Result<Option<Conversation>> {
        let who = self.who.clone();
        self.file.read(move |tx| thread_of_visitor(tx, &who)).await
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    /// Whether an event is about the visitor's conversation; none when that must be looked up.
    fn judge(&mut self, e: &Event) -> Option<bool> {
        if e.kind == event::CONTACT {
            // Erased, they may begin another conversation under the same token.
            self.own = self.own.filter(|(_, contact)| e.data["contact_id"].as_str() != Some(&contact.to_string()));
        }
        let Some(asked) = e.conversation_id else { return Some(false) };
        match self.own {
            Some((own, _)) => Some(own == asked),
            None => self.others.contains(&asked).then_some(false),
        }
    }

    /// Keeps what was found when `asked` was looked up; whether it is the visitor's.
    fn learn(&mut self, asked: Id, found: Option<&Conversation>) -> bool {
        self.own = found.map(|t| (t.id, t.contact_id));
        if self.own.is_none() {
            if self.others.len() >= OTHERS {
                self.others.clear();
            }
            self.others.insert(asked);
        }
        self.own.is_some_and(|(own, _)| own == asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::house::conversation::{Channel, Mode};
    use crate::domain::time::Time;
    use serde_json::json;

    fn id(n: i64) -> Id {
        Id::new(Time::from_millis(n))
    }

    fn event(kind: &str, conversation: Option<Id>, data: serde_json::Value) -> Event {
        let at = Time::from_millis(1);
        Event { id: 1, at, kind: kind.into(), conversation_id: conversation, order_id: None, run_id: None, data }
    }

    fn thread(conversation: Id, contact: Id) -> Conversation {
        Conversation {
            id: conversation,
            contact_id: contact,
            channel: Channel::Web,
            account: String::new(),
            mode: Mode::Agent,
            waiting_since: None,
            waiting_reason: String::new(),
            waiting_summary: String::new(),
            closed: false,
            last_inbound_at: None,
            last_message_at: Time::from_millis(1),
            turn_epoch: 0,
        }
    }

    #[test]
    fn other_peoples_messages_are_not_looked_up() {
        let (mine, me, theirs) = (id(1), id(2), id(3));
        let said = |c: Id| event(event::MESSAGE, Some(c), json!({}));
        let mut seen = Seen { own: Some((mine, me)), ..Seen::default() };
        assert_eq!((seen.judge(&said(theirs)), seen.judge(&said(mine))), (Some(false), Some(true)));
        // Somebody else is erased, and something is about no conversation.
        assert_eq!(seen.judge(&event(event::CONTACT, None, json!({ "contact_id": theirs, "erased": true }))), Some(false));
        assert_eq!(seen.judge(&event(event::ITEM, None, json!({}))), Some(false));
        assert_eq!(seen.judge(&said(theirs)), Some(false));
    }

    #[test]
    fn before_the_first_message_each_conversation_is_looked_at_once() {
        let (mine, me, theirs) = (id(1), id(2), id(3));
        let said = |c: Id| event(event::MESSAGE, Some(c), json!({}));
        let mut seen = Seen::default();
        assert_eq!(seen.judge(&said(theirs)), None);
        assert!(!seen.learn(theirs, None));
        assert_eq!(seen.judge(&said(theirs)), Some(false));
        assert_eq!(seen.judge(&said(mine)), None);
        assert!(seen.learn(mine, Some(&thread(mine, me))));
        assert_eq!((seen.judge(&said(mine)), seen.judge(&said(id(4)))), (Some(true), Some(false)));
    }

    #[test]
    fn who_was_erased_may_begin_anew() {
        let (mine, me, next) = (id(1), id(2), id(3));
        let mut seen = Seen { own: Some((mine, me)), ..Seen::default() };
        assert_eq!(seen.judge(&event(event::CONTACT, None, json!({ "contact_id": me, "erased": true }))), Some(false));
        assert_eq!(seen.judge(&event(event::MESSAGE, Some(next), json!({}))), None);
        assert!(seen.learn(next, Some(&thread(next, id(4)))));
    }
}
