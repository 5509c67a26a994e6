//! Settings, a part at a time.

use crate::web::view::house::channels::ChannelCard;
use crate::web::view::house::device::DevicesCard;
use crate::web::view::{Chip, Chrome, Errors, Note, Pick, Pill, filters};
use askama::Template;

/// `/app/settings?part=…`.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/house/settings.html")]
pub struct SettingsPage {
    /// The frame.
    pub chrome: Chrome,
    /// The parts, as links.
    pub parts: Vec<Chip>,
    /// The one that is open.
    pub part: Part,
    /// What is wrong with its form.
    pub errors: Errors,
}

/// What can be set.
#[derive(Debug, Clone)]
pub enum Part {
    /// Name, address, delivery, payment.
    Business(ProfileForm),
    /// When the doors are open.
    Hours(Vec<DayForm>),
    /// The WhatsApp connection.
    Whatsapp(WhatsappForm),
    /// Other channels.
    Channels(Vec<ChannelCard>),
    /// By what customers pay.
    Payments(PaymentsForm),
    /// Models and what they may cost.
    Models(ModelsForm),
    /// Who signs in.
    People(PeopleForm),
    /// Keys for programs.
    Keys(KeysForm),
    /// Phones on which whoever looks is told that something waits.
    Devices(DevicesCard),
    /// What channels sent and we could not read.
    Unread(Vec<HookRow>),
}

/// The business as it is typed.
#[derive(Debug, Clone, Default)]
pub struct ProfileForm {
    /// Its name.
    pub name: String,
    /// One or two sentences.
    pub about: String,
    /// Street address.
    pub address: String,
    /// Who customers are told a person is.
    pub owner_name: String,
    /// IANA time zones.
    pub zones: Vec<Pick>,
    /// Three letters.
    pub currency: String,
    /// The currency's sign.
    pub sign: String,
    /// Languages replies may be in; the first is the default.
    pub languages: Vec<Pick>,
    /// Customers may collect.
    pub pickup: bool,
    /// Customers may have it brought.
    pub delivery: bool,
    /// "1,500".
    pub delivery_fee: String,
    /// As sent to the customer.
    pub payment_instructions: String,
    /// Listed on the showcase.
    pub public: bool,
    /// Its public page.
    pub page_url: String,
    /// The line to paste into another page.
    pub widget: String,
}

/// A day's hours as they are typed; the fields are `from_0`, `to_0` for Monday.
#[derive(Debug, Clone, Default)]
pub struct DayForm {
    /// 0 is Monday.
    pub index: usize,
    /// "Monday".
    pub name: String,
    /// Open at all.
    pub open: bool,
    /// "08:00".
    pub from: String,
    /// "20:00".
    pub to: String,
}

/// The WhatsApp connection as it is typed.
#[derive(Debug, Clone, Default)]
pub struct WhatsappForm {
    /// To paste into Meta.
    pub webhook_url: String,
    /// To paste into Meta.
    pub verify_token: String,
    /// Meta's id of the number.
    pub phone_number_id: String,
    /// A token is stored (it is never shown again).
    pub has_token: bool,
    /// An app secret is stored.
    pub has_secret: bool,
    /// Set in the environment, so it cannot be changed here.
    pub from_environment: bool,
    /// How it stands.
    pub pill: Pill,
    /// What the last check found, line by line.
    pub checks: Vec<Note>,
    /// When the last check was; empty for never.
    pub checked: String,
    /// Meta's id of the business account above the number.
    pub business_account: String,
    /// Messages Meta has approved.
    pub templates: TemplatesForm,
}

/// By what customers pay.
#[derive(Debug, Clone, Default)]
pub struct PaymentsForm {
    /// Gateways to choose, and none.
    pub gateways: Vec<Pick>,
    /// What gateways are told for customers who have no e-mail address.
    pub email: String,
    /// The gateway the server has keys of; empty for none.
    pub given: String,
    /// Gateway, and the address to paste there.
    pub hooks: Vec<(String, String)>,
    /// The tax prices hold: its name.
    pub tax_name: String,
    /// Its rate: "7.5".
    pub tax_rate: String,
    /// The business's number at the tax office.
    pub tax_number: String,
}

/// Messages Meta has approved in advance.
#[derive(Debug, Clone, Default)]
pub struct TemplatesForm {
    /// There is a number to ask for.
    pub known: bool,
    /// It is the simulated one.
    pub simulated: bool,
    /// What Meta has.
    pub rows: Vec<TemplateRow>,
    /// They are being fetched.
    pub waiting: bool,
    /// Why they could not be fetched; empty when they were.
    pub problem: String,
    /// When they were fetched; empty for never.
    pub fetched: String,
}

