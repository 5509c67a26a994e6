//! Walks over our own finished HTML and hands out every piece of text that is ours: text between elements, and the attributes people
//! read or hear. What people wrote (`dir="auto"`, `translate="no"`) and what machines read (scripts, code) is passed by.

/// Attributes that hold words. `data-ask` and `data-l` are shown by our script and style sheet.
const SPOKEN: &[&str] = &["aria-label", "placeholder", "title", "alt", "hx-confirm", "data-ask", "data-l"];
/// Elements that never close.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "use", "rect", "line", "image"];
/// Elements whose words are not ours to change.
const HUSHED: &[&str] = &["code", "pre", "textarea", "kbd"];
/// Elements whose content is no HTML.
const RAW: &[&str] = &["script", "style"];

/// Where a piece of text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// Between elements.
    Text,
    /// In the page's title, before the name of the business.
    Title,
    /// In an attribute.
    Attribute,
}

/// An attribute of a tag: its name and, where it has one in quotes, its value, as places in the page.
struct Attribute {
    name: (usize, usize),
    value: Option<(usize, usize)>,
}

/// What is said for a piece of text; `None` leaves it as it is.
type Say<'a> = &'a mut dyn FnMut(Spot, &str) -> Option<String>;

/// A walk over a page: what it has written so far.
struct Walk<'a> {
    html: &'a str,
    lang: Option<&'a str>,
    say: Say<'a>,
    /// Elements that are open, and whether what is inside them is left alone.
    open: Vec<(&'a str, bool)>,
    out: String,
}

/// The page with each piece of our text replaced by what `say` makes of it; `None` leaves a piece as it is. `say` gets plain text without
/// entities, with single blanks; what it gives is escaped. `lang` becomes the language of the page.
pub fn walk(html: &str, lang: Option<&str>, say: Say<'_>) -> String {
    let mut walk = Walk { html, lang, say, open: Vec::new(), out: String::with_capacity(html.len() + html.len() / 8) };
    let mut at = 0;
    while at < html.len() {
        at = walk.step(at);
    }
    walk.out
}

impl<'a> Walk<'a> {
    /// Writes what stands at `at`; where the next begins.
    fn step(&mut self, at: usize) -> usize {
        let rest = &self.html[at..];
        if let Some(tag) = rest.strip_prefix('<').filter(|r| r.starts_with(|c: char| c.is_ascii_alphabetic())) {
            return self.element(at, tag);
        }
        if rest.starts_with("<!--") {
            return self.copy(at, rest.find("-->").map(|i| i + 3));
        }
        if rest.starts_with('<') {
            let end = self.copy(at, rest.find('>').map(|i| i + 1));
            self.close(&self.html[at..end]);
            return end;
        }
        let end = rest.find('<').map_or(self.html.len(), |i| at + i);
        match self.open.last().copied() {
            Some((_, true)) => self.out.push_str(&self.html[at..end]),
            Some(("title", _)) => self.text(Spot::Title, &self.html[at..end]),
            _ => self.text(Spot::Text, &self.html[at..end]),
        }
        end
    }
    /// Copies so many bytes, or the rest of the page; where that ends.
    fn copy(&mut self, at: usize, length: Option<usize>) -> usize {
        let end = length.map_or(self.html.len(), |n| at + n);
        self.out.push_str(&self.html[at..end]);
        end
    }
    /// An element begins.
    fn element(&mut self, at: usize, tag: &'a str) -> usize {
        let html = self.html;
        let (name, attributes, end) = read_tag(html, at + 1, tag);
        let hushed = self.open.last().is_some_and(|(_, h)| *h);
        let quiet = quiet(html, name, &attributes, hushed);
        let own = attribute(html, &attributes, "translate").map_or(hushed, |t| t == "no");
        self.tag(at, end, name, &attributes, own);
        let content = RAW.contains(&name).then(|| html[end..].find(&format!("</{name}")));
        let next = content.map_or(end, |length| self.copy(end, length));
        if !VOID.contains(&name) && !html[..next].ends_with("/>") {
            self.open.push((name, quiet));
        }
        next
    }
    /// An element ends, and with it what was left open inside.
    fn close(&mut self, tag: &str) {
        let name = tag.strip_prefix("</").map(|n| n.trim_end_matches('>').trim());
        if let Some(i) = name.and_then(|name| self.open.iter().rposition(|(n, _)| *n == name)) {
            self.open.truncate(i);
        }
    }
    fn tag(&mut self, from: usize, end: usize, name: &str, attributes: &[Attribute], hushed: bool) {
        let mut done = from;
        for a in attributes {
            let Some((start, stop)) = a.value else { continue };
            let (called, value) = (&self.html[a.name.0..a.name.1], &self.html[start..stop]);
            self.out.push_str(&self.html[done..start]);
            match self.lang {
                Some(lang) if name == "html" && called == "lang" => self.out.push_str(lang),
                _ if !hushed && SPOKEN.contains(&called) => self.text(Spot::Attribute, value),
                _ => self.out.push_str(value),
            }
            done = stop;
        }
        self.out.push_str(&self.html[done..end]);
    }
    fn text(&mut self, spot: Spot, raw: &str) {
        let core = raw.trim();
        let own = match spot {
            Spot::Title => core.rsplit_once(" · ").map_or(core, |(own, _)| own),
            _ => core,
        };
        let spoken = core.contains(char::is_alphabetic).then(|| plain(own)).flatten();
        match spoken.and_then(|text| (self.say)(spot, &text)) {
            Some(said) => {
                let start = raw.len() - raw.trim_start().len();
                self.out.push_str(&raw[..start]);
                escape(&said, &mut self.out);
                self.out.push_str(&raw[start + own.len()..]);
            }
            None => self.out.push_str(raw),
        }
    }
}

