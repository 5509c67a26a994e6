//! Pages of bookings.

pub mod booking;
pub mod desk;
