//! Which addresses may be called: those on the public internet, and nothing inside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::error::Refusal;

/// The ports of web pages.
///
/// The usual two and their usual alternates. Mail, shells and databases speak
/// on others, and some of them take an HTTP request for a command.
const PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// Every block of IPv4 that does not lead to a public host: network and prefix length.
///
/// From the IANA IPv4 Special-Purpose Address Registry, multicast and class E
/// added. Blocks with a few reachable addresses are refused whole: no page
/// is served there.
#[rustfmt::skip]
const REFUSED_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::UNSPECIFIED, 8),           // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // carrier-grade NAT; one cloud's metadata
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // loopback
    (Ipv4Addr::new(168, 63, 129, 16), 32), // looks public, is the inside of Azure
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local; the metadata of most clouds
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // IETF protocols; one cloud's metadata
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // 6to4 relays, withdrawn
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // reserved, and broadcast
];

/// The blocks inside `2000::/3`, which is all of IPv6 that is handed out, that lead to no public host.
///
/// Teredo (in the first) and 6to4 carry an IPv4 address. Both are withdrawn
/// from service, so they are refused whatever they carry.
#[rustfmt::skip]
const REFUSED_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // IETF protocols, Teredo, benchmarks, ORCHID
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// The handed-out part of IPv6.
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// The prefix under which a network without IPv4 reaches IPv4 (RFC 6052).
const NAT64: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// Whether `address` is that of a host on the public internet.
///
/// What is not known to be public is not.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !REFUSED_V4
        .iter()
        .any(|&(network, length)| (address.to_bits() ^ network.to_bits()).leading_zeros() >= length)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let within = |(network, length): (Ipv6Addr, u32)| {
        (address.to_bits() ^ network.to_bits()).leading_zeros() >= length
    };
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    if within(NAT64) {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    within(GLOBAL_V6) && !REFUSED_V6.into_iter().any(within)
}

/// The rules an address must meet before it is called.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guard {
    /// The one address past the rules on ports and networks; only tests can set it.
    exempt: Option<SocketAddr>,
}

impl Guard {
    /// The guard, without exception.
    pub(super) fn strict() -> Self {
        Self { exempt: None }
    }

    /// The guard, but for the server of a test.
    #[cfg(test)]
    pub(super) fn except(server: SocketAddr) -> Self {
        Self { exempt: Some(server) }
    }

    /// Judges all of an address that can be judged before its name is resolved.
    ///
    /// `Url` has by then turned `0x7f.1`, `2130706433` and `0177.0.0.1` into
    /// the address they stand for. Names are left to [`GuardedResolver`].
    ///
    /// # Errors
    /// The first rule `url` breaks.
    pub(super) fn check(self, url: &Url) -> Result<(), Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::UserInfo);
        }
        let port = url.port_or_known_default().unwrap_or(0);
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) | None => None,
        };
        if address.is_some_and(|ip| self.exempt == Some(SocketAddr::new(ip, port))) {
            return Ok(());
        }
        if !PORTS.contains(&port) {
            return Err(Refusal::Port(port));
        }
        if address.is_some_and(|ip| !is_public(ip)) {
            return Err(Refusal::NotPublic);
        }
        Ok(())
    }
}

/// Resolves names, and hands out none that leads inside.
///
/// The client connects to the very addresses judged here, so that a name
/// which changes its address between check and use gains nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct GuardedResolver;

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(Box::new(public_only(found)?.into_iter()) as Addrs)
        })
    }
}

