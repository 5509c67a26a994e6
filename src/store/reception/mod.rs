//! What can be booked, bookings and the waitlist.

pub mod booking;
pub mod resource;
pub mod waitlist;
