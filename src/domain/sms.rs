//! What a text message costs: one that stays within the GSM alphabet holds 160 characters, any other 70.
//! Alphabet and lengths: 3GPP TS 23.038, section 6.2.1.

/// The GSM 7-bit alphabet, without the escape.
const BASIC: &str =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Letters of its extension, which take the room of two.
const EXTENDED: &str = "^{}\\[~]|€";

/// The room a text takes in the GSM alphabet; none when it holds a letter that is not in it.
fn septets(text: &str) -> Option<usize> {
    text.chars().map(|c| if BASIC.contains(c) { Some(1) } else { EXTENDED.contains(c).then_some(2) }).sum()
}

/// How many messages a text is paid as.
pub fn segments(text: &str) -> usize {
    let (room, one, many) = match septets(text) {
        Some(n) => (n, 160, 153),
        None => (text.encode_utf16().count(), 70, 67),
    };
    if room <= one { 1 } else { room.div_ceil(many) }
}

/// The same words in the GSM alphabet, when only typography stands in the way: curly quotes, long dashes, the sign of the naira
/// (written N, as on every price tag in Lagos). A text in a language that needs other letters is left as it is.
pub fn cheapest(text: &str) -> String {
    if septets(text).is_some() {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '‘' | '’' | '‚' | '′' | '`' => plain.push('\''),
            '“' | '”' | '„' | '«' | '»' => plain.push('"'),
            '–' | '—' | '‑' | '−' => plain.push('-'),
            '…' => plain.push_str("..."),
            '•' | '·' => plain.push('-'),
            '×' => plain.push('x'),
            '₦' => plain.push('N'),
            '\u{a0}' | '\u{202f}' | '\u{2009}' | '\t' => plain.push(' '),
            '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2066}'..='\u{2069}' => {}
            other => plain.push(other),
        }
    }
    if septets(&plain).is_some() { plain } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_as_networks_do() {
        assert_eq!((segments(""), segments(&"a".repeat(160)), segments(&"a".repeat(161))), (1, 1, 2));
        assert_eq!((segments(&"€".repeat(80)), segments(&"€".repeat(81))), (1, 2));
        assert_eq!((segments(&"ọ".repeat(70)), segments(&"ọ".repeat(71))), (1, 2));
        assert_eq!(segments(&"😀".repeat(36)), 2);
    }

    #[test]
    fn typography_alone_never_doubles_the_price() {
        assert_eq!(cheapest("“2 × Jollof” – ₦5,000…"), "\"2 x Jollof\" - N5,000...");
        assert_eq!(cheapest("ẹ káàbọ̀ – ₦5,000"), "ẹ káàbọ̀ – ₦5,000", "Yoruba keeps its letters");
        assert_eq!(cheapest("plain {x}"), "plain {x}");
    }
}
