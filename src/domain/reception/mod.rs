//! Bookings: what can be booked, when, and under which rules.

pub mod booking;
pub mod closure;
pub mod ics;
pub mod policy;
pub mod refusal;
pub mod resource;
pub mod slots;
pub mod tool;
pub mod waitlist;
pub mod when;
pub mod words;
