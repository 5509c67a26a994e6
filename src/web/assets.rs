//! Static files, inside the binary in a release and read from disk in a debug build.

use rust_embed::RustEmbed;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What lies under `static/`.
#[derive(RustEmbed)]
#[folder = "static/"]
pub struct Static;

/// The first ten hex digits of each file's SHA-256.
static PRINTS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    Static::iter()
        .filter_map(|name| {
            let file = Static::get(&name)?;
            Some((name.into_owned(), hex::encode(&file.metadata.sha256_hash()[..5])))
        })
        .collect()
});

/// The address of a file, changing with its content so that browsers may keep it for ever.
pub fn url(name: &str) -> String {
    match PRINTS.get(name) {
        Some(print) => format!("/static/{name}?v={print}"),
        None => format!("/static/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_carry_the_content() {
        assert!(url("steward.css").starts_with("/static/steward.css?v="));
        assert_eq!(url("nothing.css"), "/static/nothing.css");
    }
}
