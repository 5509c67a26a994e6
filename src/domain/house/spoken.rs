//! Replies that are spoken: who asks for them and in which words, which replies may be spoken, and which sounds a channel carries.

use super::conversation::Channel;
use super::line::Carrier;
use super::message::{Content, File, MediaKind};
use crate::domain::lang::Lang;
use crate::domain::text::fold;

/// Longest reply that is spoken, in characters: about a minute and a half.
const SPOKEN_CHARS: usize = 1_000;
/// So many digits in a row are read and copied, not heard: accounts, references, phone numbers.
const DIGITS: usize = 6;

/// A sound file we may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sound {
    /// Opus in an Ogg file: what WhatsApp shows as a voice note.
    Ogg,
    /// MP3.
    Mp3,
    /// WAV.
    Wav,
}

impl Sound {
    /// Its MIME type.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Ogg => "audio/ogg",
            Self::Mp3 => "audio/mpeg",
            Self::Wav => "audio/wav",
        }
    }
    /// How its file's name ends.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Ogg => "ogg",
            Self::Mp3 => "mp3",
            Self::Wav => "wav",
        }
    }
    /// What bytes are, whatever anybody says of them.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let head = bytes.get(..12)?;
        match head {
            [b'O', b'g', b'g', b'S', ..] => bytes.get(..200).unwrap_or(bytes).windows(8).any(|w| w == b"OpusHead").then_some(Self::Ogg),
            [b'I', b'D', b'3', ..] | [0xff, 0xfb | 0xf3 | 0xf2, ..] => Some(Self::Mp3),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E'] => Some(Self::Wav),
            _ => None,
        }
    }
}

/// The sounds a channel takes from us, the best first; none when it takes none.
pub const fn sounds(carrier: Carrier, channel: Channel) -> &'static [Sound] {
    match (carrier, channel) {
        (_, Channel::Whatsapp) => &[Sound::Ogg, Sound::Mp3],
        (Carrier::Messenger, Channel::Messenger) => &[Sound::Mp3, Sound::Wav],
        (Carrier::Instagram, Channel::Instagram) => &[Sound::Wav],
        _ => &[],
    }
}

/// The language a voice must have to read a reply aloud. Where nobody who is asked has it, the reply stays written.
pub const fn voice_of(lang: Lang) -> &'static str {
    match lang {
        // No voice is made for Pidgin; an English one reads it.
        Lang::Pcm => "en",
        other => other.code(),
    }
}

/// Whether words may be spoken at all. What must be tapped or copied stays written: links, accounts, references.
pub fn may_be_spoken(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > SPOKEN_CHARS || text.contains("://") || text.contains("www.") {
        return false;
    }
    let mut run = 0;
    for c in text.chars() {
        match c {
            '0'..='9' => run += 1,
            // Accounts and numbers are written in groups, too.
            ' ' | '-' if run > 0 => {}
            _ => run = 0,
        }
        if run >= DIGITS {
            return false;
        }
    }
    true
}

/// A reply as its sound: the words are kept with it.
pub fn as_sound(text: &str, media: String, sound: Sound) -> Content {
    let file = File {
        media: Some(media),
        mime: sound.mime().to_owned(),
        filename: Some(format!("reply.{}", sound.ending())),
        // Only Opus is shown as a voice note; anything else as a sound file.
        voice: sound == Sound::Ogg,
        transcript: Some(text.to_owned()),
        ..File::default()
    };
    Content::Media { media: MediaKind::Audio, file }
}

/// The words of a message that is sent as sound.
pub fn words_of(content: &Content) -> Option<&str> {
    match content {
        Content::Media { media: MediaKind::Audio, file } => file.transcript.as_deref(),
        _ => None,
    }
}

