//! `Ipv4Addr`, `Ipv6Addr` and `IpAddr`: addresses without a zone or a prefix length.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::text_kind::{TextKind, text_kinds};
use crate::model::Schema;
use crate::read::ValidationError;

macro_rules! addresses {
    ($($address:ident $kind:literal $message:literal;)*) => {$(
        impl TextKind for $address {
            const WRONG_KIND: (&'static str, &'static str) = ($kind, $message);

            fn parse(text: &str) -> Result<Self, ValidationError> {
                text.parse().map_err(|_| ValidationError::new($kind, $message))
            }
        }
    )*};
}

addresses! {
    Ipv4Addr "ip_v4_address" "Input is not a valid IPv4 address";
    Ipv6Addr "ip_v6_address" "Input is not a valid IPv6 address";
    IpAddr "ip_any_address" "value is not a valid IPv4 or IPv6 address";
}

fn of_version(format: &'static str) -> Schema {
    Schema::string().with("format", format)
}

text_kinds! {
    [] Ipv4Addr, "IPv4Address", of_version("ipv4");
    [] Ipv6Addr, "IPv6Address", of_version("ipv6");
    // JSON Schema has no format that covers both versions.
    [] IpAddr, "IPvAnyAddress", Schema::any_of(vec![of_version("ipv4"), of_version("ipv6")]);
}
