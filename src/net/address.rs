//! The guard for addresses that come from outside: a link in a message must not make us read our own network.
//!
//! Ranges: the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890 and its updates).

use crate::net::failure::Failure;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Whether an address is on the public internet: not this host, a private network, a link, carrier-grade NAT, a cloud's
/// metadata service, multicast, reserved or documentation. IPv4 inside IPv6 is judged as IPv4.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(matches!(a, 0 | 10 | 127 | 224..=255)
        || (a == 100 && (64..128).contains(&b))
        || (a == 169 && b == 254)
        || (a == 172 && (16..32).contains(&b))
        || (a == 192 && b == 168)
        || (a == 192 && b == 0 && matches!(c, 0 | 2))
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && matches!(b, 18 | 19))
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113))
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(v4) = ip.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let s = ip.segments();
    let v4_at = |i: usize| {
        let [a, b] = s[i].to_be_bytes();
        let [c, d] = s[i + 1].to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    match s {
        // NAT64's well-known prefix (RFC 6052): the name servers of such networks answer with it for public IPv4.
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => is_public_v4(v4_at(6)),
        [0x2002, ..] => is_public_v4(v4_at(1)),  // 6to4
        [0x2001, b, ..] if b < 0x200 => false,   // protocol assignments, Teredo, ORCHID
        [0x2001, 0xdb8, ..] => false,            // documentation
        [0x3fff, b, ..] if b < 0x1000 => false,  // documentation (RFC 9637)
        [first, ..] => first & 0xe000 == 0x2000, // global unicast; everything else is not
    }
}

/// Refuses a URL from outside before anything is sent: not https, with a password in it, a private address written out,
/// or a name that only a local network knows.
pub fn check(url: &url::Url) -> Result<(), Failure> {
    let no = |why: &str| Err(Failure::Refused(why.to_owned()));
    if url.scheme() != "https" {
        return no("an address from outside must be https");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return no("an address from outside must not hold a password");
    }
    match url.host() {
        Some(url::Host::Ipv4(ip)) if !is_public_v4(ip) => no(PRIVATE),
        Some(url::Host::Ipv6(ip)) if !is_public_v6(ip) => no(PRIVATE),
        Some(url::Host::Domain(name)) if is_local_name(name) => no(PRIVATE),
        Some(_) => Ok(()),
        None => no("an address from outside must name a host"),
    }
}

const PRIVATE: &str = "the address is in a private network";

fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let local = ["localhost", "local", "internal", "intranet", "lan", "home", "localdomain", "home.arpa"];
    !name.contains('.') || local.iter().any(|l| name.strip_suffix(l).is_some_and(|rest| rest.ends_with('.')))
}

/// Resolves a name and keeps its public addresses only. The connection is made to exactly these, so a name server that
/// answers differently the second time gains nothing.
pub(super) struct PublicOnly;

/// Every address of the name was private.
#[derive(Debug, thiserror::Error)]
#[error("the name leads into a private network")]
struct PrivateName;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            public_of(found)
        })
    }
}

fn public_of(found: Vec<SocketAddr>) -> Result<Addrs, Box<dyn std::error::Error + Send + Sync>> {
    let public: Vec<SocketAddr> = found.into_iter().filter(|a| is_public(a.ip())).collect();
    if public.is_empty() { Err(Box::new(PrivateName)) } else { Ok(Box::new(public.into_iter())) }
}

/// Our own refusal, when it is the cause of `e`.
pub(super) fn refusal_in(e: &reqwest::Error) -> Option<String> {
    let mut cause = std::error::Error::source(e);
    while let Some(c) = cause {
        if c.is::<PrivateName>() {
            return Some(PRIVATE.to_owned());
        }
        cause = c.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known() {
        let private = "0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1 172.31.255.255 \
            192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 240.0.0.1 \
            255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::127.0.0.1 fe80::1 fc00::1 fd00:ec2::254 \
            ff02::1 2001:db8::1 2001::1 2002:7f00:1:: 2002:a9fe:a9fe:: 64:ff9b::a00:1 64:ff9b:1::1 3fff::1 fec0::1 100::1";
        for ip in private.split_whitespace() {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        let public = "1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 198.17.0.1 198.20.0.1 223.255.255.255 \
            2606:4700::1111 2a00:1450::1 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808:: 2001:4860::8888";
        for ip in public.split_whitespace() {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn links_from_outside_are_checked_before_sending() {
        let no = "http://example.com/a https://127.0.0.1/ https://[::1]/ https://0x7f.1/ https://2130706433/ https://[::ffff:a9fe:a9fe]/ \
            https://localhost/ https://db.internal/ https://printer.local./ https://intranet/ https://u:p@example.com/ https://0/";
        for u in no.split_whitespace() {
            assert!(matches!(check(&u.parse().unwrap()), Err(Failure::Refused(_))), "{u}");
        }
        for u in ["https://example.com/x", "https://8.8.8.8/", "https://example.com:8443/", "https://localhost.example.com/"] {
            assert!(check(&u.parse().unwrap()).is_ok(), "{u}");
        }
    }

    #[test]
    fn a_name_with_a_private_address_beside_a_public_one_keeps_the_public_one() {
        let a = |s: &str| SocketAddr::new(s.parse().unwrap(), 0);
        let kept: Vec<_> = public_of(vec![a("10.0.0.1"), a("8.8.8.8")]).unwrap_or_else(|e| panic!("{e}")).collect();
        assert_eq!(kept, [a("8.8.8.8")]);
        assert!(public_of(vec![a("127.0.0.1"), a("::1")]).is_err());
    }
}
