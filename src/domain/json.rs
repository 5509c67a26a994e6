//! JSON of parts that are JSON already.

use serde_json::Value;

/// An object of these fields, in this order. `serde_json::json!` would write every part anew, which is most of the work when it is large.
pub fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
