//! The standard types, those of other crates and those of [`types`](crate::types) as responses: JSON.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::{NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroUsize};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Responder, Response, ResponseContext, describe_json, response_json};
use crate::model::Output;
use crate::operation::Operation;
use crate::types::{Email, Key, Secret};

/// Implements `Responder` for types that are sent as JSON.
macro_rules! responses {
    ($($(#[$attribute:meta])* [$($generic:tt)*] $kind:ty;)*) => {$(
        $(#[$attribute])*
        impl<$($generic)*> Responder for $kind {
            fn describe(operation: &mut Operation) {
                describe_json::<Self>(operation);
            }

            fn respond(
                self,
                response_context: &ResponseContext,
            ) -> impl ::std::future::Future<Output = Response> + Send {
                ::std::future::ready(response_json(&self, response_context))
            }
        }
    )*};
}

// Compiler errors list only the common ones.
responses! {
    [] bool;
    [] String;
    [] &'static str;
    [] Value;
    [] f32;
    [] f64;
    [] i8;
    [] i16;
    [] i32;
    [] i64;
    [] i128;
    [] isize;
    [] u8;
    [] u16;
    [] u32;
    [] u64;
    [] u128;
    [] usize;
    #[diagnostic::do_not_recommend] [] NonZeroU8;
    #[diagnostic::do_not_recommend] [] NonZeroU16;
    #[diagnostic::do_not_recommend] [] NonZeroU32;
    #[diagnostic::do_not_recommend] [] NonZeroU64;
    #[diagnostic::do_not_recommend] [] NonZeroUsize;
    #[diagnostic::do_not_recommend] [] Cow<'static, str>;
    #[diagnostic::do_not_recommend] [] Arc<str>;
    #[diagnostic::do_not_recommend] [] Secret<String>;
    #[cfg(feature = "rust_decimal")] #[diagnostic::do_not_recommend] [] rust_decimal::Decimal;
    [T: Output + Send] Vec<T>;
    [T: Output + Send] Box<T>;
    #[diagnostic::do_not_recommend] [T: Output + Send + Sync] Arc<T>;
    [T: Output + Send] Option<T>;
    #[diagnostic::do_not_recommend] [T: Output + Send] BTreeSet<T>;
    #[diagnostic::do_not_recommend] [T: Output + Send] HashSet<T>;
    [K: Key + serde::Serialize + Send, T: Output + Send] BTreeMap<K, T>;
    [K: Key + serde::Serialize + Send, T: Output + Send] HashMap<K, T>;
    #[diagnostic::do_not_recommend] [] Map<String, Value>;
    #[diagnostic::do_not_recommend] [] char;
    #[diagnostic::do_not_recommend] [] Email;
    #[diagnostic::do_not_recommend] [] Ipv4Addr;
    #[diagnostic::do_not_recommend] [] Ipv6Addr;
    #[diagnostic::do_not_recommend] [] IpAddr;
    #[diagnostic::do_not_recommend] [A: Output + Send] (A,);
    #[diagnostic::do_not_recommend] [A: Output + Send, B: Output + Send] (A, B);
    #[diagnostic::do_not_recommend] [A: Output + Send, B: Output + Send, C: Output + Send] (A, B, C);
    #[diagnostic::do_not_recommend] [A: Output + Send, B: Output + Send, C: Output + Send, D: Output + Send] (A, B, C, D);
    #[diagnostic::do_not_recommend] [A: Output + Send, B: Output + Send, C: Output + Send, D: Output + Send, E: Output + Send] (A, B, C, D, E);
    #[diagnostic::do_not_recommend] [A: Output + Send, B: Output + Send, C: Output + Send, D: Output + Send, E: Output + Send, F: Output + Send] (A, B, C, D, E, F);
    #[diagnostic::do_not_recommend] [A: Output + Send, B: Output + Send, C: Output + Send, D: Output + Send, E: Output + Send, F: Output + Send, G: Output + Send] (A, B, C, D, E, F, G);
    #[diagnostic::do_not_recommend] [A: Output + Send, B: Output + Send, C: Output + Send, D: Output + Send, E: Output + Send, F: Output + Send, G: Output + Send, H: Output + Send] (A, B, C, D, E, F, G, H);
    #[diagnostic::do_not_recommend] [A: Output + Send, B: Output + Send, C: Output + Send, D: Output + Send, E: Output + Send, F: Output + Send, G: Output + Send, H: Output + Send, I: Output + Send] (A, B, C, D, E, F, G, H, I);
    #[diagnostic::do_not_recommend] [A: Output + Send, B: Output + Send, C: Output + Send, D: Output + Send, E: Output + Send, F: Output + Send, G: Output + Send, H: Output + Send, I: Output + Send, J: Output + Send] (A, B, C, D, E, F, G, H, I, J);
    #[diagnostic::do_not_recommend] [A: Output + Send, B: Output + Send, C: Output + Send, D: Output + Send, E: Output + Send, F: Output + Send, G: Output + Send, H: Output + Send, I: Output + Send, J: Output + Send, K: Output + Send] (A, B, C, D, E, F, G, H, I, J, K);
    #[diagnostic::do_not_recommend] [A: Output + Send, B: Output + Send, C: Output + Send, D: Output + Send, E: Output + Send, F: Output + Send, G: Output + Send, H: Output + Send, I: Output + Send, J: Output + Send, K: Output + Send, L: Output + Send] (A, B, C, D, E, F, G, H, I, J, K, L);
    #[diagnostic::do_not_recommend] [A: Output + Send, B: Output + Send, C: Output + Send, D: Output + Send, E: Output + Send, F: Output + Send, G: Output + Send, H: Output + Send, I: Output + Send, J: Output + Send, K: Output + Send, L: Output + Send, M: Output + Send] (A, B, C, D, E, F, G, H, I, J, K, L, M);
    #[diagnostic::do_not_recommend] [A: Output + Send, B: Output + Send, C: Output + Send, D: Output + Send, E: Output + Send, F: Output + Send, G: Output + Send, H: Output + Send, I: Output + Send, J: Output + Send, K: Output + Send, L: Output + Send, M: Output + Send, N: Output + Send] (A, B, C, D, E, F, G, H, I, J, K, L, M, N);
    #[diagnostic::do_not_recommend] [A: Output + Send, B: Output + Send, C: Output + Send, D: Output + Send, E: Output + Send, F: Output + Send, G: Output + Send, H: Output + Send, I: Output + Send, J: Output + Send, K: Output + Send, L: Output + Send, M: Output + Send, N: Output + Send, O: Output + Send] (A, B, C, D, E, F, G, H, I, J, K, L, M, N, O);
    #[diagnostic::do_not_recommend] [A: Output + Send, B: Output + Send, C: Output + Send, D: Output + Send, E: Output + Send, F: Output + Send, G: Output + Send, H: Output + Send, I: Output + Send, J: Output + Send, K: Output + Send, L: Output + Send, M: Output + Send, N: Output + Send, O: Output + Send, P: Output + Send] (A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P);
}

#[cfg(feature = "base64")]
responses! { #[diagnostic::do_not_recommend] [] crate::types::Base64; }

#[cfg(feature = "url")]
responses! {
    #[diagnostic::do_not_recommend] [] url::Url;
    #[diagnostic::do_not_recommend] [] crate::types::HttpUrl;
}

#[cfg(feature = "uuid")]
responses! { #[diagnostic::do_not_recommend] [] uuid::Uuid; }

#[cfg(feature = "chrono")]
responses! {
    #[diagnostic::do_not_recommend] [] chrono::DateTime<chrono::FixedOffset>;
    #[diagnostic::do_not_recommend] [] chrono::DateTime<chrono::Utc>;
    #[diagnostic::do_not_recommend] [] chrono::NaiveDateTime;
    #[diagnostic::do_not_recommend] [] chrono::NaiveDate;
    #[diagnostic::do_not_recommend] [] chrono::NaiveTime;
}

#[cfg(feature = "jiff")]
responses! {
    #[diagnostic::do_not_recommend] [] jiff::Timestamp;
    #[diagnostic::do_not_recommend] [] jiff::civil::DateTime;
    #[diagnostic::do_not_recommend] [] jiff::civil::Date;
    #[diagnostic::do_not_recommend] [] jiff::civil::Time;
    #[diagnostic::do_not_recommend] [] jiff::SignedDuration;
}

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
responses! {
    #[diagnostic::do_not_recommend] [T: crate::types::TemporalValue] crate::types::Iso8601<T>;
    #[diagnostic::do_not_recommend]
    [T: crate::types::TemporalValue<Parts = crate::temporal::Time>] crate::types::OffsetTime<T>;
}
