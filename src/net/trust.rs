//! Whom the operator lets into which private places. Addresses come to us from different hands, and what one of them may name is no
//! business of another: a server of models the operator configured is not a page for a business to read.

use crate::net::address;
use crate::net::client::Net;
use crate::net::failure::Failure;
use std::sync::PoisonError;
use url::Url;

/// Who named an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Named {
    /// We, or the operator: it may be anywhere.
    ByUs,
    /// A provider, or an owner as the address of one: https to public addresses, or an origin the operator configured.
    ByProvider,
    /// Somebody who wants a page read: https to public addresses only (other places in tests).
    AsPage,
    /// A browser that wants nudges: https to public addresses, or a service of nudges the operator runs.
    ByBrowser,
}

impl Net {
    /// The origin (scheme, host, port) of `base_url` was configured by the operator: links of providers into it are followed even when
    /// they are not https or point into a private network. Text that is not a URL is ignored.
    pub fn trust(&self, base_url: &str) {
        self.trust_as(Named::ByProvider, base_url);
    }
    /// The same for addresses that come from other hands.
    pub fn trust_as(&self, named: Named, base_url: &str) {
        if let Ok(url) = Url::parse(base_url) {
            self.trust_place(named, url.origin().ascii_serialization());
        }
    }
    pub(super) fn trust_place(&self, named: Named, place: String) {
        self.trusted.write().unwrap_or_else(PoisonError::into_inner).insert((named, place));
    }
    pub(super) fn is_trusted(&self, named: Named, place: String) -> bool {
        named == Named::ByUs || self.trusted.read().unwrap_or_else(PoisonError::into_inner).contains(&(named, place))
    }
    /// Whether the guard is off for this address: we named it, or the operator lets whoever did.
    pub fn is_unguarded(&self, named: Named, url: &Url) -> bool {
        self.is_trusted(named, url.origin().ascii_serialization())
    }
    /// Whether an address of theirs may be called at all; says why not.
    pub fn check_address(&self, named: Named, url: &Url) -> Result<(), Failure> {
        if self.is_unguarded(named, url) { Ok(()) } else { address::check(url) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Clock;

    #[test]
    fn what_one_may_name_is_closed_to_the_others() {
        let net = Net::new(Clock::System);
        let at = |text: &str| Url::parse(text).unwrap();
        let inside = at("http://10.0.0.5:11434/v1");
        net.trust("http://10.0.0.5:11434");
        assert!(net.check_address(Named::ByUs, &at("http://127.0.0.1:9")).is_ok());
        assert!(net.check_address(Named::ByProvider, &inside).is_ok());
        assert!(net.check_address(Named::AsPage, &inside).is_err(), "a page");
        assert!(net.check_address(Named::ByBrowser, &inside).is_err(), "a phone's address");
        net.trust_as(Named::ByBrowser, "http://10.0.0.6");
        assert!(net.check_address(Named::ByBrowser, &at("http://10.0.0.6/up/abc")).is_ok());
        assert!(net.check_address(Named::ByProvider, &at("http://10.0.0.6/up/abc")).is_err());
        assert!(net.check_address(Named::ByBrowser, &at("https://fcm.googleapis.com/fcm/send/x")).is_ok());
        net.trust("not an address");
    }
}
