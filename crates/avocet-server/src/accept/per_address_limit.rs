//! The limit of open connections per IP address.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::exchange::client_address::ClientAddress;
use crate::limits::Limits;

/// The number of connections of each address, if they are counted. Clones share the counts.
#[derive(Clone, Debug)]
pub(crate) struct PerAddressLimit {
    most: usize,
    counts: Option<Arc<Counts>>,
}

#[derive(Debug, Default)]
struct Counts(Mutex<HashMap<IpAddr, usize>>);

impl PerAddressLimit {
    /// Counts only if the limit can be reached.
    pub(crate) fn new(limits: &Limits) -> Self {
        let counted = limits.connections_per_address < limits.connections;
        Self {
            most: limits.connections_per_address,
            counts: counted.then(Arc::default),
        }
    }

    /// Returns a permit for one more connection, or `None` if its address has reached the limit.
    pub(crate) fn admit(&self, peer: ClientAddress) -> Option<AddressPermit> {
        let (Some(counts), Some(address)) = (&self.counts, peer.ip()) else {
            return Some(AddressPermit(None));
        };
        let household = household(address);
        let mut open = counts.lock();
        let count = open.entry(household).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(AddressPermit(Some((Arc::clone(counts), household))))
    }
}

impl Counts {
    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        // The lock is never poisoned.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the unit that is counted as one address. A client with one IPv6 address has the whole /64 network of its prefix.
fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// The permit of one connection, returned when it is dropped.
#[derive(Debug)]
pub(crate) struct AddressPermit(Option<(Arc<Counts>, IpAddr)>);

impl Drop for AddressPermit {
    fn drop(&mut self) {
        let Some((counts, household)) = &self.0 else {
            return;
        };
        if let Entry::Occupied(mut entry) = counts.lock().entry(*household) {
            *entry.get_mut() -= 1;
            if *entry.get() == 0 {
                entry.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(address: &str) -> ClientAddress {
        ClientAddress::Tcp(format!("{address}:1").parse().expect("an address"))
    }

    #[test]
    fn each_address_has_its_own_locations_and_gives_them_back() {
        let per_address_limit = PerAddressLimit::new(&Limits::default().connections_per_address(1));
        let permit = per_address_limit.admit(peer("192.0.2.1"));
        assert!(permit.is_some());
        assert!(per_address_limit.admit(peer("192.0.2.1")).is_none());
        assert!(
            per_address_limit
                .admit(peer("[::ffff:192.0.2.1]"))
                .is_none()
        );
        assert!(per_address_limit.admit(peer("192.0.2.2")).is_some());
        assert!(per_address_limit.admit(ClientAddress::Unix).is_some());
        drop(permit);
        assert!(per_address_limit.admit(peer("192.0.2.1")).is_some());
        let counts = per_address_limit.counts.expect("it counts");
        assert!(counts.lock().is_empty());
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let per_address_limit = PerAddressLimit::new(&Limits::default().connections_per_address(1));
        let _permit = per_address_limit.admit(peer("[2001:db8::1]"));
        assert!(per_address_limit.admit(peer("[2001:db8::2:1]")).is_none());
        assert!(per_address_limit.admit(peer("[2001:db8:0:1::1]")).is_some());
    }
}
