//! How fast messages may leave over a number or page that is not Meta's WhatsApp.

use crate::domain::house::conversation::Channel;
pub use crate::net::quota::Rate;

/// Text messages from one number: a US long code takes one a second, which is the slowest there is; a few may wait in line there.
const SMS_NUMBER: Rate = Rate { burst: 10, tokens: 1, per_ms: 1_000 };
/// Anything else: 30 a second, Vonage's default; Twilio takes 80.
const NUMBER: Rate = Rate { burst: 30, tokens: 30, per_ms: 1_000 };

/// The bucket a send over `account` draws from.
pub fn of_line(account: &str, channel: Channel) -> (String, Rate) {
    (format!("line:{account}:{}", channel.as_str()), if channel == Channel::Sms { SMS_NUMBER } else { NUMBER })
}
