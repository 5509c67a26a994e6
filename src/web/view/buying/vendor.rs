//! The vendor book, and how the business buys.

use crate::web::view::{Chrome, Errors, Pick, filters};
use askama::Template;

/// `/app/buying/vendors`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/buying/vendors.html")]
pub struct VendorsPage {
    /// The frame.
    pub chrome: Chrome,
    /// "12 vendors".
    pub sub: String,
    /// What is searched for.
    pub q: String,
    /// The vendors.
    pub rows: Vec<VendorRow>,
    /// The form of a new one, or of the one that is changed.
    pub form: VendorForm,
    /// What is wrong with it.
    pub errors: Errors,
    /// What was learned: "Price 40 %".
    pub weights: Vec<(String, String)>,
    /// The choices it was learned from.
    pub choices: Vec<String>,
    /// How the business buys.
    pub buying: BuyingForm,
    /// Payment files of United States banks can be made.
    pub dollars: bool,
    /// Where more vendors are; empty for none.
    pub next: String,
    /// What a file did; empty when none was brought in.
    pub import_done: String,
    /// Rows of it that were not taken, and why.
    pub import_wrong: Vec<String>,
}

/// How the business buys, as a form.
#[derive(Debug, Clone, Default)]
pub struct BuyingForm {
    /// How vendors are paid.
    pub methods: Vec<Pick>,
    /// Vendors talked to at once.
    pub at_once: String,
    /// Vendors asked for one purchase at most.
    pub vendors: String,
    /// Minutes a vendor has to answer.
    pub patience: String,
    /// A weekly order may be offered for a lower price.
    pub weekly: bool,
    /// The routing number of the owner's bank.
    pub bank_routing: String,
    /// That bank's name.
    pub bank_name: String,
    /// Who pays.
    pub company: String,
    /// What the bank knows the payer by.
    pub company_id: String,
}

/// A vendor in the book.
#[derive(Debug, Clone, Default)]
pub struct VendorRow {
    /// Where it is changed.
    pub url: String,
    /// The name.
    pub name: String,
    /// What it sells.
    pub products: String,
    /// Its number.
    pub phone: String,
    /// "Quality 90, reliability 83"; empty for unknown.
    pub scores: String,
    /// The file or page it was found in; empty when it was typed.
    pub found: String,
    /// Never to be contacted.
    pub blocked: bool,
}

/// A vendor as a form.
#[derive(Debug, Clone, Default)]
pub struct VendorForm {
    /// Its id; empty for a new one.
    pub id: String,
    /// The name.
    pub name: String,
    /// The number.
    pub phone: String,
    /// The e-mail address.
    pub email: String,
    /// How it is reached.
    pub reach: Vec<Pick>,
    /// What it sells, with commas between.
    pub products: String,
    /// Certificates, with commas between.
    pub certifications: String,
    /// Kilometres.
    pub distance: String,
    /// Never to be contacted.
    pub blocked: bool,
    /// The owner's note.
    pub note: String,
    /// An account is written down; it is shown to nobody.
    pub has_bank: bool,
    /// Its account at Stripe.
    pub stripe: String,
    /// The routing number of a new account.
    pub routing: String,
    /// Its number.
    pub account: String,
    /// Whose it is.
    pub holder: String,
    /// It is a savings account.
    pub savings: bool,
}
