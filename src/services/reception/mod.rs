//! Bookings: made, changed, given up; the waitlist; what can be booked.

pub mod booking;
pub mod desk;
pub mod notice;
pub mod waitlist;