/// Name, attributes and end of the tag whose name begins at `from`.
fn read_tag<'a>(html: &'a str, from: usize, tag: &'a str) -> (&'a str, Vec<Attribute>, usize) {
    let bytes = html.as_bytes();
    let name = tag.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
    let mut at = from + name.len();
    let mut attributes = Vec::new();
    while at < bytes.len() && bytes[at] != b'>' {
        if bytes[at].is_ascii_whitespace() || bytes[at] == b'/' || bytes[at] == b'=' {
            at += 1;
            continue;
        }
        if bytes[at] == b'"' || bytes[at] == b'\'' {
            at = html[at + 1..].find(char::from(bytes[at])).map_or(bytes.len(), |i| at + i + 2);
            continue;
        }
        let start = at;
        while at < bytes.len() && !bytes[at].is_ascii_whitespace() && !matches!(bytes[at], b'=' | b'>' | b'"' | b'\'') {
            at += 1;
        }
        let named = (start, at);
        let mut value = None;
        if at + 1 < bytes.len() && bytes[at] == b'=' && matches!(bytes[at + 1], b'"' | b'\'') {
            let end = html[at + 2..].find(char::from(bytes[at + 1])).map_or(bytes.len(), |i| at + 2 + i);
            value = Some((at + 2, end));
            at = (end + 1).min(bytes.len());
        }
        attributes.push(Attribute { name: named, value });
    }
    (name, attributes, (at + 1).min(bytes.len()))
}

fn attribute<'a>(html: &'a str, attributes: &[Attribute], name: &str) -> Option<&'a str> {
    let found = attributes.iter().find(|a| &html[a.name.0..a.name.1] == name)?;
    found.value.map(|(from, to)| &html[from..to])
}

/// Whether what is inside this element is left alone.
fn quiet(html: &str, name: &str, attributes: &[Attribute], outside: bool) -> bool {
    match attribute(html, attributes, "translate") {
        Some("no") => true,
        Some("yes") => false,
        _ => outside || HUSHED.contains(&name) || attribute(html, attributes, "dir") == Some("auto"),
    }
}

/// The text without entities and with single blanks; nothing when it holds an entity we do not write ourselves.
fn plain(escaped: &str) -> Option<String> {
    let mut out = String::with_capacity(escaped.len());
    let mut blank = false;
    let mut rest = escaped;
    while let Some(c) = rest.chars().next() {
        let (c, used) = if c == '&' { entity(rest)? } else { (c, c.len_utf8()) };
        rest = &rest[used..];
        if c.is_whitespace() && c != '\u{a0}' && c != '\u{202f}' {
            blank = true;
            continue;
        }
        if blank && !out.is_empty() {
            out.push(' ');
        }
        blank = false;
        out.push(c);
    }
    Some(out)
}

/// The character of the entity a text begins with, and how long the entity is.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|b| b == b';')?;
    let name = &text[1..end];
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control() || *c == '\n')?
        }
    };
    Some((c, end + 1))
}

/// Writes text so that it stays text, between elements and in attributes.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&#38;"),
            '<' => out.push_str("&#60;"),
            '>' => out.push_str("&#62;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

/// Every piece of our own text on a page, in order.
pub fn pieces(html: &str) -> Vec<(Spot, String)> {
    let mut all = Vec::new();
    walk(html, None, &mut |spot, text| {
        all.push((spot, text.to_owned()));
        None
    });
    all
}
