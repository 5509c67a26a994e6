//! Reads server-sent events piece by piece (WHATWG HTML, "Interpreting an event stream"). Never panics, whatever comes.

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event {
    /// The event's name; empty when the server gives none.
    pub name: String,
    /// Its data; several `data:` lines are joined by line feeds.
    pub data: String,
}

/// An event or a line grew larger than a parser keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event of the stream is too long")]
pub struct TooLong;

/// Largest event kept, in bytes.
pub const EVENT_BYTES: usize = 1 << 20;

/// A parser that is fed pieces as they come, cut anywhere.
#[derive(Debug, Default)]
pub struct Parser {
    line: Vec<u8>,
    after_cr: bool,
    begun: bool,
    event: Event,
    has_data: bool,
}

impl Parser {
    /// Takes a piece and gives the events it completed.
    pub fn push(&mut self, piece: &[u8]) -> Result<Vec<Event>, TooLong> {
        let mut out = Vec::new();
        for &byte in piece {
            let second_of_crlf = byte == b'\n' && std::mem::take(&mut self.after_cr);
            self.after_cr = byte == b'\r';
            match byte {
                _ if second_of_crlf => {}
                b'\r' | b'\n' => out.extend(self.end_line()),
                _ if self.line.len() + self.event.data.len() >= EVENT_BYTES => return Err(TooLong),
                _ => self.line.push(byte),
            }
        }
        Ok(out)
    }
    /// The stream has ended: what was begun and holds data counts, because some servers leave the last empty line out.
    pub fn finish(&mut self) -> Option<Event> {
        if !self.line.is_empty() {
            let _ = self.end_line();
        }
        self.end_event()
    }

    fn end_line(&mut self) -> Option<Event> {
        let raw = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&raw);
        let line = if self.begun { &*text } else { text.strip_prefix('\u{feff}').unwrap_or(&text) };
        self.begun = true;
        if line.is_empty() {
            return self.end_event();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
                self.has_data = true;
            }
            // Comments (an empty field), `id`, `retry` and whatever else comes.
            _ => {}
        }
        None
    }

    fn end_event(&mut self) -> Option<Event> {
        let event = std::mem::take(&mut self.event);
        std::mem::take(&mut self.has_data).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(pieces: &[&[u8]]) -> Vec<Event> {
        let mut p = Parser::default();
        let mut out: Vec<Event> = pieces.iter().flat_map(|b| p.push(b).unwrap()).collect();
        out.extend(p.finish());
        out
    }
    fn data(s: &str) -> Event {
        Event { name: String::new(), data: s.into() }
    }

    #[test]
    fn reads_events_comments_and_all_line_ends() {
        let text = "\u{feff}: OPENROUTER PROCESSING\n\ndata: {\"a\":1}\r\n\r\nevent: ping\rdata:x\rdata: y\r\rid: 7\n\ndata: [DONE]";
        let want = vec![data("{\"a\":1}"), Event { name: "ping".into(), data: "x\ny".into() }, data("[DONE]")];
        assert_eq!(all(&[text.as_bytes()]), want);
    }

    #[test]
    fn a_line_without_end_is_not_kept_for_ever() {
        let mut p = Parser::default();
        assert_eq!(p.push(&vec![b'x'; EVENT_BYTES + 1]), Err(TooLong));
    }

    proptest! {
        /// However the stream is cut into pieces, the events are the same.
        #[test]
        fn cuts_change_nothing(events in proptest::collection::vec("[^\r\n]{0,12}", 0..8), crlf: bool, size in 1usize..7) {
            let end = if crlf { "\r\n" } else { "\n" };
            let text: String = events.iter().map(|e| format!("data: {e}{end}{end}")).collect();
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            let want: Vec<Event> = events.iter().map(|e| data(e)).collect();
            prop_assert_eq!(all(&pieces), want);
        }
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400), size in 1usize..50) {
            let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
            let _ = all(&pieces);
        }
    }
}
