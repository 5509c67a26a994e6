//! A limit on everything, in one place.

/// Largest webhook body. Meta sends up to 3 MB.
pub const WEBHOOK_BYTES: usize = 3 * 1024 * 1024 + 64 * 1024;
/// Largest JSON body of the API and of page forms.
pub const BODY_BYTES: usize = 1024 * 1024;
/// Largest file to upload (catalogue, photo).
pub const UPLOAD_BYTES: usize = 16 * 1024 * 1024;
/// Tool calls in one turn (document L).
pub const TOOL_CALLS_PER_TURN: usize = 10;
/// Longest turn in milliseconds (document L).
pub const TURN_MS: i64 = 60_000;
/// Tokens a turn may use, prompt and answer together.
pub const TOKENS_PER_TURN: u64 = 60_000;
/// Messages of a conversation the model reads.
pub const HISTORY_MESSAGES: usize = 30;
/// A burst ends when the customer is silent this long.
pub const BURST_QUIET_MS: i64 = 1_500;
/// A burst is answered after this long even while messages still come.
pub const BURST_MAX_MS: i64 = 8_000;
/// WhatsApp's customer-service window after the customer's last message.
pub const WHATSAPP_WINDOW_MS: i64 = 24 * 3_600_000;
/// How long a provider brings a message again that it could not deliver here.
pub const REDELIVERED_MS: i64 = 7 * 24 * 3_600_000;
/// How long stock stays reserved for an unpaid order.
pub const RESERVATION_MS: i64 = 2 * 3_600_000;
/// As few as this, or fewer, and the owner is told.
pub const LOW_STOCK: i64 = 3;
/// Most of one thing in one order line.
pub const QUANTITY_MAX: i64 = 10_000;
/// Characters of what a customer wishes for an order as a whole.
pub const ORDER_NOTE_MAX: usize = 300;
/// Lines in one order.
pub const ORDER_LINES: usize = 100;
/// Rows of a list at most.
pub const LIST_MAX: u32 = 200;
/// Rows of a list when nobody says.
pub const LIST_DEFAULT: u32 = 50;
/// How long a message to a customer is tried again that could not leave: as long as WhatsApp lets us answer.
pub const SENDING_MS: i64 = WHATSAPP_WINDOW_MS;
/// Attempts of a background job before it goes to the dead letters.
pub const JOB_ATTEMPTS: u32 = 8;
/// Characters of a customer's text the model reads.
pub const CUSTOMER_TEXT_CHARS: usize = 4_000;
/// Open business files at once: more than are busy together on a small machine, as closing and opening one costs milliseconds.
pub const OPEN_FILES: usize = 128;
/// Rows in one import.
pub const IMPORT_ROWS: usize = 200_000;
/// Largest document to answer from.
pub const DOCUMENT_BYTES: usize = 32 * 1024 * 1024;
/// Characters of text a document may hold: about a thousand full pages twice over.
pub const DOCUMENT_CHARS: usize = 8_000_000;
/// Time for taking the text out of one document.
pub const READING_MS: u64 = 60_000;
/// Memory the reading process may use.
pub const READING_MEMORY_BYTES: u64 = 1_536 * 1024 * 1024;
/// Documents that are read at the same time.
pub const READERS: usize = 2;
/// Largest picture or PDF a visitor may hand over in a web chat.
pub const CHAT_FILE_BYTES: usize = 10 * 1024 * 1024;
/// Files one visitor may hand over in a day.
pub const CHAT_FILES_A_DAY: u32 = 40;
/// Largest picture or PDF that is read as a receipt.
pub const PICTURE_BYTES: usize = 16 * 1024 * 1024;
