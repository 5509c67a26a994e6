//! Meta's limits, and short words cut to them. Long ones are split before they are sent (`services/house/outbound`). Lengths are counted
//! in UTF-16 units, the strictest way WhatsApp could count.

use crate::domain::text::{end_of, units};

/// Longest text message.
pub const TEXT_MAX: usize = 4096;
/// Longest words above buttons, a list or a link.
pub const BODY_MAX: usize = 1024;
/// Longest caption.
pub const CAPTION_MAX: usize = 1024;
/// Longest title of a button, and of the button that opens a list or a page.
pub const BUTTON_MAX: usize = 20;
/// Longest title of a list row.
pub const ROW_MAX: usize = 24;
/// Longest second line of a list row.
pub const ROW_NOTE_MAX: usize = 72;
/// Longest value of one place in a template.
pub const PARAMETER_MAX: usize = 1024;

/// At most `max` units of `s`, ended by an ellipsis when something was cut. Never cuts inside a character, and leaves no half of
/// a joined emoji.
pub fn cut(s: &str, max: usize) -> String {
    if units(s) <= max {
        return s.to_owned();
    }
    let mut out = s[..end_of(s, max.saturating_sub(1))].trim_end_matches(['\u{200d}', '\u{fe0f}', ' ']).to_owned();
    if max > 0 {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_between_characters() {
        assert_eq!(cut("Jollof rice with chicken", 20), "Jollof rice with ch…");
        assert_eq!(cut("👩🏽‍🍳", 6), "👩🏽…");
        assert_eq!(cut("short", 20), "short");
    }
}
