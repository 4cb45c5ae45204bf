//! Who asks, and how often: a limit on each client that a forged header cannot dodge.

use std::{
    hash::{BuildHasher as _, RandomState},
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::Once,
    time::Duration,
};

use axum::http::HeaderMap;
use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    nanos::Nanos,
    state::{InMemoryState, NotKeyed, StateStore},
};
use ipnet::IpNet;

use super::settings::Settings;

/// The header in which proxies tell for whom they ask, the nearest proxy's word last.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Cells that clients share: half a megabyte, however many clients there are.
///
/// Two clients fall on one cell with a chance of one in 65,536, by a hash that nobody outside can foretell.
const CELLS: usize = 1 << 16;

/// Leading bits that tell one IPv6 client from another: providers give a household up to a /56.
const V6_CLIENT_BITS: u32 = 56;

/// Counts the requests of each client.
pub(super) struct Clients {
    trusted: Vec<IpNet>,
    /// None without a limit.
    limiter: Option<RateLimiter<IpAddr, Cells, DefaultClock>>,
    /// The operator is told once of a proxy that nobody named.
    warned: Once,
}

impl std::fmt::Debug for Clients {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clients").field("trusted", &self.trusted).finish_non_exhaustive()
    }
}

impl Clients {
    pub(super) fn new(settings: &Settings) -> Self {
        let rate = NonZeroU32::new(settings.rate_per_minute);
        let quota = rate.map(|rate| {
            let burst = NonZeroU32::new(settings.rate_burst).expect("settings are checked");
            Quota::per_minute(rate).allow_burst(burst)
        });
        Self {
            trusted: settings.trusted_proxies.clone(),
            warned: Once::new(),
            limiter: quota
                .map(|quota| RateLimiter::new(quota, Cells::new(), DefaultClock::default())),
        }
    }

    /// Counts a request that came over a connection from `peer`.
    ///
    /// # Errors
    ///
    /// When the client has asked too often: how long it should wait.
    pub(super) fn count(&self, peer: IpAddr, headers: &HeaderMap) -> Result<(), Duration> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        self.warn_of_unknown_proxy(peer, headers);
        let client = client_of(peer, headers, &self.trusted);
        let counted = limiter.check_key(&network_of(client));
        counted.map_err(|until| until.wait_time_from(limiter.clock().now()))
    }

    /// Whoever names clients and is not believed is most likely a proxy of the operator's.
    fn warn_of_unknown_proxy(&self, peer: IpAddr, headers: &HeaderMap) {
        if headers.contains_key(FORWARDED_FOR) && !is_trusted(peer.to_canonical(), &self.trusted) {
            self.warned.call_once(|| {
                tracing::warn!(
                    "`X-Forwarded-For` came from a proxy that `trusted_proxies` does not name: all of its clients count as one"
                );
            });
        }
    }
}

/// The client behind `peer`: the last address of `X-Forwarded-For` that none of our own proxies has.
///
/// Only what one of `trusted` appended is believed, so that what a client wrote itself, further to the left, is never
/// reached. Where an entry is no address, the proxy that passed it on stands for its client.
fn client_of(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let mut client = peer.to_canonical();
    let lines = headers.get_all(FORWARDED_FOR).iter().rev();
    let mut entries = lines.flat_map(|line| line.to_str().unwrap_or("?").rsplit(','));
    while is_trusted(client, trusted) {
        match entries.next().and_then(address_of) {
            Some(before) => client = before,
            None => break,
        }
    }
    client
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// An address, with or without a port.
fn address_of(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let address = entry
        .parse::<IpAddr>()
        .or_else(|_| entry.parse().map(|socket: std::net::SocketAddr| socket.ip()));
    address.ok().map(|address| address.to_canonical())
}

/// What stands for a client: an IPv4 address, or the network that an IPv6 client can move in as it likes.
fn network_of(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => {
            let mask = u128::MAX << (128 - V6_CLIENT_BITS);
            Ipv6Addr::from_bits(address.to_bits() & mask).into()
        }
    }
}

/// A table of fixed size: memory does not grow with the number of clients, whoever they claim to be.
struct Cells {
    cells: Box<[InMemoryState]>,
    hasher: RandomState,
}

impl Cells {
    fn new() -> Self {
        Self {
            cells: (0..CELLS).map(|_| InMemoryState::default()).collect(),
            hasher: RandomState::new(),
        }
    }
}

impl StateStore for Cells {
    type Key = IpAddr;

    fn measure_and_replace<T, F, E>(&self, client: &IpAddr, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let cell =
            usize::try_from(self.hasher.hash_one(client) % CELLS as u64).expect("less than CELLS");
        self.cells[cell].measure_and_replace(&NotKeyed::NonKey, decide)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        let trusted = ["127.0.0.0/8".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        client_of(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_client_that_writes_the_header_itself_is_still_itself() {
        assert_eq!(client("203.0.113.9", &["1.1.1.1"]), "203.0.113.9");
        assert_eq!(client("127.0.0.1", &["1.1.1.1, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(client("127.0.0.1", &["10.0.0.1", "203.0.113.9"]), "203.0.113.9");
    }

    #[test]
    fn our_own_proxies_are_passed_over_from_the_right() {
        assert_eq!(client("127.0.0.1", &["203.0.113.9, 10.1.2.3"]), "203.0.113.9");
        assert_eq!(client("::ffff:127.0.0.1", &["203.0.113.9:4711"]), "203.0.113.9");
        assert_eq!(client("127.0.0.1", &["[2001:db8::1]:4711"]), "2001:db8::1");
    }

    #[test]
    fn an_entry_that_is_no_address_ends_the_walk() {
        assert_eq!(client("127.0.0.1", &["203.0.113.9, unknown, 10.1.2.3"]), "10.1.2.3");
        assert_eq!(client("127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn an_ipv6_client_cannot_dodge_by_moving_within_its_network() {
        let network = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:ff::2"));
        assert_ne!(network("2001:db8:1:200::1"), network("2001:db8:1:300::1"));
    }

    #[test]
    fn a_client_is_stopped_after_its_burst_and_another_is_not() {
        let choices = super::super::settings::Choices { rate_burst: Some(3), ..Default::default() };
        let clients = Clients::new(&choices.settle().unwrap());
        let headers = HeaderMap::new();
        let ask = |peer: [u8; 4]| clients.count(peer.into(), &headers);
        assert!((0..3).all(|_| ask([192, 0, 2, 1]).is_ok()));
        assert!(ask([192, 0, 2, 1]).unwrap_err() <= Duration::from_millis(100));
        assert!(ask([192, 0, 2, 2]).is_ok());
    }
}
