//! Our end of a channel: who carries it, and under which number or page.
//!
//! A conversation's `account` says both. Meta's phone number ids are digits alone, as they always were; any other carrier writes
//! its word before a colon: `twilio:+14155238886`, `vonage:447700900000`, `messenger:1029384756`.

use super::conversation::Channel;
use super::message::Choice;

/// Who carries messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Carrier {
    /// WhatsApp Cloud API of Meta.
    Meta,
    /// Twilio: WhatsApp and text messages.
    Twilio,
    /// Vonage: WhatsApp and text messages.
    Vonage,
    /// A Facebook page.
    Messenger,
    /// An Instagram account.
    Instagram,
    /// A mailbox.
    Email,
}

impl Carrier {
    /// Those that can be connected beside Meta's WhatsApp.
    pub const OTHERS: [Self; 5] = [Self::Twilio, Self::Vonage, Self::Messenger, Self::Instagram, Self::Email];
    /// The word in accounts, in the control file and in the inbox.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Meta => "whatsapp",
            Self::Twilio => "twilio",
            Self::Vonage => "vonage",
            Self::Messenger => "messenger",
            Self::Instagram => "instagram",
            Self::Email => "email",
        }
    }
    /// Its name for the owner.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Meta => "WhatsApp",
            Self::Twilio => "Twilio",
            Self::Vonage => "Vonage",
            Self::Messenger => "Messenger",
            Self::Instagram => "Instagram",
            Self::Email => "E-mail",
        }
    }
    /// From the word in the control file.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Meta].into_iter().chain(Self::OTHERS).find(|c| c.as_str() == word)
    }
    /// The account of a conversation over `line`, a number or id at this carrier.
    pub fn account(self, line: &str) -> String {
        if self == Self::Meta { line.to_owned() } else { format!("{}:{line}", self.as_str()) }
    }
    /// Whether a customer on `channel` can tap buttons; otherwise choices are numbered and the customer writes the number.
    pub const fn has_buttons(self, channel: Channel) -> bool {
        !matches!((self, channel), (Self::Twilio | Self::Email, _) | (_, Channel::Sms | Channel::Email))
    }
    /// Longest text of one message, in characters. Text messages stay under what is paid as six.
    pub const fn text_max(self, channel: Channel) -> usize {
        match (self, channel) {
            (_, Channel::Sms) => 900,
            (Self::Twilio, _) => 1_600,
            (Self::Messenger, _) => 2_000,
            // Instagram counts 1000 bytes; letters outside of ASCII take two to four.
            (Self::Instagram, _) => 480,
            (Self::Email, _) => 100_000,
            _ => 4_096,
        }
    }
    /// Longest words above choices or a link, in characters. Where there are no buttons, the choices are more lines of the same message.
    pub const fn above_max(self, channel: Channel) -> usize {
        match (self, channel) {
            (Self::Meta | Self::Vonage, Channel::Whatsapp) => 1_024,
            _ => self.text_max(channel) * 2 / 3,
        }
    }
}

/// Who carries an account, and its number or id there.
pub fn split(account: &str) -> (Carrier, &str) {
    match account.split_once(':').and_then(|(word, line)| Some((Carrier::from_word(word)?, line))) {
        Some(found) => found,
        None => (Carrier::Meta, account),
    }
}

/// The choice a customer means who answers with a number alone: "2", "2.", "2)".
pub fn chosen<'a>(text: &str, choices: &'a [Choice]) -> Option<&'a Choice> {
    let text = crate::domain::arabic::digits(text);
    let digits = text.trim().trim_end_matches(['.', ')']);
    let number: usize = digits.parse().ok().filter(|_| digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit()))?;
    choices.get(number.checked_sub(1)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_says_who_carries_it() {
        for carrier in Carrier::OTHERS {
            assert_eq!(split(&carrier.account("+14155238886")), (carrier, "+14155238886"));
        }
        assert_eq!(split("55501"), (Carrier::Meta, "55501"));
        assert_eq!(split(&Carrier::Meta.account("55501")), (Carrier::Meta, "55501"));
        assert_eq!(split("other:5"), (Carrier::Meta, "other:5"));
        assert_eq!(split(""), (Carrier::Meta, ""));
    }
}