/// One of them.
#[derive(Debug, Clone, Default)]
pub struct TemplateRow {
    /// Its name for people.
    pub name: String,
    /// Its language code.
    pub language: String,
    /// Meta's price category.
    pub category: String,
    /// Where it stands.
    pub pill: Pill,
    /// What the customer reads, with its places.
    pub text: String,
    /// What its buttons say.
    pub buttons: Vec<String>,
    /// What is wrong with it, or why it cannot be sent from here.
    pub note: String,
}

/// Models as they are chosen.
#[derive(Debug, Clone, Default)]
pub struct ModelsForm {
    /// Models of this business's own, in the order they are asked.
    pub own: Vec<OwnModelRow>,
    /// What answers beside or after them.
    pub models: Vec<ModelPick>,
    /// Services to choose.
    pub services: Vec<Pick>,
    /// What a model may be used for.
    pub purposes: Vec<Pick>,
    /// The id of the model that is changed; empty when one is added.
    pub id: String,
    /// What was typed.
    pub base_url: String,
    /// What was typed.
    pub model: String,
    /// What was typed.
    pub price_in: String,
    /// What was typed.
    pub price_out: String,
    /// "2.00": dollars a day.
    pub daily_limit: String,
    /// "$0.41 used today".
    pub used: String,
}

/// A model of this business's own.
#[derive(Debug, Clone, Default)]
pub struct OwnModelRow {
    /// Its id.
    pub id: String,
    /// Its name at its service.
    pub model: String,
    /// Where it is: "groq", or an address.
    pub at: String,
    /// "everything", "whole conversations", "short work".
    pub purpose: String,
    /// "$0.15 and $0.60 a million tokens", "price not known, so the limit cannot count it".
    pub price: String,
    /// Whether it answered when it was last tried.
    pub pill: Option<Pill>,
    /// What it said then.
    pub look: String,
}

/// A model nobody can change here: of the server, or the built-in one.
#[derive(Debug, Clone, Default)]
pub struct ModelPick {
    /// "Built in".
    pub label: String,
    /// "free", "$0.15 and $0.60 a million tokens".
    pub price: String,
    /// When it answers.
    pub text: String,
    /// Why it cannot be used: "Set GROQ_API_KEY to use it."; empty when it can.
    pub off_why: String,
}

/// Members.
#[derive(Debug, Clone, Default)]
pub struct PeopleForm {
    /// Who signs in.
    pub members: Vec<MemberRow>,
    /// Roles to choose.
    pub roles: Vec<Pick>,
    /// What was typed.
    pub email: String,
    /// What was typed.
    pub name: String,
    /// A link to hand over, shown once; empty for none.
    pub link: String,
    /// For whom that link is.
    pub link_for: String,
}

/// A member.
#[derive(Debug, Clone, Default)]
pub struct MemberRow {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their initials.
    pub initials: String,
    /// Their role.
    pub role: String,
    /// Roles to choose instead.
    pub roles: Vec<Pick>,
    /// The one who looks.
    pub me: bool,
    /// Has not followed the link yet.
    pub invited: bool,
}

/// Keys for programs.
#[derive(Debug, Clone, Default)]
pub struct KeysForm {
    /// The keys.
    pub keys: Vec<KeyRow>,
    /// Roles to choose.
    pub roles: Vec<Pick>,
    /// A new key, shown once; empty for none.
    pub fresh: String,
    /// The new key's name.
    pub fresh_name: String,
    /// What was typed.
    pub name: String,
    /// So that making one twice makes one.
    pub key: String,
}

/// A key.
#[derive(Debug, Clone, Default)]
pub struct KeyRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its first letters.
    pub prefix: String,
    /// Its role.
    pub role: String,
    /// When it was last used; "never".
    pub used: String,
    /// It works no more.
    pub revoked: bool,
}

/// A webhook body we could not read.
#[derive(Debug, Clone, Default)]
pub struct HookRow {
    /// Its number.
    pub id: String,
    /// When it came.
    pub time: String,
    /// From whom: "WhatsApp".
    pub channel: String,
    /// What we could not read.
    pub problem: String,
    /// The body, cut to what fits.
    pub body: String,
    /// Read again: waiting for the result.
    pub waiting: bool,
}
