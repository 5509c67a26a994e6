//! People, talk, catalogue.

pub mod account;
pub mod answers;
pub mod approval;
pub mod assistant;
pub mod audit;
pub mod case;
pub mod channels;
pub mod contact;
pub mod conversation;
pub mod device;
pub mod erasure;
pub mod import;
pub mod insights;
pub mod intent;
pub mod item;
pub mod phone;
pub mod run;
pub mod saved_answers;
pub mod set_up;
pub mod settings;
pub mod today;
