//! The shapes of Meta's webhook JSON, borrowed from the body. Everything is optional and parts are kept as raw JSON until they are
//! needed, so that one odd part never costs the rest. Source: Meta's OpenAPI description of business messaging, v23.0.

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A part of the body, unread.
pub(super) type Raw<'a> = &'a RawValue;

/// Text that Meta sometimes writes as a number (timestamps, ids).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Lax<'a>(pub(super) Cow<'a, str>);

impl Lax<'_> {
    pub(super) fn owned(&self) -> String {
        self.0.clone().into_owned()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Lax<'a> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Lax<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text or a number")
            }
            fn visit_borrowed_str<E: de::Error>(self, v: &'de str) -> Result<Self::Value, E> {
                Ok(Lax(Cow::Borrowed(v)))
            }
            fn visit_str<E: de::Error>(self, v: &str) -> Result<Self::Value, E> {
                Ok(Lax(Cow::Owned(v.to_owned())))
            }
            fn visit_u64<E: de::Error>(self, v: u64) -> Result<Self::Value, E> {
                Ok(Lax(Cow::Owned(v.to_string())))
            }
            fn visit_i64<E: de::Error>(self, v: i64) -> Result<Self::Value, E> {
                Ok(Lax(Cow::Owned(v.to_string())))
            }
            fn visit_f64<E: de::Error>(self, v: f64) -> Result<Self::Value, E> {
                Ok(Lax(Cow::Owned(v.to_string())))
            }
        }
        d.deserialize_any(Text)
    }
}

/// Reads a raw part, or nothing when it is absent or of another shape.
pub(super) fn read<'a, T: Deserialize<'a>>(raw: Option<Raw<'a>>) -> Option<T> {
    raw.and_then(|r| serde_json::from_str(r.get()).ok())
}

/// The items of a raw list; none when it is not a list.
pub(super) fn items(raw: Option<Raw<'_>>) -> Vec<Raw<'_>> {
    read(raw).unwrap_or_default()
}

/// A raw part as a value that owns itself; what nests too deep is kept as its text.
pub(super) fn value(raw: Raw<'_>) -> serde_json::Value {
    serde_json::from_str(raw.get()).unwrap_or_else(|_| serde_json::Value::String(raw.get().to_owned()))
}

/// A list whose items are unread. Anything that is not a list is an empty one.
#[derive(Debug, Clone, Default)]
pub(super) struct List<'a>(pub(super) Vec<Raw<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for List<'a> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Items;
        impl<'de> Visitor<'de> for Items {
            type Value = List<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(item) = seq.next_element()? {
                    all.push(item);
                }
                Ok(List(all))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<de::IgnoredAny, de::IgnoredAny>()?.is_some() {}
                Ok(List::default())
            }
            fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
                Ok(List::default())
            }
            fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
                Ok(List::default())
            }
            fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
                Ok(List::default())
            }
            fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
                Ok(List::default())
            }
            fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
                Ok(List::default())
            }
            fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
                Ok(List::default())
            }
        }
        d.deserialize_any(Items)
    }
}

#[derive(Deserialize)]
pub(super) struct Envelope<'a> {
    #[serde(borrow, default)]
    pub(super) entry: List<'a>,
}

#[derive(Deserialize)]
pub(super) struct Entry<'a> {
    #[serde(borrow, default)]
    pub(super) id: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) changes: List<'a>,
}

#[derive(Deserialize)]
pub(super) struct Change<'a> {
    #[serde(borrow, default)]
    pub(super) field: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) value: Option<Raw<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Value<'a> {
    #[serde(borrow, default)]
    pub(super) metadata: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) contacts: List<'a>,
    #[serde(borrow, default)]
    pub(super) messages: List<'a>,
    #[serde(borrow, default)]
    pub(super) message_echoes: List<'a>,
    #[serde(borrow, default)]
    pub(super) statuses: List<'a>,
    #[serde(borrow, default)]
    pub(super) errors: List<'a>,
    #[serde(borrow, default)]
    pub(super) user_preferences: List<'a>,
}

#[derive(Deserialize)]
pub(super) struct Metadata<'a> {
    #[serde(borrow, default)]
    pub(super) phone_number_id: Option<Lax<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Person<'a> {
    #[serde(borrow, default)]
    pub(super) profile: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) wa_id: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) user_id: Option<Lax<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Profile<'a> {
    #[serde(borrow, default)]
    pub(super) name: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) username: Option<Lax<'a>>,
}

/// A message, in or echoed. Its body is under the key named by `type`.
#[derive(Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow, default)]
    pub(super) id: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) from: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) from_user_id: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) to: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) to_user_id: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) group_id: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) timestamp: Option<Lax<'a>>,
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) context: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) referral: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) errors: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) text: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) image: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) video: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) audio: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) document: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) sticker: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) location: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) contacts: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) reaction: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) button: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) interactive: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) order: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) system: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) unsupported: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) edit: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) revoke: Option<Raw<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Context<'a> {
    #[serde(borrow, default)]
    pub(super) id: Option<Lax<'a>>,
    #[serde(default)]
    pub(super) forwarded: Option<bool>,
    #[serde(default)]
    pub(super) frequently_forwarded: Option<bool>,
    #[serde(borrow, default)]
    pub(super) referred_product: Option<Raw<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Status<'a> {
    #[serde(borrow)]
    pub(super) id: Lax<'a>,
    #[serde(borrow)]
    pub(super) status: Lax<'a>,
    #[serde(borrow, default)]
    pub(super) timestamp: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) biz_opaque_callback_data: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) pricing: Option<Raw<'a>>,
    #[serde(borrow, default)]
    pub(super) errors: Option<Raw<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Pricing<'a> {
    #[serde(borrow, default)]
    pub(super) category: Option<Lax<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Preference<'a> {
    #[serde(borrow, default)]
    pub(super) wa_id: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) user_id: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) category: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) value: Option<Lax<'a>>,
}

/// What Meta decided about a template, or changed of it.
#[derive(Deserialize)]
pub(super) struct TemplateNews<'a> {
    #[serde(borrow)]
    pub(super) message_template_name: Lax<'a>,
    #[serde(borrow)]
    pub(super) message_template_language: Lax<'a>,
    #[serde(borrow, default)]
    pub(super) event: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) reason: Option<Lax<'a>>,
}

/// An error inside a webhook.
#[derive(Deserialize)]
pub(super) struct Fault<'a> {
    #[serde(borrow, default)]
    pub(super) code: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) title: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) message: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) details: Option<Lax<'a>>,
    #[serde(borrow, default)]
    pub(super) error_data: Option<Raw<'a>>,
}

#[derive(Deserialize)]
pub(super) struct FaultData<'a> {
    #[serde(borrow, default)]
    pub(super) details: Option<Lax<'a>>,
}