/// Whole messages that ask for spoken replies, folded as [`fold`] folds.
const ON: &[&str] = &[
    "answer by voice",
    "answer with voice",
    "reply by voice",
    "reply with voice",
    "voice please",
    "voice reply please",
    "send voice notes",
    "send me voice notes",
    "speak to me",
    "start voice",
    "voice on",
    "use voice",
    "abeg use voice",
    "use voice answer me",
    "answer me with voice",
    "send me voice note",
    "fi ohun dahun",
    "e fi ohun dahun",
    "e fi ohun da mi lohun",
    "amsa da murya",
    "ka amsa da murya",
    "a amsa da murya",
    "aiko da murya",
    "jiri olu zaa",
    "jiri olu zaa m",
    "biko jiri olu zaa m",
    "responde con voz",
    "responda con voz",
    "responde por voz",
    "por voz por favor",
    "notas de voz por favor",
    "reponds par la voix",
    "repondez par la voix",
    "reponse vocale",
    "reponses vocales",
    "par message vocal",
    "responda por voz",
    "responda com voz",
    "responda por audio",
    "por audio por favor",
    "jibu kwa sauti",
    "nijibu kwa sauti",
    "رد بالصوت",
    "رد علي بالصوت",
];
/// Whole messages that ask for written replies again.
const OFF: &[&str] = &[
    "stop voice",
    "stop voice notes",
    "no voice",
    "no more voice",
    "voice off",
    "text only",
    "write to me",
    "reply by text",
    "answer by text",
    "stop the voice",
    "no use voice again",
    "no send voice again",
    "da ohun duro",
    "e da ohun duro",
    "fi oro dahun",
    "daina murya",
    "a daina murya",
    "rubutu kawai",
    "kwusi olu",
    "dee ya ede",
    "naani ederede",
    "sin voz",
    "solo texto",
    "responde por escrito",
    "sans voix",
    "acha sauti",
    "بدون صوت",
    "texte seulement",
    "par ecrit",
    "repondez par ecrit",
    "sem voz",
    "so texto",
    "apenas texto",
    "responda por escrito",
];

/// Whether a whole message asks for spoken replies (true), for written ones (false), or for neither.
pub fn wish(text: &str) -> Option<bool> {
    if text.chars().count() > 48 {
        return None;
    }
    let folded = fold(text);
    let said = folded.trim().trim_matches(|c: char| c.is_ascii_punctuation()).trim();
    if ON.contains(&said) {
        return Some(true);
    }
    OFF.contains(&said).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::house::consent;
    use proptest::prelude::*;

    #[test]
    fn words_are_folded_as_they_are_compared_and_mean_one_thing() {
        for word in ON.iter().chain(OFF) {
            assert_eq!(fold(word), **word);
            assert_eq!(wish(word), Some(ON.contains(word)), "{word}");
            assert_eq!(consent::wish(word), None, "{word} is about messages at all");
        }
        assert!(ON.iter().all(|w| !OFF.contains(w)));
    }

    #[test]
    fn only_a_whole_message_is_a_wish() {
        assert_eq!(wish(" Answer by voice, "), Some(true));
        assert_eq!(wish("Répondez par la voix !"), Some(true));
        assert_eq!(wish("STOP VOICE."), Some(false));
        for other in ["do you have voice recorders", "stop", "the voice on the phone was bad", ""] {
            assert_eq!(wish(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_copied_or_tapped_stays_written() {
        assert!(may_be_spoken("2 large jollof rice come to ₦7,600. Shall I place it?"));
        for text in ["", "Pay to GTBank 0123456789", "Pay to 0123 456 789", "See https://a.example", &"a".repeat(1_001)] {
            assert!(!may_be_spoken(text), "{text}");
        }
    }

    #[test]
    fn bytes_say_what_they_are() {
        assert_eq!(Sound::of(b"OggS\0\0\0\0\0\0\0\0\0\0OpusHead\x01"), Some(Sound::Ogg));
        assert_eq!(Sound::of(b"OggS\0\0\0\0\0\0\0\0\0\0\x01vorbis\x01"), None);
        assert_eq!(Sound::of(b"ID3\x04\0\0\0\0\0\0\0\0\0"), Some(Sound::Mp3));
        assert_eq!(Sound::of(b"RIFF\0\0\0\0WAVEfmt "), Some(Sound::Wav));
        assert_eq!(Sound::of(b"{\"error\":\"no\"}"), None);
        let content = as_sound("Hello", "ab".into(), Sound::Ogg);
        assert_eq!((words_of(&content), content.words().as_str(), content.unheard()), (Some("Hello"), "Hello", None));
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(text in "(?s).{0,80}", bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = (wish(&text), may_be_spoken(&text), Sound::of(&bytes));
        }
    }
}
