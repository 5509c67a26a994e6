//! Bookings in the dashboard.

pub mod booking;
pub mod calendar;
pub mod desk;