/// All of `addresses`, or none: a name with one foot inside is not of the public internet.
fn public_only(addresses: impl Iterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, Refusal> {
    addresses
        .map(|address| is_public(address.ip()).then_some(address).ok_or(Refusal::NotPublic))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn public(address: &str) -> bool {
        is_public(address.parse().unwrap())
    }

    #[test]
    fn an_address_outside_the_public_internet_is_not_public() {
        let inside = "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.9.9.9 \
            168.63.129.16 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 \
            198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 \
            :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:8.8.8.8 \
            64:ff9b::127.0.0.1 64:ff9b::10.1.2.3 64:ff9b:1::8.8.8.8 100::1 2001::1 2001:0:808:808::1 2001:2::1 \
            2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:a00:1::1 2002:808:808::1 3fff::1 5f00::1 \
            fc00::1 fd00:ec2::254 fe80::1 feb0::1 fec0::1 ff02::1 ff0e::1 4000::1";
        for address in inside.split_whitespace() {
            assert!(!public(address), "{address}");
        }
    }

    #[test]
    fn an_address_on_the_public_internet_is_public() {
        let outside = "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 \
            168.63.129.15 169.253.255.255 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 198.17.255.255 \
            198.20.0.0 223.255.255.255 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2001:200::1 2001:4860:4860::8888 \
            2400:cb00::1 2606:4700:4700::1111 2a00:1450::1 2c0f:f248::1";
        for address in outside.split_whitespace() {
            assert!(public(address), "{address}");
        }
    }

    #[test]
    fn an_address_is_judged_however_it_is_spelt() {
        let not_public = [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.0.0.1/",
            "http://0177.0.0.1/",
            "http://127.0.0.1./",
            "http://%31%32%37.0.0.1/",
            "http://１２７.0.0.1/",
            "http://127。0。0。1/",
            "http://0/",
            "http:\\\\127.0.0.1\\",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "http://[0:0:0:0:0:ffff:127.0.0.1]/",
            "http://[64:ff9b::a00:1]:8080/",
            "https://169.254.169.254/latest/meta-data/",
        ];
        for address in not_public {
            let url = Url::parse(address).unwrap();
            assert_eq!(Guard::strict().check(&url), Err(Refusal::NotPublic), "{address}");
        }
    }

    #[test]
    fn scheme_user_and_port_are_judged() {
        let cases = [
            ("https://example.com/a?b#c", Ok(())),
            ("http://example.com:8080/", Ok(())),
            ("https://example.com:8443/", Ok(())),
            ("http://8.8.8.8/", Ok(())),
            ("file:///etc/passwd", Err(Refusal::Scheme)),
            ("ftp://example.com/", Err(Refusal::Scheme)),
            ("gopher://example.com/", Err(Refusal::Scheme)),
            ("data:text/plain,a", Err(Refusal::Scheme)),
            ("http://user@example.com/", Err(Refusal::UserInfo)),
            ("http://:secret@example.com/", Err(Refusal::UserInfo)),
            ("http://example.com:22/", Err(Refusal::Port(22))),
            ("http://example.com:6379/", Err(Refusal::Port(6379))),
            ("https://example.com:0/", Err(Refusal::Port(0))),
        ];
        for (address, wanted) in cases {
            assert_eq!(Guard::strict().check(&Url::parse(address).unwrap()), wanted, "{address}");
        }
    }

    #[test]
    fn an_exception_holds_for_one_port_of_one_address() {
        let guard = Guard::except("127.0.0.1:5000".parse().unwrap());
        assert_eq!(guard.check(&Url::parse("http://127.0.0.1:5000/").unwrap()), Ok(()));
        assert!(guard.check(&Url::parse("http://127.0.0.1:5001/").unwrap()).is_err());
        assert!(guard.check(&Url::parse("http://127.0.0.2:5000/").unwrap()).is_err());
        assert!(guard.check(&Url::parse("http://localhost:5000/").unwrap()).is_err());
    }

    #[test]
    fn a_name_with_one_address_inside_is_refused_whole() {
        let of = |list: &[&str]| {
            public_only(
                list.iter()
                    .map(|ip| SocketAddr::new(ip.parse().unwrap(), 0))
                    .collect::<Vec<_>>()
                    .into_iter(),
            )
        };
        assert_eq!(of(&["8.8.8.8", "2606:4700:4700::1111"]).map(|found| found.len()), Ok(2));
        assert_eq!(of(&["8.8.8.8", "10.0.0.1"]), Err(Refusal::NotPublic));
        assert_eq!(of(&["::1", "8.8.8.8"]), Err(Refusal::NotPublic));
    }

    proptest! {
        #[test]
        fn a_mapped_or_translated_address_is_judged_as_the_one_inside(bits: u32) {
            let inner = Ipv4Addr::from_bits(bits);
            let translated = Ipv6Addr::from_bits(NAT64.0.to_bits() | u128::from(bits));
            prop_assert_eq!(is_public(inner.to_ipv6_mapped().into()), is_public(inner.into()));
            prop_assert_eq!(is_public(translated.into()), is_public(inner.into()));
        }

        #[test]
        fn what_std_calls_inside_is_not_public(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            let inside = address.is_private() || address.is_loopback() || address.is_link_local()
                || address.is_multicast() || address.is_broadcast() || address.is_documentation()
                || address.is_unspecified();
            prop_assert!(!(inside && is_public(address.into())));
        }
    }
}
